"""How a result is shown: colour, hidden word, title, whom to call and the summary for the appointment."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.placeholders import PLACEHOLDERS, TOKEN, Numbers
from checker.definition import Choice, Level, Question
from checker.evaluation import Result
from checker.models import QuizEdition


@dataclass(frozen=True)
class Card:
    """`word` is read out before the title, so that urgency is never a matter of colour. `title` stands where a red
    flag is more urgent than every rule. `call` names the clinic's numbers to show, in order."""

    level: str
    word: str | Promise
    title: str | Promise
    call: tuple[str, ...]


CARDS = {
    Level.EMERGENCY: Card(
        "emergency",
        gettext_lazy("Emergency"),
        gettext_lazy("Call {emergency_number} now"),
        ("emergency_number",),
    ),
    Level.URGENT: Card("urgent", gettext_lazy("Urgent"), gettext_lazy("Be seen today"), ("phone", "out_of_hours_line")),
    Level.SOON: Card("soon", gettext_lazy("Soon"), gettext_lazy("Book a visit within a few days"), ("phone",)),
    Level.ROUTINE: Card("routine", gettext_lazy("Routine"), gettext_lazy("Book a routine visit"), ("phone",)),
    Level.SELF_CARE: Card("self-care", gettext_lazy("Self-care"), gettext_lazy("Try home care now"), ("phone",)),
}

# Whom to call with questions, where a result has nothing to read.
ANYBODY = ("phone", "out_of_hours_line")

CALL_NAMES = {
    "emergency_number": gettext_lazy("Emergency number"),
    "phone": gettext_lazy("The clinic"),
    "out_of_hours_line": gettext_lazy("Out-of-hours line"),
    "maternity_unit": gettext_lazy("Maternity unit"),
    "poison_center": gettext_lazy("Poison center"),
}


def numbers_to_call(result: Result, clinic: Numbers, *more: str) -> list[tuple[str | Promise, str]]:
    """Whom to call, by name and number: first whom the title names, then those of the level, and `more`.

    Below an emergency those follow of whom the other texts speak. The emergency number is not among them: it stands on
    every page, and the texts say when it is needed.
    """
    card, outcome = CARDS[result.level], result.outcome
    names = [*_spoken_of([outcome.title] if outcome else []), *card.call, *more]
    if result.level is not Level.EMERGENCY:
        texts = [text for each in (outcome, *result.addons) if each for text in (*each.facts, each.safety_net)]
        names = [name for name in (*names, *_spoken_of(texts)) if name != "emergency_number"]
    return [(CALL_NAMES[name], getattr(clinic, name)) for name in dict.fromkeys(names) if getattr(clinic, name)]


def _spoken_of(texts: Iterable[str]) -> list[str]:
    """The fields of the clinic whose numbers the texts name by a placeholder."""
    fields = [PLACEHOLDERS[name].field for text in texts for name in TOKEN.findall(text) if name in PLACEHOLDERS]
    return [field for field in fields if field in CALL_NAMES]


def made_from(edition: QuizEdition) -> str:
    """Which self-check a result comes from, and of which day it is. A working copy that staff try out has no number."""
    text = _("%(title)s, edition %(number)s. Done on %(day)s.") if edition.number else _("%(title)s. Done on %(day)s.")
    return text % {"title": edition.title, "number": edition.number, "day": date_format(timezone.localdate())}


def summary(
    edition: QuizEdition, result: Result, because: Iterable[tuple[Question, Choice]], given: Iterable[dict[str, Any]]
) -> str:
    """The result as plain text to copy into a message to the clinic. Placeholders are still in it."""
    card = CARDS[result.level]
    reasons = "; ".join(choice.text for _question, choice in because)
    lines = [
        made_from(edition),
        _("Result: %(word)s. %(title)s")
        % {"word": card.word, "title": result.outcome.title if result.outcome else card.title},
        *([_("Because of: %(answers)s") % {"answers": reasons}] if reasons else []),
        "",
        *(f"{each['question'].text}\n- {'; '.join(each['chosen'])}" for each in given),
    ]
    return "\n".join(lines)
