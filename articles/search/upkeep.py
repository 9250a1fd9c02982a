"""Keeping the index complete: after each `migrate`, and a check that says when it is not."""

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import DEFAULT_DB_ALIAS, connections

from articles.models import IndexedSection
from articles.search.index import install, missing, rebuild


def keep_index(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Install what the database needs, and index what an older version of this program left out."""
    if using == DEFAULT_DB_ALIAS and _has_table(using):
        install(using)
        rebuild(everything=False)


def _has_table(using: str) -> bool:
    """False while migrating back to before there was an index."""
    return IndexedSection._meta.db_table in connections[using].introspection.table_names()


@checks.register(checks.Tags.database)
def every_section_can_be_found(databases: Sequence[str] | None = None, **kwargs: Any) -> list[checks.CheckMessage]:
    if DEFAULT_DB_ALIAS not in (databases or ()) or not _has_table(DEFAULT_DB_ALIAS):
        return []
    left_out = missing().count()
    if not left_out:
        return []
    return [
        checks.Warning(
            f"Search cannot find {left_out} sections, or not by all of their words.",
            hint="Run: manage.py reindex",
            id="articles.W001",
        )
    ]
