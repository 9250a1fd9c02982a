"""The same check in two windows of a browser, sent twice, sent late: no danger sign is lost without a word."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from checker import answers as cookie
from checker.definition import Definition
from checker.evaluation import Answers, walk
from checker.models import Choice, Quiz
from checker.starter_files import definitions as starter_definitions
from tests.checker.strategies import any_answers, complete_answers, definitions_with, valid_answers
from tests.checker.takes import HTMX, hidden_fields, words_of
from tests.checker.test_views import branching_quiz, heading_of, html_of, main_of
from tests.factories import answer, make_clinic, make_quiz, make_quiz_edition

pytestmark = pytest.mark.django_db

CHANGED, OVER = "Your answers have changed", "Please start again"
both = pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])


class Window:
    """A page that stays open while the browser's cookies change elsewhere."""

    def __init__(self, client: Client, slug: str, key: str) -> None:
        self.client, self.url = client, f"/check/{slug}/question/{key}/"
        self.hidden = hidden_fields(html_of(client.get(self.url)))

    def send(self, *chosen: str, **headers: str) -> Any:
        return self.client.post(self.url, {**self.hidden, "answer": chosen}, headers=headers)


@pytest.fixture
def slug() -> str:
    """Asks danger, then `since` if something is swollen, then often."""
    make_clinic()
    return branching_quiz()


def given_of(page: Any) -> list[str]:
    return re.findall(r'given__answer"><p>(.*?)</p>', html_of(page))


def ticked(client: Client, slug: str, key: str) -> list[str]:
    return re.findall(r'value="(\w+)" type="\w+" checked', html_of(client.get(f"/check/{slug}/question/{key}/")))


def test_windows_that_agree_do_no_harm(client, slug):
    answer(client, slug, "danger", "none")
    first, second = Window(client, slug, "often"), Window(client, slug, "often")
    assert first.send("daily")["Location"] == second.send("daily")["Location"] == f"/check/{slug}/answers/"


def test_a_double_click_is_one_answer(client, slug):
    window = Window(client, slug, "danger")
    assert window.send("swollen")["Location"] == window.send("swollen")["Location"]
    assert ticked(client, slug, "danger") == ["swollen"]


@both
def test_a_danger_sign_that_another_window_took_back_is_shown(client, slug, headers):
    """One window says “swollen” and goes on; the other says “none” to the same question; then the first goes on."""
    other = Window(client, slug, "danger")
    answer(client, slug, "danger", "swollen")
    since = Window(client, slug, "since")
    other.send("none")
    page = since.send("yes", **headers)
    assert (page.status_code, heading_of(page)) == (409, CHANGED)
    assert given_of(page) == ["None of these"]
    assert "You just answered" in html_of(page)
    assert f'href="/check/{slug}/question/often/">Go on' in html_of(page)


@both
def test_an_answer_to_a_question_that_is_still_asked_counts_and_all_answers_are_shown(client, slug, headers):
    answer(client, slug, "danger", "swollen")
    answer(client, slug, "since", "no")
    often = Window(client, slug, "often")
    answer(client, slug, "since", "yes")
    page = often.send("daily", **headers)
    assert (page.status_code, heading_of(page)) == (409, CHANGED)
    assert given_of(page) == ["One swollen leg", "Yes", "Every day"]
    assert f'href="/check/{slug}/answers/">Go on' in html_of(page)
    assert ticked(client, slug, "often") == ["daily"]


@both
def test_an_emergency_sign_is_an_emergency_whatever_another_window_did(client, slug, headers):
    danger = Window(client, slug, "danger")
    answer(client, slug, "danger", "none")
    page = danger.send("cold", **headers)
    assert (page.get("Location") or page["HX-Push-Url"]) == f"/check/{slug}/result/"


@both
@pytest.mark.parametrize("lost", ["deleted", "unreadable"])
def test_a_danger_sign_sent_after_the_cookie_is_gone_is_shown_with_its_urgency(client, headers, lost):
    """As after 24 hours, or “Start again” in another window."""
    make_clinic()
    edition = make_quiz_edition()
    quiz = edition.quiz
    answer(client, edition.slug, "danger", "none")
    quiz.questions.filter(key="often").update(order=0)  # so that danger signs come second
    slug = make_quiz_edition(quiz).slug
    client.cookies.clear()
    answer(client, slug, "often", "daily")
    danger = Window(client, slug, "danger")
    client.cookies.clear()
    if lost == "unreadable":
        client.cookies["check"] = "rubbish"
    page = danger.send("cold", **headers)
    html = main_of(page) if not headers else html_of(page)
    assert heading_of(page) == (OVER if lost == "unreadable" else CHANGED)
    assert "Emergency: Call 911 now" in words_of(html)
    assert "A cold, pale leg" in html
    assert "could not be counted" in html
    assert html.index("</h1>") < html.index("tel:911", html.index("</h1>")) < html.index('class="lead"')


