"""The index holds every section, whoever wrote it and whatever happened to the database; and only live ones are found."""

import datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from articles import live, publishing
from articles.models import Article, ArticleEdition, Clinic, EditionSection, IndexedSection, SearchWord
from articles.search.finding import find
from articles.search.index import install, missing
from articles.search.upkeep import every_section_can_be_found, keep_index
from articles.words import stem, stems
from tests.factories import make_article, make_edition, make_section, make_topic

pytestmark = pytest.mark.django_db

WORDS = ("kettle", "bucket", "ladder", "window")
DAY = datetime.timedelta(days=1)


def found(word: str) -> set[tuple[str, str]]:
    return {(hit.slug, hit.heading) for hit in find(word, Clinic.objects.current().live_version).all_hits}


def live_now(word: str) -> set[tuple[str, str]]:
    """The same by reading every section that there is, without the index and without `live()`."""
    now, shown = timezone.now(), set()
    for article in Article.objects.all():
        started = [
            edition
            for edition in ArticleEdition.objects.filter(article=article).select_related("withdrawal")
            if edition.goes_live_at <= now
            and not (hasattr(edition, "withdrawal") and edition.withdrawal.at < edition.goes_live_at)
        ]
        newest = max(started, key=lambda edition: edition.number, default=None)
        if newest and not hasattr(newest, "withdrawal") and (newest.expires_at is None or newest.expires_at > now):
            shown |= {
                (newest.slug, section.heading)
                for section in EditionSection.objects.filter(edition=newest)
                if stem(word) in stems(f"{newest.title} {section.heading} {section.text}")
            }
    return shown


steps = st.tuples(
    st.sampled_from(["edit", "publish", "schedule", "expire", "withdraw", "wait", "look"]),
    st.integers(0, 2),
    st.sampled_from(WORDS),
    st.integers(1, 4),
)


def take(step: tuple[str, int, str, int], articles: list[Article], set_clock: Any) -> None:
    what, which, word, days = step
    article, now = articles[which], timezone.now()
    if what == "edit":
        article.sections.update(heading=f"About a {word}", body=f"<p>Some text {days}.</p>")
    elif what == "publish":
        make_edition(article)
    elif what == "schedule":
        make_edition(article, goes_live_at=now + days * DAY)
    elif what == "expire":
        make_edition(article, expires_at=now + days * DAY)
    elif what == "withdraw":
        if edition := article.editions.filter(withdrawal=None).first():
            publishing.withdraw(edition, by=None)
    elif what == "wait":
        set_clock(now + days * DAY)


@settings(deadline=None, max_examples=30)
@given(st.lists(steps, min_size=4, max_size=14))
def test_whatever_staff_and_time_do_search_finds_exactly_what_is_live(set_clock: Any, plan: list) -> None:
    set_clock(datetime.datetime.now(datetime.UTC))
    with transaction.atomic():
        # What was remembered belongs to an example that was rolled back.
        live.forget_all()
        articles = [make_article(title=f"About a {word}", sections=0, topic=make_topic()) for word in WORDS[:3]]
        for article, word in zip(articles, WORDS[1:], strict=True):
            make_section(article, heading=f"The {word}")
        for step in plan:
            take(step, articles, set_clock)
            for word in WORDS:
                assert found(word) == live_now(word), step
        transaction.set_rollback(True)


def make_kettle() -> ArticleEdition:
    article = make_article(title="Tea", sections=0)
    make_section(article, heading="A kettle")
    return make_edition(article)


def test_a_section_written_without_publishing_is_indexed_too() -> None:
    edition = make_kettle()
    EditionSection(edition=edition, order=1, anchor="b", heading="A bucket", callout="info", body="", text="").save()
    EditionSection.objects.create(
        edition=edition, order=2, anchor="c", heading="A ladder", callout="info", body="", text=""
    )
    live.forget_all()
    assert {heading for word in WORDS for _slug, heading in found(word)} == {"A kettle", "A bucket", "A ladder"}
    assert not missing().exists()


def break_index() -> None:
    """What a rebuilt table loses in SQLite, and a dropped column in PostgreSQL."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER articles_search_insert")
        else:
            cursor.execute("ALTER TABLE articles_indexedsection DROP COLUMN everything_vector")


def test_the_next_migrate_mends_an_index_that_the_database_lost() -> None:
    break_index()
    make_kettle()
    # PostgreSQL changes no table whose foreign keys are still to be checked.
    connection.check_constraints()
    install("default")
    assert found("kettle")


def test_installing_twice_changes_nothing() -> None:
    make_kettle()
    install("default")
    install("default")
    assert found("kettle")


if connection.vendor == "postgresql":  # The gate runs these tests on both; SQLite has no such entries.

    def test_no_search_reads_through_entries_that_wait() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT reloptions FROM pg_class WHERE relname ~ '^articles_search_(heading|names|everything)$'"
            )
            assert cursor.fetchall() == [(["fastupdate=off"],)] * 3


def test_sections_of_an_older_version_are_reported_and_indexed_by_the_next_migrate() -> None:
    make_kettle()
    assert every_section_can_be_found(["default"]) == []
    IndexedSection.objects.update(version=0, heading="x", names="x", everything="x")
    SearchWord.objects.all().delete()
    live.forget_all()
    (warning,) = every_section_can_be_found(["default"])
    assert "1 sections" in warning.msg
    assert found("kettle") == set()
    keep_index()
    assert found("kettle")
    assert every_section_can_be_found(["default"]) == []
    assert every_section_can_be_found(None) == []


def test_reindex_writes_all_again_and_says_how_many() -> None:
    make_kettle()
    IndexedSection.objects.all().delete()
    SearchWord.objects.create(word="zebra", stem="zebra")
    said = StringIO()
    call_command("reindex", stdout=said)
    assert "Search knows 1 sections." in said.getvalue()
    assert found("kettle")
    assert not SearchWord.objects.filter(word="zebra").exists()


def test_deleting_a_row_of_the_index_takes_it_out_of_the_full_text_too() -> None:
    edition = make_kettle()
    row = IndexedSection.objects.get(edition=edition)
    row.delete()
    assert found("kettle") == set()
    IndexedSection.objects.index(edition.sections.all())
    IndexedSection.objects.update(heading="bucket", names="bucket", everything="bucket")
    SearchWord.objects.add(["bucket"])
    live.forget_all()
    assert (bool(found("bucket")), found("kettle")) == (True, set())
