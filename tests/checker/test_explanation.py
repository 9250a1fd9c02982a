from collections.abc import Iterator
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.definition import Choice, ChoiceRef, Condition, Definition, Level, Outcome, Question, Rule
from checker.evaluation import Answers, holds, walk
from checker.explanation import decisive
from tests.checker.brute_force import every_run, small_definitions, ticks_of

NONE = Choice("none", "None of these", exclusive=True)
WHO = Question("who", "single", "How old?", (Choice("child", "Child"), Choice("adult", "Adult")))
BODY = Question("body", "multi", "Any of these?", (Choice("preg", "Pregnant"), Choice("fever", "Fever"), NONE))
LEG = Question(
    "leg", "multi", "And these?", (Choice("calf", "Calf"), Choice("cold", "Cold", red_flag=Level.URGENT), NONE)
)
OUTCOMES = tuple(Outcome(level.slug, level, level.slug) for level in Level)
type Ticks = frozenset[ChoiceRef]


@st.composite
def definitions_and_answers(draw: st.DrawFn) -> tuple[Definition, Answers]:
    definition = draw(small_definitions())
    return definition, draw(st.sampled_from([answers for answers, _result in every_run(definition)]))


def reasons(definition: Definition, level: Level) -> list[Condition]:
    """What gives this level or a higher one: red flags and rules. Defaults and add-ons do not count."""
    levels = {outcome.key: outcome.level for outcome in definition.outcomes}
    flags = [
        Condition(any=(ChoiceRef(question.key, choice.key),))
        for question in definition.questions
        for choice in question.choices
        if choice.red_flag and choice.red_flag >= level
    ]
    rules = [rule for rule in definition.rules if not rule.default and not rule.addon]
    return flags + [rule.when for rule in rules if levels[rule.outcome] >= level]


def holds_for(reason: Condition, ticks: Ticks) -> bool:
    return holds(reason, {key: frozenset(c for q, c in ticks if q == key) for key, _choice in ticks})


def what_could_have_been(question: Question, said: frozenset[str], kept: frozenset[str]) -> list[frozenset[str]]:
    """Answers with all kept ticks: fewer ticks, “None of these” in place of all, or another single answer."""
    left_out = sorted(said - kept)
    found = [kept | set(some) for size in range(len(left_out) + 1) for some in combinations(left_out, size)]
    if not kept and question.type == "single":
        found += [frozenset([choice.key]) for choice in question.choices]
    elif not kept and question.exclusive_choice:
        found.append(frozenset([question.exclusive_choice.key]))
    return found


def completions(asked: tuple[Question, ...], answers: Answers, kept: Ticks) -> Iterator[Ticks]:
    ways = [
        what_could_have_been(each, answers[each.key], frozenset(c for q, c in kept if q == each.key)) for each in asked
    ]
    for way in product(*ways):
        yield frozenset(ChoiceRef(each.key, c) for each, some in zip(asked, way, strict=True) for c in some)


def is_enough(definition: Definition, answers: Answers, kept: Ticks) -> bool:
    walked = walk(definition, answers)
    assert walked.result
    every = list(completions(walked.asked, answers, kept))
    return any(all(holds_for(reason, ticks) for ticks in every) for reason in reasons(definition, walked.result.level))


@settings(max_examples=200, deadline=None)
@given(definitions_and_answers())
def test_the_ticks_are_enough_and_no_smaller_or_earlier_set_is(drawn: tuple[Definition, Answers]) -> None:
    definition, answers = drawn
    found = [ChoiceRef(question.key, choice.key) for question, choice in decisive(definition, answers)]
    ticks = [
        ChoiceRef(question.key, choice.key)
        for question in definition.questions
        for choice in question.choices
        if choice.key in answers.get(question.key, ())
    ]
    sets = (list(each) for size in range(len(ticks) + 1) for each in combinations(ticks, size))
    expected = next((each for each in sets if is_enough(definition, answers, frozenset(each))), [])
    assert found == expected