@both
@pytest.mark.parametrize("lost", ["deleted", "unreadable"])
@pytest.mark.parametrize("change", ["gone", "reworded"])
def test_a_danger_sign_of_a_form_of_an_older_edition_is_shown_in_the_words_of_that_form(client, headers, lost, change):
    """As after 24 hours, while a newer edition was published that no longer asks so."""
    make_clinic()
    quiz = make_quiz()
    quiz.questions.filter(key="often").update(order=0)  # so that danger signs come second
    slug = make_quiz_edition(quiz).slug
    answer(client, slug, "often", "daily")
    old = Window(client, slug, "danger")
    if change == "gone":
        quiz.rules.filter(name__in=["E1", "U1"]).delete()
        quiz.outcomes.filter(key__in=["em", "ur"]).delete()
        quiz.questions.filter(key="danger").delete()
    else:
        Choice.objects.filter(question__quiz=quiz, key="cold").update(text="Something else")
    make_quiz_edition(quiz, less_urgent_reason="A test.")
    client.cookies.clear()
    if lost == "unreadable":
        client.cookies["check"] = "rubbish"
    words = words_of(html_of(old.send("cold", **headers)))
    assert "Emergency: Call 911 now" in words
    assert "A cold, pale leg" in words
    assert "Something else" not in words


def test_a_form_shows_no_words_of_an_edition_that_patients_have_not_seen(client, slug):
    quiz = Quiz.objects.get(slug=slug)
    Choice.objects.filter(question__quiz=quiz, key="cold").update(text="Not yet to be read")
    later = make_quiz_edition(quiz, goes_live_at=timezone.now() + timedelta(days=1))
    answer(client, slug, "danger", "none")
    client.cookies["check"] = "rubbish"
    data = {"stamp": f"{later.pk}.{'0' * 20}", "answer": "cold"}
    words = words_of(html_of(client.post(f"/check/{slug}/question/danger/", data)))
    assert "A cold, pale leg" in words
    assert "Not yet to be read" not in words


def test_a_sign_ticked_beside_none_of_these_is_shown_too(client, slug):
    answer(client, slug, "danger", "none")
    window = Window(client, slug, "often")
    window.url = f"/check/{slug}/question/danger/"
    page = window.send("none", "swollen")
    assert "One swollen leg" in html_of(page)
    assert "Be seen today" in html_of(page)
    assert ticked(client, slug, "danger") == ["none"]


@pytest.mark.parametrize(
    "stamp", ["x", "1.", "1.deadbeefdeadbeefdead", "9" * 40 + ".a", "9" * 19 + ".a", "²." + "a" * 20, "-1.a", "\x00"]
)
@both
def test_a_stamp_that_is_none_of_ours_is_told_and_breaks_nothing(client, slug, stamp, headers):
    page = client.post(f"/check/{slug}/question/danger/", {"stamp": stamp, "answer": "swollen"}, headers=headers)
    assert (page.status_code, given_of(page)) == (409, ["One swollen leg"])


@both
def test_a_question_that_no_longer_exists_is_told(client, slug, headers):
    window = Window(client, slug, "danger")
    window.url = f"/check/{slug}/question/gone/"
    page = window.send("cold", **headers)
    assert (page.status_code, heading_of(page)) == (409, CHANGED)


STARTER = list(starter_definitions())


def pairs() -> st.SearchStrategy[tuple[Definition, Answers]]:
    starter = st.sampled_from(STARTER).flatmap(lambda each: st.tuples(st.just(each), complete_answers(each)))
    return starter | definitions_with(any_answers)


@given(pairs(), st.data())
def test_a_changed_answer_keeps_every_other_that_is_still_asked(pair, data):
    """Through the cookie, as each step goes."""
    definition, answers = pair
    before = walk(definition, cookie.unpack(definition, cookie.pack(definition, answers)))
    if not before.asked:
        return
    question = data.draw(st.sampled_from(before.asked))
    changed = {**answers, question.key: data.draw(valid_answers(question))}
    after = walk(definition, cookie.unpack(definition, cookie.pack(definition, changed)))
    for key in before.answers.keys() & after.answers.keys() - {question.key}:
        assert after.answers[key] == before.answers[key]
    back = walk(
        definition,
        cookie.unpack(definition, cookie.pack(definition, {**changed, question.key: before.answers[question.key]})),
    )
    assert back.answers == before.answers
