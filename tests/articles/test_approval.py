"""From a working copy to patients with two people, for articles and self-checks alike."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles import approval, publishing
from articles.approval import ChangedSince, NeedsSomebodyElse, NotWaiting, Refused
from articles.models import Article, Step, Submission
from articles.record import CannotPublish, NotSubmitted
from checker import publishing as checker_publishing
from checker.models import Question, Quiz
from tests.factories import (
    make_article,
    make_edition,
    make_editor,
    make_quiz,
    make_quiz_edition,
    make_reviewer,
    make_section,
    make_submission,
)

pytestmark = pytest.mark.django_db
BOTH = {"article": make_article, "self-check": make_quiz}
both = pytest.mark.parametrize("make", BOTH.values(), ids=BOTH)
State = Submission.State


def edit(subject) -> None:
    """Somebody saves a change of what patients would read."""
    if isinstance(subject, Article):
        subject.sections.update(heading="Another heading")
    else:
        Question.objects.filter(quiz=subject).update(hint="Another hint.")


def steps_of(subject) -> list[str]:
    return [step.what for step in Step.objects.of(subject).order_by("pk")]


@both
def test_what_an_editor_submits_reaches_patients_when_a_reviewer_approves_it(make):
    subject, reviewer = make(), make_reviewer()
    submission = make_submission(subject, reason="First.", by=make_editor(first_name="Ed", last_name="Itor"))
    assert not subject.editions.exists()
    edition = approval.approve(submission, by=reviewer)
    assert list(subject.editions.live()) == [edition]
    assert (edition.approved_by, edition.reviewer_name, edition.reason) == (reviewer, "Rev Iewer", "First.")
    assert (edition.submitted_by_name, edition.submission) == ("Ed Itor", submission)
    assert edition.fingerprint == submission.fingerprint == approval.current_fingerprint(subject)
    submission.refresh_from_db()
    assert (submission.state, submission.ended_by) == (State.APPROVED, reviewer)
    assert steps_of(subject) == ["submitted", "approved"]


@both
def test_what_changed_since_it_was_submitted_cannot_be_approved(make):
    subject = make()
    submission = make_submission(subject)
    edit(subject)
    with pytest.raises(ChangedSince):
        approval.approve(submission, by=make_reviewer())
    submission.refresh_from_db()
    assert submission.is_waiting
    assert not subject.editions.exists()


@both
def test_what_was_changed_and_changed_back_can_be_approved(make):
    subject = make()
    submission = make_submission(subject)
    title = subject.title
    type(subject).objects.filter(pk=subject.pk).update(title="Other")
    type(subject).objects.filter(pk=subject.pk).update(title=title)
    approval.approve(submission, by=make_reviewer())
    assert subject.editions.live().exists()


@both
def test_whoever_submitted_it_cannot_approve_it(make, settings):
    reviewer = make_reviewer()
    submission = make_submission(make(), by=reviewer)
    with pytest.raises(NeedsSomebodyElse, match="You submitted it yourself"):
        approval.approve(submission, by=reviewer)
    settings.FOUR_EYES = False
    assert approval.approve(submission, by=reviewer).approved_by == reviewer


@pytest.mark.parametrize("part", [lambda quiz: quiz, lambda quiz: quiz.rules.first()], ids=["itself", "a rule"])
def test_whoever_changed_it_last_cannot_approve_it(part, settings):
    reviewer, quiz = make_reviewer(), make_quiz()
    row = part(quiz)
    LogEntry.objects.create(
        user=reviewer,
        content_type=ContentType.objects.get_for_model(row),
        object_id=str(row.pk),
        object_repr=str(row),
        action_flag=CHANGE,
        change_message='[{"changed": {"fields": ["Title"]}}]',
    )
    submission = make_submission(quiz)
    with pytest.raises(NeedsSomebodyElse, match="You made the last change"):
        approval.approve(submission, by=reviewer)
    settings.FOUR_EYES = False
    assert approval.approve(submission, by=reviewer).approved_by == reviewer


@both
@pytest.mark.parametrize("four_eyes", [True, False])
def test_an_editor_can_approve_nothing(make, four_eyes, settings):
    settings.FOUR_EYES = four_eyes
    submission = make_submission(make())
    for step in (approval.approve, lambda submission, by: approval.give_back(submission, by=by, comment="No.")):
        with pytest.raises(NeedsSomebodyElse):
            step(submission, by=make_editor())
    submission.refresh_from_db()
    assert submission.is_waiting


@pytest.mark.parametrize("publish", [publishing.publish, checker_publishing.publish])
def test_nobody_can_publish_in_their_name_what_was_not_submitted(publish):
    subject = make_article() if publish is publishing.publish else make_quiz()
    other = make_submission(make_article())
    for by, submission in ((make_reviewer(), None), (None, other), (make_reviewer(), other)):
        with pytest.raises(NotSubmitted):
            publish(subject, by=by, submission=submission)
    assert not subject.editions.exists()


def test_what_was_written_between_the_check_and_the_freeze_stops_it(monkeypatch):
    article = make_article()
    submission = make_submission(article)
    freeze = publishing.freezing.stored

    def written_meanwhile(article):
        make_section(article)
        return freeze(article)

    monkeypatch.setattr(publishing.freezing, "stored", written_meanwhile)
    with pytest.raises(ChangedSince):
        approval.approve(submission, by=make_reviewer())
    assert not article.editions.exists()


@both
def test_what_has_problems_cannot_be_submitted(make):
    subject = make()
    if isinstance(subject, Article):
        subject.sections.all().delete()
    else:
        Quiz.objects.filter(pk=subject.pk).update(title="{nobody}")
    with pytest.raises(Refused):
        make_submission(subject)
    assert not subject.submissions.exists()


def test_problems_that_came_up_since_stop_the_approval():
    linked = make_edition()
    submission = make_submission(make_quiz(linked))
    publishing.withdraw(linked, by=None)
    with pytest.raises(CannotPublish, match="not published"):
        approval.approve(submission, by=make_reviewer())
    submission.refresh_from_db()
    assert submission.is_waiting


@both
def test_a_new_submission_replaces_the_one_that_waits(make):
    subject = make()
    first = make_submission(subject)
    edit(subject)
    second = make_submission(subject)
    first.refresh_from_db()
    assert first.state == State.REPLACED
    assert approval.waiting_for(subject) == second
    with pytest.raises(NotWaiting, match="replaced by a newer one by Ed Itor"):
        approval.approve(first, by=make_reviewer())


def test_the_database_keeps_two_from_waiting():
    submission = make_submission()
    submission.pk, submission._state.adding = None, True
    with pytest.raises(IntegrityError), transaction.atomic():
        submission.save()


def test_what_somebody_changed_while_the_page_was_open_is_not_submitted():
    article = make_article()
    seen = approval.current_fingerprint(article)
    edit(article)
    with pytest.raises(ChangedSince, match="while you had this page open"):
        make_submission(article, seen=seen)


@both
def test_a_returned_submission_keeps_its_comment_and_ends(make):
    subject, reviewer = make(), make_reviewer()
    submission = make_submission(subject)
    approval.give_back(submission, by=reviewer, comment="The dose is wrong.")
    submission.refresh_from_db()
    assert (submission.state, submission.comment, submission.ended_by) == (
        State.RETURNED,
        "The dose is wrong.",
        reviewer,
    )
    assert approval.waiting_for(subject) is None
    with pytest.raises(NotWaiting, match="returned by Rev Iewer"):
        approval.approve(submission, by=make_reviewer())
    assert Step.objects.of(subject).first().why == "The dose is wrong."


@both
def test_a_submission_can_be_taken_back(make):
    subject = make()
    submission = make_submission(subject)
    approval.take_back(submission, by=submission.by)
    for step in (approval.approve, approval.take_back):
        with pytest.raises(NotWaiting):
            step(submission, by=make_reviewer())
    assert steps_of(subject) == ["submitted", "taken-back"]


@both
def test_an_approval_for_later_can_be_cancelled_until_then(make, set_clock):
    subject, editor, later = make(), make_editor(), timezone.now() + timedelta(days=2)
    edition = approval.approve(make_submission(subject), by=make_reviewer(), goes_live_at=later)
    assert list(subject.editions.upcoming()) == [edition]
    approval.cancel(edition, by=editor)
    assert not subject.editions.upcoming().exists()
    set_clock(later + timedelta(days=1))
    assert not subject.editions.current().exists()
    with pytest.raises(Refused, match="already"):
        approval.cancel(edition, by=editor)
    assert steps_of(subject) == ["submitted", "approved", "scheduled", "cancelled"]


@both
def test_what_patients_read_can_be_withdrawn_but_not_cancelled(make):
    subject = make()
    edition = approval.approve(make_submission(subject), by=make_reviewer())
    with pytest.raises(Refused, match="Withdraw it instead"):
        approval.cancel(edition, by=make_editor())
    assert subject.editions.live().exists()


def test_an_edition_that_a_newer_one_overtakes_is_no_longer_planned():
    article, later = make_article(), timezone.now() + timedelta(days=2)
    make_edition(article, goes_live_at=later)
    make_edition(article)
    assert not article.editions.upcoming().exists()
    last = make_edition(article, goes_live_at=later + timedelta(days=1))
    assert list(article.editions.upcoming()) == [last]


def test_a_cancelled_edition_overtakes_nothing():
    article, later = make_article(), timezone.now() + timedelta(days=2)
    first, second = make_edition(article, goes_live_at=later), make_edition(article, goes_live_at=later)
    assert list(article.editions.upcoming()) == [second]
    publishing.withdraw(second, by=None)
    assert list(article.editions.upcoming()) == [first]


def test_the_checks_of_that_day_stay_with_the_edition():
    article = make_article()
    article.sections.get().sources.clear()
    edition = make_edition(article, by=make_reviewer())
    assert edition.warnings == [f"“{article.sections.get().heading}” names no source."]
    assert make_quiz_edition().warnings == []


def test_a_draft_can_be_deleted_with_its_submissions_and_the_log_stays():
    article = make_article()
    approval.give_back(make_submission(article), by=make_reviewer(), comment="Not needed.")
    kept = Step.objects.of(article)
    key = article.pk
    article.delete()
    assert not Submission.objects.exists()
    article.pk = key
    assert kept.count() == 2
