"""The starter self-checks, as files in `starter/`. Loading adds what is missing and never touches what exists."""

from collections.abc import Callable

from django.db import transaction

from checker import publishing, rows
from checker.models import Quiz
from checker.starter_files import definitions

REASON = "First edition of the starter content."


@transaction.atomic
def load(progress: Callable[[str], None] = lambda line: None) -> list[Quiz]:
    """Add and publish the self-checks that are missing, as not yet approved by a clinician."""
    known = set(Quiz.objects.values_list("slug", flat=True))
    new = [rows.fill(Quiz(), definition) for definition in definitions() if definition.quiz not in known]
    for quiz in new:
        publishing.publish(quiz, reason=REASON)
        progress(f"published: {quiz.title}")
    return new
