"""Fields that hold patient text, and the address of it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorField

from articles import placeholders, richtext


def known_placeholders(value: str) -> None:
    """Refuse a text with a placeholder that nothing would fill."""
    if problems := placeholders.problems(value):
        raise ValidationError(problems)


class AddressField(models.SlugField):
    """A part of an address. A wrong one is refused in words that do not speak of slugs."""

    default_error_messages = {"invalid": _("Use only the letters a to z, numbers and hyphens, such as calf-pain.")}

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        return super().formfield(*args, **{"error_messages": self.default_error_messages} | kwargs)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.SlugField", args, kwargs


class RichTextField(ProseEditorField):
    """Rich text that is clean in the database whatever wrote it: forms, `save()`, `bulk_create()`, `update()`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("extensions", richtext.EDITOR_EXTENSIONS)
        kwargs.setdefault("sanitize", richtext.clean)
        kwargs["validators"] = [*kwargs.get("validators", ()), known_placeholders]
        super().__init__(*args, **kwargs)

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return richtext.clean(value) if isinstance(value, str) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = richtext.clean(super().pre_save(model_instance, add) or "")
        setattr(model_instance, self.attname, value)
        return value
