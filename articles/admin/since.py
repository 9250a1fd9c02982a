"""What changed since a page was opened, in words: for the pages that act on a whole article or self-check."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Field
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from articles import differences
from articles.differences import FieldChange
from articles.freezing import person_name
from articles.merge import Change, Rows
from articles.models.fields import RichTextField

from .stale_page import TITLES, ShownChange


def since(changes: Iterable[Change], mine: Rows | None = None) -> list[ShownChange]:
    """`mine` is what would stand instead, where that is known."""
    return [_shown(each, mine) for each in changes]


def _shown(change: Change, mine: Rows | None) -> ShownChange:
    label, _dash, pk = change.row.rpartition("-")
    model = apps.get_model(label)
    kind = capfirst(str(model._meta.verbose_name))
    if not change.field:
        row: Any = change.after or change.before
        title = next((row[name] for name in TITLES if row.get(name)), "")
        return ShownChange(f"{kind} “{title}”", _("deleted") if change.after is None else _("new"))
    stored = model._base_manager.filter(pk=pk).first()
    field = model._meta.get_field(change.field)
    assert isinstance(field, Field)
    place, name = f"{kind} “{stored}”" if stored else kind, capfirst(str(field.verbose_name))
    theirs = [_change(field, name, change.before, change.after)]
    if mine is None:
        return ShownChange(place, name, theirs)
    instead = mine.get(change.row, {}).get(change.field, "")
    return ShownChange(place, name, theirs, mine=[_change(field, name, change.before, instead)])


def _change(field: "Field[Any, Any]", name: str, before: Any, after: Any) -> FieldChange:
    if isinstance(field, RichTextField):
        return FieldChange(field.name, name, *differences.rich(str(before), str(after)))
    return FieldChange(field.name, name, _words(field, before), _words(field, after))


def _words(field: "Field[Any, Any]", value: Any) -> str:
    if field.related_model and field.related_model != "self":
        keys = value if isinstance(value, list) else [value] if value else []
        rows = field.related_model._base_manager.filter(pk__in=keys)
        return ", ".join(person_name(row) if isinstance(row, AbstractBaseUser) else str(row) for row in rows)
    return dict(field.flatchoices).get(value, str(value))
