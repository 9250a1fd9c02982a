"""What a computer can say about an item of an instrument: a suggestion with its reason, never an answer.

What it cannot see, such as whether a heading is informative, stays with the person who rates.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from articles.instruments import Mark

# Our own mark for a section that can be taken in at once.
MOST_WORDS = 150
SUMMARY = re.compile(r"\b(key points|main points|summary|in short|at a glance|the short answer)\b", re.IGNORECASE)
ACTIONS = [
    "apply",
    "ask",
    "avoid",
    "bend",
    "breathe",
    "bring",
    "call",
    "check",
    "choose",
    "contact",
    "cool",
    "do",
    "drink",
    "eat",
    "exercise",
    "find",
    "follow",
    "get",
    "give",
    "go",
    "hold",
    "keep",
    "learn",
    "lie",
    "lift",
    "look",
    "loosen",
    "make",
    "massage",
    "measure",
    "move",
    "place",
    "press",
    "protect",
    "put",
    "raise",
    "read",
    "rest",
    "rub",
    "see",
    "sit",
    "sleep",
    "stand",
    "stay",
    "stop",
    "stretch",
    "take",
    "talk",
    "tell",
    "test",
    "touch",
    "try",
    "turn",
    "use",
    "visit",
    "wait",
    "walk",
    "warm",
    "wash",
    "watch",
    "wear",
    "write",
]
ACTION = re.compile(rf"(?:^|[.!?:]\s+)((?:{'|'.join(ACTIONS)})\b[^.!?\n]*)", re.IGNORECASE | re.MULTILINE)
SUM = re.compile(
    r"\b(?:multipl(?:y|ied)|divided? by|subtract|add up|calculate|work out the number)\b|\d\s*[×÷*]\s*\d", re.IGNORECASE
)


class Section(Protocol):
    """`body` is clean rich text, `text` its words, one block a line; `drawings` are shown below it."""

    heading: str
    callout: str
    body: str
    text: str

    @property
    def drawings(self) -> Sequence[object]: ...


@dataclass(frozen=True)
class Suggestion:
    mark: Mark
    reason: str


def for_pemat(sections: Sequence[Section]) -> dict[int, Suggestion]:
    return {
        7: _no_sums(sections),
        8: _short_sections(sections),
        9: _headings(sections),
        11: _summary(sections),
        12: _cues(sections),
        17: Suggestion(Mark.NOT_APPLICABLE, "Texts here hold no tables."),
        18: _actions(sections),
    } | _drawings(sections)


def for_cdc(sections: Sequence[Section]) -> dict[int, Suggestion]:
    sums = _no_sums(sections)
    has_to_calculate = Mark.NO if sums.mark is Mark.YES else Mark.YES
    return {
        5: _actions(sections),
        8: _lists(sections),
        9: _headings(sections),
        10: _summary_first(sections),
        12: _actions(sections),
        17: Suggestion(has_to_calculate, sums.reason),
    }


BY_INSTRUMENT = {"pemat": for_pemat, "cdc": for_cdc}


def _short_sections(sections: Sequence[Section]) -> Suggestion:
    longest = max(sections, key=lambda section: len(section.text.split()))
    words = len(longest.text.split())
    mark = Mark.YES if words <= MOST_WORDS else Mark.NO
    return Suggestion(mark, f"The longest section, “{longest.heading}”, has {words} words; {MOST_WORDS} is our mark.")


def _headings(sections: Sequence[Section]) -> Suggestion:
    if len(sections) == 1:
        return Suggestion(Mark.NO, "It has only one section.")
    return Suggestion(Mark.YES, f"Each of its {len(sections)} sections has a heading. You judge what they tell.")


def _summary(sections: Sequence[Section]) -> Suggestion:
    for section in sections:
        if SUMMARY.search(section.heading):
            return Suggestion(Mark.YES, f"There is a section “{section.heading}”.")
    return Suggestion(Mark.NO, "No heading speaks of key points or a summary.")


def _summary_first(sections: Sequence[Section]) -> Suggestion:
    first = next((section for section in sections if section.callout != "emergency"), sections[0])
    if SUMMARY.search(first.heading):
        return Suggestion(Mark.YES, f"It begins with “{first.heading}”.")
    return Suggestion(Mark.NO, f"It begins with “{first.heading}”, which does not call itself a summary.")


def _cues(sections: Sequence[Section]) -> Suggestion:
    boxes = sum(section.callout != "info" for section in sections)
    lists = _count(sections, "<ul>", "<ol>")
    bold = _count(sections, "<strong>")
    mark = Mark.YES if boxes or lists or bold else Mark.NO
    return Suggestion(mark, f"Boxes: {boxes}. Lists: {lists}. Places in bold: {bold}.")


def _drawings(sections: Sequence[Section]) -> dict[int, Suggestion]:
    """Whether they are clear, and help, only a person can see."""
    drawings = sum(len(section.drawings) for section in sections)
    if drawings:
        return {15: Suggestion(Mark.YES, f"Drawings: {drawings}. Each has a caption.")}
    return dict.fromkeys((14, 15, 16), Suggestion(Mark.NOT_APPLICABLE, "It holds no pictures."))


def _lists(sections: Sequence[Section]) -> Suggestion:
    lists = _count(sections, "<ul>", "<ol>")
    return Suggestion(Mark.YES if lists else Mark.NO, f"Lists: {lists}.")


def _count(sections: Sequence[Section], *tags: str) -> int:
    return sum(section.body.count(tag) for section in sections for tag in tags)


def _actions(sections: Sequence[Section]) -> Suggestion:
    found = [action for section in sections for action in ACTION.findall(section.text)]
    if not found:
        return Suggestion(Mark.NO, "No sentence was found that begins with an action.")
    return Suggestion(Mark.YES, f"{len(found)} sentences begin with an action, such as “{found[0][:80].strip()}”.")


def _no_sums(sections: Sequence[Section]) -> Suggestion:
    for section in sections:
        if found := SUM.search(section.text):
            return Suggestion(Mark.NO, f"“{section.heading}” says “{found[0]}”.")
    return Suggestion(Mark.YES, "No sum was found.")
