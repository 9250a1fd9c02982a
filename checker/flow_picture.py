"""Where everything stands in the picture of a flow: numbers for a template that draws it as SVG.

Questions stand in a column, with a way round each that is not always asked. Beside them, a lane for each level holds
the red flags and rules that the question feeds. At the foot of a lane stand its results. Lengths are pixels at full
size; the width of letters is estimated, on the wide side.
"""

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from checker.definition_types import Definition, Level, Question
from checker.finding import (
    WHOLE,
    at_choice,
    at_outcome,
    at_question,
    at_rule,
    name_choice,
    name_condition,
    name_outcome,
    name_question,
    sentence,
)
from checker.flow import AGAINST, COUNTS, Cell, Ending, Feed, Flow, Lane, Step
from checker.flow_outline import Link, say_feed, say_rule

GUTTER, STEP, GAP, LANE, EDGE = 36, 324, 28, 190, 8
HEAD, LINE, ROW_GAP = 52, 18, 16
CHIP, CHIP_GAP, LETTER = 24, 6, 7.3
STEP_LETTERS, LANE_LETTERS = 38, 20


@dataclass(frozen=True, slots=True)
class Text:
    x: float
    y: float
    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A box or chip that is a link; `label` is what it says to those who do not see it. A `repeat` stands elsewhere too."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    href: str
    label: str
    texts: tuple[Text, ...]
    lane: str = ""
    repeat: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """The background of a lane, with its heading."""

    name: str
    label: str
    note: str
    x: float
    width: float
    height: float


@dataclass(slots=True)
class Picture:
    """`left` is where the lanes begin. Bands, lines between rows, paths and nodes are drawn in this order."""

    width: float
    left: float
    height: float = 0
    bands: list[Band] = field(default_factory=list)
    rulings: list[float] = field(default_factory=list)
    arrows: list[str] = field(default_factory=list)
    ways_round: list[str] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)


def draw(flow: Flow, link: Link, names: Mapping[str, str]) -> Picture:
    """`link` gives the address of a row, `names` the heading of each lane; what follows a colon gets its own line."""
    lefts = {lane.name: GUTTER + STEP + GAP + number * (LANE + EDGE) for number, lane in enumerate(flow.lanes)}
    picture = Picture(GUTTER + STEP + GAP + len(flow.lanes) * (LANE + EDGE), GUTTER + STEP + GAP)
    drawing = _Drawing(picture, flow.definition, link, lefts)
    y = float(HEAD)
    for step in flow.steps:
        y = drawing.step(step, y)
    y = drawing.end(flow.anyway, y)
    picture.height = drawing.endings(flow.lanes, y)
    for lane in flow.lanes:
        label, _colon, note = names[lane.name].partition(": ")
        if lane.name == Level.EMERGENCY.slug:
            note = f"{note}, ends the check at once".removeprefix(", ")
        band = Band(lane.name, label, note, lefts[lane.name], LANE, picture.height)
        picture.bands.append(band)
    return picture


def _wrap(text: str, letters: int, most: int) -> list[str]:
    return textwrap.wrap(text, letters, max_lines=most, placeholder=" …")


