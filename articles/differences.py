"""What changed between two states of an article (see `articles.snapshot`): field by field, section by section, word by word."""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from articles import richtext

type Kind = Literal["same", "added", "removed"]
type SectionKind = Literal["added", "removed", "changed", "moved"]
# For a field of keys, what staff call what each key stands for: `{"callout": {"info": "Information"}}`.
type Names = Mapping[str, Mapping[str, str]]

FIELDS = {
    "title": "Title",
    "slug": "Address",
    "summary": "Summary",
    "topic": "Topic",
    "audiences": "Written for",
    "related": "Related articles",
    "codes": "Clinical codes",
}
SECTION_FIELDS = {
    "heading": "Heading",
    "callout": "Kind of section",
    "subtopic": "What records may ask for",
    "body": "Text",
    "picture": "Picture",
    "sources": "Sources",
}

NO_NAMES: Names = {}

# Above this many comparisons (words before times words after) whole lines are compared: the work stays bounded.
MOST_COMPARISONS = 4_000_000

_token = re.compile(r"\w+(?:['’]\w+)*|\s|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that both texts share, or that one of them has."""

    text: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class FieldChange:
    """`before` and `after` are plain text, several lines where the field has them."""

    name: str
    label: str
    before: str
    after: str

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return words(self.before, self.after)

    @property
    def pieces_before(self) -> tuple[Piece, ...]:
        return tuple(piece for piece in self.pieces if piece.kind != "added")

    @property
    def pieces_after(self) -> tuple[Piece, ...]:
        return tuple(piece for piece in self.pieces if piece.kind != "removed")


@dataclass(frozen=True, slots=True)
class OrderChange(FieldChange):
    """Rows in another order, a line each: a line is compared as a whole."""

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return lines(f"{self.before}\n", f"{self.after}\n")


@dataclass(frozen=True, slots=True)
class SectionChange:
    """`heading` is the newer one. `fields` holds what changed; for a section that came or went, all that it says."""

    anchor: str
    heading: str
    kind: SectionKind
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    fields: tuple[FieldChange, ...]
    sections: tuple[SectionChange, ...]
    unchanged_sections: int

    def __bool__(self) -> bool:
        return bool(self.fields or self.sections)


def compare(before: Mapping[str, Any], after: Mapping[str, Any], names: Names = NO_NAMES) -> Changes:
    """Sections are known by their anchors, in the order of `after`; those that went come last.

    A key without a name is shown as it is.
    """
    old = {section["anchor"]: section for section in before["sections"]}
    new = {section["anchor"]: section for section in after["sections"]}
    stayed = _in_the_same_order([key for key in old if key in new], [key for key in new if key in old])
    found = []
    for anchor, section in new.items():
        if anchor not in old:
            found.append(_whole(section, "added", names))
        elif fields := _changed(old[anchor], section, SECTION_FIELDS, names):
            found.append(SectionChange(anchor, section["heading"], "changed", fields))
        elif anchor not in stayed:
            found.append(SectionChange(anchor, section["heading"], "moved"))
    found += [_whole(section, "removed", names) for anchor, section in old.items() if anchor not in new]
    touched = sum(each.kind != "removed" for each in found)
    return Changes(_changed(before, after, FIELDS, names), tuple(found), len(new) - touched)


def tokens(text: str) -> list[str]:
    """Words, white space and signs; joined they give the text again."""
    return _token.findall(text)


def words(before: str, after: str) -> tuple[Piece, ...]:
    """Both texts as runs of words; joined without the added ones they give `before`, without the removed ones `after`."""
    one, other = tokens(before), tokens(after)
    if len(one) * len(other) > MOST_COMPARISONS:
        return lines(before, after)
    return _pieces(one, other)


def lines(before: str, after: str) -> tuple[Piece, ...]:
    """The same with whole lines."""
    return _pieces(before.splitlines(keepends=True), after.splitlines(keepends=True))


def _pieces(one: Sequence[str], other: Sequence[str]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    for _tag, start, end, new_start, new_end in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        gone, come = "".join(one[start:end]), "".join(other[new_start:new_end])
        if gone == come:
            pieces.append(Piece(gone, "same"))
            continue
        pieces += [Piece(gone, "removed")] if gone else []
        pieces += [Piece(come, "added")] if come else []
    return tuple(pieces)


def readable(body: str) -> str:
    """Clean rich text as staff compare it: one block a line, list items with a point, links with their address."""
    return richtext.to_text(richtext.with_addresses(body).replace("<li>", "<li>• "))


def rich(before: str, after: str) -> tuple[str, str]:
    """Two rich texts, each as staff can compare it with the other."""
    one, other = readable(before), readable(after)
    if one != other:
        return one, other
    # Only bold, italics or the kind of a block differ: show the marks themselves.
    return _with_marks(before), _with_marks(after)


def _changed(
    before: Mapping[str, Any], after: Mapping[str, Any], labels: Mapping[str, str], names: Names
) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(name, label, *_shown(name, before.get(name, ""), after.get(name, ""), names.get(name, {})))
        for name, label in labels.items()
        if before.get(name, "") != after.get(name, "")
    )


def _shown(name: str, before: Any, after: Any, names: Mapping[str, str]) -> tuple[str, str]:
    if name == "body":
        return rich(before, after)
    one, other = _line(before, names), _line(after, names)
    # Where two things have one name, only their keys tell them apart.
    return (one, other) if one != other else (_line(before, {}), _line(after, {}))


def _with_marks(body: str) -> str:
    return html.unescape(richtext.one_block_a_line(body))


def _line(value: str | Iterable[Any], names: Mapping[str, str]) -> str:
    if isinstance(value, str):
        return names.get(value, value)
    return ", ".join(_item(each, names) for each in value)


def _item(value: str | Sequence[str], names: Mapping[str, str]) -> str:
    """A key, or a system with one of its codes."""
    words = [value] if isinstance(value, str) else value
    return " ".join(names.get(word, word) for word in words)


def _whole(section: Mapping[str, Any], kind: Literal["added", "removed"], names: Names) -> SectionChange:
    empty = {"heading": "", "callout": "", "body": "", "sources": []}
    before, after = (empty, section) if kind == "added" else (section, empty)
    return SectionChange(section["anchor"], section["heading"], kind, _changed(before, after, SECTION_FIELDS, names))


def _in_the_same_order(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """The most keys that kept their order among each other; the others were moved."""
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    return {key for block in blocks for key in before[block.a : block.a + block.size]}
