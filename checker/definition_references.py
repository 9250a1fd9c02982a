"""What must hold between the parts of a definition: names are unique and lead somewhere, flags agree."""

from collections.abc import Mapping

from articles.parts import Report
from articles.yamlfile import Path, shorten
from checker.definition_types import (
    ChoiceRef,
    Condition,
    Definition,
    Outcome,
    Question,
    Rule,
    Vignette,
)

type Choices = Mapping[str, frozenset[str]]


def check(definition: Definition, report: Report) -> None:
    """Reports every problem. Empty keys stand for what could not be read, and were reported before."""
    keys = [question.key for question in definition.questions]
    outcomes = {outcome.key: outcome for outcome in definition.outcomes}
    choices = {each.key: frozenset(choice.key for choice in each.choices) for each in definition.questions}
    _check_unique(keys, ("questions",), "key", "questions", report)
    _check_unique([each.key for each in definition.outcomes], ("outcomes",), "key", "outcomes", report)
    _check_unique([each.id for each in definition.rules], ("rules",), "id", "rules", report)
    _check_unique([each.id for each in definition.vignettes], ("vignettes",), "id", "stories", report)
    for number, question in enumerate(definition.questions):
        _check_choices(question, ("questions", number, "choices"), report)
        _check_show_if(question, ("questions", number, "show_if"), choices, frozenset(keys[:number]), report)
    for number, rule in enumerate(definition.rules):
        _check_rule(rule, ("rules", number), choices, outcomes, report)
    if definition.rules and not any(rule.default for rule in definition.rules):
        sentence = "no rule has default: true. One must give the result when no other rule holds."
        report(("rules",), f"The self-check: {sentence}")
    for number, vignette in enumerate(definition.vignettes):
        _check_story(vignette, ("vignettes", number, "answers"), choices, report)


def _check_choices(question: Question, path: Path, report: Report) -> None:
    name = f'question "{question.key}"'
    _check_unique([choice.key for choice in question.choices], path, "key", f"choices of {name}", report)
    others_exclusive = False
    for number, choice in enumerate(question.choices):
        if not choice.exclusive:
            continue
        subject = f'Choice "{choice.key}" of {name}'
        if question.type == "single":
            sentence = "only one answer can be given here, so no choice needs to be exclusive."
            report((*path, number, "exclusive"), f"{subject}: {sentence}")
        elif others_exclusive:
            sentence = "another choice is exclusive already. At most one can be."
            report((*path, number, "exclusive"), f"{subject}: {sentence}")
        if choice.red_flag is not None:
            sentence = "an exclusive choice (such as “None of these”) cannot be a red flag."
            report((*path, number, "red_flag"), f"{subject}: {sentence}")
        others_exclusive = True


def _check_show_if(question: Question, path: Path, choices: Choices, earlier: frozenset[str], report: Report) -> None:
    if question.show_if is None:
        return
    name = f'Question "{question.key}"'
    _check_condition(question.show_if, choices, path, name, report)
    for part, number, ref in _refs(question.show_if):
        if ref.question in choices and ref.question not in earlier:
            sentence = f'"show_if" may name only earlier questions, and "{ref.question}" is not one.'
            report((*path, part, number), f"{name}: {sentence}")


def _check_story(vignette: Vignette, path: Path, choices: Choices, report: Report) -> None:
    for question, chosen in vignette.answers:
        for choice in sorted(chosen - {""}):
            ref = ChoiceRef(question, choice)
            _check_ref(ref, choices, (*path, question), f'Story "{vignette.id}"', report)


def _check_rule(rule: Rule, path: Path, choices: Choices, outcomes: Mapping[str, Outcome], report: Report) -> None:
    name = f'Rule "{rule.id}"'
    _check_condition(rule.when, choices, (*path, "when"), name, report)
    if rule.default and rule.addon:
        report((*path, "default"), f"{name}: an add-on cannot be the default.")
    if not rule.outcome:
        return
    outcome = outcomes.get(rule.outcome)
    if outcome is None:
        report((*path, "outcome"), f'{name}: there is no outcome "{rule.outcome}".')
    elif outcome.addon and not rule.addon:
        report(
            (*path, "outcome"),
            f'{name}: outcome "{rule.outcome}" is an add-on, so the rule needs addon: true.',
        )
    elif rule.addon and not outcome.addon:
        report((*path, "addon"), f'{name}: outcome "{rule.outcome}" is not an add-on, so the rule cannot be one.')


def _check_condition(condition: Condition, choices: Choices, path: Path, name: str, report: Report) -> None:
    for part, number, ref in _refs(condition):
        _check_ref(ref, choices, (*path, part, number), name, report)


def _refs(condition: Condition) -> list[tuple[str, int, ChoiceRef]]:
    """Every choice that the condition names and that could be read, with its list and its number there."""
    lists = {"any": condition.any, "all": condition.all, "none_of": condition.none_of}
    return [(part, number, ref) for part, refs in lists.items() for number, ref in enumerate(refs) if ref.question]


def _check_ref(ref: ChoiceRef, choices: Choices, path: Path, name: str, report: Report) -> None:
    if ref.question not in choices:
        report(path, f'{name}: there is no question "{shorten(ref.question)}".')
    elif ref.choice not in choices[ref.question]:
        report(path, f'{name}: question "{ref.question}" has no choice "{shorten(ref.choice)}".')


def _check_unique(keys: list[str], path: Path, setting: str, nouns: str, report: Report) -> None:
    seen: set[str] = set()
    for number, key in enumerate(keys):
        if key and key in seen:
            report((*path, number, setting), f'Two {nouns} are called "{key}". Each needs its own {setting}.')
        seen.add(key)
