import datetime
from typing import Any

import pytest

from articles import live, publishing
from articles.live import LiveArticle, LiveArticles, nearest
from articles.models import ArticleEdition, Audience, Clinic, Topic
from tests.factories import make_article, make_audience, make_edition, make_section, make_term, make_topic

NOON = datetime.datetime(2026, 5, 3, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)


def current() -> LiveArticles:
    return live.current(Clinic.objects.current().live_version)


def slugs() -> list[str]:
    return list(current().by_slug)


@pytest.mark.django_db
def test_before_anything_is_published_the_list_is_empty() -> None:
    make_article()
    assert current() == LiveArticles({}, (), ())


@pytest.mark.django_db
def test_the_list_changes_at_once_after_publishing_and_withdrawing() -> None:
    article = make_article(slug="cramps")
    assert slugs() == []
    edition = make_edition(article)
    assert slugs() == ["cramps"]
    publishing.withdraw(edition, by=None)
    assert slugs() == []


@pytest.mark.django_db
def test_the_list_changes_at_once_when_a_label_is_renamed_or_deleted() -> None:
    article = make_article(topic=make_topic(slug="legs", name="Legs"))
    make_edition(article)
    assert [topic.name for topic in current().topics] == ["Legs"]
    topic = Topic.objects.get(slug="legs")
    topic.name = "Leg pain"
    topic.save()
    assert [topic.name for topic in current().topics] == ["Leg pain"]
    Audience.objects.all().delete()
    assert current().audiences == ()


@pytest.mark.django_db
def test_the_list_changes_at_the_moment_of_a_go_live_and_of_an_expiry(set_clock: Any) -> None:
    set_clock(NOON)
    make_edition(make_article(slug="a", title="A"), expires_at=NOON + 3 * HOUR)
    make_edition(make_article(slug="b", title="B"), goes_live_at=NOON + HOUR)
    seen = {}
    for minutes in (0, 59, 60, 179, 180, 999):
        set_clock(NOON + datetime.timedelta(minutes=minutes))
        seen[minutes] = slugs()
    assert seen == {0: ["a"], 59: ["a"], 60: ["a", "b"], 179: ["a", "b"], 180: ["b"], 999: ["b"]}


@pytest.mark.django_db
def test_nothing_is_asked_again_while_nothing_changes(django_assert_num_queries: Any) -> None:
    make_edition()
    version = Clinic.objects.current().live_version
    live.current(version), live.glossary(version)
    with django_assert_num_queries(0):
        assert live.current(version) is live.current(version)
        assert live.glossary(version) is live.glossary(version)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("goes_live", "expires", "expected"),
    [(-2, None, None), (1, None, 1), (1, 2, 1), (-2, 3, 3), (-2, -1, None)],
)
def test_the_next_change_is_the_next_go_live_or_expiry(
    goes_live: int, expires: int | None, expected: int | None
) -> None:
    make_edition(goes_live_at=NOON + goes_live * HOUR, expires_at=None if expires is None else NOON + expires * HOUR)
    moment = live.next_change(ArticleEdition, NOON)
    assert moment == (None if expected is None else NOON + expected * HOUR)


@pytest.mark.django_db
def test_labels_list_their_live_articles_by_title_and_empty_ones_are_left_out() -> None:
    legs, adults = make_topic(slug="legs", description="All of it."), make_audience(slug="adults")
    make_topic(), make_audience()
    for title in ("beta", "Alpha"):
        article = make_article(slug=title.lower(), title=title, topic=legs)
        article.audiences.set([adults])
        make_edition(article)
    topic, audience = *current().topics, *current().audiences
    assert (topic.slug, topic.description, [article.title for article in topic.articles]) == (
        "legs",
        "All of it.",
        ["Alpha", "beta"],
    )
    assert (audience.slug, [article.slug for article in audience.articles]) == ("adults", ["alpha", "beta"])


@pytest.mark.django_db
def test_a_list_entry_says_what_the_edition_says() -> None:
    article = make_article(slug="cramps", title="Cramps", summary="Short.")
    edition = make_edition(article)
    article.title = "Changed"
    article.save()
    (entry,) = current().by_slug.values()
    assert (entry.title, entry.summary, entry.published_at) == ("Cramps", "Short.", edition.published_at)
    assert entry.get_absolute_url() == "/articles/cramps/"


@pytest.mark.django_db
def test_the_glossary_has_the_words_of_live_editions_with_their_newest_meaning() -> None:
    gout, article = make_term(term="Gout", meaning="Old."), make_article(sections=0)
    make_section(article, body="<p>Gout and bunions.</p>")
    make_term(term="bunion", meaning="A bump."), make_term(term="Unused")
    make_edition(article)
    gout.meaning = "New."
    gout.save()
    other = make_article(sections=0)
    make_section(other, body="<p>Gout.</p>")
    edition = make_edition(other)
    assert live.glossary(Clinic.objects.current().live_version) == [("bunion", "A bump."), ("Gout", "New.")]
    publishing.withdraw(edition, by=None)
    assert live.glossary(Clinic.objects.current().live_version)[1] == ("Gout", "Old.")


def known(*slugs: str) -> LiveArticles:
    return LiveArticles({slug: LiveArticle(slug, slug, "", "", (), NOON, NOON) for slug in slugs}, (), ())


ALL = known("night-leg-cramps", "leg-cramps-causes", "ball-of-foot-pain", "gout")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/articles/night-leg-cramp/", ["night-leg-cramps", "leg-cramps-causes"]),
        ("/articles/leg-cramps/", ["night-leg-cramps", "leg-cramps-causes"]),
        ("/FOOT-pain.html", ["ball-of-foot-pain"]),
        ("/articles/goutt/", ["gout"]),
        ("/wp-login.php", []),
        ("/", []),
        ("/" + "x" * 10_000, []),
    ],
)
def test_a_wrong_address_leads_to_the_articles_most_like_it(path: str, expected: list[str]) -> None:
    assert [article.slug for article in nearest(ALL, path)] == expected


def test_at_most_three_articles_are_suggested() -> None:
    assert len(nearest(known(*(f"leg-{number}" for number in range(9))), "/leg/")) == 3
