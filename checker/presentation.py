"""How each level of urgency is shown: colour, hidden word, title and whom to call all come from here."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from checker.definition import Level


@dataclass(frozen=True)
class Card:
    """`word` is read out before the title, so that urgency is never a matter of colour. `title` stands where a red
    flag is more urgent than every rule. `call` names the clinic's numbers to show, in order."""

    level: str
    word: str | Promise
    title: str | Promise
    call: tuple[str, ...]
    when: str | Promise


CARDS = {
    Level.EMERGENCY: Card(
        "emergency", _("Emergency"), _("Call {emergency_number} now"), ("emergency_number",), _("Now")
    ),
    Level.URGENT: Card("urgent", _("Urgent"), _("Be seen today"), ("phone", "out_of_hours_line"), _("Today")),
    Level.SOON: Card("soon", _("Soon"), _("Book a visit within a few days"), ("phone",), _("Soon")),
    Level.ROUTINE: Card("routine", _("Routine"), _("Book a routine visit"), ("phone",), _("At your next visit")),
    Level.SELF_CARE: Card("self-care", _("Self-care"), _("Try home care now"), (), _("At home")),
}

# Whom to call with questions, where a result names nobody of its own.
ANYBODY = ("phone", "out_of_hours_line")

CALL_NAMES = {
    "emergency_number": _("Emergency number"),
    "phone": _("The clinic"),
    "out_of_hours_line": _("Out-of-hours line"),
}
