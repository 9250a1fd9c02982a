"""What changed for patients between two definitions of a self-check, in plain sentences for staff.

The publish screen, the review and the import show these. What is said about urgency comes from
`comparison.compare` and is exact; the rest compares the parts by their keys.
"""

from checker.changed_parts import LESS_URGENT, MORE_URGENT, Described, changed_parts
from checker.comparison import Change, Comparison, Side
from checker.definition_types import Definition, Rule
from checker.finding import WHOLE, answers_in_words, at_rule, join, name_outcome

__all__ = ["LESS_URGENT", "MORE_URGENT", "Described", "describe", "summarize"]


def describe(comparison: Comparison, before: Definition, now: Definition) -> list[Described]:
    """Everything that changed, the losses of urgency first; empty if both definitions are equal.

    `comparison` is `compare(before, now)`.
    """
    return [
        *(_urgency(change, LESS_URGENT, before, now) for change in comparison.less_urgent),
        *(_urgency(change, MORE_URGENT, before, now) for change in comparison.more_urgent),
        *changed_parts(before, now),
    ]


def summarize(comparison: Comparison) -> tuple[str, str]:
    """`4 kinds of answers now get a less urgent result.`, and the same for more urgent ones."""
    return (
        f"{_kinds(comparison.kinds_less_urgent)} a less urgent result.",
        f"{_kinds(comparison.kinds_more_urgent)} a more urgent result.",
    )


def _kinds(number: int) -> str:
    if number == 0:
        return "No answers now get"
    return "1 kind of answers now gets" if number == 1 else f"{number} kinds of answers now get"


def _urgency(change: Change, kind: str, before: Definition, now: Definition) -> Described:
    old, new = change.before, change.now
    rules_before, rules_now = zip(*change.rules, strict=True)
    rule = next((rule for rule in rules_now if rule), None)
    return Described(
        kind,
        f"{_kinds(change.kinds)} “{new.level.slug}” instead of “{old.level.slug}”.",
        at_rule(rule) if rule else WHOLE,
        _side(old, rules_before),
        _side(new, rules_now),
        answers_in_words(change.example, now, before),
    )


def _side(side: Side, rules: tuple[Rule | None, ...]) -> str:
    if side.outcome is None:
        return f"the built-in advice for “{side.level.slug}”, since no rule decides"
    names = join(dict.fromkeys(rule.id for rule in rules if rule))
    return f"{name_outcome(side.outcome)}, by rule {names}"
