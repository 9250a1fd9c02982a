"""Placeholders for the clinic's own numbers: staff type `{maternity_unit}`, patients see the number of today.

They stay in the text of an edition and are filled when a page is shown, so a changed number is right everywhere at once.
"""

import re
from dataclasses import dataclass
from typing import Protocol

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

TOKEN = re.compile(r"\{([^{}]*)\}")


class Numbers(Protocol):
    """What a placeholder is filled from; `articles.models.Clinic` is one."""

    name: str
    phone: str
    address: str
    hours: str
    emergency_number: str
    maternity_unit: str
    out_of_hours_line: str
    poison_center: str


@dataclass(frozen=True)
class Placeholder:
    """`words` stand before the number; alone they must make sense where the clinic has not given it."""

    field: str
    words: str
    is_phone: bool = True
    number_alone: bool = False


PLACEHOLDERS = {
    "emergency_number": Placeholder("emergency_number", "your emergency number", number_alone=True),
    "maternity_unit": Placeholder("maternity_unit", "your maternity unit"),
    "out_of_hours_line": Placeholder("out_of_hours_line", "the out-of-hours line"),
    "poison_center": Placeholder("poison_center", "the poison center"),
    "clinic_phone": Placeholder("phone", "the clinic", number_alone=True),
    "clinic_name": Placeholder("name", "the clinic", is_phone=False, number_alone=True),
    "clinic_address": Placeholder("address", "the clinic", is_phone=False, number_alone=True),
    "clinic_hours": Placeholder("hours", "opening hours", is_phone=False, number_alone=True),
}


def problems(text: str) -> list[str]:
    """A sentence for each brace in a text that is not a known placeholder."""
    known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    found = [
        f"“{{{name}}}” is not a placeholder. Use one of: {known}."
        for name in dict.fromkeys(TOKEN.findall(text))
        if name not in PLACEHOLDERS
    ]
    if re.search(r"[{}]", TOKEN.sub("", text)):
        found.append(f"A curly bracket has no partner. Placeholders look like this: {known}.")
    return found


def dial(number: str) -> str:
    """The number as a `tel:` address wants it: digits, and a plus in front."""
    return "tel:" + re.sub(r"[^0-9+*#]", "", number)


def phone_link(number: str) -> SafeString:
    """The number as a link that a phone can call; its spaces do not break across lines."""
    return format_html('<a class="phone" href="{}">{}</a>', dial(number), number)


def fill_html(source: str, clinic: Numbers) -> SafeString:
    """`source` must be clean (see `articles.richtext`); the clinic's own words are escaped here."""

    def fill(found: re.Match[str]) -> str:
        placeholder = PLACEHOLDERS.get(found[1])
        if placeholder is None:
            return found[0]
        value = getattr(clinic, placeholder.field)
        if not value:
            return escape(placeholder.words)
        shown = phone_link(value) if placeholder.is_phone else escape(value)
        return shown if placeholder.number_alone else format_html("{} ({})", placeholder.words, shown)

    return mark_safe(TOKEN.sub(fill, source))  # noqa: S308 - clean, and what is filled in is escaped above


def fill_text(source: str, clinic: Numbers) -> str:
    """The same for plain text: titles, search results, print."""

    def fill(found: re.Match[str]) -> str:
        placeholder = PLACEHOLDERS.get(found[1])
        if placeholder is None:
            return found[0]
        value = getattr(clinic, placeholder.field)
        if not value:
            return placeholder.words
        return value if placeholder.number_alone else f"{placeholder.words} ({value})"

    return TOKEN.sub(fill, source)


def without_numbers(source: str) -> str:
    """The text with the words of each placeholder in its place: what search knows, whatever the clinic's numbers are."""
    return TOKEN.sub(lambda found: PLACEHOLDERS[found[1]].words if found[1] in PLACEHOLDERS else found[0], source)


def fill_line(source: str, clinic: Numbers) -> SafeString:
    """Plain text as HTML, numbers as links that a phone can call."""
    return fill_html(escape(source), clinic)
