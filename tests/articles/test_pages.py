"""Pages kept in memory: never older than what is live, and cheap to ask for again."""

import datetime
import gzip
from typing import Any

import brotli
import pytest
from django.test import Client

from articles import publishing
from articles.pages import Address, Kept, Pages, State, pages
from tests.factories import make_article, make_clinic, make_edition, make_topic

pytestmark = pytest.mark.django_db
NOON = datetime.datetime(2026, 5, 3, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def edition() -> Any:
    make_clinic()
    return make_edition(make_article(slug="cramps", title="Cramps", topic=make_topic(slug="legs", name="Legs")))


def ask_again(client: Client, url: str, first: Any) -> Any:
    return client.get(url, headers={"If-None-Match": first.headers["ETag"]})


@pytest.mark.parametrize("url", ["/", "/articles/cramps/", "/topics/legs/", "/glossary/"])
def test_an_unchanged_page_is_not_sent_again(client: Client, edition: Any, url: str, django_assert_num_queries: Any):
    first = client.get(url)
    with django_assert_num_queries(1):
        again = ask_again(client, url, first)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "Content-Security-Policy" in again.headers


def test_a_page_in_memory_costs_one_query(client: Client, edition: Any, django_assert_num_queries: Any):
    first = client.get("/articles/cramps/")
    with django_assert_num_queries(1):
        assert client.get("/articles/cramps/").content == first.content


@pytest.mark.parametrize("url", ["/", "/articles/cramps/", "/topics/legs/", "/feed.xml", "/sitemap.xml"])
def test_a_page_from_memory_is_the_page_that_was_made(client: Client, edition: Any, url: str):
    made, kept = client.get(url), client.get(url)
    assert [page.wsgi_request.resolver_match is None for page in (made, kept)] == [False, True]
    del made.headers["X-Request-ID"], kept.headers["X-Request-ID"]
    assert (kept.status_code, kept.content, kept.headers.items()) == (200, made.content, made.headers.items())


def test_memory_answers_no_post(client: Client, edition: Any):
    client.get("/articles/cramps/")
    assert client.post("/articles/cramps/").status_code == 405


def publish_again(edition: Any) -> None:
    edition.article.title = "Changed"
    edition.article.save()
    make_edition(edition.article)


def change_the_phone(edition: Any) -> None:
    make_clinic(phone="555-0199")


def rename_the_topic(edition: Any) -> None:
    edition.topic.name = "Changed"
    edition.topic.save()


@pytest.mark.parametrize(
    ("change", "words"),
    [(publish_again, "Changed"), (change_the_phone, "555-0199"), (rename_the_topic, "Changed")],
)
def test_every_change_that_patients_can_see_shows_at_once(client: Client, edition: Any, change: Any, words: str):
    first = client.get("/articles/cramps/")
    assert words not in first.content.decode()
    change(edition)
    again = ask_again(client, "/articles/cramps/", first)
    assert again.status_code == 200
    assert words in again.content.decode()


def test_a_withdrawn_page_is_gone_at_once_and_is_not_kept(client: Client, edition: Any):
    first = client.get("/articles/cramps/")
    publishing.withdraw(edition, by=None)
    again = ask_again(client, "/articles/cramps/", first)
    assert again.status_code == 410
    assert "ETag" not in again.headers


def test_a_page_changes_at_the_moment_of_a_go_live_and_of_an_expiry(client: Client, set_clock: Any):
    set_clock(NOON)
    make_clinic()
    article = make_article(slug="cramps", title="Old")
    make_edition(article)
    article.title = "New"
    article.save()
    make_edition(article, goes_live_at=NOON + HOUR, expires_at=NOON + 2 * HOUR)
    seen = {}
    for minutes in (0, 59, 60, 119, 120):
        set_clock(NOON + datetime.timedelta(minutes=minutes))
        page = client.get("/articles/cramps/")
        seen[minutes] = page.status_code if page.status_code != 200 else "New" in page.content.decode()
    assert seen == {0: False, 59: False, 60: True, 119: True, 120: 410}


@pytest.mark.parametrize(
    ("asked", "encoding"),
    [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("identity", None), ("", None)],
)
def test_a_page_comes_in_the_form_that_was_asked_for(client: Client, edition: Any, asked: str, encoding: str | None):
    plain = client.get("/articles/cramps/").content
    page = client.get("/articles/cramps/", headers={"Accept-Encoding": asked})
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
    assert page.headers.get("Content-Encoding") == encoding
    assert unpack(page.content) == plain
    assert "Accept-Encoding" in page.headers["Vary"]


def test_hosts_do_not_share_pages(client: Client, edition: Any, settings: Any):
    settings.ALLOWED_HOSTS = ["one.example", "two.example"]
    one, two = (client.get("/", headers={"host": host}) for host in settings.ALLOWED_HOSTS)
    assert one.headers["ETag"] != two.headers["ETag"]


def test_what_does_not_exist_is_not_kept(client: Client, edition: Any):
    pages.forget()
    assert client.get("/articles/nothing/").status_code == 404
    assert pages.bytes == 0


@pytest.mark.parametrize(
    ("cdn_seconds", "change_in", "expected"),
    [
        (0, None, "public, no-cache"),
        (60, None, "public, max-age=0, s-maxage=60, must-revalidate"),
        (7200, 1800, "public, max-age=0, s-maxage=1800, must-revalidate"),
    ],
)
def test_no_copy_outlives_the_next_change(
    client: Client, edition: Any, settings: Any, set_clock: Any, cdn_seconds: int, change_in: int | None, expected: str
):
    set_clock(NOON)
    settings.CDN_SECONDS = cdn_seconds
    if change_in:
        make_edition(goes_live_at=NOON + datetime.timedelta(seconds=change_in))
    assert client.get("/").headers["Cache-Control"] == expected


def kept(size: int) -> Kept:
    return Kept(State(1, None, "release"), "etag", "text/html", {"": b"x" * size})


def address(path: str) -> Address:
    return "https", "health.example.org", path


def test_memory_is_bounded_and_what_was_read_last_stays():
    memory = Pages(most_bytes=250)
    memory.keep(address("a"), kept(100))
    memory.keep(address("b"), kept(100))
    memory.get(address("a"))
    memory.keep(address("c"), kept(100))
    assert [name for name in "abc" if memory.get(address(name))] == ["a", "c"]
    assert memory.bytes == 200
    memory.keep(address("huge"), kept(1000))
    assert memory.bytes == 0
    memory.keep(address("a"), kept(100))
    memory.keep(address("a"), kept(50))
    assert memory.bytes == 50
