import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles import publishing
from articles.search import LONGEST_QUERY, MOST_WORDS, excerpt, find, query_words
from tests.factories import make_article, make_edition, make_section


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("Leg CRAMPS", ["leg", "cramps"]),
        ("what is the pain in my leg?", ["pain", "leg"]),
        ("to be or", ["to", "be", "or"]),
        ("leg leg Leg", ["leg"]),
        ("“calf”, (left)", ["calf", "left"]),
        ("ﬁt", ["fit"]),
        ("50% a_b", ["50", "a_b"]),
        (" \t\x00!?", []),
        ("", []),
        (" ".join("bcdefghij"), list("bcdefghj")),
    ],
)
def test_the_words_worth_looking_for(query: str, words: list[str]) -> None:
    assert query_words(query) == words


@given(st.text())
def test_few_words_are_looked_for_whatever_is_typed(query: str) -> None:
    found = query_words(query)
    assert len(found) <= MOST_WORDS
    assert len(set(found)) == len(found)
    assert all(word.strip() for word in found)
    assert query_words("leg " * LONGEST_QUERY + query) == ["leg"]


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [
        ("Rest the leg.", ["leg"], "Rest the leg."),
        ("Rest\nthe  leg.", ["nowhere"], "Rest the leg."),
        ("", ["leg"], ""),
        ("word " * 100, ["nowhere"], "word " * 36 + "…"),
    ],
)
def test_an_excerpt_of_a_short_text_is_the_text(text: str, wanted: list[str], expected: str) -> None:
    assert excerpt(text, wanted) == expected


def test_an_excerpt_begins_shortly_before_the_word_and_cuts_between_words() -> None:
    found = excerpt("begin " * 50 + "calf " + "after " * 50, ["calf"])
    assert found.startswith("… begin begin")
    assert found.endswith("after …")
    assert " calf " in found
    assert len(found) < 200


@given(st.text("abc \n", max_size=400), st.lists(st.text("abc", min_size=1, max_size=3), max_size=3))
def test_an_excerpt_holds_the_first_word_that_is_there(text: str, wanted: list[str]) -> None:
    flat, found = " ".join(text.split()), excerpt(text, wanted)
    places = [flat.find(word) for word in wanted if word in flat]
    assert found.removeprefix("… ").removesuffix(" …") in flat
    if places and max(map(len, flat.split())) < 100:
        assert any(word in found for word in wanted)


@pytest.fixture
def _live(db: None) -> None:
    for slug, title, heading, text in (
        ("cramps", "Leg cramps", "What helps?", "Stretch the calf. 100% cotton."),
        ("foot", "Foot pain", "Calf and foot", "Rest the foot."),
        ("gout", "Gout", "What is it?", "Crystals, not calf pain."),
    ):
        article = make_article(slug=slug, title=title, sections=0)
        make_section(article, anchor="one", heading=heading, body=f"<p>{text}</p>")
        make_edition(article)


@pytest.mark.usefixtures("_live")
@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("calf", ["foot", "gout", "cramps"]),
        ("CALF", ["foot", "gout", "cramps"]),
        ("the calf", ["foot", "gout", "cramps"]),
        ("calf stretch", ["cramps"]),
        ("gout calf", ["gout"]),
        ("leg helps stretch", ["cramps"]),
        ("cotton%", ["cramps"]),
        ("100%", ["cramps"]),
        ("_", []),
        ("%", []),
        ("what is", ["gout"]),
        ("nowhere", []),
        ("calf nowhere", []),
        ("' OR zz=zz --", []),
    ],
)
def test_sections_that_hold_every_word_are_found_headings_first(query: str, slugs: list[str]) -> None:
    assert [hit.slug for hit in find(query)] == slugs


@pytest.mark.usefixtures("_live")
def test_a_hit_names_the_section_and_shows_the_words() -> None:
    (hit,) = find("stretch")
    assert (hit.title, hit.anchor, hit.heading, hit.callout) == ("Leg cramps", "one", "What helps?", "info")
    assert hit.excerpt == "Stretch the calf. 100% cotton."


@pytest.mark.usefixtures("_live")
def test_only_live_text_is_found() -> None:
    article = make_article(slug="cold", title="Cold leg", sections=0)
    make_section(article, heading="Icy")
    assert find("icy") == []
    edition = make_edition(article)
    article.sections.update(heading="Frosty")
    assert ([hit.heading for hit in find("icy")], find("frosty")) == (["Icy"], [])
    publishing.withdraw(edition, by=None)
    assert find("icy") == []


@pytest.mark.usefixtures("_live")
def test_no_more_hits_than_asked_for() -> None:
    assert len(find("calf", most=2)) == 2


@pytest.mark.usefixtures("_live")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(st.text(max_size=300))
def test_anything_can_be_searched_for(query: str) -> None:
    assert all(hit.slug for hit in find(query))
