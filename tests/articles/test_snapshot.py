"""The working copy and an edition made of it say the same."""

import pytest

from articles import publishing, snapshot
from articles.models import Article
from tests.factories import make_article, make_edition, make_section

pytestmark = pytest.mark.django_db


def test_an_edition_says_what_the_working_copy_said():
    article = make_article(sections=3)
    article.related.add(make_article())
    article.codes.create(system="icd-10-cm", code="R25.2")
    make_section(article, callout="emergency", body="<p>Call <strong>{emergency_number}</strong>.</p>")
    edition = make_edition(article)
    assert snapshot.of_edition(edition) == snapshot.of_article(Article.objects.get(pk=article.pk))


def test_what_was_brought_back_says_what_the_edition_says():
    edition = make_edition(make_article(sections=2))
    edition.article.sections.all()[0].delete()
    make_section(edition.article)
    article = publishing.restore(edition)
    assert snapshot.of_article(article) == snapshot.of_edition(edition)


def test_equal_data_have_one_fingerprint_and_others_another():
    article = make_article(sections=2)
    before = snapshot.fingerprint(snapshot.of_article(article))
    assert before == snapshot.fingerprint(snapshot.of_article(Article.objects.get(pk=article.pk)))
    section = article.sections.all()[0]
    section.heading = "Another"
    section.save()
    assert snapshot.fingerprint(snapshot.of_article(article)) != before


def test_the_order_of_sections_counts():
    article = make_article(sections=2)
    before = snapshot.fingerprint(snapshot.of_article(article))
    article.sections.filter(pk=article.sections.all()[1].pk).update(order=0)
    assert snapshot.fingerprint(snapshot.of_article(article)) != before


@pytest.mark.django_db
def test_a_snapshot_takes_the_same_queries_for_any_number_of_sections(django_assert_num_queries):
    few, many = make_article(sections=1), make_article(sections=6)
    for article in (few, many):
        with django_assert_num_queries(5):
            snapshot.of_article(article)


def test_what_records_may_ask_for_is_frozen_and_brought_back():
    article = make_article(sections=0)
    section = make_section(article, subtopic="therapy")
    edition = make_edition(article)
    assert snapshot.of_edition(edition)["sections"][0]["subtopic"] == "therapy"
    section.subtopic = ""
    section.save()
    assert "subtopic" not in snapshot.of_article(article)["sections"][0]
    publishing.restore(edition)
    assert article.sections.get().subtopic == "therapy"
