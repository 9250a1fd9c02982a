"""Patients say whether a page was useful; nothing about them is kept, and nobody can flood the clinic."""

import re
import time

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from articles import feedback, publishing
from articles.feedback import PERSONAL, FeedbackForm, Token
from articles.models import Feedback
from tests.factories import make_clinic, make_edition, make_editor
from tests.staff import html_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    make_clinic()
    return make_edition()


def token_in(response) -> str:
    return re.search(r'name="token" value="([^"]+)"', html_of(response))[1]


@pytest.fixture
def send(client, edition, monkeypatch):
    """`send(**typed)` opens the form, waits as people do, and sends it."""
    url = f"/articles/{edition.slug}/feedback/"

    def _send(**typed):
        with monkeypatch.context() as patched:
            opened = signing.b62_encode(int(time.time()) - 5)
            patched.setattr(signing.TimestampSigner, "timestamp", lambda self: opened)
            token = Token.make(edition.slug, edition.number)
        return client.post(url, {"token": token, "anchor": "", "words": "", "website": ""} | typed)

    return _send


def test_an_article_asks_with_two_plain_links_and_no_form(client, edition):
    html = html_of(client.get(f"/articles/{edition.slug}/"))
    for answer in ("yes", "no"):
        assert f'href="/articles/{edition.slug}/feedback/?useful={answer}"' in html
    assert "<form" not in html.partition("<main")[2].partition("</main>")[0]
    assert not client.cookies


@pytest.mark.parametrize("answer", ["yes", "no", "", "rubbish"])
def test_opening_the_form_ticks_the_answer_of_the_link_and_keeps_nothing(client, edition, answer):
    response = client.get(f"/articles/{edition.slug}/feedback/?useful={answer}")
    assert "no-store" in response["Cache-Control"]
    assert re.findall(r'value="(\w+)" checked', html_of(response)) == ([answer] if answer in ("yes", "no") else [])
    assert "error-summary" not in html_of(response)
    assert not Feedback.objects.exists()
    assert not client.cookies


def test_an_answer_is_kept_without_a_word_about_who_sent_it(client, send, edition, set_clock):
    set_clock(timezone.now())
    anchor = edition.sections.get().anchor
    response = send(useful="no", anchor=anchor, words="Say more\r\non stretching.")
    assert (response.status_code, response["Location"]) == (303, f"/articles/{edition.slug}/feedback/thanks/")
    kept = Feedback.objects.values().get()
    del kept["id"]
    assert kept == {
        "article_id": edition.article_id,
        "anchor": anchor,
        "edition": 1,
        "useful": False,
        "words": "Say more\non stretching.",
        "day": timezone.localdate(),
        "handled": False,
    }
    assert not client.cookies
    assert "Thank you" in html_of(client.get(response["Location"]))


def test_the_edition_kept_is_the_one_that_was_read(send, edition):
    make_edition(edition.article)
    send(useful="yes")
    assert Feedback.objects.get().edition == 1


ERRORS = [
    ({}, "Choose “Yes” or “No”."),
    ({"useful": "maybe"}, "Choose “Yes” or “No”."),
    ({"useful": "yes", "anchor": "gone"}, "That part is not on this page any more. Choose again."),
    ({"useful": "yes", "words": "x" * 501}, "Please use 500 letters at most. You typed 501."),
    ({"useful": "yes", "words": "Call me: 555-0100 22"}, "Please take out phone numbers and e-mail addresses."),
    ({"useful": "yes", "words": "I am ann@example.org"}, "Please take out phone numbers and e-mail addresses."),
    ({"useful": "yes", "words": "a\x00b"}, "Null characters are not allowed."),
    ({"useful": "yes", "token": ""}, "This page was open for too long. Please press “Send” once more."),
    ({"useful": "yes", "token": "a.b.c"}, "This page was open for too long. Please press “Send” once more."),
]


@pytest.mark.parametrize(("typed", "sentence"), ERRORS)
def test_what_cannot_be_taken_is_shown_again_with_the_error_and_what_was_typed(send, typed, sentence):
    response = send(**{"words": "<b>My words</b>"} | typed)
    html = html_of(response)
    assert response.status_code == 422
    assert "<title>Error: " in html
    summary = html.partition('class="error-summary"')[2].partition("</div>")[0]
    assert sentence in summary
    target = re.search(r'href="#([^"]+)"', summary)[1]
    assert f'id="{target}"' in html
    if "words" not in typed:
        assert "&lt;b>My words" in response.content.decode().replace("&gt;", ">")
    assert not Feedback.objects.exists()


def test_the_form_shown_again_can_be_sent(client, send, edition):
    again = token_in(send(useful=""))
    assert Token(again, edition.slug).edition == edition.number


def test_sent_within_a_second_is_asked_once_more(client, edition, monkeypatch):
    now = time.time()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now)
    url = f"/articles/{edition.slug}/feedback/"
    response = client.post(url, {"useful": "yes", "token": token_in(client.get(url))})
    assert "That was very quick" in html_of(response)
    assert not Feedback.objects.exists()