@settings(max_examples=200, deadline=None)
@given(definitions_and_answers())
def test_whoever_ticks_them_and_nothing_that_was_left_empty_gets_the_level(drawn: tuple[Definition, Answers]) -> None:
    definition, answers = drawn
    walked = walk(definition, answers)
    found = frozenset(ChoiceRef(question.key, choice.key) for question, choice in decisive(definition, answers))
    assert walked.result
    for other, result in every_run(definition):
        allowed = set().union(*completions(walked.asked, answers, found))
        if found and found <= ticks_of(other) <= allowed and asked_alike(walked.asked, other):
            assert result.level >= walked.result.level


def asked_alike(asked: tuple[Question, ...], answers: Answers) -> bool:
    return answers.keys() <= {question.key for question in asked}


def quiz(*rules: Rule) -> Definition:
    default = Rule("D", Condition(always=True), "self-care", default=True)
    return Definition("quiz", "Title", 3, "Intro", (), (WHO, BODY, LEG), OUTCOMES, (*rules, default))


def rule(level: str, any_of: str = "", all_of: str = "", none_of: str = "") -> Rule:
    wanted, needed, barred = (
        tuple(ChoiceRef(*each.split(".")) for each in text.split()) for text in (any_of, all_of, none_of)
    )
    return Rule(f"R-{level}", Condition(any=wanted, all=needed, none_of=barred), level)


@pytest.mark.parametrize(
    ("rules", "said", "decisive_ticks"),
    [
        pytest.param([], "who.adult body.none leg.none", "", id="a default has none"),
        pytest.param([], "who.adult body.fever leg.calf leg.cold", "leg.cold", id="a red flag alone"),
        pytest.param(
            [rule("soon", all_of="body.preg leg.calf")],
            "who.adult body.preg body.fever leg.calf",
            "body.preg leg.calf",
            id="both that a rule asks for",
        ),
        pytest.param(
            [rule("soon", any_of="body.fever body.preg")],
            "who.adult body.preg body.fever leg.calf",
            "body.preg",
            id="the first of those that would do",
        ),
        pytest.param(
            [rule("soon", "leg.calf", none_of="body.preg")],
            "who.adult body.fever leg.calf",
            "leg.calf",
            id="what stayed unticked is not said",
        ),
        pytest.param(
            [rule("soon", "leg.calf", none_of="who.adult")],
            "who.child body.none leg.calf",
            "who.child leg.calf",
            id="the age, where another age would change it",
        ),
        pytest.param(
            [rule("soon", "leg.calf", none_of="body.none"), rule("routine", "leg.calf")],
            "who.child body.preg body.fever leg.calf",
            "body.preg leg.calf",
            id="one sign, where “none of these” would change it",
        ),
        pytest.param(
            [rule("soon", "body.fever", none_of="body.none")],
            "who.adult body.preg body.fever leg.none",
            "body.fever",
            id="one tick that serves both parts",
        ),
        pytest.param(
            [rule("soon", all_of="body.fever", none_of="body.none")],
            "who.adult body.preg body.fever leg.none",
            "body.fever",
            id="no second tick where the wanted one will do",
        ),
        pytest.param(
            [rule("urgent", "leg.calf"), rule("routine", "body.fever")],
            "who.adult body.fever leg.calf",
            "leg.calf",
            id="not what a lower rule asks for",
        ),
        pytest.param([rule("emergency", "body.fever")], "who.adult body.fever", "body.fever", id="ended at once"),
        pytest.param([rule("routine", "body.none")], "who.adult body.none leg.none", "body.none", id="none of these"),
        pytest.param([rule("emergency", "leg.calf")], "who.adult body.fever", "", id="no result yet"),
    ],
)
def test_because_you_said(rules: list[Rule], said: str, decisive_ticks: str) -> None:
    answers: dict[str, frozenset[str]] = {}
    for question, choice in (each.split(".") for each in said.split()):
        answers[question] = answers.get(question, frozenset()) | {choice}
    found = decisive(quiz(*rules), answers)
    assert [f"{question.key}.{choice.key}" for question, choice in found] == decisive_ticks.split()
