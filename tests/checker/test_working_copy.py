from dataclasses import replace

import pytest
from django.db import transaction
from hypothesis import given, settings

from articles import stale
from checker import rows, working_copy
from checker.definition import DefinitionError, to_yaml
from checker.models import Quiz
from tests.checker.strategies import definitions
from tests.checker.test_rows import all_rows, in_one_order, make_linked_sections
from tests.factories import make_quiz, make_quiz_edition

pytestmark = pytest.mark.django_db


def keys(rows):
    return [row.key for row in rows.all()]


@given(definitions())
@settings(deadline=None, max_examples=15)
def test_a_copy_of_any_self_check_says_the_same(definition):
    with transaction.atomic():
        make_linked_sections(definition)
        quiz = rows.fill(Quiz(), definition)
        copy = working_copy.copy_quiz(quiz, slug="the-copy-of-it", title="A copy")
        said = replace(rows.to_definition(copy), quiz=definition.quiz, title=definition.title)
        assert in_one_order(said) == in_one_order(definition)
        assert in_one_order(rows.to_definition(quiz)) == in_one_order(definition)
        transaction.set_rollback(True)


def test_a_copy_has_no_edition_and_shares_no_row():
    quiz = make_quiz_edition().quiz
    copy = working_copy.copy_quiz(quiz, slug="a-copy", title="A copy")
    assert not copy.editions.exists()
    copy.questions.all().delete()
    assert quiz.questions.count() == 2


def test_a_self_check_that_is_not_yet_sound_can_be_copied():
    quiz = make_quiz()
    quiz.rules.filter(default=True).delete()
    copy = working_copy.copy_quiz(quiz, slug="a-copy", title="A copy")
    assert copy.rules.count() == 3


def test_a_copied_question_stands_right_behind_with_its_choices():
    quiz = make_quiz()
    danger = quiz.questions.get(key="danger")
    copy = working_copy.copy_question(danger, key="danger-2", text="Any of these today?")
    assert keys(quiz.questions) == ["danger", "danger-2", "often"]
    assert keys(copy.choices) == keys(danger.choices) == ["cold", "swollen", "none"]
    assert copy.choices.get(key="cold").red_flag == "emergency"


@pytest.mark.parametrize("part", working_copy.ORDERED)
def test_rows_take_the_order_they_are_given(part):
    quiz = make_quiz()
    for number in (1, 2):
        quiz.vignettes.create(name=f"V{number}", story="A story.", order=number, min_level="urgent")
    pks = [row.pk for row in getattr(quiz, part).all()][::-1]
    working_copy.reorder(quiz, part, pks, working_copy.listed(quiz, part))
    assert [row.pk for row in getattr(quiz, part).all()] == pks
    assert [row.order for row in getattr(quiz, part).all()] == [10 * number for number in range(1, len(pks) + 1)]


@pytest.mark.parametrize("said", [True, False])
def test_an_order_or_import_over_a_change_nobody_saw_is_refused(said):
    quiz = make_quiz()
    listed, over, definition = working_copy.listed(quiz, "questions"), working_copy.said(quiz), rows.to_definition(quiz)
    quiz.questions.filter(key="often").update(text="Changed by somebody else")
    before = all_rows()
    with pytest.raises(stale.Stale):
        working_copy.reorder(quiz, "questions", [], listed if said else None)
    with pytest.raises(stale.Stale):
        working_copy.replace(quiz, definition, over if said else None)
    assert all_rows() == before


def test_an_import_leaves_what_it_does_not_speak_of():
    quiz = make_quiz()
    over, definition = working_copy.said(quiz), rows.to_definition(quiz)
    Quiz.objects.update(review_months=6)
    working_copy.replace(quiz, definition, over)
    assert Quiz.objects.get().review_months == 6


def test_an_import_comes_back_from_its_export():
    quiz = make_quiz()
    text = to_yaml(rows.to_definition(quiz))
    quiz.questions.get(key="often").choices.all().delete()
    working_copy.replace(quiz, working_copy.read_import(text, quiz), working_copy.said(quiz))
    assert to_yaml(rows.to_definition(Quiz.objects.get())) == text


def problems_of(text, quiz):
    with pytest.raises(DefinitionError) as error:
        working_copy.read_import(text, quiz)
    return [str(problem) for problem in error.value.problems]


def line_of(text, words):
    return next(number for number, line in enumerate(text.splitlines(), start=1) if words in line)


def test_every_problem_of_an_import_names_its_line_and_place():
    quiz = make_quiz()
    text = to_yaml(rows.to_definition(quiz))
    link = str(rows.to_definition(quiz).outcomes[0].links[0])
    gone = text.replace(link, "gone#part", 1)
    assert problems_of(gone, quiz) == [
        f'the text, line {line_of(text, "key: em")}: outcome "em": the section gone#part does not exist.'
    ]
    long = text.replace("One swollen leg", "x" * 201)
    assert problems_of(long, quiz) == [
        f'the text, line {line_of(text, "key: swollen")}: choice "swollen" of question "danger": '
        "the text is 201 characters long. At most 200 are possible."
    ]
    assert problems_of('quiz: a\ntitle: "b', quiz)[0].startswith("the text, line 2: This cannot be read as YAML")


def test_an_import_cannot_take_the_address_of_another_or_leave_a_published_one():
    quiz, other = make_quiz_edition().quiz, make_quiz()
    text = to_yaml(rows.to_definition(other))
    assert "line 1: quiz: another self-check has the address" in problems_of(text, quiz)[0]
    assert "another self-check has the address" in problems_of(text, None)[0]
    assert "Its address is fixed." in problems_of(text.replace(other.slug, "elsewhere"), quiz)[0]
    assert working_copy.read_import(text, other) == rows.to_definition(other)
