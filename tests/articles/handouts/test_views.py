"""Choosing parts, and the leaflet that comes of it, whatever became of them since."""

import datetime
import re
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from articles import publishing
from articles.handouts.codes import encode
from articles.handouts.leaflet import MOST_ARTICLES, MOST_PARTS, url_of
from articles.models import Article, ArticleEdition, EditionSection
from tests.articles.test_views import NOTICE, get
from tests.factories import make_article, make_clinic, make_edition, make_reviewer, make_section, make_source, make_term

pytestmark = pytest.mark.django_db
NOON = datetime.datetime(2026, 5, 3, 12, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


def make_readable(slug: str, *parts: tuple[str, str], **fields: Any) -> ArticleEdition:
    """A live article of these (anchor, callout) parts."""
    make_clinic()
    article = make_article(sections=0, slug=slug, **{"title": slug.capitalize()} | fields)
    for anchor, callout in parts:
        body = f"<p>All about {anchor}. Call {{clinic_phone}}.</p>"
        make_section(article, anchor=anchor, heading=f"Heading of {anchor}", callout=callout, body=body)
    return make_edition(article)


def number(slug: str, anchor: str) -> int:
    return EditionSection.objects.numbers([slug])[slug, anchor]


def code_of(*places: str) -> str:
    """The code of parts written as `article#anchor`."""
    return encode(number(*place.split("#")) for place in places)


def headings(html: str) -> list[str]:
    return re.findall(r'<h2 class="section__heading">.*?([^<>]*)</h2>', html)


@pytest.fixture
def two(client: Client) -> None:
    make_readable("cramps", ("stretch", "self-care"), ("danger", "emergency"), ("causes", "info"))
    make_readable("veins", ("look", "urgent"), ("bleeding", "emergency"))


@pytest.mark.usefixtures("two")
def test_the_picker_shows_the_parts_of_an_article_with_its_emergency_parts_ticked(client):
    html = get(client, "/handout/?article=cramps")
    ticks = dict(re.findall(r'name="part" id="part-\d+" value="(\d+)"( checked)?', html))
    assert ticks == {
        str(number("cramps", "danger")): " checked",
        str(number("cramps", "stretch")): "",
        str(number("cramps", "causes")): "",
    }


@pytest.mark.usefixtures("two")
def test_a_choice_leads_to_its_short_address(client):
    parts = [number("veins", "look"), number("cramps", "stretch")]
    query = "&".join(f"part={each}" for each in [*parts, parts[0]])
    answer = client.get(f"/handout/?article=cramps&shown=cramps&article=veins&shown=veins&{query}&make=1")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/h/{code_of('cramps#stretch', 'veins#look')}/")


@pytest.mark.usefixtures("two")
def test_emergency_parts_of_all_articles_come_first_and_the_rest_in_reading_order(client):
    html = get(
        client, f"/h/{code_of('veins#look', 'cramps#causes', 'cramps#danger', 'veins#bleeding', 'cramps#stretch')}/"
    )
    assert headings(html) == [f"Heading of {each}" for each in ("bleeding", "danger", "look", "stretch", "causes")]
    assert html.index("Heading of bleeding") < html.index("From “Veins”") < html.index("Heading of look")


@pytest.mark.usefixtures("two")
def test_a_leaflet_says_which_emergency_parts_it_leaves_out(client):
    html = get(client, f"/h/{code_of('cramps#stretch', 'veins#bleeding')}/")
    assert "leaves out emergency signs of “Cramps”" in html
    assert '<a href="/articles/cramps/#danger">Heading of danger</a>' in html
    assert "leaves out emergency signs of “Veins”" not in html


@pytest.mark.usefixtures("two")
def test_a_leaflet_shows_what_a_patient_must_know_of_its_texts(client, settings):
    settings.SITE_URL = "https://health.example"
    code = code_of("cramps#stretch")
    html = get(client, f"/h/{code}/")
    section = EditionSection.objects.get(anchor="stretch")
    source = section.edition.sources[section.sources[0]]
    for words in (NOTICE, "Example Clinic", "555-0100", "555-0103", "Not yet reviewed", f">health.example/h/{code}<", source["url"]):  # fmt: skip
        assert words in html, words
    assert re.search(r"<dt>Edition</dt><dd>1 \(", html)
    assert 'src="data:image/svg+xml' in html


def test_a_reviewed_leaflet_says_when_and_by_whom_and_when_it_is_overdue(client, set_clock, settings):
    set_clock(NOON)
    make_clinic()
    make_edition(make_article(slug="cramps", title="Cramps", review_months=12), by=make_reviewer())
    anchor = EditionSection.objects.get().anchor
    html = get(client, f"/h/{code_of(f'cramps#{anchor}')}/")
    assert "Rev Iewer" in html
    assert "May 3, 2026" in html
    assert "May 3, 2027" in html
    assert NOTICE not in html
    assert "out of date" not in html
    set_clock(NOON + 365 * DAY + (settings.REVIEW_GRACE_DAYS + 1) * DAY)
    assert "It may be out of date." in get(client, f"/h/{code_of(f'cramps#{anchor}')}/")


def test_words_and_sources_stand_once_however_many_parts_use_them(client):
    make_clinic()
    make_term(term="Calf", meaning="The back of the lower leg.")
    source = make_source(title="The one source")
    article = make_article(sections=0, slug="cramps")
    for anchor in ("one", "two", "three"):
        make_section(article, anchor=anchor, body="<p>Rest the calf.</p>").sources.set([source])
    make_edition(article)
    html = get(client, f"/h/{code_of('cramps#one', 'cramps#three')}/")
    assert (html.count("The one source"), html.count("The back of the lower leg.")) == (1, 1)
    assert html.count("Sources: 1</p>") == 2


@pytest.mark.usefixtures("two")
def test_an_old_code_opens_the_parts_of_a_new_edition(client):
    code = code_of("cramps#stretch", "cramps#causes")
    article = Article.objects.get(slug="cramps")
    article.sections.filter(anchor="stretch").update(heading="A new heading")
    article.sections.get(anchor="causes").delete()
    make_edition(article)
    html = get(client, f"/h/{code}/")
    assert headings(html) == ["A new heading"]
    assert "“Heading of causes” is no longer a part of “Cramps”." in html
    assert code == encode([number("cramps", "stretch"), number("cramps", "causes")])


@pytest.mark.usefixtures("two")
def test_the_keys_of_two_editions_of_a_part_show_it_once(client):
    make_edition(Article.objects.get(slug="cramps"))
    keys = EditionSection.objects.filter(anchor="stretch").values_list("pk", flat=True)
    assert headings(get(client, f"/h/{encode([*keys])}/")) == ["Heading of stretch"]


@pytest.mark.parametrize("how", ["withdrawn", "expired"])
def test_what_was_taken_back_is_named_and_never_shown(client, how, set_clock):
    set_clock(NOON)
    make_readable("cramps", ("stretch", "info"))
    edition = make_readable("tests", ("blood", "info"))
    code, alone = code_of("tests#blood", "cramps#stretch"), code_of("tests#blood")
    if how == "withdrawn":
        publishing.withdraw(edition, by=None)
    else:
        make_edition(edition.article, expires_at=NOON + DAY)
        set_clock(NOON + DAY)
    for html in (get(client, f"/h/{code}/"), get(client, f"/h/{alone}/", 410)):
        assert "We have taken back “Tests”, so “Heading of blood” is not in this handout." in html
        assert 'href="/articles/tests/"' in html
        assert "All about blood" not in html


def test_what_patients_could_never_read_is_unknown(client, set_clock):
    set_clock(NOON)
    make_readable("cramps", ("stretch", "info"))
    later = make_edition(make_article(slug="secret", title="Secret"), goes_live_at=NOON + DAY)
    hidden = later.sections.get().pk
    html = get(client, f"/h/{encode([number('cramps', 'stretch'), hidden, 10**9])}/")
    assert "2 parts that were asked for are not known here." in html
    assert "secret" not in html.lower() + get(client, f"/h/{encode([hidden])}/", 404).lower()


@pytest.mark.usefixtures("two")
def test_a_slip_in_a_code_leads_to_a_page_that_helps(client):
    code = code_of("cramps#stretch", "cramps#causes")
    html = get(client, f"/h/{code[:-1]}{'2' if code[-1] != '2' else '3'}/", 404)
    assert "There is a slip in this code" in html
    assert f'value="{code[:-1]}' in html


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("ending", ["", "handout.pdf", "handout-large-print.pdf"])
def test_a_code_typed_in_another_way_leads_to_the_right_address(client, ending):
    code = code_of("cramps#stretch", "cramps#causes")
    answer = client.get(f"/h/{code.lower().replace('-', '')}/{ending}")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/h/{code}/{ending}")


@pytest.mark.usefixtures("two")
def test_the_code_of_a_paper_can_be_typed_in(client):
    code = code_of("cramps#stretch")
    assert client.get(f"/handout/?code={code}").headers["Location"] == f"/h/{code}/"
    assert client.get("/handout/?code=a/b", follow=True).status_code == 404


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("article=cramps&shown=cramps&make=1", "Tick at least one part."),
        ("make=1", "Choose an article first."),
        ("article=nothing&make=1", "cannot be read now"),
        ("part=99999&part=x&part=-1&part=&part=1e9&make=1", "cannot be read now"),
        ("part=9999999999999999999999&make=1", "cannot be read now"),
    ],
)
def test_a_choice_that_makes_no_handout_comes_back_with_the_reason(client, query, words):
    html = get(client, f"/handout/?{query}", 422)
    assert words in html
    assert "<title>Error: " in html


