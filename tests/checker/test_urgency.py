"""Nobody makes a self-check less urgent without seeing it and saying why."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import approval
from articles.models import Step
from checker import publishing, urgency
from checker.models import Quiz, Rule
from checker.publishing import LessUrgent
from tests.factories import make_quiz, make_quiz_edition, make_reviewer, make_submission
from tests.staff import html_of, url
from tests.test_review_screen import screen, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def milder() -> Quiz:
    """Patients have an edition in which daily pain is routine; in the working copy it is self-care."""
    quiz = make_quiz()
    make_quiz_edition(quiz)
    Rule.objects.filter(quiz=quiz, name="R1").delete()
    quiz.outcomes.filter(key="ro").delete()
    return quiz


def test_without_a_reason_it_cannot_be_published(milder):
    with pytest.raises(LessUrgent, match="1 kind of answers gets a less urgent result than before"):
        publishing.publish(milder)
    assert milder.editions.count() == 1


def test_with_a_reason_it_can_and_the_reason_stays_with_the_edition_and_in_the_log(milder):
    edition = publishing.publish(milder, less_urgent_reason="Daily pain is common.")
    assert edition.less_urgent_reason == "Daily pain is common."
    assert edition.less_urgent[0] == "1 kind of answers now gets a less urgent result."
    assert "“self-care” instead of “routine”" in edition.less_urgent[1]


def test_who_confirmed_another_number_has_not_seen_this_one(milder):
    with pytest.raises(LessUrgent):
        publishing.publish(milder, less_urgent_kinds=2, less_urgent_reason="Daily pain is common.")


def test_more_urgency_needs_no_reason_and_keeps_none():
    quiz = make_quiz()
    make_quiz_edition(quiz)
    quiz.rules.filter(name="R1").update(outcome=quiz.outcomes.get(key="ur"))
    quiz.outcomes.filter(key="ro").delete()
    edition = publishing.publish(quiz, less_urgent_reason="Not asked.")
    assert (edition.less_urgent, edition.less_urgent_reason) == ([], "")


def test_withdrawing_first_is_no_way_around(milder):
    publishing.withdraw(milder.editions.get(), by=None)
    with pytest.raises(LessUrgent):
        publishing.publish(milder)


def test_an_edition_for_later_is_also_compared_with_the_one_it_will_replace():
    quiz, soon = make_quiz(), timezone.now() + timedelta(days=1)
    make_quiz_edition(quiz)
    quiz.rules.filter(name="R1").update(outcome=quiz.outcomes.get(key="ur"))
    quiz.outcomes.filter(key="ro").delete()
    planned = make_quiz_edition(quiz, goes_live_at=soon)
    publishing.restore(quiz.editions.get(number=1))
    quiz = Quiz.objects.get(pk=quiz.pk)
    assert urgency.before(quiz, soon + timedelta(days=1)) == [quiz.editions.get(number=1), planned]
    with pytest.raises(LessUrgent):
        publishing.publish(quiz, goes_live_at=soon + timedelta(days=1))
    publishing.publish(quiz)


def test_what_goes_live_meanwhile_counts(milder, reviewer):
    """The number that was confirmed belongs to the edition that was live then."""
    submission = make_submission(milder)
    current = milder.editions.get()
    publishing.withdraw(current, by=None)
    response = send(reviewer, submission, "approve", less_urgent_kinds="2", less_urgent_reason="Common.")
    assert response.status_code == 422
    assert "The number has changed." in html_of(response)


def test_the_screen_asks_for_the_number_and_a_reason(milder, reviewer):
    submission = make_submission(milder)
    page = html_of(screen(reviewer, milder))
    assert "I have seen that 1 kind of answers now gets a less urgent result." in page
    assert "1 kind of answers now gets “self-care” instead of “routine”." in page
    refused = send(reviewer, submission, "approve")
    assert refused.status_code == 422
    assert "Say why less urgent is right." in html_of(refused)
    assert "Tick this if you have seen" in html_of(refused)
    send(reviewer, submission, "approve", less_urgent_kinds="1", less_urgent_reason="Daily pain is common.")
    edition = milder.editions.live().get()
    assert (edition.number, edition.less_urgent_reason) == (2, "Daily pain is common.")
    assert "Confirmed: Daily pain is common." in Step.objects.of(milder).get(what="approved").why
    assert "Daily pain is common." in html_of(reviewer.get(url(type(edition), "change", edition.pk)))


def test_the_screen_asks_nothing_when_nothing_is_less_urgent(reviewer):
    quiz = make_quiz()
    make_submission(quiz)
    assert "less_urgent" not in html_of(screen(reviewer, quiz))


def test_the_table_of_stories_stays_as_it_was_on_that_day():
    quiz = make_quiz()
    answers = {"danger": ["cold"], "often": ["daily"]}
    story = quiz.vignettes.create(name="V1", story="A cold leg.", answers=answers, min_level="urgent")
    edition = approval.approve(make_submission(quiz), by=make_reviewer())
    story.delete()
    edition.refresh_from_db()
    row = {"id": "V1", "story": "A cold leg.", "at_least": "urgent", "at_most": "", "got": "emergency"}
    assert edition.stories == [row | {"outcome": "em", "passed": True}]


def test_a_story_that_fails_stops_the_submission():
    quiz = make_quiz()
    quiz.vignettes.create(name="V1", story="S.", answers={"danger": ["none"], "often": ["rarely"]}, min_level="urgent")
    with pytest.raises(approval.Refused, match="lowest safe level"):
        make_submission(quiz)
