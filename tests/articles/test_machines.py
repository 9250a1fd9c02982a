import datetime
import re
import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from articles import live, machines, publishing
from tests.factories import make_article, make_clinic, make_edition, make_quiz_edition

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(autouse=True)
def _clinic() -> None:
    make_clinic()


def xml(client: Client, url: str) -> ElementTree.Element:
    response = client.get(url)
    assert response.status_code == 200
    return ElementTree.fromstring(response.content)


def entries(client: Client) -> list[ElementTree.Element]:
    return xml(client, "/feed.xml").findall(f"{ATOM}entry")


def places(client: Client, url: str = "/sitemap.xml") -> dict[str, str | None]:
    found = xml(client, url).findall(f"{MAP}url")
    return {str(each.findtext(f"{MAP}loc")): each.findtext(f"{MAP}lastmod") for each in found}


def test_the_map_lists_every_page_that_can_be_read_with_its_date(client: Client) -> None:
    quiz = make_quiz_edition()
    article = make_article()
    edition = make_edition(article)
    make_edition(goes_live_at=timezone.now() + datetime.timedelta(days=1))
    found = places(client)
    assert found[f"http://testserver{article.get_absolute_url()}"] == edition.changed_at.isoformat()
    assert f"http://testserver{article.topic.get_absolute_url()}" in found
    assert f"http://testserver/check/{quiz.slug}/" in found
    assert sum("/articles/" in address for address in found) == 2
    assert all(client.get(address).status_code == 200 for address in found)


def test_a_large_map_is_a_list_of_files(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machines, "MOST_ADDRESSES", 2)
    for _each in range(2):
        make_edition()
    index = xml(client, "/sitemap.xml")
    assert index.tag == f"{MAP}sitemapindex"
    files = [str(each.text) for each in index.iter(f"{MAP}loc")]
    found = [address for file in files for address in places(client, file)]
    assert len(files) == 5
    assert len(found) == len(set(found)) == 10


@pytest.mark.parametrize("number", ["0", "2", "9" * 50, "9" * 5000, "-1", "x"])
def test_a_file_of_the_map_that_does_not_exist_is_a_page_that_helps(client: Client, number: str) -> None:
    assert "What are you looking for?" in client.get(f"/sitemap-{number}.xml").content.decode()


def test_the_feed_tells_of_each_edition_once_with_an_id_that_stays(client: Client) -> None:
    article = make_article(title="Fish & chips <b>", summary="Call {clinic_phone} & ask.")
    first = make_edition(article)
    (entry,) = entries(client)
    assert entry.findtext(f"{ATOM}title") == "Fish & chips <b>"
    assert entry.findtext(f"{ATOM}summary") == "<p>Call 555-0100 &amp; ask.</p>"
    assert entry.findtext(f"{ATOM}updated", "").startswith(f"{first.changed_at:%Y-%m-%dT%H:%M}")
    before = entry.findtext(f"{ATOM}id")
    second = make_edition(article, reason="More on chips.")
    (entry,) = entries(client)
    assert entry.findtext(f"{ATOM}summary", "").endswith("<p>More on chips.</p>")
    assert re.fullmatch(r"tag:testserver,[\d-]{10}:/articles/[\w-]+/edition-\d", str(before))
    assert before != entry.findtext(f"{ATOM}id")
    publishing.withdraw(second, by=None)
    assert entries(client) == []


def test_the_feed_has_what_atom_demands(client: Client) -> None:
    make_edition()
    feed = xml(client, "/feed.xml")
    for name in ("id", "title", "updated", "author/{http://www.w3.org/2005/Atom}name"):
        assert feed.findtext(f"{ATOM}{name}")
    assert {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")} == {
        "alternate": "http://testserver/",
        "self": "http://testserver/feed.xml",
    }


def test_the_feed_holds_the_newest_and_no_more(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machines, "MOST_ENTRIES", 2)
    titles = [make_edition(make_article(title=f"Page {number}")).title for number in range(3)]
    assert [entry.findtext(f"{ATOM}title") for entry in entries(client)] == titles[:0:-1]


def test_a_feed_without_any_edition_can_be_read(client: Client) -> None:
    assert entries(client) == []


def test_a_character_that_xml_cannot_hold_does_not_break_the_feed(client: Client) -> None:
    make_edition(make_article(title="Leg\x0bcramps\x1f"))
    assert entries(client)[0].findtext(f"{ATOM}title") == "Legcramps"


def test_a_short_address_leads_to_the_article_for_good(client: Client) -> None:
    edition = make_edition()
    response = client.get(f"/a/{edition.article_id}/")
    assert (response.status_code, response.headers["Location"]) == (301, edition.get_absolute_url())
    assert f"testserver/a/{edition.article_id}" in client.get(edition.get_absolute_url()).content.decode()


@pytest.mark.parametrize("number", ["0", "9" * 19, "9" * 400, "9" * 5000])
def test_a_short_address_that_leads_nowhere_is_a_page_that_helps(client: Client, number: str) -> None:
    response = client.get(f"/a/{number}/")
    assert response.status_code == 404
    assert "What are you looking for?" in response.content.decode()


def test_no_short_address_gives_away_what_is_still_planned(client: Client) -> None:
    edition = make_edition(goes_live_at=timezone.now() + datetime.timedelta(days=1))
    assert client.get(f"/a/{edition.article_id}/").status_code == 404


def test_robots_are_told_where_the_map_is(client: Client) -> None:
    assert "\nSitemap: http://testserver/sitemap.xml\n" in client.get("/robots.txt").content.decode()


@pytest.mark.parametrize("url", ["/", "/glossary/", "/feed.xml?page=x", "/sitemap.xml?page=-1"])
def test_what_one_reader_asked_for_is_in_no_kept_page(client: Client, url: str) -> None:
    first = client.get(url, {"secret": "canary"})
    assert first.status_code == 200
    assert b"canary" not in first.content + client.get(url).content


def test_a_page_names_its_one_address_and_the_feed(client: Client) -> None:
    edition = make_edition()
    html = client.get(f"{edition.get_absolute_url()}?from=mail").content.decode()
    address = f"http://testserver{edition.get_absolute_url()}"
    assert f'<link rel="canonical" href="{address}">' in html
    assert f'<meta property="og:url" content="{address}">' in html
    assert 'type="application/atom+xml" href="/feed.xml"' in html


def test_each_host_gets_its_own_addresses(client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["one.example", "two.example"]
    for host in ("one.example", "two.example"):
        assert f"<loc>http://{host}/</loc>" in client.get("/sitemap.xml", headers={"host": host}).content.decode()


def test_what_machines_read_is_kept_until_it_changes(client: Client, django_assert_max_num_queries: Any) -> None:
    make_edition()
    live.forget_all()
    for url in ("/feed.xml", "/sitemap.xml"):
        client.get(url)
        with django_assert_max_num_queries(1):
            assert client.get(url).status_code == 200
