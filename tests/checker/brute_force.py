"""Small random self-checks, and every way through one: what the proofs are compared with."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from hypothesis import strategies as st

from checker.definition import ChoiceRef, Definition, Link, Question
from checker.evaluation import Answers, Result, walk
from tests.checker.strategies import Plain, definitions


class Tiny(Plain):
    """At most three of everything, and links that outcomes share only sometimes."""

    def keys(self, low: int, high: int) -> list[str]:
        return [f"k{number}" for number in range(self.draw(st.integers(low, min(high, 3))))]

    def links(self) -> tuple[Link, ...]:
        return (Link("article", self.draw(st.sampled_from("abcd"))),)


@st.composite
def small_definitions(draw: st.DrawFn) -> Definition:
    """Some of the choices are ranked."""
    found = draw(definitions(Tiny, most_vignettes=0))
    severities = st.sampled_from([None, 1, 2, 3])

    def ranked(question: Question) -> Question:
        return replace(question, choices=tuple(replace(each, severity=draw(severities)) for each in question.choices))

    return replace(found, questions=tuple(map(ranked, found.questions)))


@st.composite
def two_editions(draw: st.DrawFn) -> tuple[Definition, Definition]:
    """One is a small change of the other, or something else with the same names."""
    old = draw(small_definitions())
    if draw(st.booleans()):
        return old, draw(small_definitions())
    rules = tuple(rule for rule in old.rules if draw(st.integers(0, 3)) or rule.default)
    return old, replace(old, rules=rules)


def valid_answers(question: Question) -> list[frozenset[str]]:
    keys = [choice.key for choice in question.choices]
    if question.type == "single":
        return [frozenset([key]) for key in keys]
    alone = question.exclusive_choice
    several = [key for key in keys if alone is None or key != alone.key]
    sets = [frozenset(each) for size in range(1, len(several) + 1) for each in combinations(several, size)]
    return sets + ([frozenset([alone.key])] if alone else [])


def every_run(definition: Definition) -> list[tuple[Answers, Result]]:
    """All answers that lead to a result, without answers to questions that are not asked."""

    def go_on(answers: dict[str, frozenset[str]]) -> Iterator[tuple[Answers, Result]]:
        walked = walk(definition, answers)
        if walked.result is not None:
            yield walked.answers, walked.result
        elif walked.next is not None:
            for chosen in valid_answers(walked.next):
                yield from go_on({**answers, walked.next.key: chosen})

    return list(go_on({}))


def ticks_of(answers: Answers) -> set[ChoiceRef]:
    return {ChoiceRef(question, choice) for question, chosen in answers.items() for choice in chosen}


def meaning(definition: Definition, answers: Answers, result: Result) -> tuple[object, ...]:
    """Everything that a choice could change."""
    outcome = result.outcome and result.outcome.key
    return frozenset(answers), result.level, outcome, frozenset(result.links), frozenset(result.addons)
