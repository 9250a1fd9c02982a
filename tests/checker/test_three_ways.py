"""Plain posts, htmx and evaluation give the same result, for everything that a self-check can say."""

from unittest.mock import patch

import pytest
from django.test import Client
from hypothesis import given, settings

from articles.models import Clinic
from checker import live
from checker.definition import Definition, Level, dump
from checker.evaluation import Answers, walk
from checker.models import QuizEdition
from checker.starter_files import definitions as starter_definitions
from tests.checker.strategies import complete_answers, definitions_with
from tests.checker.takes import HTMX, Seen, answers_to_everything, expected, read_result, take
from tests.factories import make_clinic

pytestmark = pytest.mark.django_db

STARTER = list(starter_definitions())
every_starter_check = pytest.mark.parametrize("definition", STARTER, ids=lambda each: each.quiz)


def by_evaluation(definition: Definition, answers: Answers, quizzes: live.LiveQuizzes) -> Seen:
    result = walk(definition, answers).result
    assert result is not None
    return expected(result, Clinic.objects.current(), quizzes)


@every_starter_check
def test_every_outcome_and_rule_is_among_the_answers(definition: Definition) -> None:
    results = [walk(definition, answers).result for answers in answers_to_everything(definition)]
    reached = {result.outcome.key for result in results if result and result.outcome}
    reached |= {addon.key for result in results if result for addon in result.addons}
    assert reached == {outcome.key for outcome in definition.outcomes}
    assert {rule.id for result in results if result for rule in result.matched} == {
        rule.id for rule in definition.rules
    }
    assert {result.level for result in results if result} == set(Level)


@pytest.mark.usefixtures("starter")
@every_starter_check
def test_each_result_of_a_starter_check_is_the_same_in_all_three_ways(definition: Definition) -> None:
    quizzes = live.current(Clinic.objects.current().live_version)
    for answers in answers_to_everything(definition):
        plain_urls, plain = take(Client(), definition.quiz, answers, {})
        htmx_urls, htmx = take(Client(), definition.quiz, answers, HTMX)
        assert read_result(plain) == read_result(htmx) == by_evaluation(definition, answers, quizzes)
        assert plain_urls == htmx_urls
        assert [url.split("/")[4] for url in plain_urls[:-1]] == [each.key for each in walk(definition, answers).asked]


@settings(max_examples=30, deadline=None)
@given(drawn=definitions_with(complete_answers))
def test_each_result_of_a_random_check_is_the_same_in_all_three_ways(
    db: None, drawn: tuple[Definition, Answers]
) -> None:
    definition, answers = drawn
    make_clinic()
    edition = QuizEdition(pk=1, number=1, slug="random", title="Random", definition=dump(definition))
    quizzes = live.LiveQuizzes({"random": edition}, {1: definition}, {})
    with patch.object(live, "current", lambda version: quizzes):
        plain_urls, plain = take(Client(), "random", answers, {})
        htmx_urls, htmx = take(Client(), "random", answers, HTMX)
    assert read_result(plain) == read_result(htmx) == by_evaluation(definition, answers, quizzes)
    assert plain_urls == htmx_urls
