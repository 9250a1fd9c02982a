"""The budgets of pages that patients browse: bytes, requests and queries."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from articles.starter_content import FOLDER
from tests.factories import make_article, make_audience, make_clinic, make_edition, make_section, make_topic

pytestmark = pytest.mark.django_db

FIRST_ROUND_TRIP = 14_600
MOST_REQUESTS = 3
SLUGS = sorted(path.stem for path in (FOLDER / "articles").glob("*.yaml"))
LOADED = re.compile(r"<(?:link|img|script|iframe|source|video|audio|object|embed|use)\b[^>]*>")
every_starter_article = pytest.mark.parametrize("slug", SLUGS)


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def loaded(html: str) -> list[str]:
    """The addresses that a browser fetches by itself for a page."""
    return [
        address
        for tag in LOADED.findall(html)
        if not re.search(r'rel="(?:canonical|alternate)"', tag)
        for address in re.findall(r'(?:href|src|data|srcset)="([^"]*)"', tag)
    ]


def stylesheets(html: str) -> list[Path]:
    found = [address for address in loaded(html) if address.split("?")[0].endswith(".css")]
    return [Path(str(finders.find(address.removeprefix("/static/")))) for address in found]


@pytest.fixture
def _thirty_articles() -> None:
    make_clinic()
    topics, audiences = [make_topic() for _ in range(3)], [make_audience() for _ in range(3)]
    for number in range(30):
        article = make_article(slug=f"article-no-{number}", sections=0, topic=topics[number % 3])
        article.audiences.set(audiences)
        for _ in range(3):
            make_section(article, body="<p>Stretch the calf.</p>")
        make_edition(article)


MOST_QUERIES = {
    "/articles/article-no-7/": 2,
    "/articles/article-no-7/feedback/": 2,
    "/": 2,
    "/search/?q=calf": 3,
    "/search/?q=nowhere": 3,
    "/search/?q=no+chest+pain+in+my+calfs": 3,
    "/a-z/": 2,
    "/where-it-hurts/": 2,
    "/glossary/": 2,
    "/robots.txt": 0,
    "/feed.xml": 2,
    "/sitemap.xml": 2,
}


@pytest.mark.usefixtures("_thirty_articles")
def test_a_page_asks_the_database_little_however_much_there_is(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    for url, most in MOST_QUERIES.items():
        page(client, "/"), page(client, url)
        with django_assert_max_num_queries(most, info=url):
            page(client, url)


@pytest.mark.usefixtures("starter")
@every_starter_article
def test_an_article_and_its_style_arrive_in_one_round_trip(slug: str, client: Client) -> None:
    html = page(client, f"/articles/{slug}/")
    (style,) = stylesheets(html)
    assert len(gzip.compress(html.encode(), 6)) + len(gzip.compress(style.read_bytes(), 6)) <= FIRST_ROUND_TRIP


@pytest.mark.usefixtures("starter")
@every_starter_article
def test_an_article_needs_three_requests_at_most_and_none_elsewhere(slug: str, client: Client) -> None:
    addresses = loaded(page(client, f"/articles/{slug}/"))
    assert 1 + len(set(addresses)) <= MOST_REQUESTS
    assert all(address.startswith("/static/") for address in addresses)


@pytest.mark.usefixtures("starter")
@every_starter_article
def test_an_article_has_no_script_and_no_style_of_its_own(slug: str, client: Client) -> None:
    html = page(client, f"/articles/{slug}/").lower()
    assert (
        re.findall(r"<script(?! type=\"application/ld\+json\">)|<style|<iframe|\sstyle=|\son[a-z]+=|javascript:", html)
        == []
    )


LARGEST_STYLE = 6_000


@pytest.mark.usefixtures("starter")
@pytest.mark.parametrize(
    "url", ["/", "/articles/leg-emergencies/", "/search/?q=calf", "/where-it-hurts/", "/check/leg-cramps/"]
)
def test_all_styles_of_a_page_are_small(url: str, client: Client) -> None:
    css = b"".join(style.read_bytes() for style in stylesheets(page(client, url)))
    assert len(gzip.compress(css, 6)) <= LARGEST_STYLE


@pytest.mark.usefixtures("starter")
def test_the_style_loads_nothing_more(client: Client) -> None:
    (style,) = stylesheets(page(client, "/"))
    css = style.read_text(encoding="utf-8")
    assert re.findall(r"@import|https?:|url\(\s*['\"]?(?!data:)[^)]*\)", css) == []


def test_what_a_browser_loads_is_found_by_this_test() -> None:
    html = '<link rel="icon" href="/a.svg"><script src="https://x.org/b.js"></script><a href="/c/">c</a><img alt="" src="/d.png">'
    assert loaded(html) == ["/a.svg", "https://x.org/b.js", "/d.png"]
