"""From the working copy of a self-check to an edition and back."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Model

from articles import placeholders
from articles.approval import Refused
from articles.log import What, note
from articles.models import Submission
from articles.publishing import Anchors, live_anchors
from articles.record import CannotPublish, add_months, edition_fields, note_published, note_withdrawn
from articles.snapshot import fingerprint
from checker import rows, safety, story_table, urgency
from checker.definition import Definition, DefinitionError, Level, dump, parse
from checker.definition_types import MOST_EMERGENCY_FACTS
from checker.finding import WHOLE, Finding, at_outcome, at_question, name_outcome, place_in, sentence
from checker.models import Quiz, QuizEdition, QuizWithdrawal


def check(quiz: Quiz) -> list[Finding]:
    """What stands against publishing the working copy, or is worth a look: proofs, texts and live links."""
    data = rows.to_data(quiz)
    try:
        definition = parse(data)
    except DefinitionError as error:
        return [Finding("definition", problem.message, place_in(data, problem.place)) for problem in error.problems]
    return find(definition)


def problems(quiz: Quiz) -> list[str]:
    return [finding.message for finding in check(quiz) if finding.blocks]


def snapshot(quiz: Quiz) -> dict[str, Any]:
    """The working copy as `checker.definition.dump` gives it; or, where it makes no definition yet, as it stands."""
    try:
        return dump(rows.to_definition(quiz))
    except DefinitionError:
        return rows.to_data(quiz)


def parts(quiz: Quiz) -> list[Model]:
    """The rows on which staff edit it: itself, and whatever has a screen of its own."""
    return [quiz, *quiz.questions.all(), *quiz.outcomes.all(), *quiz.rules.all(), *quiz.vignettes.all()]


def find(definition: Definition) -> list[Finding]:
    """The same for a definition."""
    found = [*_check_texts(definition), *_check_outcomes(definition, live_anchors()), *safety.prove(definition)]
    return sorted(found, key=lambda finding: not finding.blocks)


def _check_texts(definition: Definition) -> Iterable[Finding]:
    texts = [(WHOLE, definition.intro), *((WHOLE, note) for note in definition.result_notes)]
    for question in definition.questions:
        own = [question.text, question.hint, *(text for each in question.choices for text in (each.text, each.hint))]
        texts += [(at_question(question), text) for text in own]
    for outcome in definition.outcomes:
        texts += [(at_outcome(outcome), text) for text in (outcome.title, outcome.safety_net, *outcome.facts)]
    if "{" in definition.title or "}" in definition.title:
        yield Finding("placeholder", "The title of the self-check cannot hold a placeholder.")
    for place, text in texts:
        for problem in placeholders.problems(text):
            yield Finding("placeholder", f"“{text}”: {problem}", place)


def _check_outcomes(definition: Definition, live: Anchors) -> Iterable[Finding]:
    for outcome in definition.outcomes:
        name, place = sentence(name_outcome(outcome)), at_outcome(outcome)
        if outcome.level is Level.EMERGENCY and len(outcome.facts) > MOST_EMERGENCY_FACTS:
            yield Finding("facts", f"{name} is an emergency and has more than three facts.", place)
        for link in outcome.links:
            if link.anchor not in live.get(link.article, ()):
                yield Finding("not-live", f"{name} sends patients to {link}, which is not published.", place)


class LessUrgent(Refused):
    """Some answers would get a less urgent result than before, and nobody has confirmed just that with a reason."""

    def __init__(self, kinds: int) -> None:
        self.kinds = kinds
        answers = "1 kind of answers gets" if kinds == 1 else f"{kinds} kinds of answers get"
        super().__init__(f"{answers} a less urgent result than before. Say that this is right, and why.")


@transaction.atomic
def publish(
    quiz: Quiz,
    *,
    by: User | None = None,
    submission: Submission | None = None,
    reviewer_name: str = "",
    goes_live_at: datetime.datetime | None = None,
    expires_at: datetime.datetime | None = None,
    reason: str = "",
    less_urgent_kinds: int | None = None,
    less_urgent_reason: str = "",
) -> QuizEdition:
    """Check the working copy and freeze it as the next edition; see `articles.publishing.publish`.

    If answers get a less urgent result than before, it takes a reason; `less_urgent_kinds` is how many kinds of answers
    somebody has seen and confirmed, if they were asked. Raises CannotPublish, NotSubmitted, LessUrgent.
    """
    quiz = Quiz.objects.select_for_update().get(pk=quiz.pk)
    try:
        definition = rows.to_definition(quiz)
    except DefinitionError as error:
        raise CannotPublish(quiz, [problem.message for problem in error.problems]) from error
    common = edition_fields(
        quiz,
        find(definition),
        fingerprint(dump(definition)),
        by=by,
        submission=submission,
        reviewer_name=reviewer_name,
        goes_live_at=goes_live_at,
        expires_at=expires_at,
        reason=reason,
    )
    losses = urgency.losses(quiz, definition, common["goes_live_at"])
    if losses.kinds and (not less_urgent_reason or less_urgent_kinds not in (None, losses.kinds)):
        raise LessUrgent(losses.kinds)
    edition = QuizEdition.objects.create(
        quiz=quiz,
        next_review_due=add_months(common["last_reviewed"], quiz.review_months) if by else None,
        slug=quiz.slug,
        title=quiz.title,
        definition=dump(definition),
        stories=story_table.table(definition),
        less_urgent=losses.sentences,
        less_urgent_reason=less_urgent_reason if losses.kinds else "",
        **common,
    )
    note_published(quiz, edition, _why(edition))
    return edition


def _why(edition: QuizEdition) -> str:
    if not edition.less_urgent:
        return ""
    return f"{' '.join(edition.less_urgent)} Confirmed: {edition.less_urgent_reason}"


@transaction.atomic
def restore(edition: QuizEdition, *, by: User | None = None) -> Quiz:
    """Bring an edition back into the working copy. Raises DefinitionError if a section it links to is gone."""
    quiz = rows.fill(edition.quiz, parse(edition.definition))
    note(quiz, What.RESTORED, by=by, edition=edition.number, why=f"From edition {edition.number}.")
    return quiz


@transaction.atomic
def withdraw(edition: QuizEdition, *, by: User | None, message: str = "") -> QuizWithdrawal:
    """Take an edition back at once, with a message to patients. If it is the newest, the self-check stops."""
    withdrawal = QuizWithdrawal.objects.create(edition=edition, by=by, message=message)
    note_withdrawn(edition.quiz, edition, withdrawal)
    return withdrawal
