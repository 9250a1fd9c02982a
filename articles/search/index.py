"""The full-text index of whichever database there is, behind three functions: install, missing, matching."""

from collections.abc import Callable, Iterator, Sequence
from types import ModuleType
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections, transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from articles import words
from articles.models import ArticleEdition, EditionSection, IndexedSection, LiveVersion, SearchWord
from articles.models.search import AT_A_TIME, EMERGENCY
from articles.search import postgres, sqlite
from articles.search.query import Group, Query

ENGINES = {"sqlite": sqlite, "postgresql": postgres}
# So many sections of each kind of match are ranked; of a common word that is the newest ones of each kind.
MOST_CANDIDATES = 120


def engine(vendor: str) -> ModuleType:
    try:
        return ENGINES[vendor]
    except KeyError:
        raise ImproperlyConfigured(_("Search knows SQLite and PostgreSQL only.")) from None


def install(using: str) -> None:
    with transaction.atomic(using=using):
        engine(connections[using].vendor).install(connections[using])


def missing() -> QuerySet[EditionSection]:
    """Sections that search cannot find, or finds by the stems of an older version of this program."""
    return EditionSection.objects.exclude(indexed__version=words.VERSION).order_by("pk")


@transaction.atomic
def rebuild(*, everything: bool, progress: Callable[[int], None] = lambda done: None) -> int:
    """Write the rows of sections that lack them, or of all. Gives how many were written."""
    if everything:
        IndexedSection.objects.all().delete()
        SearchWord.objects.all().delete()
    ids = list(missing().values_list("pk", flat=True))
    for start in range(0, len(ids), AT_A_TIME):
        some = ids[start : start + AT_A_TIME]
        IndexedSection.objects.filter(pk__in=some).delete()
        IndexedSection.objects.index(EditionSection.objects.filter(pk__in=some).select_related("edition"))
        progress(start + len(some))
    if ids:
        LiveVersion.objects.bump()
    return len(ids)


def matching(query: Query) -> QuerySet[EditionSection]:
    """The live sections that may answer the query: those with all of its words in good places, then those with some.

    One statement, and bounded work: each tier reads its index in order and stops at MOST_CANDIDATES.
    """
    used = engine(connection.vendor)
    live, live_params = _live()
    tiers: list[str] = []
    params: list[Any] = []
    for column, expression in _tiers(query, used):
        tiers.append(used.TIER.format(column=column, live=live))
        params += [used.expression(column, expression), *live_params, MOST_CANDIDATES]
    return (
        EditionSection.objects.filter(pk__in=RawSQL(" UNION ALL ".join(tiers), params))  # noqa: S611 - words are parameters
        .select_related("edition", "indexed")
        .only(
            "anchor", "heading", "callout", "text", "order", "edition__slug", "edition__title",
            "indexed__heading", "indexed__names", "indexed__everything",
        )
        .order_by()
    )  # fmt: skip


def _live() -> tuple[str, tuple[Any, ...]]:
    """Whether the edition of `entry` is live, asked row by row, so that a search never lists all live editions."""
    of_row = ArticleEdition.objects.live().filter(pk=RawSQL("entry.edition_id", ()))
    return of_row.order_by().values("pk").query.sql_with_params()


def _tiers(query: Query, used: ModuleType) -> Iterator[tuple[str, str]]:
    """(column, what must be in it) pairs."""
    groups = [_group(group, used) for group in query.groups]
    every, some = used.AND.join(groups), used.OR.join(groups)
    for column in ("heading", "names", "everything"):
        yield column, every
    if len(groups) > 2:
        yield "everything", used.OR.join(f"({_without(groups, place, used)})" for place in range(len(groups)))
    if len(groups) > 1:
        yield "heading", some
        yield "everything", some
    if query.is_danger:
        yield "everything", f"{used.QUOTE}{EMERGENCY}{used.QUOTE}{used.AND}({some})"


def _without(groups: Sequence[str], place: int, used: ModuleType) -> str:
    left_out: str = used.AND.join((*groups[:place], *groups[place + 1 :]))
    return left_out


def _group(group: Group, used: ModuleType) -> str:
    """Stems are letters and digits only, so nothing in them can end the quotes."""
    ways = (used.AND.join(f"{used.QUOTE}{each}{used.QUOTE}" for each in way.stems) for way in group)
    return f"({used.OR.join(f'({way})' for way in ways)})"