def test_thousands_of_parts_are_refused_with_every_tick_kept(client):
    edition = make_readable("long", *((f"part-{n}", "info") for n in range(MOST_PARTS + 1)))
    keys = [*edition.sections.values_list("pk", flat=True)]
    query = "&".join(f"part={each}" for each in [*keys, *range(10**6, 10**6 + 3000)])
    assert get(client, f"/handout/?{query}&make=1", 422).count(" checked>") == MOST_PARTS + 2
    ticked = "&".join(f"part={each}" for each in keys)
    html = get(client, f"/handout/?article=long&shown=long&{ticked}&make=1", 422)
    assert f"You ticked {MOST_PARTS + 1}." in html
    assert html.count(" checked>") == MOST_PARTS + 2
    assert "40 parts of 8 articles at most" in get(client, f"/h/{encode(keys)}/", 404)
    assert client.get("/handout/?" + "part=1&" * 11_000).status_code == 400


def test_more_articles_than_fit_are_left_out_and_said(client):
    slugs = [make_readable(f"article-{n}x", ("one", "info")).slug for n in range(MOST_ARTICLES + 1)]
    html = get(client, "/handout/?" + "&".join(f"article={slug}" for slug in slugs), 422)
    assert "We left out the others" in html
    assert get(client, f"/h/{code_of(*(f'{slug}#one' for slug in slugs))}/", 404)
    url = url_of([(slug, number(slug, "one")) for slug in slugs])
    assert len(headings(get(client, url))) == MOST_ARTICLES


