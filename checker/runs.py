"""Every way through a self-check at once, as clauses: what `evaluation.walk` does, for answers not yet chosen.

Only ways that end in a result count. Each choice is a variable, true if it was chosen and its question asked; what
follows from the answers (asked questions, matched rules, level) is one literal each. Answers that the solver finds
are walked again by `walk`; if that does not give the same, `Disagreement` is raised and nothing is claimed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from checker.clauses import Clauses, Literal, Model
from checker.definition_types import ChoiceRef, Condition, Definition, Level, Outcome, Question, Rule
from checker.evaluation import LEVEL_IF_NO_RULE_HOLDS, Answers, Result, walk


class Disagreement(Exception):
    """The clauses and the walk differ about the same answers. A mistake in this program."""


@dataclass(frozen=True, slots=True)
class Run:
    """One way through. `main` is the rule before red flags are looked at; `deciding` is the one of the result.

    `level` and `flag` hold, for each level, whether the result, or a chosen red flag, is at least as urgent.
    """

    definition: Definition
    ticks: Mapping[ChoiceRef, Literal]
    asked: Mapping[str, Literal]
    stopped: Literal
    matched: Mapping[str, Literal]
    main: Mapping[str, Literal]
    deciding: Mapping[str, Literal]
    outcomes: Mapping[str, Literal]
    level: Mapping[Level, Literal]
    flag: Mapping[Level, Literal]
    shown: Mapping[object, Literal]

    def answers(self, model: Model) -> Answers:
        """The answers in the model, after walking them again."""
        found: dict[str, set[str]] = {key: set() for key, asked in self.asked.items() if holds_in(model, asked)}
        for ref, tick in self.ticks.items():
            if holds_in(model, tick):
                found[ref.question].add(ref.choice)
        answers = {key: frozenset(chosen) for key, chosen in found.items()}
        walked = walk(self.definition, answers)
        if walked.answers != answers or walked.result is None or not self._agrees(model, walked.result):
            raise Disagreement(f"{self.definition.quiz}: {answers}")
        return answers

    def _agrees(self, model: Model, result: Result) -> bool:
        return (
            {rule.id for rule in result.matched} == {key for key, lit in self.matched.items() if holds_in(model, lit)}
            and ([result.rule.id] if result.rule else [])
            == [k for k, lit in self.deciding.items() if holds_in(model, lit)]
            and result.level == max(level for level, lit in self.level.items() if holds_in(model, lit))
        )


def holds_in(model: Model, literal: Literal) -> bool:
    return literal in model if literal > 0 else -literal not in model


def more_urgent(clauses: Clauses, run: Run, than: Run) -> Literal:
    """Whether the one result is more urgent than the other."""
    return clauses.any_of(clauses.all_of([run.level[each], -than.level[each]]) for each in Level)


def encode(clauses: Clauses, definition: Definition) -> Run:
    """A new way through, free to be any that ends in a result."""
    ticks: dict[ChoiceRef, Literal] = {}
    asked: dict[str, Literal] = {}
    stopped = clauses.false
    outcomes = {outcome.key: outcome for outcome in definition.outcomes}
    for number, question in enumerate(definition.questions):
        shown = _holds(clauses, question.show_if, ticks) if question.show_if else clauses.true
        asked[question.key] = clauses.all_of([-stopped, shown])
        ticks |= _answer(clauses, question, asked[question.key])
        tested = [
            rule
            for rule in definition.rules
            if _is_emergency(rule, outcomes) and _is_tested(rule, question, not number)
        ]
        danger = [*(_holds(clauses, rule.when, ticks) for rule in tested), *_flags(clauses, question, ticks)]
        stopped = clauses.any_of([stopped, clauses.all_of([asked[question.key], clauses.any_of(danger)])])
    matched = _matched(clauses, definition, outcomes, ticks, stopped)
    return _result(clauses, definition, outcomes, ticks, asked, stopped, matched)


def _answer(clauses: Clauses, question: Question, asked: Literal) -> dict[ChoiceRef, Literal]:
    """Variables for the choices, such that `check_answer` accepts what is chosen if the question is asked."""
    ticks = {ChoiceRef(question.key, choice.key): clauses.variable() for choice in question.choices}
    clauses.add(-asked, *ticks.values())
    for tick in ticks.values():
        clauses.add(asked, -tick)
    if question.type == "single":
        clauses.at_most_one(list(ticks.values()))
    elif question.exclusive_choice:
        alone = ticks[ChoiceRef(question.key, question.exclusive_choice.key)]
        for tick in ticks.values():
            if tick != alone:
                clauses.add(-alone, -tick)
    return ticks


def _flags(clauses: Clauses, question: Question, ticks: Mapping[ChoiceRef, Literal]) -> list[Literal]:
    """The choices of a question that end the check by themselves."""
    return [ticks[ChoiceRef(question.key, each.key)] for each in question.choices if each.red_flag is Level.EMERGENCY]


def _is_emergency(rule: Rule, outcomes: Mapping[str, Outcome]) -> bool:
    return outcomes[rule.outcome].level is Level.EMERGENCY and not rule.default and not rule.addon


def _is_tested(rule: Rule, question: Question, first: bool) -> bool:
    """Whether an answer to the question can end the check by this rule: see `evaluation`."""
    return question.key in rule.when.asks if rule.when.asks else first


def _holds(clauses: Clauses, condition: Condition, ticks: Mapping[ChoiceRef, Literal]) -> Literal:
    """As `evaluation.holds`; a question that comes later has no answer yet."""

    def chosen(ref: ChoiceRef) -> Literal:
        return ticks.get(ref, clauses.false)

    parts = [chosen(ref) for ref in condition.all] + [-chosen(ref) for ref in condition.none_of]
    if condition.any:
        parts.append(clauses.any_of(chosen(ref) for ref in condition.any))
    return clauses.all_of(parts)


def _matched(
    clauses: Clauses,
    definition: Definition,
    outcomes: Mapping[str, Outcome],
    ticks: Mapping[ChoiceRef, Literal],
    stopped: Literal,
) -> dict[str, Literal]:
    held = {rule.id: _holds(clauses, rule.when, ticks) for rule in definition.rules}
    other = clauses.any_of(held[rule.id] for rule in definition.rules if not rule.default and not rule.addon)
    matched = {}
    for rule in definition.rules:
        needs = [held[rule.id]]
        if not _is_emergency(rule, outcomes):
            needs.append(-stopped)
        if rule.default:
            needs.append(-other)
        matched[rule.id] = clauses.all_of(needs)
    return matched


def _result(
    clauses: Clauses,
    definition: Definition,
    outcomes: Mapping[str, Outcome],
    ticks: Mapping[ChoiceRef, Literal],
    asked: Mapping[str, Literal],
    stopped: Literal,
    matched: Mapping[str, Literal],
) -> Run:
    flags = {
        ticks[ChoiceRef(question.key, choice.key)]: choice.red_flag
        for question in definition.questions
        for choice in question.choices
        if choice.red_flag
    }
    flag = {level: clauses.any_of(tick for tick, own in flags.items() if own >= level) for level in Level}
    flag[Level.SELF_CARE] = clauses.true
    main, before = {}, clauses.false
    by_level = sorted(
        (rule for rule in definition.rules if not rule.addon), key=lambda rule: -outcomes[rule.outcome].level
    )
    for rule in by_level:  # the sort keeps the order of equals
        main[rule.id] = clauses.all_of([matched[rule.id], -before])
        before = clauses.any_of([before, matched[rule.id]])
    level, deciding = {}, {}
    for each in Level:
        reached = [main[rule.id] for rule in by_level if outcomes[rule.outcome].level >= each]
        no_rule = [-before] if each <= LEVEL_IF_NO_RULE_HOLDS else []
        level[each] = clauses.any_of([flag[each], *reached, *no_rule])
    for rule in by_level:
        higher = [flag[each] for each in Level if each > outcomes[rule.outcome].level]
        deciding[rule.id] = clauses.all_of([main[rule.id], *(-literal for literal in higher)])
    shown: dict[object, list[Literal]] = {}
    for rule in definition.rules:
        own = outcomes[rule.outcome]
        for item in (*own.links, *([own.key] if rule.addon else [])):
            shown.setdefault(item, []).append(matched[rule.id])
    return Run(
        definition=definition,
        ticks=ticks,
        asked=asked,
        stopped=stopped,
        matched=matched,
        main=main,
        deciding=deciding,
        outcomes={
            key: clauses.any_of(deciding[rule.id] for rule in by_level if rule.outcome == key) for key in outcomes
        },
        level=level,
        flag=flag,
        shown={item: clauses.any_of(literals) for item, literals in shown.items()},
    )
