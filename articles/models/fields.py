"""Fields that hold patient text."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django_prose_editor.fields import ProseEditorField

from articles import placeholders, richtext


def known_placeholders(value: str) -> None:
    """Refuse a text with a placeholder that nothing would fill."""
    if problems := placeholders.problems(value):
        raise ValidationError(problems)


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
