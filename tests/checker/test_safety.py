from collections import Counter
from collections.abc import Iterable
from itertools import permutations

from hypothesis import given, settings

from checker.definition import Choice, Definition, Level, Question
from checker.evaluation import Answers, Result, holds, walk
from checker.finding import Place
from checker.safety import prove
from tests.checker.brute_force import every_run, meaning, small_definitions

type Runs = list[tuple[Answers, Result]]

EXACT = {
    "unreachable-question",
    "unreachable-outcome",
    "rule-never-matches",
    "rule-never-decides",
    "no-rule",
    "flag-without-rule",
    "idle-question",
    "idle-choice",
    "milder-more-urgent",
}


def found_by_trying_everything(definition: Definition) -> Counter[tuple[str, Place]]:
    runs = every_run(definition)
    found = [*what_is_never_reached(definition, runs), *dict.fromkeys(rules_that_fail(definition, runs))]
    for question in definition.questions:
        if any(question.key in answers for answers, _result in runs):
            found += idle(definition, question, runs) + wrong_ranks(question, runs)
    return Counter(found)


def what_is_never_reached(definition: Definition, runs: Runs) -> Iterable[tuple[str, Place]]:
    for question in definition.questions:
        if not any(question.key in answers for answers, _result in runs):
            yield "unreachable-question", Place("question", (question.key,))
    for outcome in definition.outcomes:
        if not any(result.outcome == outcome or outcome in result.addons for _answers, result in runs):
            yield "unreachable-outcome", Place("outcome", (outcome.key,))
    for rule in definition.rules:
        if not any(rule in result.matched for _answers, result in runs):
            yield "rule-never-matches", Place("rule", (rule.id,))
        elif not rule.addon and not any(result.rule == rule for _answers, result in runs):
            yield "rule-never-decides", Place("rule", (rule.id,))


def rules_that_fail(definition: Definition, runs: Runs) -> Iterable[tuple[str, Place]]:
    levels = {outcome.key: outcome.level for outcome in definition.outcomes}
    below = set()
    for answers, result in runs:
        reached = max((levels[rule.outcome] for rule in result.matched if not rule.addon), default=None)
        ended_early = ends_early(definition, answers)
        if reached is None and not ended_early:
            yield "no-rule", Place()
        for question, choice in chosen(definition, answers):
            unmet = choice.red_flag is Level.EMERGENCY if reached is None else (choice.red_flag or 0) > reached
            if unmet:
                below.add(Place("choice", (question.key, choice.key)))
    yield from (("flag-without-rule", place) for place in below)


def chosen(definition: Definition, answers: Answers) -> list[tuple[Question, Choice]]:
    return [(q, c) for q in definition.questions for c in q.choices if c.key in answers.get(q.key, ())]


def ends_early(definition: Definition, answers: Answers) -> bool:
    """Whether an emergency ended the check, if only after the last question."""
    urgent = {outcome.key for outcome in definition.outcomes if outcome.level is Level.EMERGENCY}
    rules = [rule for rule in definition.rules if rule.outcome in urgent and not rule.default and not rule.addon]
    flags = [choice.red_flag for _question, choice in chosen(definition, answers)]
    return Level.EMERGENCY in flags or any(holds(rule.when, answers) for rule in rules)


def alike_but_for(question: Question, one: Answers, other: Answers) -> bool:
    return all(one[key] == other[key] for key in one.keys() & other.keys() - {question.key})


def idle(definition: Definition, question: Question, runs: Runs) -> list[tuple[str, Place]]:
    matter = set()
    asked = [(answers, result) for answers, result in runs if question.key in answers]
    for one, result in asked:
        for other, other_result in asked:
            key = what_is_compared(question, one[question.key], other[question.key])
            if key is None or key in matter or not alike_but_for(question, one, other):
                continue
            if meaning(definition, one, result) != meaning(definition, other, other_result):
                matter.add(key)
    if not matter:
        return [("idle-question", Place("question", (question.key,)))]
    keys = [choice.key for choice in question.choices if choice.key not in matter]
    return [("idle-choice", Place("choice", (question.key, key))) for key in keys]


def what_is_compared(question: Question, one: frozenset[str], other: frozenset[str]) -> str | None:
    """The choice that is tried by comparing these two answers."""
    none = question.exclusive_choice and question.exclusive_choice.key
    added, lost = one - other, other - one
    if question.type == "multi" and len(added) == 1 and (not lost or lost == {none}) and none not in added:
        return min(added)
    if len(one) == len(other) == 1 and one != other and (question.type == "single" or none is None or one == {none}):
        return min(one)
    return None


def wrong_ranks(question: Question, runs: Runs) -> list[tuple[str, Place]]:
    found, asked = [], [(answers, result) for answers, result in runs if question.key in answers]
    for graver, milder in permutations(question.choices, 2):
        if graver.severity is None or milder.severity is None or graver.severity <= milder.severity:
            continue
        if any(
            result.level < other_result.level
            for one, result in asked
            for other, other_result in asked
            if one[question.key] - other[question.key] == {graver.key}
            and other[question.key] - one[question.key] == {milder.key}
            and alike_but_for(question, one, other)
        ):
            found.append(("milder-more-urgent", Place("choice", (question.key, milder.key))))
    return found


@settings(max_examples=200, deadline=None)
@given(small_definitions())
def test_every_finding_about_answers_is_what_trying_everything_finds(definition: Definition) -> None:
    found = Counter((each.kind, each.place) for each in prove(definition) if each.kind in EXACT)
    assert found == found_by_trying_everything(definition)


@settings(max_examples=100, deadline=None)
@given(small_definitions())
def test_each_example_shows_what_it_is_an_example_of(definition: Definition) -> None:
    for finding in prove(definition):
        if finding.kind in {"no-rule", "flag-without-rule"}:
            result = walk(definition, dict(finding.example)).result
            assert result is not None
            assert result.outcome is None


@settings(max_examples=100, deadline=None)
@given(small_definitions())
def test_whoever_sees_no_outcome_of_the_clinic_is_foreseen(definition: Definition) -> None:
    kinds = {finding.kind for finding in prove(definition)}
    sees_none = any(result.outcome is None for _answers, result in every_run(definition))
    assert sees_none == bool(kinds & {"no-rule", "flag-without-rule"})


@settings(max_examples=100, deadline=None)
@given(small_definitions())
def test_every_red_flag_is_honoured_and_an_emergency_ends_the_check(definition: Definition) -> None:
    for answers, result in every_run(definition):
        last = max(place for place, question in enumerate(definition.questions) if question.key in answers)
        for question, choice in chosen(definition, answers):
            assert result.level >= (choice.red_flag or Level.SELF_CARE)
            if choice.red_flag is Level.EMERGENCY:
                assert question is definition.questions[last]
