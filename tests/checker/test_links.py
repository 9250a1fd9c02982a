"""What the articles learn of self-checks through articles.registry."""

import pytest
from django.db.models import ProtectedError
from django.urls import reverse

from articles import publishing, registry
from articles.record import CannotPublish
from checker.models import OutcomeLink
from tests.factories import make_article, make_clinic, make_edition, make_quiz, make_quiz_edition, make_section

pytestmark = pytest.mark.django_db


def test_an_article_offers_the_self_check_that_leads_to_it_and_no_other(client):
    make_clinic()
    linked, other = make_edition(), make_edition()
    check = make_quiz_edition(make_quiz(linked))
    address = f'href="/check/{check.slug}/"'
    assert address in client.get(f"/articles/{linked.slug}/").content.decode()
    assert address not in client.get(f"/articles/{other.slug}/").content.decode()


def test_the_home_page_offers_each_live_self_check(client):
    make_clinic()
    checks = [make_quiz_edition(), make_quiz_edition()]
    unpublished = make_quiz()
    html = client.get("/").content.decode()
    assert all(f'href="/check/{check.slug}/"' in html for check in checks)
    assert unpublished.slug not in html


def test_the_uses_of_an_article_name_outcome_and_place_to_change_it():
    edition = make_edition()
    quiz = make_quiz(edition)
    uses = registry.uses_of(edition.article_id)
    outcome = quiz.outcomes.get(key="ur")
    assert len(uses) == quiz.outcomes.count()
    assert {use.anchor for use in uses} == {edition.sections.get().anchor}
    assert uses[1].what == f"the outcome “Be seen today” of the self-check “{quiz.title}”"
    assert uses[1].url == reverse("admin:checker_outcome_change", args=[outcome.pk])
    assert registry.uses_of(make_article().pk) == []


def test_a_section_that_an_outcome_links_to_cannot_be_deleted():
    edition = make_edition()
    make_quiz(edition)
    with pytest.raises(ProtectedError):
        edition.article.sections.all().delete()
    with pytest.raises(ProtectedError):
        edition.article.sections.get().delete()


def test_an_article_cannot_be_published_without_a_section_that_only_the_live_check_links_to():
    article = make_article(sections=2)
    edition = make_edition(article)
    quiz = make_quiz(edition)
    live = make_quiz_edition(quiz)
    OutcomeLink.objects.filter(outcome__quiz=quiz).update(section=article.sections.last())
    article.sections.first().delete()
    with pytest.raises(CannotPublish, match=f"live edition of “{live.title}” sends patients to it"):
        make_edition(article)


def test_it_can_be_published_once_the_live_check_leads_elsewhere():
    article = make_article(sections=2)
    quiz = make_quiz(make_edition(article))
    make_quiz_edition(quiz)
    OutcomeLink.objects.filter(outcome__quiz=quiz).update(section=article.sections.last())
    make_quiz_edition(quiz)
    article.sections.first().delete()
    assert make_edition(article).number == 2


def test_bringing_back_an_edition_without_a_linked_section_is_refused_with_the_outcome():
    article = make_article()
    first = make_edition(article)
    later = make_section(article)
    quiz = make_quiz(make_edition(article))
    OutcomeLink.objects.filter(outcome=quiz.outcomes.get(key="sc")).update(section=later)
    with pytest.raises(publishing.CannotRestore, match="the outcome “Try home care now”"):
        publishing.restore(first)
    assert article.sections.count() == 2
