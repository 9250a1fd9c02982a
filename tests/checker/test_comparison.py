from dataclasses import replace

import pytest
from hypothesis import given, settings

from checker.comparison import Change, Comparison, compare
from checker.definition import Choice, ChoiceRef, Condition, Definition, Level, Outcome, Question, Rule
from checker.evaluation import Answers, Result, walk
from tests.checker.brute_force import every_run, small_definitions, ticks_of, two_editions

NONE = Choice("none", "None of these", exclusive=True)
HOT, COLD = Choice("hot", "Hot"), Choice("cold", "Cold")
YOUNG, OLD = Choice("young", "Young"), Choice("old", "Old")
SIGNS = Question("signs", "multi", "Any of these?", (HOT, COLD, NONE))
WHO = Question("who", "single", "How old?", (YOUNG, OLD))
OUTCOMES = tuple(Outcome(level.slug, level, level.slug) for level in Level)
ALWAYS = Condition(always=True)


def quiz(*questions: Question, **urgent: str) -> Definition:
    """`quiz(SIGNS, urgent="signs.hot")`: that choice leads to that level, everything else to self-care."""
    rules = [Rule(level, Condition(any=(ChoiceRef(*ref.split(".")),)), level) for level, ref in urgent.items()]
    default = Rule("D", ALWAYS, "self-care", default=True)
    return Definition("quiz", "Title", 3, "Intro", (), questions, OUTCOMES, (*rules, default))


def mean_the_same(old: Definition, one: Answers, new: Definition, other: Answers) -> bool:
    after = {question.key: question for question in new.questions}
    return all(
        same_answer(question, one[question.key], after[question.key], other[question.key])
        for question in old.questions
        if question.key in one and question.key in other
    )


def same_answer(old: Question, one: frozenset[str], new: Question, other: frozenset[str]) -> bool:
    before, after = ({choice.key for choice in question.choices} for question in (old, new))
    alone = {choice.key for question in (old, new) for choice in question.choices if choice.exclusive}
    common = (before & after) - alone
    if old.type == new.type == "single":
        return one == other or not one <= after or not other <= before
    if old.type == new.type:
        nothing_else = (not one & common and after == common) or (not other & common and before == common)
        return one & common == other & common or nothing_else
    single, several = (one, other) if old.type == "single" else (other, one)
    known = before & after
    return (single & common) <= several and (bool(single & common) or not several & common or not single <= known)


def by_trying_everything(old: Definition, new: Definition) -> dict[tuple[object, ...], int]:
    """The fewest ticks for each kind of answers whose level differs: (old rule, level, new rule, level)."""
    fewest: dict[tuple[object, ...], int] = {}
    new_runs = every_run(new)
    for one, before in every_run(old):
        for other, now in new_runs:
            if before.level != now.level and mean_the_same(old, one, new, other):
                kind = (before.rule, before.level, now.rule, now.level)
                ticks = len(ticks_of(one) | ticks_of(other))
                fewest[kind] = min(ticks, fewest.get(kind, ticks))
    return fewest


def kinds(changes: tuple[Change, ...]) -> list[tuple[object, ...]]:
    return [(old, each.before.level, new, each.now.level) for each in changes for old, new in each.rules]


@settings(max_examples=150, deadline=None)
@given(two_editions())
def test_it_finds_exactly_the_kinds_that_trying_everything_finds(editions: tuple[Definition, Definition]) -> None:
    found, expected = compare(*editions), by_trying_everything(*editions)
    less, more = kinds(found.less_urgent), kinds(found.more_urgent)
    assert len({*less, *more}) == len(less) + len(more) == len(expected)
    assert set(less) == {kind for kind in expected if kind[1] > kind[3]}  # type: ignore[operator]
    assert set(more) == {kind for kind in expected if kind[1] < kind[3]}  # type: ignore[operator]
    for change in (*found.less_urgent, *found.more_urgent):
        ticks = sum(map(len, change.example.values()))
        assert ticks == min(expected[kind] for kind in kinds((change,)))


@settings(max_examples=100, deadline=None)
@given(two_editions())
def test_each_example_gives_what_it_is_an_example_of(editions: tuple[Definition, Definition]) -> None:
    found = compare(*editions)
    for change in (*found.less_urgent, *found.more_urgent):
        before, now = (
            result_of(definition, dict(answers))
            for definition, answers in zip(editions, (change.answers_before, change.answers_now), strict=True)
        )
        assert (before.level, before.outcome) == (change.before.level, change.before.outcome)
        assert (now.level, now.outcome) == (change.now.level, change.now.outcome)


