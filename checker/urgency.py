"""What patients would lose: which answers get a less urgent result in a new edition than in the one before it."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from checker.changes import LESS_URGENT, describe, summarize
from checker.comparison import compare
from checker.definition import Definition, parse
from checker.models import Quiz, QuizEdition


@dataclass(frozen=True)
class Losses:
    """How many kinds of answers lose urgency, and what is said about them, beginning with the number."""

    kinds: int
    sentences: list[str]


def before(quiz: Quiz, moment: datetime.datetime | None = None) -> list[QuizEdition]:
    """What a new edition that starts at that moment is compared with: the newest edition of now, and the one of then.

    Also one that was withdrawn or has expired: taking a check back must not be a way around the question.
    """
    now = timezone.now()
    editions = QuizEdition.objects.filter(quiz=quiz)
    found = [editions.current(now).first(), editions.current(max(moment or now, now)).first()]
    return list({edition.pk: edition for edition in found if edition}.values())


def losses(quiz: Quiz, definition: Definition, moment: datetime.datetime) -> Losses:
    """Compared with each edition that `before` gives; where both lose, the one that loses more counts."""
    found = [_losses(parse(edition.definition), definition) for edition in before(quiz, moment)]
    return max(found, key=lambda each: each.kinds, default=Losses(0, []))


def _losses(old: Definition, new: Definition) -> Losses:
    comparison = compare(old, new)
    if not comparison.less_urgent:
        return Losses(0, [])
    said = [
        f"{each.message} For example: {'; '.join(each.example)}"
        for each in describe(comparison, old, new)
        if each.kind == LESS_URGENT
    ]
    return Losses(comparison.kinds_less_urgent, [summarize(comparison)[0], *said])
