"""Conditions as staff type them: a line for each part, such as `any: leg_look.swollen, body.fever`."""

import re
from typing import Any

PARTS = {"any": "any", "all": "all", "none of": "none_of"}
REF = re.compile(r"^[a-z0-9_-]+\.[a-z0-9_-]+$")


def to_lines(condition: dict[str, Any] | None) -> str:
    """`{"any": ["a.b"], "none_of": ["c.d"]}` as lines; nothing for no condition."""
    if not condition:
        return ""
    if condition.get("always"):
        return "always"
    return "\n".join(f"{name}: {', '.join(condition[key])}" for name, key in PARTS.items() if condition.get(key))


def from_lines(text: str) -> dict[str, Any] | None:
    """The condition that the lines say. Raises ValueError with a sentence for the editor."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return None
    if lines == ["always"]:
        return {"always": True}
    condition: dict[str, Any] = {}
    for line in lines:
        name, colon, rest = line.partition(":")
        key = PARTS.get(name.strip().lower().replace("_", " "))
        if not colon or key is None:
            raise ValueError(f"“{line}” must begin with “any:”, “all:” or “none of:”. “always” stands alone.")
        if key in condition:
            raise ValueError(f"“{name.strip()}:” stands there twice. Put its answers on one line.")
        refs = [ref for ref in re.split(r"[,\s]+", rest.strip()) if ref]
        if not refs:
            raise ValueError(f"“{name.strip()}:” names no answer.")
        for ref in refs:
            if not REF.match(ref):
                raise ValueError(f"“{ref}” must be written as question.choice, such as leg_look.swollen.")
        condition[key] = refs
    return condition


def refs(condition: dict[str, Any] | None) -> list[str]:
    """Every `question.choice` that a condition names."""
    return [ref for key in PARTS.values() for ref in (condition or {}).get(key, [])]
