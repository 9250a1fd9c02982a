"""What stands in an admin form and its inlines, as the rows that `articles.merge` knows; and back into what a browser sends."""

import contextlib
import copy
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.text import capfirst
from django_prose_editor.fields import ProseEditorFormField

from articles import richtext
from articles.merge import Row, Rows, Value


@dataclass(frozen=True)
class Typed:
    """A form with its formsets: as stored if they are not bound, else as somebody typed them."""

    form: forms.BaseForm
    formsets: list[Any]

    def rows(self) -> Rows:
        """Rows without what is ticked to be deleted, and without new ones in which nothing was typed."""
        own = {"": fields_of(self.form)}
        return own | {key: fields_of(form) for _set, key, form, gone in self.parts() if not gone}

    def gone(self) -> Rows:
        return {key: fields_of(form) for _set, key, form, gone in self.parts() if gone}

    def parts(self) -> Iterator[tuple[Any, str, forms.BaseModelForm, bool]]:
        for formset in self.formsets:
            for number, form in enumerate(formset.forms):
                key = _key(formset, form, number)
                if key:
                    yield formset, key, form, form.is_bound and bool(form.data.get(form.add_prefix("DELETE")))

    def kind(self, key: str) -> Any:
        """The formset that a row belongs to."""
        return next(formset for formset in self.formsets if key.startswith(f"{formset.prefix}-"))

    def noun(self, key: str) -> str:
        return capfirst(str(self.kind(key).model._meta.verbose_name))

    def name(self, key: str) -> str:
        """In a list only some fields of a row can be changed, and none of them names it."""
        return next((str(form.instance) for _set, at, form, _gone in self.parts() if at == key), "")

    def fields(self, key: str) -> dict[str, forms.Field]:
        form = self.kind(key).empty_form if key else self.form
        return {field.name: field.field for field in form if _counts(form, field.name)}


def _key(formset: Any, form: Any, number: int) -> str:
    if not form.is_bound:
        return f"{formset.prefix}-{form.instance.pk}" if form.instance.pk else ""
    pk = form.data.get(form.add_prefix(_pk(formset)))
    if pk:
        return f"{formset.prefix}-{pk}"
    return f"{formset.prefix}-new{number}" if form.has_changed() else ""


def _pk(formset: Any) -> str:
    return str(formset.model._meta.pk.name)


def _counts(form: Any, name: str) -> bool:
    """The primary key, the parent and the tick to delete are not what a row says."""
    field = form.fields[name]
    return not (
        field.disabled
        or name in ("DELETE", "ORDER")
        or isinstance(field, forms.models.InlineForeignKeyField)
        or (isinstance(field, forms.ModelChoiceField) and isinstance(field.widget, forms.HiddenInput))
    )


def fields_of(form: Any) -> dict[str, Value]:
    return {field.name: value_of(field) for field in form if _counts(form, field.name)}


def value_of(bound: forms.BoundField) -> Value:
    """The value as the form would send it, written in one way whoever wrote it: the editor, a file, Windows, a phone."""
    field = bound.field
    value: Any = bound.data if bound.form.is_bound else bound.value()
    if _is_of_several(field):
        return sorted(str(each) for each in value or ())
    if isinstance(field, forms.BooleanField):
        return "on" if value else ""
    if bound.form.is_bound and not isinstance(field, forms.ModelChoiceField):
        # What cannot be understood stays as it was typed; the form says later what is wrong with it.
        with contextlib.suppress(ValidationError):
            value = field.prepare_value(field.clean(value))
    text = "" if value is None else str(value).replace("\r\n", "\n").strip()
    return richtext.clean(text) if isinstance(field, ProseEditorFormField) else text


def _is_of_several(field: forms.Field) -> bool:
    several = isinstance(field, forms.ModelMultipleChoiceField | forms.MultipleChoiceField)
    return several or getattr(field.widget, "allow_multiple_selected", False)


def as_get(request: HttpRequest) -> HttpRequest:
    """The same request, but nothing was sent with it: what it shows is what is stored."""
    return _other(request, "GET", QueryDict())


def as_post(request: HttpRequest, data: QueryDict) -> HttpRequest:
    return _other(request, "POST", data)


def _other(request: HttpRequest, method: str, data: QueryDict) -> HttpRequest:
    other = copy.copy(request)
    other.method = method
    other.POST = data  # type: ignore[assignment]
    return other


def data_of(rows: Rows, stored: Typed, typed: Typed, sent: QueryDict) -> QueryDict:
    """What a browser would send for `rows`: fields that say what was typed keep exactly what was typed."""
    data, mine = sent.copy(), typed.rows()
    at = {"": typed.form} | {key: form for _set, key, form, _gone in typed.parts()}
    for formset in stored.formsets:
        for name in [name for name in data if name.startswith(f"{formset.prefix}-") and _number(name, formset)]:
            del data[name]

    def fill(key: str, row: Row, form: Any) -> None:
        for name, value in row.items():
            raw = sent.getlist(at[key].add_prefix(name)) if key in at and mine.get(key, {}).get(name) == value else None
            _put(data, form, name, value, raw)

    fill("", rows[""], stored.form)
    for formset in stored.formsets:
        _fill_parts(formset, rows, data, fill)
    return data


def as_new(sent: QueryDict, formsets: Iterable[Any]) -> QueryDict:
    """What was typed into the form of something that is gone, as one sends it for a new one. Takes classes of formsets."""
    data = sent.copy()
    for formset in formsets:
        prefix = formset.get_default_prefix()
        data[f"{prefix}-INITIAL_FORMS"] = "0"
        for name in data:
            if name.startswith(f"{prefix}-") and name.rpartition("-")[2] in (_pk(formset), formset.fk.name):
                data[name] = ""
    return data


def is_new(key: str) -> bool:
    return key.partition("-")[2].startswith("new")


def _number(name: str, formset: Any) -> bool:
    return name.removeprefix(f"{formset.prefix}-").split("-")[0].isdecimal()


def _fill_parts(formset: Any, rows: Rows, data: QueryDict, fill: Callable[[str, Row, Any], None]) -> None:
    known = {_key(formset, form, 0): form for form in formset.initial_forms}
    for key, form in known.items():
        fill(key, rows.get(key) or fields_of(form), form)
        data[form.add_prefix(_pk(formset))] = str(form.instance.pk)
        if key not in rows:
            data[form.add_prefix("DELETE")] = "on"
    new = [key for key in rows if key.startswith(f"{formset.prefix}-") and key not in known]
    for number, key in enumerate(new, start=len(known)):
        form = copy.copy(formset.empty_form)
        form.prefix = formset.add_prefix(number)
        fill(key, rows[key], form)
        data[form.add_prefix(_pk(formset))] = ""
    data[f"{formset.prefix}-INITIAL_FORMS"] = str(len(known))
    data[f"{formset.prefix}-TOTAL_FORMS"] = str(len(known) + len(new))


def _put(data: QueryDict, form: forms.BaseForm, field: str, value: Value, raw: list[str] | None) -> None:
    name = form.add_prefix(field)
    data.pop(name, None)
    if isinstance(value, list):
        data.setlist(name, value)
    elif raw:
        data.setlist(name, raw)
    elif value or not isinstance(form.fields[field], forms.BooleanField):
        data[name] = value
