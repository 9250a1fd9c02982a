"""The flow of a self-check in words: the same as its picture, line by line, each line a link."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from checker.definition_types import Definition, Rule
from checker.finding import (
    Place,
    at_choice,
    at_outcome,
    at_question,
    at_rule,
    name_choice,
    name_condition,
    name_outcome,
    sentence,
)
from checker.flow import AGAINST, COUNTS, DECIDES, Cell, Feed, Flow, Lane, Step

SAYS = {
    DECIDES: "its last part can become true here",
    COUNTS: "it also uses these answers",
    AGAINST: "it holds only without some of these answers",
}

type Link = Callable[[Place], str]


@dataclass(frozen=True, slots=True)
class Line:
    """`lane` is a level or the add-ons and `lane_name` what it is called; empty where the line is about none."""

    text: str
    href: str
    lane: str = ""
    lane_name: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A question with its condition, or an outcome, and the lines beneath it."""

    text: str
    href: str
    note: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Ends:
    """The outcomes of one lane."""

    lane: str
    lane_name: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """`anyway`: rules that want no answer."""

    questions: tuple[Entry, ...]
    anyway: tuple[Line, ...]
    lanes: tuple[Ends, ...]


def outline_of(flow: Flow, link: Link, names: Mapping[str, str]) -> Outline:
    """`link` gives the address of a row, `names` what each lane is called."""
    words = _Words(flow.definition, link, names)
    return Outline(
        tuple(words.question(step) for step in flow.steps),
        tuple(line for cell in flow.anyway for line in words.rules(cell)),
        tuple(words.lane(lane) for lane in flow.lanes if lane.endings),
    )


class _Words:
    def __init__(self, definition: Definition, link: Link, names: Mapping[str, str]) -> None:
        self.definition, self.link, self.names = definition, link, names

    def question(self, step: Step) -> Entry:
        question = step.question
        note = f"Only if {name_condition(self.definition, question.show_if)}." if question.show_if else ""
        lines = [line for cell in step.cells for line in (*self.flags(step, cell), *self.rules(cell))]
        return Entry(f"{question.text} ({question.key})", self.link(at_question(question)), note, tuple(lines))

    def flags(self, step: Step, cell: Cell) -> Iterator[Line]:
        for choice in cell.flags:
            href = self.link(at_choice(step.question, choice))
            yield self.line(f"Red flag: {name_choice(step.question, choice)}", href, cell.lane)

    def rules(self, cell: Cell) -> Iterator[Line]:
        for feed in cell.feeds:
            text = f"{sentence(say_feed(self.definition, feed))}."
            yield self.line(text, self.link(at_rule(feed.rule)), cell.lane)

    def line(self, text: str, href: str, lane: str) -> Line:
        return Line(text, href, lane, self.names[lane])

    def lane(self, lane: Lane) -> Ends:
        entries = []
        for ending in lane.endings:
            outcome = ending.outcome
            lines = tuple(Line(say_rule(self.definition, rule), self.link(at_rule(rule))) for rule in ending.rules)
            note = "" if lines else "No rule leads here."
            name = f"{outcome.title} ({outcome.key})"
            entries.append(Entry(name, self.link(at_outcome(outcome)), note, lines))
        return Ends(lane.name, self.names[lane.name], tuple(entries))


def say_feed(definition: Definition, feed: Feed) -> str:
    """`rule E07: its last part can become true here. Leads to outcome “Call now” (em-flow)`."""
    return f"rule {feed.rule.id}: {SAYS[feed.how]}. Leads to {name_outcome(definition.outcome_of(feed.rule))}"


def say_rule(definition: Definition, rule: Rule) -> str:
    """`Rule U1: if “Swollen” (signs.swollen).`, with a word if it is a default."""
    only = " Counts only if no other rule holds." if rule.default else ""
    when = name_condition(definition, rule.when)
    return f"Rule {rule.id}: {when if rule.when.always else f'if {when}'}.{only}"