class _Drawing:
    def __init__(self, picture: Picture, definition: Definition, link: Link, lefts: Mapping[str, float]) -> None:
        self.picture, self.definition, self.link, self.lefts = picture, definition, link, lefts

    def step(self, step: Step, y: float) -> float:
        """Draws a row and gives the top of the next."""
        question = step.question
        lines = [("title", line) for line in _wrap(f"{step.number}. {question.text}", STEP_LETTERS, 4)]
        lines += [("condition", line) for line in self._condition(question)]
        how = "one answer" if question.type == "single" else "one or more answers"
        lines.append(("key", f"{question.key} · {how}"))
        height = len(lines) * LINE + 16
        kind = "question" if question.show_if is None else "question-if"
        name = f"Question {step.number}: {name_question(question)}"
        self._box(kind, GUTTER, y, STEP, lines, self.link(at_question(question)), self._said(name, question))
        bottom = max([y + height, *(self._cell(cell, question, y) for cell in step.cells)])
        following = bottom + ROW_GAP * 2
        self._down(y + height, following)
        if question.show_if is not None:
            self._way_round(y, y + height)
        if any(cell.ends_the_check for cell in step.cells):
            self.picture.arrows.append(f"M{GUTTER + STEP} {y + 12}H{GUTTER + STEP + GAP - 3}")
        self.picture.rulings.append(bottom + ROW_GAP)
        return following

    def _condition(self, question: Question) -> list[str]:
        if question.show_if is None:
            return []
        return _wrap(f"Only if {name_condition(self.definition, question.show_if)}", STEP_LETTERS + 4, 3)

    def _said(self, name: str, question: Question) -> str:
        """The whole of what the box may have to cut."""
        only = f", asked only if {name_condition(self.definition, question.show_if)}" if question.show_if else ""
        return f"{name}{only}"

    def _down(self, top: float, bottom: float) -> None:
        self.picture.arrows.append(f"M{GUTTER + STEP / 2} {top}V{bottom - 3}")

    def _way_round(self, top: float, bottom: float) -> None:
        middle = GUTTER + STEP / 2
        left = GUTTER / 2
        path = f"M{middle} {top - 18}H{left + 8}q-8 0 -8 8V{bottom + 6}q0 8 8 8H{middle - 4}"
        self.picture.ways_round.append(path)

    def _box(
        self,
        kind: str,
        x: float,
        y: float,
        width: float,
        lines: Iterable[tuple[str, str]],
        href: str,
        label: str,
        lane: str = "",
    ) -> float:
        texts = tuple(Text(x + 12, y + 21 + n * LINE, line, which) for n, (which, line) in enumerate(lines))
        height = len(texts) * LINE + 16
        self.picture.nodes.append(Node(kind, x, y, width, height, href, label, texts, lane))
        return y + height

    def _cell(self, cell: Cell, question: Question | None, y: float) -> float:
        """Chips from left to right, in as many lines as they need; gives the bottom."""
        left = self.lefts[cell.lane] + EDGE
        x, chips = left, [*self._flags(cell, question), *(self._rule(feed) for feed in cell.feeds)]
        for kind, text, href, label in chips:
            most = int((LANE - 2 * EDGE - 12) / LETTER) - (2 if kind == "flag" else 0)
            shown = text if len(text) <= most else f"{text[: most - 1]}…"
            start = 22 if kind == "flag" else 8
            width = round(len(shown) * LETTER + start + 8)
            if x > left and x + width > left + LANE - 2 * EDGE:
                x, y = left, y + CHIP + CHIP_GAP
            texts = (Text(x + start, y + 16, shown),)
            self.picture.nodes.append(
                Node(kind, x, y, width, CHIP, href, label, texts, cell.lane, kind in (COUNTS, AGAINST))
            )
            x += width + CHIP_GAP
        return y + CHIP

    def _flags(self, cell: Cell, question: Question | None) -> Iterator[tuple[str, str, str, str]]:
        for choice in cell.flags if question else ():
            assert question is not None
            label = f"Red flag, {cell.lane}: {name_choice(question, choice)}"
            yield "flag", choice.key, self.link(at_choice(question, choice)), label

    def _rule(self, feed: Feed) -> tuple[str, str, str, str]:
        rule = feed.rule
        text = f"not {rule.id}" if feed.how == AGAINST else f"{rule.id}*" if rule.default else rule.id
        label = f"{sentence(say_feed(self.definition, feed))}. {say_rule(self.definition, rule)}"
        return feed.how, text, self.link(at_rule(rule)), label

    def end(self, anyway: Iterable[Cell], y: float) -> float:
        """The end of the questions: what is drawn there leads to the self-check itself."""
        lines = [("title", "All questions are answered"), ("condition", "The most urgent rule or red flag decides.")]
        label = "All questions are answered. The most urgent rule or red flag decides; of equal rules, the first."
        bottom = self._box("end", GUTTER, y, STEP, lines, self.link(WHOLE), label)
        bottom = max([bottom, *(self._cell(cell, None, y) for cell in anyway)])
        self.picture.rulings.append(bottom + ROW_GAP)
        return bottom + ROW_GAP * 2

    def endings(self, lanes: Iterable[Lane], y: float) -> float:
        """The results at the foot of each lane; gives the height of the picture."""
        bottoms = [y]
        for lane in lanes:
            left, top = self.lefts[lane.name], y
            if lane.endings:
                self.picture.arrows.append(f"M{left + LANE / 2} {top - ROW_GAP}V{top - 3}")
            for ending in lane.endings:
                top = self._ending(ending, lane.name, left, top) + CHIP_GAP
            bottoms.append(top)
        return max(bottoms) + EDGE

    def _ending(self, ending: Ending, lane: str, left: float, top: float) -> float:
        outcome = ending.outcome
        by = ", ".join(rule.id for rule in ending.rules)
        by = f"if {by}" if by else "no rule leads here"
        lines = [("title", line) for line in _wrap(outcome.title, LANE_LETTERS, 4)]
        lines += [("key", line) for line in _wrap(outcome.key, LANE_LETTERS, 1)]
        lines += [("condition", line) for line in _wrap(by, LANE_LETTERS, 3)]
        label = f"{sentence(name_outcome(outcome))}: {by}"
        return self._box("ending", left + 4, top, LANE - 8, lines, self.link(at_outcome(outcome)), label, lane)
