import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import publishing
from articles.models import Clinic, LiveVersion, SearchPhrase
from articles.search.finding import MOST_HITS, Found, find
from articles.starter_phrases import built_in
from tests.factories import make_article, make_clinic, make_edition, make_phrase, make_section

pytestmark = pytest.mark.django_db


def search(text: str) -> Found:
    return find(text, Clinic.objects.current().live_version)


def slugs(text: str) -> list[str]:
    return [hit.slug for hit in search(text).all_hits]


@pytest.fixture
def _live() -> None:
    for slug, title, heading, text, callout in (
        ("cramps", "Leg cramps", "What helps?", "Stretch the calf. 100% cotton.", "info"),
        ("foot", "Foot pain", "Calf and foot", "Rest the foot.", "info"),
        ("gout", "Gout", "Crystals", "It is not calf pain. Call {clinic_phone}.", "info"),
        ("danger", "Danger signs", "When to call", "A seizure, or chest pain.", "emergency"),
    ):
        article = make_article(slug=slug, title=title, sections=0)
        make_section(article, anchor="one", heading=heading, body=f"<p>{text}</p>", callout=callout)
        make_edition(article)


@pytest.mark.usefixtures("_live")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("calf", ["foot", "gout", "cramps"]),
        ("the CALVES' calf?", ["foot", "gout", "cramps"]),
        ("calf stretch", ["cramps"]),
        ("stretching cramp", ["cramps"]),
        ("feet", ["foot"]),
        ("cott", ["cramps"]),
        ("crystels", ["gout"]),
        ("the clinic", ["gout"]),
        ("100%", ["cramps"]),
        ("calf nowhere", ["foot", "gout", "cramps"]),
        ("_ % ' \" * ^ : -", []),
        ("what is", []),
        ("nowhere", []),
        ("' OR zz=zz --", []),
        ('everything : "calf" NOT', ["foot", "gout", "cramps"]),
        ("calf & !pain | foot:*", ["foot"]),
    ],
)
def test_the_sections_that_fit_come_best_first(query: str, expected: list[str]) -> None:
    assert slugs(query) == expected


@pytest.mark.usefixtures("_live")
def test_a_hit_names_the_section_and_shows_the_words() -> None:
    (hit,) = search("stretch").hits
    assert (hit.title, hit.anchor, hit.heading, hit.callout) == ("Leg cramps", "one", "What helps?", "info")
    assert hit.url == "/articles/cramps/#one:~:text=Stretch%20the%20calf.%20100%25%20cotton"
    assert [piece.text for piece in hit.excerpt if piece.is_marked] == ["Stretch"]


@pytest.mark.usefixtures("_live")
def test_only_live_text_is_found() -> None:
    article = make_article(slug="cold", title="Cold leg", sections=0)
    make_section(article, heading="Icy")
    assert slugs("icy") == []
    edition = make_edition(article)
    article.sections.update(heading="Frosty")
    assert (slugs("icy"), slugs("frosty")) == (["cold"], [])
    publishing.withdraw(edition, by=None)
    assert slugs("icy") == []


@pytest.mark.usefixtures("_live")
def test_a_search_asks_once_and_never_scans_with_like() -> None:
    make_clinic()
    search("warm up")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        find("calf pain cramp stretching at night, chest pain", Clinic.objects.current().live_version)
    assert len(queries) == 2, "the clinic, and the search"
    assert "LIKE" not in queries[1]["sql"].upper()


def test_many_hits_are_cut_and_said_to_be() -> None:
    article = make_article(title="Calf", sections=MOST_HITS + 2)
    make_edition(article)
    found = search("calf")
    assert (len(found.hits), found.is_cut) == (MOST_HITS, True)


@pytest.mark.usefixtures("_live")
def test_a_phrase_of_the_staff_counts_at_once() -> None:
    assert slugs("charley horse") == []
    phrase = make_phrase("charley horse", "leg cramp")
    found = search("charley horse")
    assert [hit.slug for hit in found.hits] == ["cramps"]
    assert [(each.text, each.means) for each in found.query.names] == [("charley horse", ("leg cramp",))]
    phrase.delete()
    assert slugs("charley horse") == []


@pytest.mark.usefixtures("_live")
def test_a_danger_sign_puts_the_emergency_sections_first() -> None:
    found = search("no chest pain in my calf")
    assert found.query.is_danger
    assert [hit.slug for hit in found.emergency] == ["danger"]
    assert "danger" not in [hit.slug for hit in found.hits]
    assert search("calf pain").emergency == []


def test_no_danger_sign_is_lost_when_rows_are_missing_or_deleted() -> None:
    signs = [phrase.phrase for phrase in built_in() if phrase.is_danger]
    assert len(signs) > 50
    assert all(search(sign).query.is_danger for sign in signs)
    SearchPhrase.objects.bulk_create(SearchPhrase(phrase=sign, is_danger=True) for sign in signs)
    SearchPhrase.objects.all().delete()
    assert all(search(sign).query.is_danger for sign in signs)


def test_a_danger_sign_is_switched_off_only_by_its_own_row() -> None:
    make_phrase("Fit", "", is_danger=False)
    assert not search("fit").query.is_danger
    assert search("a fit and chest pain").query.is_danger


def test_without_anything_published_nothing_is_found_and_nothing_fails() -> None:
    assert LiveVersion.objects.count() == 0
    assert search("calf").all_hits == []
