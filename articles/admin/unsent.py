"""What somebody typed for a step that can no longer be taken: it is shown, to copy."""

from collections.abc import Mapping
from typing import Any

from django.forms import CharField


def words_in(fields: Mapping[str, Any], sent: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Labels and words, of the fields in which there are any."""
    typed = [
        (str(field.label), sent.get(f"{prefix}{name}", "").strip())
        for name, field in fields.items()
        if isinstance(field, CharField) and not field.widget.is_hidden
    ]
    return [(label, words) for label, words in typed if words]
