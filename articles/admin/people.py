"""People by their names, where Django would show the names of their accounts."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model

from articles.freezing import person_name


def person(model: type[Model], field: str) -> Callable[[Any], str]:
    """A column of a list, or a field that can only be read."""

    @admin.display(description=model._meta.get_field(field).verbose_name, ordering=f"{field}__first_name")  # type: ignore[union-attr]
    def name(row: Any) -> str:
        return person_name(getattr(row, field)) or "-"

    name.__name__ = field
    return name


class PersonField(forms.ModelChoiceField):
    """By name; with the account, since two people can have the same name."""

    def label_from_instance(self, obj: Any) -> str:
        name, account = obj.get_full_name(), obj.get_username()
        return f"{name} ({account})" if name else account
