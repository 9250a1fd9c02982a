"""What changed since a page was opened, in words: for the pages that act on a whole article or self-check."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db.models import Field
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from articles import differences
from articles.differences import FieldChange
from articles.merge import Change
from articles.models.fields import RichTextField

from .stale_page import TITLES, ShownChange


def since(changes: Iterable[Change]) -> list[ShownChange]:
    return [_shown(each) for each in changes]


def _shown(change: Change) -> ShownChange:
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
    name = capfirst(str(field.verbose_name))
    if isinstance(field, RichTextField):
        texts = differences.rich(str(change.before), str(change.after))
    else:
        texts = _words(field, change.before), _words(field, change.after)
    return ShownChange(f"{kind} “{stored}”" if stored else kind, name, [FieldChange(change.field, name, *texts)])


def _words(field: "Field[Any, Any]", value: Any) -> str:
    if field.related_model and field.related_model != "self":
        keys = value if isinstance(value, list) else [value] if value else []
        rows = field.related_model._base_manager.filter(pk__in=keys)
        return ", ".join(str(row) for row in rows)
    return dict(field.flatchoices).get(value, str(value))
