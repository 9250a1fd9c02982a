"""What must hold on every way through a self-check, and what must be possible on one. Exact: see `runs`.

Two promises are kept by `evaluation.walk` whatever the definition says, and are not looked for here: no level is
below a chosen red flag, and an emergency red flag ends the check at once. What a definition can get wrong is that
its rules stay below the flag, so that the patient sees the built-in advice instead of an outcome of the clinic.
"""

from collections.abc import Iterator

from checker.clauses import Clauses
from checker.definition_types import Choice, ChoiceRef, Definition, Level, Outcome, Question, Rule
from checker.evaluation import Answers
from checker.finding import (
    WHOLE,
    Finding,
    at_choice,
    at_outcome,
    at_question,
    at_rule,
    in_order,
    name_answers,
    name_choice,
    name_outcome,
    name_question,
    name_rule,
    sentence,
)
from checker.runs import Run, encode


def find_on_paths(definition: Definition, clauses: Clauses) -> Iterator[Finding]:
    run = encode(clauses, definition)
    for question in definition.questions:
        yield from _find_unreachable_question(clauses, run, question)
    for outcome in definition.outcomes:
        yield from _find_unreachable_outcome(clauses, run, outcome)
    for rule in definition.rules:
        yield from _find_idle_rule(clauses, run, rule)
    yield from _find_no_rule(clauses, run)
    for question in definition.questions:
        for choice in question.choices:
            if choice.red_flag:
                yield from _find_flag_without_rule(clauses, run, question, choice, choice.red_flag)


def _find_unreachable_question(clauses: Clauses, run: Run, question: Question) -> Iterator[Finding]:
    if clauses.find(run.asked[question.key]) is None:
        message = f"{sentence(name_question(question))} is never asked, whatever the answers before it."
        yield Finding("unreachable-question", message, at_question(question))


def _find_unreachable_outcome(clauses: Clauses, run: Run, outcome: Outcome) -> Iterator[Finding]:
    """An add-on is reached when it joins a result."""
    reached = run.shown.get(outcome.key, clauses.false) if outcome.addon else run.outcomes[outcome.key]
    if clauses.find(reached) is None:
        how = "never joins a result" if outcome.addon else "is never the main result"
        message = f"{sentence(name_outcome(outcome))} {how}, whatever the answers."
        yield Finding("unreachable-outcome", message, at_outcome(outcome))


def _find_idle_rule(clauses: Clauses, run: Run, rule: Rule) -> Iterator[Finding]:
    name = sentence(name_rule(run.definition, rule))
    if clauses.find(run.matched[rule.id]) is None:
        message = f"{name} never counts, whatever the answers."
        yield Finding("rule-never-matches", message, at_rule(rule))
    elif not rule.addon and clauses.find(run.deciding[rule.id]) is None:
        message = f"{name} never decides: where it holds, another rule or a red flag always comes first."
        yield Finding("rule-never-decides", message, at_rule(rule), blocks=False)


def _find_no_rule(clauses: Clauses, run: Run) -> Iterator[Finding]:
    none = [-matched for key, matched in run.main.items()]
    model = clauses.find_fewest(list(run.ticks.values()), -run.stopped, *none)
    if model is not None:
        answers = run.answers(model)
        message = f"No rule holds for some answers, not even a default. For example: {_example(run, answers)}."
        yield Finding("no-rule", message, WHOLE, example=in_order(run.definition, answers))


def _find_flag_without_rule(
    clauses: Clauses, run: Run, question: Question, choice: Choice, flag: Level
) -> Iterator[Finding]:
    """The rules must reach the flag by themselves.

    Not blamed on the choice: that no rule holds at the end (`no-rule` says so), and that another choice, an
    emergency, ended the check before the rules were looked at (that other choice is named).
    """
    levels = {outcome.key: outcome.level for outcome in run.definition.outcomes}
    rules = {rule.id: levels[rule.outcome] for rule in run.definition.rules}
    reached = [main for key, main in run.main.items() if rules[key] >= flag]
    at_end = [] if flag is Level.EMERGENCY else [-run.stopped, clauses.any_of(run.main.values())]
    tick = run.ticks[ChoiceRef(question.key, choice.key)]
    model = clauses.find_fewest(list(run.ticks.values()), tick, *at_end, *(-main for main in reached))
    if model is not None:
        answers = run.answers(model)
        message = (
            f"{sentence(name_choice(question, choice))} is a red flag ({flag.slug}), but no rule as urgent as that holds "
            f"for some answers, so the patient would see no outcome of yours. For example: {_example(run, answers)}."
        )
        yield Finding(
            "flag-without-rule", message, at_choice(question, choice), example=in_order(run.definition, answers)
        )


def _example(run: Run, answers: Answers) -> str:
    return name_answers(run.definition, answers)