def test_a_field_that_nobody_sees_tells_programs_apart(send):
    assert send(useful="yes", website="https://spam.example").status_code == 303
    assert not Feedback.objects.exists()


def test_the_same_page_sent_twice_counts_once(client, send, edition, monkeypatch):
    monkeypatch.setattr("articles.feedback.get_random_string", lambda length: "the-same")
    feedback.cache.clear()
    assert [send(useful="yes").status_code for _twice in range(2)] == [303, 303]
    assert Feedback.objects.count() == 1


def test_feedback_is_kept_while_the_cache_is_away(send, settings):
    settings.CACHES = {
        **settings.CACHES,
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"},
    }
    assert send(useful="yes").status_code == 303
    assert Feedback.objects.count() == 1


def test_a_token_of_another_page_is_refused(edition):
    with pytest.raises(signing.BadSignature):
        Token(Token.make("another", 1), edition.slug)


@given(st.text(max_size=400))
def test_no_token_but_ours_is_taken(value):
    with pytest.raises((signing.BadSignature, ValueError)):
        Token(value, "cramps")


@pytest.mark.parametrize("limit", ["MOST_A_DAY", "MOST_A_DAY_FOR_ONE"])
def test_a_flood_stops_for_the_day_and_says_so(send, monkeypatch, limit):
    monkeypatch.setattr(feedback, limit, 2)
    assert [send(useful="yes", words="Kept.").status_code for _try in range(3)] == [303, 303, 429]
    assert Feedback.objects.count() == 2
    Feedback.objects.update(day=timezone.localdate() - timezone.timedelta(days=1))
    assert send(useful="yes").status_code == 303


def test_another_site_cannot_send_it(edition):
    response = Client().post(f"/articles/{edition.slug}/feedback/", headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403


@pytest.mark.parametrize("path", ["feedback/", "feedback/thanks/"])
def test_an_unknown_article_has_no_form(client, path):
    assert client.get(f"/articles/nothing/{path}").status_code == 404


def test_a_withdrawn_article_takes_no_answer(client, send, edition):
    publishing.withdraw(edition, by=None)
    assert client.get(f"/articles/{edition.slug}/feedback/").status_code == 410
    assert send(useful="yes").status_code == 410
    assert not Feedback.objects.exists()


def test_a_section_of_a_newer_edition_can_be_chosen_and_only_those():
    form = FeedbackForm([("one", "One")], {"useful": "yes", "anchor": "one"})
    assert form.is_valid()
    assert not FeedbackForm([("two", "Two")], {"useful": "yes", "anchor": "one"}).is_valid()


@pytest.mark.parametrize("words", ["call 555-0100-22", "+49 30 901820", "me@x.org", "(555) 010 0111"])
def test_numbers_and_addresses_are_seen(words):
    assert PERSONAL.search(words)


@pytest.mark.parametrize("words", ["I am 64", "stretch 3 times 20 seconds", "in 2026 and 2027", "10/10!", "@home"])
def test_plain_numbers_are_not(words):
    assert not PERSONAL.search(words)


def give(edition, **fields):
    values = {"article": edition.article, "edition": 1, "useful": False, "words": "Too long."}
    return Feedback.objects.create(**values | fields)


@pytest.fixture
def staff(client):
    client.force_login(make_editor())
    return client


def test_words_that_nobody_has_handled_wait_on_the_start_page(staff, edition):
    give(edition), give(edition, words=""), give(edition, handled=True)
    task = next(task for task in staff.get("/admin/").context["tasks"] if task.key == "feedback")
    assert (task.count, [row.text for row in task.rows]) == (1, ["Too long."])
    assert staff.get(task.url).context["cl"].result_count == 1


def test_staff_mark_what_they_have_handled_and_can_take_it_back(staff, edition):
    row = give(edition)
    for action, handled in (("mark_handled", True), ("mark_waiting", False)):
        chosen = {"action": action, "_selected_action": [row.pk]}
        assert "1 marked." in html_of(staff.post("/admin/articles/feedback/", chosen, follow=True))
        row.refresh_from_db()
        assert row.handled is handled


def test_staff_cannot_change_what_a_patient_said_but_can_delete_it(staff, edition):
    row = give(edition)
    staff.post(f"/admin/articles/feedback/{row.pk}/change/", {"words": "Great!", "useful": "on", "handled": "on"})
    row.refresh_from_db()
    assert (row.words, row.useful, row.handled) == ("Too long.", False, True)
    staff.post(f"/admin/articles/feedback/{row.pk}/delete/", {"post": "yes"})
    assert not Feedback.objects.exists()


def test_what_a_patient_wrote_is_never_part_of_the_page(staff, edition):
    give(edition, words="<script>alert(1)</script>")
    for page in (
        "/admin/",
        "/admin/articles/feedback/",
        f"/admin/articles/feedback/{Feedback.objects.get().pk}/change/",
    ):
        assert "<script>alert(1)" not in staff.get(page).content.decode()
