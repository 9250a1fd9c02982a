"""Every error of an admin form in one list: which row, which field, what is wrong, and where to mend it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.text import capfirst
from django.utils.translation import gettext as _

LONGEST_NAME = 60


@dataclass(frozen=True)
class FormError:
    """`where` names row and field, and is empty for the whole form; `target` is the id of the element to go to."""

    where: str
    message: str
    target: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


def errors_of(form: forms.BaseForm, formsets: Iterable[forms.BaseFormSet]) -> list[FormError]:
    """In the order of the page. A row that is to be deleted has no errors."""
    if not form.is_bound:
        return []
    found = list(_of_form(form, row="", whole="content-main"))
    for formset in formsets:
        rows = capfirst(str(formset.model._meta.verbose_name_plural))  # type: ignore[attr-defined]
        found += [FormError(rows, str(message), f"{formset.prefix}-group") for message in formset.non_form_errors()]
        for number, each in enumerate(formset.forms, start=1):
            if not (formset.can_delete and formset._should_delete_form(each)):  # type: ignore[attr-defined]
                found += _of_form(each, row=name_of_row(each, number), whole=str(each.prefix))
    return found


def errors_of_list(formset: forms.BaseFormSet) -> list[FormError]:
    """Those of a list with fields in it: its rows have names."""
    if not formset.is_bound:
        return []
    whole = [FormError("", str(message), "changelist-form") for message in formset.non_form_errors()]
    rows = (_of_form(each, row=str(each.instance), whole="changelist-form") for each in formset.forms)
    return [*whole, *(error for row in rows for error in row)]


def _of_form(form: forms.BaseForm, row: str, whole: str) -> Iterator[FormError]:
    for name, messages in form.errors.items():
        label, target = "", whole
        if name != NON_FIELD_ERRORS:
            field = form[name]
            label, target = str(field.label), _id_of(field) or whole
        where = ", ".join(part for part in (row, label) if part)
        yield from (FormError(where, str(message), target) for message in messages)


def _id_of(field: forms.BoundField) -> str:
    """The first input of a date and time; the group of boxes or buttons; else the input itself."""
    if isinstance(field.field.widget, forms.MultiWidget):
        return f"{field.auto_id}_0"
    return field.id_for_label or field.auto_id


def name_of_row(form: forms.BaseForm, number: int) -> str:
    """“Section 2 (When to get help)”: the number on the page, and the first words that were typed."""
    noun = capfirst(str(form._meta.model._meta.verbose_name))  # type: ignore[attr-defined]
    typed = next((text for text in map(str, _texts(form)) if text), "")
    if len(typed) > LONGEST_NAME:
        typed = f"{typed[:LONGEST_NAME].rstrip()} …"
    values = {"noun": noun, "number": number, "typed": typed}
    return _("%(noun)s %(number)d (%(typed)s)") % values if typed else _("%(noun)s %(number)d") % values


def _texts(form: forms.BaseForm) -> Iterator[Any]:
    for name, field in form.fields.items():
        if isinstance(field, forms.CharField) and not isinstance(field.widget, forms.Textarea):
            yield form[name].value() or ""
