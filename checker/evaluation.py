"""From answers to the next question or the result, replayed from the start each time, so going back works.

A result can be too careful, never too calm: its level is the highest of the main rule's outcome and of every
chosen red flag, and where no rule holds it is urgent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from checker.definition_types import Choice, Condition, Definition, Level, Link, Outcome, Question, Rule

type Answers = Mapping[str, frozenset[str]]

LEVEL_IF_NO_RULE_HOLDS = Level.URGENT


class AnswerError(ValueError):
    """An answer that cannot be taken. Its text is the sentence for the patient."""


@dataclass(frozen=True, slots=True)
class Result:
    """`outcome` and `rule` are None if a red flag is more urgent than every rule, or if no rule holds.

    `links` are those of the main outcome, then those of the other `matched` rules, none twice.
    """

    level: Level
    outcome: Outcome | None
    rule: Rule | None
    matched: tuple[Rule, ...]
    links: tuple[Link, ...]
    addons: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Walk:
    """How far the answers lead: `asked` and `answers` up to here, then exactly one of `next` and `result`."""

    asked: tuple[Question, ...]
    answers: Answers
    next: Question | None = None
    result: Result | None = None


def check_answer(question: Question, chosen: Iterable[str]) -> frozenset[str]:
    """The chosen keys, if they answer the question, else AnswerError. Drops no tick: it may be a red flag."""
    keys, exclusive = frozenset(chosen), question.exclusive_choice
    if not keys:
        raise AnswerError(_choose_something(question, exclusive))
    if not keys <= {choice.key for choice in question.choices}:
        raise AnswerError("That answer is not on the list. Choose again.")
    if question.type == "single" and len(keys) > 1:
        raise AnswerError("Choose only one answer.")
    if exclusive and exclusive.key in keys and len(keys) > 1:
        raise AnswerError(f"You chose “{exclusive.text}” and another answer. Untick one of them.")
    return keys


def _choose_something(question: Question, exclusive: Choice | None) -> str:
    if question.type == "single":
        return "Choose one answer."
    if exclusive is None:
        return "Choose at least one answer."
    return f"Choose at least one answer. If nothing fits, choose “{exclusive.text}”."


def holds(condition: Condition, answers: Answers) -> bool:
    """Whether all parts of the condition hold (`always` has none). A question not asked has no answer."""

    def chosen(question: str, choice: str) -> bool:
        return choice in answers.get(question, ())

    return (
        (not condition.any or any(chosen(*ref) for ref in condition.any))
        and all(chosen(*ref) for ref in condition.all)
        and not any(chosen(*ref) for ref in condition.none_of)
    )


def walk(definition: Definition, answers: Answers) -> Walk:
    """Asks the questions in order, as far as `answers` answers them.

    Answers to questions that are not asked are ignored; an invalid answer counts as none. An emergency ends
    the check at once.
    """
    emergencies = _emergency_rules_by_question(definition)
    asked: list[Question] = []
    given: dict[str, frozenset[str]] = {}
    flag = Level.SELF_CARE
    for question in definition.questions:
        if question.show_if is not None and not holds(question.show_if, given):
            continue
        try:
            given[question.key] = check_answer(question, answers.get(question.key, ()))
        except AnswerError:
            return Walk(tuple(asked), given, next=question)
        asked.append(question)
        flag = max(flag, _red_flag(question, given[question.key]))
        stops = any(holds(rule.when, given) for rule in emergencies.get(question.key, ()))
        if stops or flag is Level.EMERGENCY:
            matched = _emergencies_that_hold(definition, given)
            return Walk(tuple(asked), given, result=_result(definition, matched, flag))
    return Walk(tuple(asked), given, result=_result(definition, _rules_that_hold(definition, given), flag))


def _red_flag(question: Question, chosen: frozenset[str]) -> Level:
    flags = (choice.red_flag for choice in question.choices if choice.key in chosen)
    return max((flag for flag in flags if flag is not None), default=Level.SELF_CARE)


def _emergency_rules(definition: Definition) -> list[Rule]:
    """The rules that may end the check at once: defaults must wait for the end, and add-ons set no level."""
    urgent = {outcome.key for outcome in definition.outcomes if outcome.level is Level.EMERGENCY}
    return [rule for rule in definition.rules if rule.outcome in urgent and not rule.default and not rule.addon]


def _emergency_rules_by_question(definition: Definition) -> dict[str, list[Rule]]:
    """After which answers each emergency rule has to be tested.

    A rule can only begin to hold when a choice that it asks for is chosen. One that asks for none holds from
    the start, if ever, and is tested with the first question, which is always asked.
    """
    by_question: dict[str, list[Rule]] = {}
    for rule in _emergency_rules(definition):
        for key in rule.when.asks or [definition.questions[0].key]:
            by_question.setdefault(key, []).append(rule)
    return by_question


def _emergencies_that_hold(definition: Definition, answers: Answers) -> list[Rule]:
    return [rule for rule in _emergency_rules(definition) if holds(rule.when, answers)]


def _rules_that_hold(definition: Definition, answers: Answers) -> list[Rule]:
    """The rules that count at the end, in their order: defaults only if no other rule but add-ons holds."""
    held = [rule for rule in definition.rules if holds(rule.when, answers)]
    if any(not rule.default and not rule.addon for rule in held):
        return [rule for rule in held if not rule.default]
    return held


def _result(definition: Definition, matched: list[Rule], flag: Level) -> Result:
    outcomes = {outcome.key: outcome for outcome in definition.outcomes}
    main = max(
        (rule for rule in matched if not rule.addon),
        key=lambda rule: outcomes[rule.outcome].level,  # of equals, max takes the first
        default=None,
    )
    level_of_rules = outcomes[main.outcome].level if main else LEVEL_IF_NO_RULE_HOLDS
    stands = main if flag <= level_of_rules else None
    in_order = [main, *matched] if main else matched
    return Result(
        level=max(level_of_rules, flag),
        outcome=outcomes[stands.outcome] if stands else None,
        rule=stands,
        matched=tuple(matched),
        links=tuple(dict.fromkeys(link for rule in in_order for link in outcomes[rule.outcome].links)),
        addons=tuple(dict.fromkeys(outcomes[rule.outcome] for rule in matched if rule.addon)),
    )