def result_of(definition: Definition, answers: Answers) -> Result:
    result = walk(definition, answers).result
    assert result is not None
    return result


@settings(max_examples=50, deadline=None)
@given(small_definitions())
def test_nothing_changes_where_only_words_change(definition: Definition) -> None:
    outcomes = tuple(replace(outcome, title="Other words") for outcome in definition.outcomes)
    assert compare(definition, replace(definition, outcomes=outcomes)) == Comparison((), ())


def test_a_lost_rule_is_one_kind_with_the_smallest_example() -> None:
    (change,) = compare(quiz(WHO, SIGNS, urgent="signs.hot"), quiz(WHO, SIGNS)).less_urgent
    assert (change.before.level, change.now.level, change.kinds) == (Level.URGENT, Level.SELF_CARE, 1)
    assert change.example == {"who": frozenset({"young"}), "signs": frozenset({"hot"})}


JUST_NONE = replace(SIGNS, choices=(COLD, NONE))
WARM = Choice("warm", "Warm")
NO_NONE, NO_HOT = replace(SIGNS, choices=(HOT, COLD, WARM)), replace(SIGNS, choices=(COLD, WARM))
HOT_OR_NONE = replace(SIGNS, choices=(HOT, NONE))
HOT_OR_NOT = Question("signs", "single", "Any of these?", (HOT, Choice("none", "None of these")))
ONE_LEFT = replace(WHO, choices=(YOUNG, Choice("middle", "Middle")))
SEVERAL = replace(WHO, type="multi")


@pytest.mark.parametrize(
    ("old", "new", "less", "more"),
    [
        pytest.param(quiz(SIGNS, urgent="signs.hot"), quiz(JUST_NONE), 1, 0, id="a danger choice is removed"),
        pytest.param(quiz(JUST_NONE), quiz(SIGNS, urgent="signs.hot"), 0, 1, id="a danger choice is new"),
        pytest.param(quiz(NO_NONE, urgent="signs.hot"), quiz(NO_HOT), 1, 0, id="removed, with no None of these"),
        pytest.param(
            quiz(NO_NONE, urgent="signs.hot", routine="signs.cold"),
            quiz(NO_HOT, soon="signs.warm", routine="signs.cold"),
            2,
            2,
            id="removed, then anything may stand for it",
        ),
        pytest.param(
            quiz(HOT_OR_NONE, urgent="signs.hot"),
            quiz(HOT_OR_NOT, urgent="signs.hot"),
            0,
            0,
            id="the same as one answer",
        ),
        pytest.param(quiz(WHO, SIGNS, urgent="signs.hot"), quiz(WHO), 1, 0, id="a danger question is removed"),
        pytest.param(quiz(WHO), quiz(WHO, SIGNS, urgent="signs.hot"), 0, 1, id="a danger question is new"),
        pytest.param(quiz(WHO, urgent="who.old"), quiz(ONE_LEFT), 1, 0, id="the one answer is removed"),
        pytest.param(quiz(WHO, urgent="who.old"), quiz(SEVERAL, urgent="who.old"), 0, 1, id="one becomes several"),
        pytest.param(quiz(SEVERAL, urgent="who.old"), quiz(WHO, urgent="who.old"), 1, 0, id="several become one"),
        pytest.param(quiz(WHO, SIGNS, urgent="signs.hot"), quiz(SIGNS, WHO, urgent="signs.hot"), 0, 0, id="reordered"),
        pytest.param(quiz(SIGNS, urgent="signs.hot"), quiz(SIGNS, soon="signs.hot"), 1, 0, id="a level is lowered"),
        pytest.param(quiz(SIGNS, urgent="signs.hot"), quiz(SIGNS, emergency="signs.hot"), 0, 1, id="raised"),
    ],
)
def test_what_a_change_does_to_the_level(old: Definition, new: Definition, less: int, more: int) -> None:
    found = compare(old, new)
    assert (found.kinds_less_urgent, found.kinds_more_urgent) == (less, more)


def test_the_most_serious_loss_comes_first() -> None:
    old = quiz(SIGNS, soon="signs.cold", emergency="signs.hot")
    assert [change.before.level for change in compare(old, quiz(SIGNS)).less_urgent] == [Level.EMERGENCY, Level.SOON]
