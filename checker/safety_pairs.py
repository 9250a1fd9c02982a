"""What two patients would get who differ in one answer only. Exact: two runs (see `runs`) side by side.

The two answer every other question alike, where both are asked it. A question that only one of them is asked may
be answered in any way.
"""

from collections.abc import Iterator
from itertools import permutations

from checker.clauses import Clauses, Literal, Model
from checker.definition_types import Choice, ChoiceRef, Definition, Level, Question
from checker.finding import (
    Finding,
    at_choice,
    at_question,
    in_order,
    name_answers,
    name_choice,
    name_question,
    sentence,
)
from checker.runs import encode, more_urgent


class Pair:
    """Two runs. Assume `others_alike(question)` to let them differ in that question only."""

    def __init__(self, clauses: Clauses, definition: Definition) -> None:
        self.clauses, self.definition = clauses, definition
        self.one, self.other = encode(clauses, definition), encode(clauses, definition)
        self.equal = {ref: -clauses.differ(tick, self.other.ticks[ref]) for ref, tick in self.one.ticks.items()}
        self.alike = {question.key: self._alike(question) for question in definition.questions}
        one, other = self.one, self.other
        self.changed = clauses.any_of(
            clauses.differ(left, right)
            for left, right in [
                *((one.asked[key], other.asked[key]) for key in one.asked),
                *((one.level[level], other.level[level]) for level in Level),
                *((one.outcomes[key], other.outcomes[key]) for key in one.outcomes),
                *((one.shown[item], other.shown[item]) for item in one.shown),
            ]
        )
        self.other_more_urgent = more_urgent(clauses, other, one)

    def _alike(self, question: Question) -> Literal:
        both = self.clauses.all_of([self.one.asked[question.key], self.other.asked[question.key]])
        equal = self.clauses.all_of(self.equal[ref] for ref in _refs(question))
        return self.clauses.any_of([-both, equal])

    def others_alike(self, question: Question) -> list[Literal]:
        return [alike for key, alike in self.alike.items() if key != question.key]

    def with_and_without(self, question: Question, choice: Choice) -> list[Literal]:
        """The one has ticked the choice, the other has not, and they agree on the rest of the question.

        If nothing else is ticked, the other has chosen “None of these”.
        """
        ref, none = ChoiceRef(question.key, choice.key), question.exclusive_choice
        rest = [self.equal[each] for each in _refs(question) if each != ref and not (none and each.choice == none.key)]
        return [self.one.ticks[ref], -self.other.ticks[ref], *rest]

    def this_or_another_alone(self, question: Question, choice: Choice) -> list[list[Literal]]:
        """The one has chosen only this, the other only one of the others, each in turn."""
        refs, ref = _refs(question), ChoiceRef(question.key, choice.key)
        only_this = [self.one.ticks[each] if each == ref else -self.one.ticks[each] for each in refs]
        return [
            [*only_this, *(self.other.ticks[each] if each == alone else -self.other.ticks[each] for each in refs)]
            for alone in refs
            if alone != ref
        ]

    def replaced(self, question: Question, graver: Choice, milder: Choice) -> list[Literal]:
        """The one has ticked the graver choice, the other the milder one in its place."""
        swapped = {graver.key, milder.key}
        rest = [self.equal[ref] for ref in _refs(question) if ref.choice not in swapped]
        grave, mild = (ChoiceRef(question.key, each.key) for each in (graver, milder))
        one, other = self.one.ticks, self.other.ticks
        return [one[grave], -one[mild], other[mild], -other[grave], *rest]


def _refs(question: Question) -> list[ChoiceRef]:
    return [ChoiceRef(question.key, choice.key) for choice in question.choices]


def find_in_pairs(definition: Definition, clauses: Clauses) -> Iterator[Finding]:
    pair = Pair(clauses, definition)
    for question in definition.questions:
        if clauses.find(pair.one.asked[question.key]) is not None:
            yield from _find_idle_choices(pair, question)
            yield from _find_wrong_ranks(pair, question)


def _find_idle_choices(pair: Pair, question: Question) -> Iterator[Finding]:
    """Choices that never change the level, the outcome, the linked sections, the add-ons or the questions asked."""
    idle = [choice for choice in question.choices if not _matters(pair, question, choice)]
    if len(idle) == len(question.choices):
        message = f"{sentence(name_question(question))} changes nothing, whatever is chosen."
        yield Finding("idle-question", message, at_question(question), blocks=False)
        return
    for choice in idle:
        message = f"{sentence(name_choice(question, choice))} changes nothing, whatever the other answers."
        yield Finding("idle-choice", message, at_choice(question, choice), blocks=False)


def _matters(pair: Pair, question: Question, choice: Choice) -> bool:
    """A choice among several counts beside the others, or in place of “None of these”.

    Where something must be chosen and there is no “None of these” to fall back on (also for “None of these”
    itself, and where only one can be chosen), the choice alone is compared with each other choice alone.
    """
    ways: list[list[Literal]] = []
    among_several = question.type == "multi" and not choice.exclusive
    if among_several:
        ways.append(pair.with_and_without(question, choice))
    if not among_several or question.exclusive_choice is None:
        ways += pair.this_or_another_alone(question, choice)
    alike = pair.others_alike(question)
    return any(_checked(pair, pair.clauses.find(pair.changed, *alike, *way)) for way in ways)


def _checked(pair: Pair, model: Model | None) -> bool:
    if model is not None:
        pair.one.answers(model)
        pair.other.answers(model)
    return model is not None


def _find_wrong_ranks(pair: Pair, question: Question) -> Iterator[Finding]:
    for graver, milder in permutations(question.choices, 2):
        if graver.severity is None or milder.severity is None or milder.severity >= graver.severity:
            continue
        ticks = [*pair.one.ticks.values(), *pair.other.ticks.values()]
        model = pair.clauses.find_fewest(
            ticks,
            pair.other_more_urgent,
            *pair.others_alike(question),
            *pair.replaced(question, graver, milder),
        )
        if model is None:
            continue
        one, other = pair.one.answers(model), pair.other.answers(model)
        message = (
            f"{sentence(name_choice(question, milder))} is ranked milder than {name_choice(question, graver)}, "
            f"but leads to a more urgent result. For example: {name_answers(pair.definition, other)}, "
            f"compared with {name_answers(pair.definition, one)}."
        )
        example = in_order(pair.definition, other)
        yield Finding("milder-more-urgent", message, at_choice(question, milder), example=example)