@pytest.mark.usefixtures("two")
def test_an_article_that_is_unticked_goes_with_its_parts(client):
    part = number("cramps", "stretch")
    html = get(client, f"/handout/?shown=cramps&part={part}&article=veins")
    assert "Heading of bleeding" in html
    assert "Heading of stretch" not in html


@pytest.mark.usefixtures("two")
def test_a_leaflet_can_be_changed(client):
    html = get(client, f"/h/{code_of('cramps#stretch', 'veins#look')}/")
    back = get(client, re.search(r'href="(/handout/\?[^"]*)"', html)[1].replace("&amp;", "&"))
    ticked = re.findall(r'name="part" id="part-(\d+)" value="\d+" checked', back)
    assert ticked == [str(number("cramps", "stretch")), str(number("veins", "look"))]


def test_with_many_articles_readers_search_for_one(client, monkeypatch):
    monkeypatch.setattr("articles.handouts.choosing.MOST_LISTED", 1)
    make_readable("cramps", ("stretch", "info"))
    make_readable("veins", ("look", "info"))
    assert 'name="article"' not in get(client, "/handout/")
    assert re.findall(r'name="article" id="[^"]*" value="(\w+)"', get(client, "/handout/?q=stretch")) == ["cramps"]
    assert "No other article fits these words." in get(client, "/handout/?q=zzzz")


def test_an_empty_site_says_so(client):
    assert "Nothing has been published yet." in get(client, "/handout/")


@pytest.mark.usefixtures("two")
def test_handouts_set_no_cookie_tell_no_site_and_are_in_no_search_engine(client):
    for url in ("/handout/?article=cramps", f"/h/{code_of('cramps#stretch')}/"):
        answer = client.get(url)
        assert (answer.headers["X-Robots-Tag"], answer.headers["Referrer-Policy"]) == ("noindex", "no-referrer")
        assert not answer.cookies
        assert "script" not in answer.content.decode().lower()


@pytest.mark.usefixtures("two")
def test_a_leaflet_costs_few_queries_and_one_if_it_is_known(
    client, django_assert_num_queries, django_assert_max_num_queries
):
    url = f"/h/{code_of('cramps#stretch', 'cramps#danger', 'veins#look')}/"
    client.get("/")
    with django_assert_max_num_queries(3):
        first = client.get(url)
    with django_assert_num_queries(1):
        assert client.get(url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    with django_assert_max_num_queries(4):
        client.get("/handout/?article=cramps&article=veins")


@pytest.mark.usefixtures("two")
def test_an_article_offers_a_handout_of_its_parts(client):
    assert '<a href="/handout/?article=cramps">Make a handout</a>' in get(client, "/articles/cramps/")


ANYTHING = st.characters(exclude_characters="\x00", exclude_categories=["Cs"])
FIELDS = st.tuples(st.sampled_from(["article", "shown", "part", "q", "make"]), st.text(ANYTHING, max_size=20))


class AnyAddress(TestCase):
    @settings(deadline=None)
    @given(st.text(ANYTHING, min_size=1, max_size=40).filter(lambda code: "/" not in code))
    def test_any_code_is_answered_with_a_page(self, code):
        answer = self.client.get(f"/h/{quote(code)}/")
        assert answer.status_code in (302, 404)

    @settings(max_examples=50, deadline=None)
    @given(st.lists(FIELDS, max_size=8))
    def test_any_choice_is_answered_with_a_page(self, asked):
        answer = self.client.get("/handout/", query_params=asked)
        assert answer.status_code in (200, 422)
