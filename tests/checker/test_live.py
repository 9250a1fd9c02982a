"""What a patient meets when the self-check changes under them: a newer edition, a withdrawal, an expiry."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from articles import publishing as article_publishing
from checker import live, publishing
from checker.models import OutcomeLink, Question, QuizEdition
from tests.factories import answer, make_article, make_clinic, make_edition, make_quiz, make_quiz_edition

pytestmark = pytest.mark.django_db


def result_of(client, slug: str) -> str:
    return client.get(f"/check/{slug}/result/").content.decode()


def links_of(html: str) -> list[tuple[str, str]]:
    return re.findall(r'class="cards__link" href="([^"]*)">([^<]*)<', html)


def reword(edition: QuizEdition, text: str) -> QuizEdition:
    """A newer edition that asks its first question in other words."""
    Question.objects.filter(quiz=edition.quiz, key="danger").update(text=text)
    return make_quiz_edition(edition.quiz)


@pytest.fixture
def edition():
    make_clinic()
    return make_quiz_edition()


def test_who_has_begun_stays_with_their_edition_and_others_get_the_newer_one(client, edition):
    answer(client, edition.slug, "danger", "none")
    reword(edition, "Anything new?")
    url = f"/check/{edition.slug}/question/danger/"
    assert b"Any of these now?" in client.get(url).content
    client.cookies.clear()
    assert b"Anything new?" in client.get(url).content


def test_who_stays_with_an_older_edition_keeps_its_links(client, edition):
    answer(client, edition.slug, "danger", "cold")
    before = links_of(result_of(client, edition.slug))
    new_section = make_edition().article.sections.get()
    OutcomeLink.objects.filter(outcome__quiz=edition.quiz).update(section=new_section)
    make_quiz_edition(edition.quiz)
    assert links_of(result_of(client, edition.slug)) == before != []


def test_a_pinned_edition_costs_one_query_a_step_once_it_is_known(client, edition, django_assert_max_num_queries):
    answer(client, edition.slug, "danger", "none")
    reword(edition, "Anything new?")
    client.get(f"/check/{edition.slug}/question/often/")
    with django_assert_max_num_queries(1):
        response = client.get(f"/check/{edition.slug}/question/often/")
    assert response.status_code == 200


@pytest.mark.parametrize("begun", [False, True])
def test_a_withdrawn_check_is_gone_for_all_with_the_message(client, edition, begun):
    if begun:
        answer(client, edition.slug, "danger", "none")
    publishing.withdraw(edition, by=None, message="Call {clinic_phone} instead.")
    paths = ["", "question/danger/", "question/often/", "answers/", "result/"]
    for page in [
        *(client.get(f"/check/{edition.slug}/{path}") for path in paths),
        answer(client, edition.slug, "danger", "cold"),
    ]:
        assert page.status_code == 410
        assert b'Call <a class="phone" href="tel:5550100">555-0100</a> instead.' in page.content
        assert b"start again" not in page.content


def test_a_withdrawn_check_is_told_to_htmx_as_a_part_and_not_kept(client, edition):
    answer(client, edition.slug, "danger", "none")
    publishing.withdraw(edition, by=None)
    page = answer(client, edition.slug, "often", "daily", HX_Request="true")
    assert page.status_code == 410
    assert page.content.startswith(b"<title>This self-check has been taken back</title>")
    assert (page["Cache-Control"], page["Referrer-Policy"], page["X-Robots-Tag"]) == (
        "no-store",
        "no-referrer",
        "noindex",
    )
    assert page.cookies["check"].value == ""


def test_a_withdrawn_check_is_offered_nowhere(client, edition):
    assert edition.title.encode() in client.get("/").content
    publishing.withdraw(edition, by=None)
    assert edition.title.encode() not in client.get("/").content


def test_who_began_with_an_edition_that_is_withdrawn_is_told_and_can_start_again(client, edition):
    answer(client, edition.slug, "danger", "none")
    reword(edition, "Anything new?")
    publishing.withdraw(edition, by=None)
    page = client.get(f"/check/{edition.slug}/question/often/")
    assert page.status_code == 410
    assert b"please start again" in page.content
    assert page.cookies["check"].value == ""
    client.cookies.clear()
    assert b"Anything new?" in client.get(f"/check/{edition.slug}/question/danger/").content


def test_a_withdrawal_reaches_an_older_edition_that_was_in_memory_already(client, edition):
    answer(client, edition.slug, "danger", "none")
    reword(edition, "Anything new?")
    assert client.get(f"/check/{edition.slug}/question/often/").status_code == 200
    publishing.withdraw(edition, by=None)
    assert client.get(f"/check/{edition.slug}/question/often/").status_code == 410


@pytest.mark.parametrize("begun", [False, True])
def test_an_expired_check_is_gone(client, set_clock, begun):
    make_clinic()
    slug = make_quiz_edition(expires_at=timezone.now() + timedelta(hours=1)).slug
    assert client.get(f"/check/{slug}/").status_code == 200
    if begun:
        answer(client, slug, "danger", "none")
    set_clock(timezone.now() + timedelta(hours=2))
    assert client.get(f"/check/{slug}/").status_code == 410
    assert client.get(f"/check/{slug}/question/danger/").status_code == 410
    assert live.current(1).live() == []


def test_an_edition_goes_live_by_itself_when_its_time_comes(client, set_clock, edition):
    Question.objects.filter(quiz=edition.quiz, key="danger").update(text="Anything new?")
    make_quiz_edition(edition.quiz, goes_live_at=timezone.now() + timedelta(hours=1))
    url = f"/check/{edition.slug}/question/danger/"
    assert b"Any of these now?" in client.get(url).content
    set_clock(timezone.now() + timedelta(hours=2))
    assert b"Anything new?" in client.get(url).content


def test_a_check_that_was_never_published_is_not_found(client):
    assert client.get(f"/check/{make_quiz().slug}/").status_code == 404


def test_a_result_shows_a_section_by_its_heading_in_the_live_edition(client):
    make_clinic()
    article = make_article()
    slug = make_quiz_edition(make_quiz(make_edition(article))).slug
    answer(client, slug, "danger", "cold")
    section = article.sections.get()
    section.heading = "A new heading"
    section.save()
    url = f"/articles/{article.slug}/#{section.anchor}"
    assert links_of(result_of(client, slug)) != [(url, "A new heading")]
    make_edition(article)
    assert links_of(result_of(client, slug)) == [(url, "A new heading")]


def test_a_withdrawn_article_leaves_no_dead_link_behind(client):
    make_clinic()
    linked = make_edition()
    slug = make_quiz_edition(make_quiz(linked)).slug
    answer(client, slug, "danger", "cold")
    assert links_of(result_of(client, slug))
    article_publishing.withdraw(linked, by=None)
    html = result_of(client, slug)
    assert linked.slug not in html
    assert "While you wait" not in html


def test_an_expired_article_leaves_no_dead_link_behind(client, set_clock):
    make_clinic()
    linked = make_edition(expires_at=timezone.now() + timedelta(hours=1))
    slug = make_quiz_edition(make_quiz(linked)).slug
    answer(client, slug, "danger", "cold")
    assert linked.slug in result_of(client, slug)
    set_clock(timezone.now() + timedelta(hours=2))
    assert linked.slug not in result_of(client, slug)
