"""Finding without typing: A to Z, and where it hurts."""

import re
from typing import Any

import pytest
from django.test import Client

from articles import browse, publishing, starter_content
from articles.body import SHAPES
from articles.models import BodyPlace, EditionSection
from articles.models.body import Place
from tests.factories import make_article, make_clinic, make_edition, make_phrase, make_place, make_section

pytestmark = pytest.mark.django_db


def get(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    assert not response.cookies
    return response.content.decode()


def names(html: str) -> list[str]:
    return re.findall(r'class="names__link"[^>]*>([^<]*)<', html)


def test_a_to_z_lists_live_articles_and_other_names_in_order(client: Client) -> None:
    make_edition(make_article(slug="gout", title="Gout"))
    make_edition(make_article(slug="edema", title="Œdema"))
    make_edition(make_article(slug="5", title="5 tips"))
    make_article(title="A draft")
    make_phrase("fat big toe", "gout")
    make_phrase("kid", "child", is_everyday=True)
    make_phrase("fit", "seizure", is_danger=True)
    html = get(client, "/a-z/")
    assert names(html) == ["5 tips", "Fat big toe", "Gout", "Œdema"]
    assert 'href="/search/?q=fat+big+toe"' in html
    assert "also called gout" in html
    assert [get(client, f"/a-z/{letter}/").count("names__link") for letter in ("0-9", "f", "g", "o")] == [1, 1, 1, 1]


@pytest.mark.parametrize("letter", ["b", "G", "gg", "0", "-", "%C3%A9"])
def test_a_letter_that_begins_nothing_is_404(letter: str, client: Client) -> None:
    make_edition(make_article(title="Gout"))
    get(client, f"/a-z/{letter}/", status=404)


def test_many_entries_are_shown_letter_by_letter(client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(browse, "MOST_ON_A_PAGE", 1)
    make_edition(make_article(title="Gout"))
    make_edition(make_article(title="Cramps"))
    html = get(client, "/a-z/")
    assert names(html) == ["Cramps"]
    assert 'href="/a-z/g/"' in html


@pytest.mark.parametrize("url", ["/a-z/", "/where-it-hurts/"])
def test_before_anything_is_published_the_page_says_so(url: str, client: Client) -> None:
    make_phrase()
    make_place("calf", make_section(make_article()))
    html = get(client, url)
    assert "names__link" not in html
    assert "<svg" not in html
    assert "yet." in html


def test_a_place_leads_to_its_live_sections_the_most_urgent_first(client: Client) -> None:
    make_clinic()
    article = make_article(slug="calf-pain", title="Calf pain", sections=0)
    sections = [
        make_section(article, anchor=callout, heading=f"It is {callout}", callout=callout)
        for callout in ("info", "urgent", "emergency")
    ]
    make_place("calf", *sections, make_section(make_article(), heading="Not live"))
    make_place("toes")
    edition = make_edition(article)
    html = get(client, "/where-it-hurts/")
    assert re.findall(r'href="/articles/calf-pain/#([a-z]+)"', html) == ["emergency", "urgent", "info"]
    assert "Not live" not in html
    assert html.count('href="#calf"') == 2, "in the picture and in the list"
    assert 'href="#toes"' not in html
    publishing.withdraw(edition, by=None)
    assert "It is info" not in get(client, "/where-it-hurts/")


def test_every_place_is_drawn() -> None:
    assert set(SHAPES) == set(Place)


def test_the_starter_content_has_sections_for_every_place(client: Client) -> None:
    starter_content.load()
    assert {row.place for row in BodyPlace.objects.all()} == set(Place.values)
    html = get(client, "/where-it-hurts/")
    assert all(f'<section class="block" id="{place}">' in html for place in Place.values)
    links = re.findall(r'class="hits__link" href="/articles/([^/]*)/#([^"]*)"', html)
    assert len(links) > 20
    live = set(EditionSection.objects.live().values_list("edition__slug", "anchor"))
    assert set(links) <= live


def test_loading_the_starter_content_again_leaves_the_staffs_choice_alone() -> None:
    starter_content.load()
    BodyPlace.objects.get(place="calf").sections.clear()
    starter_content.load()
    assert BodyPlace.objects.get(place="calf").sections.count() == 0
