"""Two people changed the same thing: what each of them changed, and what comes of both. Plain data, no database.

A state is a dict of rows, each a dict of fields: `{"": {"title": "Leg cramps"}, "sections-12": {"heading": …}}`. The row
"" is the thing itself; the others are its parts, by kind and primary key (a part not saved yet: `sections-new3`). The
value of a field is a text, or a list of what was chosen.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise

type Value = str | list[str]
type Row = Mapping[str, Value]
type Rows = Mapping[str, Row]
# A row of which only is known that it was there.
type Before = Mapping[str, Row | None]


@dataclass(frozen=True)
class Change:
    """`field` is "" for a whole row that came (`before` is None) or went (`after` is None)."""

    row: str
    field: str
    before: Value | Row | None
    after: Value | Row | None


@dataclass(frozen=True)
class Conflict:
    """Both changed it, each in another way. `field` is "" where one took a row away that the other changed."""

    row: str
    field: str
    before: Value | Row | None
    mine: Value | Row | None
    theirs: Value | Row | None


@dataclass
class Merged:
    """`rows` holds what comes of both; where there is a conflict it holds theirs until `settle` says what was chosen."""

    rows: dict[str, dict[str, Value]] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)
    only_mine: list[Change] = field(default_factory=list)
    only_theirs: list[Change] = field(default_factory=list)

    def settle(self, conflict: Conflict, value: Value | Row | None) -> None:
        self._put(conflict.row, conflict.field, value)

    def leave_out(self, mine: Sequence[Change], theirs: Sequence[Change]) -> None:
        """Undo these of `only_mine` and these of `only_theirs`."""
        kept = [each for each in self.only_mine if each not in mine]
        kept += [each for each in self.only_theirs if each not in theirs]
        for change in (*mine, *theirs):
            # Of a field of several choices that both changed, the other's change stays.
            other = next((each for each in kept if (each.row, each.field) == (change.row, change.field)), None)
            self._put(change.row, change.field, other.after if other else change.before)

    def _put(self, row: str, name: str, value: Value | Row | None) -> None:
        if name:
            assert isinstance(value, str | list)
            self.rows[row][name] = value
        elif isinstance(value, Mapping):
            self.rows[row] = dict(value)
        else:
            self.rows.pop(row, None)


def merge(before: Before, mine: Rows, theirs: Rows) -> Merged:
    """Nothing that only one of them changed is lost, and what both changed alike is no conflict."""
    mine = _name_alike(before, mine, theirs)
    merged = Merged()
    for key in dict.fromkeys([*theirs, *mine]):
        old, own, other = before.get(key), mine.get(key), theirs.get(key)
        if own is not None and other is not None:
            merged.rows[key] = dict(_fields(merged, key, old, own, other))
        elif own is not None:
            _only_in_mine(merged, key, key in before, old, own)
        elif other is not None:
            _only_in_theirs(merged, key, key in before, old, other)
    return merged


def together(before: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> list[str] | None:
    """Both changes in one text, given as words or as blocks; None where they overlap or touch."""
    changes = sorted(set(_edits(before, mine)) | set(_edits(before, theirs)))
    for (_start, end, _new), (start, _end, _other) in pairwise(changes):
        if start <= end:
            return None
    result: list[str] = []
    place = 0
    for start, end, new in changes:
        result += [*before[place:start], *new]
        place = end
    return [*result, *before[place:]]


def in_place(order: Iterable[str], *others: Iterable[str]) -> list[str]:
    """`order`, and what only the others have, each behind what stands before it there."""
    found = list(order)
    for other in others:
        place = 0
        for key in other:
            if key in found:
                place = found.index(key)
            else:
                found.insert(place, key)
            place += 1
    return found


def orders_together(before: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> list[str] | None:
    """Both orders of the same keys in one; None where both moved the same key."""
    moved = _moved(before, mine)
    if moved & _moved(before, theirs):
        return None
    return in_place([key for key in theirs if key not in moved], mine)


def _moved(before: Sequence[str], after: Sequence[str]) -> set[str]:
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    return set(before) - {key for block in blocks for key in before[block.a : block.a + block.size]}


def _edits(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    for tag, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            yield start, end, tuple(after[new_start:new_end])


def _fields(merged: Merged, key: str, old: Row | None, own: Row, other: Row) -> Iterator[tuple[str, Value]]:
    for name in dict.fromkeys([*other, *own]):
        if name not in own or name not in other:
            # One of them may not see this field: it stays as it is.
            yield name, other[name] if name in other else own[name]
            continue
        was, here, there = old.get(name) if old else None, own[name], other[name]
        if here == there:
            yield name, here
        elif here == was:
            merged.only_theirs.append(Change(key, name, was, there))
            yield name, there
        elif there == was:
            merged.only_mine.append(Change(key, name, was, here))
            yield name, here
        elif isinstance(was, list) and isinstance(here, list) and isinstance(there, list):
            merged.only_theirs.append(Change(key, name, was, there))
            merged.only_mine.append(Change(key, name, was, here))
            yield name, _choices(was, here, there)
        else:
            merged.conflicts.append(Conflict(key, name, was, here, there))
            yield name, there


def _choices(was: list[str], here: list[str], there: list[str]) -> list[str]:
    """What either added is in, what either took out is out."""
    kept = [each for each in was if each in here and each in there]
    return sorted(set(kept) | (set(here) | set(there)) - set(was))


def _only_in_mine(merged: Merged, key: str, was_there: bool, old: Row | None, own: Row) -> None:
    if not was_there:
        merged.rows[key] = dict(own)
        merged.only_mine.append(Change(key, "", None, own))
    elif own == old:
        merged.only_theirs.append(Change(key, "", old, None))
    else:
        merged.conflicts.append(Conflict(key, "", old, own, None))


def _only_in_theirs(merged: Merged, key: str, was_there: bool, old: Row | None, other: Row) -> None:
    if not was_there:
        merged.rows[key] = dict(other)
        merged.only_theirs.append(Change(key, "", None, other))
    elif other == old:
        merged.only_mine.append(Change(key, "", old, None))
    else:
        merged.rows[key] = dict(other)
        merged.conflicts.append(Conflict(key, "", old, None, other))


def _name_alike(before: Before, mine: Rows, theirs: Rows) -> Rows:
    """Where both added the very same part, such as by pressing “Save” twice, mine takes the key of theirs."""
    added = [key for key in theirs if key not in before and key not in mine]
    named: dict[str, Row] = {}
    for key, row in mine.items():
        twin = None
        if key not in before and key not in theirs:
            twin = next((other for other in added if _kind(other) == _kind(key) and theirs[other] == row), None)
        if twin:
            added.remove(twin)
        named[twin or key] = row
    return named


def _kind(key: str) -> str:
    return key.partition("-")[0]
