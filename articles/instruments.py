"""Two public instruments for judging patient materials, as data, and how their scores are computed.

PEMAT-P is the Patient Education Materials Assessment Tool of the Agency for Healthcare Research and Quality: two scores,
each the agreed items among those that apply. The Clear Communication Index of the Centers for Disease Control and
Prevention has one score. Answers are `{item number: mark}`; a person gives each of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "na"


type Answers = Mapping[int, Mark]


@dataclass(frozen=True)
class Item:
    """`can_be_left_out`: may be marked as not applicable. `reverse`: a yes costs the point.

    After a no to item `zero_without` this one counts as no; after a no to item `skip_without` it does not count at all.
    """

    number: int
    text: str
    can_be_left_out: bool = False
    reverse: bool = False
    zero_without: int = 0
    skip_without: int = 0


@dataclass(frozen=True)
class Part:
    """`only_with` says what a material must have for this part to apply; "" for a part that always does."""

    name: str
    items: tuple[Item, ...]
    only_with: str = ""


@dataclass(frozen=True)
class Scale:
    """One score, over some parts. `good` is the instrument's own mark, `goal` is ours, in percent."""

    name: str
    parts: tuple[Part, ...]
    good: int
    goal: int = 90


@dataclass(frozen=True)
class Instrument:
    key: str
    name: str
    yes: str
    no: str
    parts: tuple[Part, ...]
    scales: tuple[Scale, ...]

    @property
    def items(self) -> Iterator[tuple[Part, Item]]:
        return ((part, item) for part in self.parts for item in part.items)


@dataclass(frozen=True)
class Score:
    """`percent` is None where nothing applied."""

    scale: Scale
    points: int
    applicable: int

    @property
    def percent(self) -> float | None:
        return self.points / self.applicable * 100 if self.applicable else None

    @property
    def is_good(self) -> bool:
        return self.applicable > 0 and self.points * 100 >= self.scale.good * self.applicable

    @property
    def meets_goal(self) -> bool:
        return self.applicable > 0 and self.points * 100 >= self.scale.goal * self.applicable


def can_be_left_out(part: Part, item: Item) -> bool:
    return item.can_be_left_out or bool(part.only_with)


def missing(instrument: Instrument, answers: Answers) -> list[int]:
    """The items that still need an answer. What a no to another item decides needs none."""
    return [
        item.number for _part, item in instrument.items if item.number not in answers and not _decided(item, answers)
    ]


def _decided(item: Item, answers: Answers) -> bool:
    return any(answers.get(other) == Mark.NO for other in (item.zero_without, item.skip_without) if other)


def mixed(instrument: Instrument, answers: Answers) -> list[Part]:
    """The parts that apply or do not as a whole, and were marked half and half."""
    return [part for part in instrument.parts if part.only_with and _is_mixed(part, answers)]


def _is_mixed(part: Part, answers: Answers) -> bool:
    whole = {answers.get(item.number) == Mark.NOT_APPLICABLE for item in part.items if not item.can_be_left_out}
    others = {answers.get(item.number) == Mark.NOT_APPLICABLE for item in part.items if item.can_be_left_out}
    return len(whole) > 1 or (whole == {True} and False in others)


def scores(instrument: Instrument, answers: Answers) -> list[Score]:
    """One score for each scale. Raises KeyError where an answer is missing."""
    return [_score(scale, answers) for scale in instrument.scales]


def _score(scale: Scale, answers: Answers) -> Score:
    counted = [_counted(item, answers) for part in scale.parts for item in part.items]
    applicable = [point for point in counted if point is not None]
    return Score(scale, points=sum(applicable), applicable=len(applicable))


def _counted(item: Item, answers: Answers) -> int | None:
    """The points of an item, 1 or 0; None where it does not apply."""
    if item.skip_without and answers[item.skip_without] == Mark.NO:
        return None
    if item.zero_without and answers[item.zero_without] == Mark.NO:
        return 0
    mark = answers[item.number]
    if mark == Mark.NOT_APPLICABLE:
        return None
    return int((mark == Mark.YES) is not item.reverse)


