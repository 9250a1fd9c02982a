from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.definition import Choice, Condition, Definition, Level, Question, Vignette, load_yaml, to_yaml
from checker.evaluation import Answers, Result, holds, walk
from tests.checker.strategies import complete_answers, valid_answers

FOLDER = Path(__file__).parents[2] / "checker" / "starter"
FILES = sorted(FOLDER.glob("*.yaml"))
QUIZZES = [load_yaml(path.read_text(encoding="utf-8"), path.name) for path in FILES]
STORIES = [(quiz, story) for quiz in QUIZZES for story in quiz.vignettes]
RED_FLAGS = [
    (quiz, question, choice)
    for quiz in QUIZZES
    for question in quiz.questions
    for choice in question.choices
    if choice.red_flag is not None
]

every_quiz = pytest.mark.parametrize("quiz", QUIZZES, ids=lambda quiz: quiz.quiz)
every_story = pytest.mark.parametrize(
    ("quiz", "story"), STORIES, ids=lambda value: value.id if isinstance(value, Vignette) else ""
)
every_red_flag = pytest.mark.parametrize(
    ("quiz", "question", "choice"), RED_FLAGS, ids=lambda value: getattr(value, "key", "")
)


def result_of(quiz: Definition, answers: Answers) -> Result:
    result = walk(quiz, answers).result
    assert result is not None
    return result


def calm_answers(quiz: Definition) -> list[Answers]:
    """For each choice of the single questions: nothing else is ticked."""
    ways = [
        [frozenset([choice.key]) for choice in question.choices]
        if question.type == "single"
        else [frozenset([question.exclusive_choice.key])]
        for question in quiz.questions
    ]
    names = [question.key for question in quiz.questions]
    return [dict(zip(names, way, strict=True)) for way in product(*ways)]


def ways_to(quiz: Definition, question: Question) -> list[Answers]:
    """Answers that lead to this question: calm, but for one choice that its `show_if` may ask for."""
    calm = calm_answers(quiz)
    wanted = [*(question.show_if or Condition()).any, *(question.show_if or Condition()).all]
    ticked = [{**answers, ref.question: frozenset([ref.choice])} for answers in calm for ref in wanted]
    return [answers for answers in [*calm, *ticked] if is_asked(quiz, question, answers)]


def is_asked(quiz: Definition, question: Question, answers: Answers) -> bool:
    walked = walk(quiz, {key: chosen for key, chosen in answers.items() if key != question.key})
    return walked.next == question


def test_there_are_two_quizzes_with_their_red_flags_and_stories() -> None:
    assert [quiz.quiz for quiz in QUIZZES] == ["ball-of-foot-pain", "leg-cramps"]
    assert (len(RED_FLAGS), len(STORIES)) == (71, 20)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_file_is_exactly_what_an_export_gives(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert to_yaml(load_yaml(text, path.name)) == text
    assert load_yaml(text, path.name).quiz == path.stem


@every_story
def test_each_story_reaches_its_lowest_safe_level(quiz: Definition, story: Vignette) -> None:
    assert result_of(quiz, dict(story.answers)).level >= story.min_level


@every_story
def test_each_story_links_to_its_sections(quiz: Definition, story: Vignette) -> None:
    assert set(story.must_link) <= set(result_of(quiz, dict(story.answers)).links)


@every_story
def test_each_story_answers_exactly_the_questions_asked(quiz: Definition, story: Vignette) -> None:
    assert walk(quiz, dict(story.answers)).answers == dict(story.answers)


@every_red_flag
def test_each_red_flag_alone_counts_on_every_way_to_it(quiz: Definition, question: Question, choice: Choice) -> None:
    ways = ways_to(quiz, question)
    assert ways
    for answers in ways:
        result = result_after(quiz, question, {choice.key}, answers)
        assert result.level >= choice.red_flag
        assert result.outcome is not None


@every_red_flag
def test_each_red_flag_counts_beside_every_other_choice(quiz: Definition, question: Question, choice: Choice) -> None:
    others = {each.key for each in question.choices if not each.exclusive}
    for answers, other in product(ways_to(quiz, question), others):
        assert result_after(quiz, question, {choice.key, other}, answers).level >= choice.red_flag


def result_after(quiz: Definition, question: Question, chosen: set[str], answers: Answers) -> Result:
    """The result with this answer. Questions that it opens get a calm answer."""
    return result_of(quiz, {**answers, question.key: frozenset(chosen)})


@every_quiz
@given(data=st.data())
def test_a_red_flag_counts_whatever_else_is_answered(quiz: Definition, data: st.DataObject) -> None:
    answers = data.draw(complete_answers(quiz))
    question = data.draw(st.sampled_from([each for each in walk(quiz, answers).asked if red_flags(each)]))
    choice = data.draw(st.sampled_from(red_flags(question)))
    others = data.draw(valid_answers(question)) - {question.exclusive_choice.key}
    result = result_of(quiz, {**answers, question.key: others | {choice.key}})
    assert result.level >= choice.red_flag


def red_flags(question: Question) -> list[Choice]:
    return [choice for choice in question.choices if choice.red_flag is not None]


@every_quiz
@given(data=st.data())
def test_every_result_has_a_card_and_links_of_its_own(quiz: Definition, data: st.DataObject) -> None:
    result = result_of(quiz, data.draw(complete_answers(quiz)))
    assert result.outcome is not None
    assert result.outcome.level is result.level
    assert result.links[: len(result.outcome.links)] == result.outcome.links


@every_quiz
@given(data=st.data())
def test_the_main_rule_is_also_the_first_that_holds(quiz: Definition, data: st.DataObject) -> None:
    walked = walk(quiz, data.draw(complete_answers(quiz)))
    main = [rule for rule in quiz.rules if not rule.addon and holds(rule.when, walked.answers)]
    assert walked.result.rule == main[0]


@every_quiz
def test_calm_answers_lead_to_a_calm_result(quiz: Definition) -> None:
    levels = {result_of(quiz, answers).level for answers in calm_answers(quiz)}
    assert Level.SELF_CARE in levels
    assert max(levels) <= Level.SOON


@every_quiz
def test_every_outcome_below_an_emergency_says_what_would_make_it_worse(quiz: Definition) -> None:
    for outcome in quiz.outcomes:
        assert bool(outcome.safety_net) == (outcome.level < Level.EMERGENCY and not outcome.addon)


@every_quiz
def test_an_emergency_has_at_most_three_facts(quiz: Definition) -> None:
    assert all(len(each.facts) <= 3 for each in quiz.outcomes if each.level is Level.EMERGENCY)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize(
    "words", ["your emergency number", "your maternity unit", "the poison center", "an urgent care line"]
)
def test_the_numbers_of_the_clinic_are_placeholders(path: Path, words: str) -> None:
    assert words not in path.read_text(encoding="utf-8").lower()
