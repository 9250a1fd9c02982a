"""The self-check changes between every pair of steps: a newer edition, withdrawals, an expiry."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from checker import publishing
from checker.models import Choice, Question, QuizEdition
from tests.checker.takes import HTMX, hidden_fields, read_result, words_of
from tests.checker.test_views import heading_of, html_of
from tests.factories import make_clinic, make_quiz_edition

pytestmark = pytest.mark.django_db

TAKEN_BACK = "This self-check has been taken back"
both = pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])


class Patient:
    """Takes the check step by step; each step acts on the page that the one before has left open."""

    def __init__(self, slug: str, headers: dict[str, str]) -> None:
        self.client, self.base, self.headers = Client(), f"/check/{slug}/", headers
        self.page: Any = None

    def steps(self) -> list[Callable[[], Any]]:
        return [
            lambda: self.client.get(f"{self.base}question/danger/"),
            lambda: self.send("danger", "none", "swollen"),
            lambda: self.send("danger", "swollen"),
            lambda: self.send("often", "daily"),
            lambda: self.client.get(f"{self.base}answers/", headers=self.headers),
            lambda: self.client.get(f"{self.base}question/danger/?change"),
            lambda: self.send("danger", "swollen"),
            lambda: self.client.get(f"{self.base}result/", headers=self.headers),
        ]

    def send(self, key: str, *chosen: str) -> Any:
        data = {**hidden_fields(html_of(self.page)), "answer": chosen}
        page = self.client.post(f"{self.base}question/{key}/", data, headers=self.headers)
        return self.client.get(page["Location"]) if page.status_code == 303 else page

    def take(self, *, change_before: int = -1, change: Callable[[], Any] = lambda: None) -> list[Any]:
        """The pages of all steps; before the one with this number, `change` happens."""
        pages = []
        for number, step in enumerate(self.steps()):
            if number == change_before:
                change()
            self.page = step()
            pages.append(self.page)
        return pages


STEPS = range(len(Patient("x", {}).steps()))
before_each_step = pytest.mark.parametrize("number", STEPS)


@pytest.fixture
def edition() -> QuizEdition:
    make_clinic()
    return make_quiz_edition()


def publish_another(edition: QuizEdition) -> QuizEdition:
    """Other words, one choice more, another result for the same ticks."""
    Question.objects.filter(quiz=edition.quiz, key="danger").update(text="Anything new?")
    Choice.objects.filter(question__quiz=edition.quiz, key="swollen").update(text="A new sign")
    first = Question.objects.get(quiz=edition.quiz, key="danger")
    Choice.objects.create(question=first, key="added", text="Added", order=1)
    edition.quiz.outcomes.filter(key="ur").update(title="Come in today")
    return make_quiz_edition(edition.quiz)


@both
@before_each_step
def test_a_newer_edition_changes_nothing_for_who_has_begun(edition, headers, number):
    pages = Patient(edition.slug, headers).take(change_before=number, change=lambda: publish_another(edition))
    texts = [html_of(page) for page in pages]
    if number == 0:
        assert "Anything new?" in texts[0]
        assert read_result(texts[-1]).title == "Come in today"
    else:
        assert not [text for text in texts if "Anything new?" in text or "A new sign" in text]
        assert read_result(texts[-1]).title == "Be seen today"
    assert [page.status_code for page in pages] == [200, 422, *[200] * 6]


@both
@before_each_step
def test_a_withdrawn_check_is_told_at_the_next_step(edition, headers, number):
    def withdraw() -> None:
        publishing.withdraw(edition, by=None, message="Call {clinic_phone} instead.")

    pages = Patient(edition.slug, headers).take(change_before=number, change=withdraw)
    assert [page.status_code for page in pages[number:]] == [410] * (len(pages) - number)
    for page in pages[number:]:
        assert heading_of(page) == TAKEN_BACK
        assert 'Call <a class="phone" href="tel:5550100">' in html_of(page)
        assert "start again" not in html_of(page)


@both
@pytest.mark.parametrize("number", STEPS[1:])
def test_who_has_begun_with_a_withdrawn_edition_is_told_and_can_start_again_with_the_newer_one(
    edition, headers, number
):
    def replace() -> None:
        publish_another(edition)
        publishing.withdraw(edition, by=None)

    patient = Patient(edition.slug, headers)
    pages = patient.take(change_before=number, change=replace)
    told = pages[number]
    assert (told.status_code, heading_of(told)) == (410, TAKEN_BACK)
    assert "please start again" in html_of(told)
    assert "tel:5550100" in html_of(told)
    assert told.cookies["check"].value == ""
    again = Patient(edition.slug, headers).take()
    assert "Anything new?" in html_of(again[0])
    assert read_result(html_of(again[-1])).title == "Come in today"


@both
@before_each_step
def test_an_edition_that_expires_is_told_at_the_next_step(headers, set_clock, number):
    make_clinic()
    edition = make_quiz_edition(expires_at=timezone.now() + timedelta(hours=1))
    later = timezone.now() + timedelta(hours=2)
    pages = Patient(edition.slug, headers).take(change_before=number, change=lambda: set_clock(later))
    assert [page.status_code for page in pages[number:]] == [410] * (len(pages) - number)
    assert "tel:5550100" in html_of(pages[number])


@both
@before_each_step
def test_an_older_edition_ends_when_the_newer_one_is_withdrawn(edition, headers, number):
    """The whole check has been stopped; what was replaced may have been wrong."""

    def stop() -> None:
        publishing.withdraw(publish_another(edition), by=None)

    pages = Patient(edition.slug, headers).take(change_before=number, change=stop)
    assert {page.status_code for page in pages[number:]} == {410}


@both
@pytest.mark.parametrize("newer", [False, True])
def test_a_danger_sign_sent_to_a_withdrawn_check_is_shown_with_its_urgency(edition, headers, newer):
    patient = Patient(edition.slug, headers)
    patient.page = patient.client.get(f"{patient.base}question/danger/")
    patient.page = patient.send("danger", "swollen")
    patient.page = patient.client.get(f"{patient.base}question/danger/")
    if newer:
        publish_another(edition)
    publishing.withdraw(edition, by=None)
    told = patient.send("danger", "cold")
    words = words_of(html_of(told))
    assert (told.status_code, heading_of(told)) == (410, TAKEN_BACK)
    assert words.index("Emergency: Call 911 now") < words.index("A cold, pale leg") < words.index("call the clinic")
    assert "swollen" not in words


def test_the_form_of_a_scheduled_edition_cannot_be_asked_for(client, edition):
    """A stamp pins only what a page of ours was made from."""
    later = make_quiz_edition(edition.quiz, goes_live_at=timezone.now() + timedelta(days=1))
    data = {"stamp": f"{later.pk}.{'0' * 20}", "answer": "none"}
    client.post(f"/check/{edition.slug}/question/danger/", data)
    assert client.cookies["check"].value.startswith(f"{edition.pk}.")