UNDERSTANDABILITY = Part(
    "Understandability",
    (
        Item(1, "Its purpose is completely evident."),
        Item(2, "It has no content that distracts from its purpose."),
        Item(3, "It uses common, everyday language."),
        Item(4, "It uses medical terms only to make people familiar with them, and explains each."),
        Item(5, "It uses the active voice."),
        Item(6, "Its numbers are clear and easy to understand.", can_be_left_out=True),
        Item(7, "The reader need not calculate."),
        Item(
            8, "It breaks information into short sections (not applicable if it is very short).", can_be_left_out=True
        ),
        Item(9, "Its sections have informative headers.", can_be_left_out=True),
        Item(10, "It presents information in a logical sequence."),
        Item(11, "It provides a summary (not applicable if it is very short).", can_be_left_out=True),
        Item(12, "It uses visual cues (boxes, bullets, bold) to draw attention to key points."),
        Item(13, "It uses visual aids wherever they would help."),
        Item(14, "Its visual aids reinforce the content rather than distract from it.", can_be_left_out=True),
        Item(15, "Its visual aids have clear titles or captions.", can_be_left_out=True),
        Item(16, "Its illustrations are clear and uncluttered.", can_be_left_out=True),
        Item(17, "Its tables are simple, with short and clear headings.", can_be_left_out=True),
    ),
)
ACTIONABILITY = Part(
    "Actionability",
    (
        Item(18, "It names at least one action that the reader can take."),
        Item(19, "It addresses the reader directly when it describes actions."),
        Item(20, "It breaks actions into manageable, explicit steps."),
        Item(21, "It provides a tangible tool (a checklist, a menu) whenever that would help."),
        Item(22, "It gives simple instructions or examples for calculations.", can_be_left_out=True),
        Item(23, "It explains how to use its charts, tables or diagrams to take action.", can_be_left_out=True),
        Item(24, "It uses visual aids wherever they would make it easier to act."),
    ),
)
PEMAT = Instrument(
    "pemat",
    "PEMAT-P",
    yes="Agree",
    no="Disagree",
    parts=(UNDERSTANDABILITY, ACTIONABILITY),
    scales=(
        Scale("Understandability", (UNDERSTANDABILITY,), good=70),
        Scale("Actionability", (ACTIONABILITY,), good=70),
    ),
)

_CDC_PARTS = (
    Part(
        "Core",
        (
            Item(1, "It has one main message."),
            Item(2, "The main message is at the top.", zero_without=1),
            Item(3, "The main message is emphasized with visual cues.", zero_without=1),
            Item(4, "A visual conveys or supports the main message.", zero_without=1),
            Item(5, "It has one or more calls to action."),
            Item(6, "The main message and the call to action are in the active voice."),
            Item(7, "It uses words that the primary audience uses."),
            Item(8, "It uses bulleted or numbered lists."),
            Item(9, "It is in chunks with headings."),
            Item(10, "The most important information is summarized first."),
            Item(11, "It says what authoritative sources know and do not know."),
        ),
    ),
    Part(
        "Behavior",
        (
            Item(12, "It recommends one or more behaviors."),
            Item(13, "It says why the behaviors matter to the audience.", skip_without=12),
            Item(14, "It gives specific directions for the behaviors.", skip_without=12),
        ),
    ),
    Part(
        "Numbers",
        (
            Item(15, "It uses numbers that the audience uses."),
            Item(16, "It always explains what the numbers mean."),
            Item(17, "The audience has to calculate. (A yes costs the point.)", reverse=True),
        ),
        only_with="numbers",
    ),
    Part(
        "Risk",
        (
            Item(18, "It explains the nature of the risk."),
            Item(19, "It gives risks and benefits of the recommended behavior.", can_be_left_out=True),
            Item(20, "A numeric probability is also given in words or a visual.", can_be_left_out=True),
        ),
        only_with="risks",
    ),
)
CDC = Instrument(
    "cdc",
    "CDC Clear Communication Index",
    yes="Yes",
    no="No",
    parts=_CDC_PARTS,
    scales=(Scale("Clear Communication Index", _CDC_PARTS, good=90),),
)

INSTRUMENTS = {instrument.key: instrument for instrument in (PEMAT, CDC)}
