"""From the working copy of a self-check to an edition and back."""

import datetime
from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from articles import placeholders
from articles.models import LiveVersion
from articles.publishing import Anchors, CannotPublish, add_months, live_anchors, person_name
from checker import rows, safety
from checker.definition import Definition, DefinitionError, Level, dump, parse
from checker.finding import WHOLE, Finding, at_outcome, at_question, name_outcome, place_in, sentence
from checker.models import Quiz, QuizEdition, QuizWithdrawal

MOST_EMERGENCY_FACTS = 3


def check(quiz: Quiz) -> list[Finding]:
    """What stands against publishing the working copy, or is worth a look: proofs, texts and live links."""
    data = rows.to_data(quiz)
    try:
        definition = parse(data)
    except DefinitionError as error:
        return [Finding("definition", problem.message, place_in(data, problem.place)) for problem in error.problems]
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


@transaction.atomic
def publish(
    quiz: Quiz,
    *,
    by: User | None,
    approve: bool = False,
    goes_live_at: datetime.datetime | None = None,
    expires_at: datetime.datetime | None = None,
    reason: str = "",
) -> QuizEdition:
    """Check the working copy and freeze it as the next edition. Raises CannotPublish."""
    quiz = Quiz.objects.select_for_update().get(pk=quiz.pk)
    if problems := [finding.message for finding in check(quiz) if finding.blocks]:
        raise CannotPublish(quiz, problems)
    now = timezone.now()
    today = timezone.localdate(now)
    if expires_at and expires_at <= (goes_live_at or now):
        raise CannotPublish(quiz, ["It must expire after it goes live."])
    last = quiz.editions.aggregate(last=Max("number"))["last"] or 0
    edition = QuizEdition.objects.create(
        quiz=quiz,
        number=last + 1,
        reason=reason,
        goes_live_at=goes_live_at or now,
        expires_at=expires_at,
        published_at=now,
        published_by=by,
        approved_by=by if approve else None,
        reviewer_name=person_name(by) if approve else "",
        last_reviewed=today if approve else None,
        next_review_due=add_months(today, quiz.review_months) if approve else None,
        slug=quiz.slug,
        title=quiz.title,
        definition=dump(rows.to_definition(quiz)),
    )
    LiveVersion.objects.bump()
    return edition


def restore(edition: QuizEdition) -> Quiz:
    """Bring an edition back into the working copy. Raises DefinitionError if a section it links to is gone."""
    return rows.fill(edition.quiz, parse(edition.definition))


@transaction.atomic
def withdraw(edition: QuizEdition, *, by: User | None, message: str = "") -> QuizWithdrawal:
    """Take an edition back at once, with a message to patients. If it is the newest, the self-check stops."""
    withdrawal = QuizWithdrawal.objects.create(edition=edition, by=by, message=message)
    LiveVersion.objects.bump()
    return withdrawal
