from dataclasses import replace

import pytest
from django.core import serializers
from django.db import transaction
from hypothesis import given, settings

from articles.models import Article, Section, Topic
from checker import models, rows
from checker.definition import Definition, DefinitionError, dump, parse
from checker.models import Quiz
from checker.starter_files import definitions as starter_definitions
from tests.checker.strategies import definitions
from tests.factories import make_edition, make_quiz, make_quiz_data

pytestmark = pytest.mark.django_db

TABLES = [models.Quiz, models.Question, models.Choice, models.Outcome, models.OutcomeLink, models.Rule, models.Vignette]


def make_linked_sections(definition: Definition) -> None:
    """A bare section for each link of the definition."""
    links = {link for part in definition.outcomes for link in part.links}
    links |= {link for part in definition.vignettes for link in part.must_link}
    topic = Topic.objects.create(slug="rows", name="Rows", description="A topic.")
    slugs = {link.article for link in links}
    articles = {slug: Article.objects.create(slug=slug, title=slug, summary="A.", topic=topic) for slug in slugs}
    Section.objects.bulk_create(Section(article=articles[link.article], anchor=link.anchor) for link in links)


def in_one_order(definition: Definition) -> Definition:
    """The links that a story needs are a set: rows keep no order for them."""
    stories = (replace(each, must_link=tuple(sorted(each.must_link))) for each in definition.vignettes)
    return replace(definition, vignettes=tuple(stories))


def all_rows() -> str:
    return serializers.serialize("json", [row for model in TABLES for row in model.objects.order_by("pk")])


@pytest.mark.parametrize("definition", starter_definitions(), ids=lambda definition: definition.quiz)
def test_a_starter_self_check_comes_back_from_its_rows(definition):
    make_linked_sections(definition)
    quiz = rows.fill(Quiz(), definition)
    assert in_one_order(rows.to_definition(quiz)) == in_one_order(definition)


@given(definitions())
@settings(deadline=None, max_examples=40)
def test_any_definition_comes_back_from_its_rows(definition):
    with transaction.atomic():
        make_linked_sections(definition)
        quiz = rows.fill(Quiz(), definition)
        assert in_one_order(rows.to_definition(quiz)) == in_one_order(definition)
        transaction.set_rollback(True)


@given(definitions(), definitions())
@settings(deadline=None, max_examples=15)
def test_filling_again_leaves_nothing_of_what_stood_before(first, second):
    with transaction.atomic():
        both = replace(first, outcomes=first.outcomes + second.outcomes, vignettes=first.vignettes + second.vignettes)
        make_linked_sections(both)
        quiz = rows.fill(Quiz(), first)
        rows.fill(quiz, second)
        assert in_one_order(rows.to_definition(Quiz.objects.get())) == in_one_order(second)
        transaction.set_rollback(True)


def test_rows_stand_in_tens_so_that_one_can_be_put_between():
    quiz = make_quiz()
    assert [row.order for row in quiz.questions.all()] == [10, 20]
    assert [row.order for row in quiz.rules.all()] == [10, 20, 30, 40]


@pytest.mark.parametrize("new", [True, False])
def test_a_link_to_a_missing_section_is_named_and_changes_nothing(new):
    edition = make_edition()
    quiz = make_quiz(edition)
    link = f"{edition.slug}#{edition.sections.get().anchor}"
    data = make_quiz_data(link, title="Another title", quiz="another-quiz" if new else quiz.slug)
    data["outcomes"][1]["links"] = [link, "gone-article#part"]
    data["vignettes"] = [make_story(must_link=[f"{edition.slug}#gone"])]
    before = all_rows()
    with pytest.raises(DefinitionError) as error:
        rows.fill(Quiz() if new else quiz, parse(data))
    assert [str(problem) for problem in error.value.problems] == [
        'outcome "ur": the section gone-article#part does not exist.',
        f'story "V1": the section {edition.slug}#gone does not exist.',
    ]
    assert all_rows() == before


def make_story(**fields):
    values = {
        "id": "V1",
        "story": "A cold leg.",
        "answers": {"danger": ["cold"]},
        "min_level": "emergency",
        "must_link": [],
    }
    return values | fields


def test_the_working_copy_says_all_that_is_wrong_with_it():
    quiz = make_quiz()
    quiz.rules.filter(default=True).delete()
    quiz.questions.get(key="often").choices.get(key="daily").delete()
    with pytest.raises(DefinitionError) as error:
        rows.to_definition(quiz)
    messages = " ".join(problem.message for problem in error.value.problems)
    assert "no rule has default: true" in messages
    assert 'has no choice "daily"' in messages


def test_reading_the_rows_takes_few_queries_however_many_there_are(django_assert_max_num_queries):
    definition = starter_definitions()[1]
    make_linked_sections(definition)
    quiz = rows.fill(Quiz(), definition)
    with django_assert_max_num_queries(10):
        assert dump(rows.to_definition(quiz))["quiz"] == "leg-cramps"
