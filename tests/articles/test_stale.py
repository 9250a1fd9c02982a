"""What a page says it was opened on, and when that still stands."""

import pytest
from django.core import signing

from articles import stale
from articles.models import Article, Section
from articles.stale import Stale, guard, state_of, states_of, token
from tests.factories import make_article, make_quiz, make_section, make_source

pytestmark = pytest.mark.django_db


def test_nothing_changed_since_the_page_was_opened():
    article = make_article()
    seen = token(article)
    article.save()
    guard(article, seen)


def test_a_change_of_a_part_is_a_change_and_is_told():
    article = make_article(sections=2)
    seen, section = token(article), article.sections.first()
    Section.objects.filter(pk=section.pk).update(heading="Walk")
    with pytest.raises(Stale) as caught:
        guard(article, seen)
    (change,) = caught.value.changes
    assert (change.row, change.field, change.after) == (f"articles.section-{section.pk}", "heading", "Walk")


CHANGES = {
    "a setting": lambda article: Article.objects.filter(pk=article.pk).update(review_months=3),
    "a choice of several": lambda article: article.audiences.clear(),
    "a new part": lambda article: make_section(article),
    "a part that is gone": lambda article: article.sections.first().delete(),
    "a choice of a part": lambda article: article.sections.first().sources.add(make_source()),
    "a code": lambda article: article.codes.create(system="icd-10-cm", code="R25.2"),
    "the whole": lambda article: article.delete(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_kind_of_change_is_noticed(change):
    article = make_article()
    seen, same = token(article), Article.objects.get(pk=article.pk)
    change(article)
    with pytest.raises(Stale):
        guard(same, seen)


@pytest.mark.parametrize("spoil", [lambda seen: "", lambda seen: None, lambda seen: seen[:-1], lambda seen: "x" + seen])
def test_a_page_that_does_not_say_what_it_showed_may_not_overwrite(spoil):
    article = make_article()
    with pytest.raises(Stale) as caught:
        guard(article, spoil(token(article)))
    assert caught.value.seen is None
    assert caught.value.changes == []


def test_other_ends_of_lines_are_no_change():
    article = make_article()
    article.sections.update(review_note="One.\nTwo.")
    seen = token(article)
    article.sections.update(review_note="One.\r\nTwo.")
    guard(article, seen)


def test_what_was_shown_of_one_article_says_nothing_of_another_and_other_signed_values_say_nothing():
    article, other = make_article(), make_article()
    for seen in (token(other), signing.dumps({"what": stale.name_of(article), "rows": {}}, salt="other")):
        with pytest.raises(Stale):
            guard(article, seen)


def test_a_self_check_is_all_its_parts():
    quiz = make_quiz()
    seen = token(quiz)
    assert {key.partition("-")[0] for key in state_of(quiz)} == {
        f"checker.{part}" for part in ("quiz", "question", "choice", "outcome", "outcomelink", "rule")
    }
    quiz.questions.first().choices.update(red_flag="")
    with pytest.raises(Stale):
        guard(quiz, seen)


def test_a_state_takes_the_same_queries_for_any_number_of_parts(django_assert_num_queries):
    for sections in (1, 4):
        article = make_article(sections=sections)
        with django_assert_num_queries(6):
            state_of(article)
    with django_assert_num_queries(6):
        assert len(states_of(Article.objects.all())) == 2


def test_the_field_is_smaller_than_the_text_it_stands_for():
    article = make_article(sections=12)
    article.sections.update(body="<p>Rest the leg and call us if it gets worse.</p>" * 30)
    assert len(token(article)) < 12 * 1500 / 2
