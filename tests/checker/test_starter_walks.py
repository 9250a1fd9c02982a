"""Each starter self-check, taken from its first page to an emergency, an urgent and a self-care result."""

import re

import pytest
from django.test import Client

from checker.definition import Definition
from checker.evaluation import walk
from checker.starter_files import definitions
from tests.checker.test_views import form_address, html_of

pytestmark = pytest.mark.django_db

STARTER = {definition.quiz: definition for definition in definitions()}
WALKS = [
    ("leg-cramps", {"who": "age65", "danger_body": "chest_breath"}, "Emergency"),
    ("leg-cramps", {"who": "age16_64", "leg_look": "swollen"}, "Urgent"),
    ("leg-cramps", {"who": "age16_64"}, "Self-care"),
    ("ball-of-foot-pain", {"who": "age65", "foot_danger": "chest_breath"}, "Emergency"),
    ("ball-of-foot-pain", {"who": "age18_64", "foot_danger": "fever"}, "Urgent"),
    ("ball-of-foot-pain", {"who": "age18_64"}, "Self-care"),
]
every_walk = pytest.mark.parametrize(("slug", "wanted", "word"), WALKS)


def calm(definition: Definition, key: str) -> str:
    question = next(each for each in definition.questions if each.key == key)
    return question.exclusive_choice.key


def take(client: Client, slug: str, wanted: dict[str, str], **headers: str) -> tuple[list[str], str]:
    """Answers as wanted, and “none of these” to all else; gives the addresses on the way, and the result's HTML."""
    url = re.search(r'button--start" href="([^"]*)"', html_of(client.get(f"/check/{slug}/")))[1]
    urls, page = [url], client.get(url)
    while "/question/" in urls[-1]:
        assert form_address(page) == urls[-1]
        key = urls[-1].split("/")[4]
        page = client.post(urls[-1], {"answer": wanted.get(key) or calm(STARTER[slug], key)}, headers=headers)
        urls.append(page["HX-Push-Url"] if headers else page["Location"])
        if not headers:
            assert page.status_code == 303
            page = client.get(urls[-1])
        assert page.status_code == 200
    if urls[-1].endswith("/answers/"):
        page = client.get(f"/check/{slug}/result/")
    return urls, html_of(page)


@every_walk
def test_a_walk_without_javascript_comes_to_its_result(starter, client, slug, wanted, word):
    urls, html = take(client, slug, wanted)
    assert f'<span class="card__word">{word}<' in html
    asked = walk(STARTER[slug], answers_of(slug, wanted)).asked
    assert urls[:-1] == [f"/check/{slug}/question/{question.key}/" for question in asked]
    assert urls[-1] == f"/check/{slug}/{'result' if word == 'Emergency' else 'answers'}/"


def answers_of(slug: str, wanted: dict[str, str]) -> dict[str, frozenset[str]]:
    keys = [question.key for question in STARTER[slug].questions]
    return {key: frozenset([wanted.get(key) or calm(STARTER[slug], key)]) for key in keys}


@every_walk
def test_a_walk_with_htmx_comes_to_the_same_result(starter, slug, wanted, word):
    urls, plain = take(Client(), slug, wanted)
    urls_htmx, html = take(Client(), slug, wanted, HX_Request="true")
    assert urls_htmx == urls
    cards = [re.search(r'<div class="card.*?</div>', page, re.DOTALL)[0] for page in (plain, html)]
    links = [re.findall(r'class="cards__link" href="([^"]*)"', page) for page in (plain, html)]
    # What is swapped in takes the focus; a whole page does not.
    assert cards[0] == cards[1].replace(' tabindex="-1" autofocus', "")
    assert links[0] == links[1] != []


@every_walk
def test_no_page_of_a_walk_shows_a_placeholder_or_a_dead_link(starter, client, slug, wanted, word):
    urls, html = take(client, slug, wanted)
    for page in [html, *(html_of(client.get(url)) for url in urls)]:
        assert not re.search(r"\{[a-z_]*\}", page)
    addresses = set(re.findall(r'class="cards__link" href="([^"#]*)#([^"]*)"', html))
    assert all(f'id="{anchor}"' in html_of(client.get(path)) for path, anchor in addresses)


@every_walk
def test_an_emergency_result_shows_at_most_three_facts(starter, client, slug, wanted, word):
    _urls, html = take(client, slug, wanted)
    facts = re.search(r'card__facts">(.*?)</ul>', html, re.DOTALL)
    assert word != "Emergency" or facts[1].count("<li>") <= 3


def test_the_self_check_that_fits_best_stands_first(starter, client):
    def offered(address):
        return re.findall(r'href="/check/([a-z-]+)/"', client.get(address).content.decode())

    for address in ("/articles/leg-cramps-in-pregnancy/", "/articles/leg-cramps-causes/", "/topics/leg-cramps/"):
        assert offered(address) == ["leg-cramps", "ball-of-foot-pain"], address
    assert offered("/topics/foot-pain/")[0] == "ball-of-foot-pain"


def test_a_result_with_an_add_on_lists_each_part_once(starter, client):
    _urls, html = take(client, "ball-of-foot-pain", {"who": "age65"})
    links = re.findall(r'class="cards__link" href="([^"]*)"', html)
    assert [link for link in links if "pain-medicines" in link] == [
        "/articles/ball-of-foot-pain-treatment/#pain-medicines"
    ]
    assert len(links) == len(set(links))
