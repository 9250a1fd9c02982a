"""Two editions of a self-check: which answers now get a less, or a more, urgent result. Exact: see `runs`.

Every pair of patients is compared who mean the same: one answers the old edition, one the new one, and wherever
both are asked a question (the same key), they tick the same choices (the same keys). Where an edition does not
know what the other asks, every possibility counts, so that a loss of urgency can be reported too often, never missed:

- A question that only one of them is asked (it is new, was removed, or its condition changed): any answer.
- A choice that only one edition has may be ticked beside the common ones. Who ticks nothing but such choices there
  ticks “None of these” or such choices here, or, where there are none of them, anything.
- One answer only: who gives an answer that the other edition does not have may give any answer there.
- One answer became several, or several became one: the one answer is among the several.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from checker.clauses import Clauses, Literal, Model
from checker.definition_types import ChoiceRef, Definition, Level, Outcome, Question, Rule
from checker.finding import Example, in_order
from checker.runs import Run, encode, holds_in, more_urgent


@dataclass(frozen=True, slots=True)
class Side:
    """What one edition gives. `outcome` is None where a red flag is above every rule, or no rule holds."""

    level: Level
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Change:
    """All answers that got the one outcome before and get the other now.

    `rules` are the kinds of answers: for each, the rule that decided before and the one that decides now (None as in
    `Side`). The example is one with the fewest ticks: `answers_before` and `answers_now` differ only where the
    editions ask differently.
    """

    before: Side
    now: Side
    rules: tuple[tuple[Rule | None, Rule | None], ...]
    answers_before: Example
    answers_now: Example

    @property
    def kinds(self) -> int:
        return len(self.rules)

    @property
    def example(self) -> dict[str, frozenset[str]]:
        """`{question: choices}`, as ticked in either edition."""
        found: dict[str, frozenset[str]] = {}
        for key, chosen in (*self.answers_before, *self.answers_now):
            found[key] = found.get(key, frozenset()) | chosen
        return found


@dataclass(frozen=True, slots=True)
class Comparison:
    """Most serious first: the highest level before, then the lowest now."""

    less_urgent: tuple[Change, ...]
    more_urgent: tuple[Change, ...]

    @property
    def kinds_less_urgent(self) -> int:
        return sum(change.kinds for change in self.less_urgent)

    @property
    def kinds_more_urgent(self) -> int:
        return sum(change.kinds for change in self.more_urgent)


def compare(old: Definition, new: Definition) -> Comparison:
    """`less_urgent` is empty exactly if no answers get a less urgent result in the new edition."""
    with Clauses() as clauses:
        before, now = encode(clauses, old), encode(clauses, new)
        both = _Both(clauses, before, now)
        is_less, is_more = more_urgent(clauses, before, now), more_urgent(clauses, now, before)
        less = sorted(both.changes(is_less), key=lambda each: (-each.before.level, each.now.level))
        more = sorted(both.changes(is_more), key=lambda each: (-each.now.level, each.before.level))
    return Comparison(tuple(less), tuple(more))


class _Both:
    def __init__(self, clauses: Clauses, old: Run, new: Run) -> None:
        self.clauses, self.old, self.new = clauses, old, new
        in_new = {question.key: question for question in new.definition.questions}
        for question in old.definition.questions:
            if question.key in in_new:
                asked = [old.asked[question.key], new.asked[question.key]]
                clauses.add(*(-each for each in asked), self._mean_the_same(question, in_new[question.key]))
        refs = dict.fromkeys([*old.ticks, *new.ticks])
        self.ticks = [
            clauses.any_of([old.ticks.get(ref, clauses.false), new.ticks.get(ref, clauses.false)]) for ref in refs
        ]

    def _mean_the_same(self, old: Question, new: Question) -> Literal:
        before, now = _ticks(self.old, old), _ticks(self.new, new)
        exclusive = {choice.key for question in (old, new) for choice in question.choices if choice.exclusive}
        common = [key for key in before if key in now and key not in exclusive]
        any_of, all_of = self.clauses.any_of, self.clauses.all_of
        some_before, some_now = any_of(before[key] for key in common), any_of(now[key] for key in common)
        equal = all_of(-self.clauses.differ(before[key], now[key]) for key in common)
        if old.type == new.type == "single":
            unknown = [before[key] for key in before if key not in now] + [now[key] for key in now if key not in before]
            return any_of([equal, *unknown])
        if old.type == new.type:
            nothing_to_fall_back_on = [
                *([-some_before] if len(common) == len(now) else []),
                *([-some_now] if len(common) == len(before) else []),
            ]
            return any_of([equal, *nothing_to_fall_back_on])
        one, several = (before, now) if old.type == "single" else (now, before)
        some_one, some_several = any_of(one[key] for key in common), any_of(several[key] for key in common)
        unknown = [one[key] for key in one if key not in several]
        among = all_of(any_of([-one[key], several[key]]) for key in common)
        return all_of([among, any_of([some_one, -some_several, *unknown])])

    def changes(self, wanted: Literal) -> Iterator[Change]:
        """Finds a kind of answers, bars it, and so on until there is none left."""
        groups: dict[tuple[Side, Side], list[tuple[Rule | None, Rule | None]]] = {}
        still_open = self.clauses.variable()
        while (model := self.clauses.find(wanted, still_open)) is not None:
            (before, old_rule), (now, new_rule) = _side(self.old, model), _side(self.new, model)
            groups.setdefault((before, now), []).append((old_rule, new_rule))
            kind = [*_is_decided(self.old, old_rule, before), *_is_decided(self.new, new_rule, now)]
            self.clauses.add(-still_open, *(-literal for literal in kind))
        for (before, now), rules in groups.items():
            yield self._change(before, now, rules)

    def _change(self, before: Side, now: Side, rules: list[tuple[Rule | None, Rule | None]]) -> Change:
        sides = [*_gives(self.clauses, self.old, before), *_gives(self.clauses, self.new, now)]
        model = self.clauses.find_fewest(self.ticks, *sides)
        assert model is not None  # the group was found in a model
        old, new = self.old.definition, self.new.definition
        answers_before, answers_now = self.old.answers(model), self.new.answers(model)
        order = [{rule.id: place for place, rule in enumerate(each.rules)} for each in (old, new)]
        in_rule_order = sorted(
            rules,
            key=lambda pair: tuple(place[rule.id] if rule else -1 for place, rule in zip(order, pair, strict=True)),
        )
        return Change(before, now, tuple(in_rule_order), in_order(old, answers_before), in_order(new, answers_now))


def _ticks(run: Run, question: Question) -> dict[str, Literal]:
    return {choice.key: run.ticks[ChoiceRef(question.key, choice.key)] for choice in question.choices}


def _side(run: Run, model: Model) -> tuple[Side, Rule | None]:
    """What the run gives in this model, and the rule that decides."""
    level = max(each for each, literal in run.level.items() if holds_in(model, literal))
    rules = [rule for rule in run.definition.rules if not rule.addon and holds_in(model, run.deciding[rule.id])]
    rule = rules[0] if rules else None
    outcomes = {outcome.key: outcome for outcome in run.definition.outcomes}
    return Side(level, outcomes[rule.outcome] if rule else None), rule


def _is_decided(run: Run, rule: Rule | None, side: Side) -> list[Literal]:
    if rule:
        return [run.deciding[rule.id]]
    return [*(-literal for literal in run.deciding.values()), *_is_level(run, side.level)]


def _gives(clauses: Clauses, run: Run, side: Side) -> list[Literal]:
    if side.outcome:
        return [run.outcomes[side.outcome.key]]
    return [-clauses.any_of(run.deciding.values()), *_is_level(run, side.level)]


def _is_level(run: Run, level: Level) -> list[Literal]:
    return [literal if each <= level else -literal for each, literal in run.level.items()]
