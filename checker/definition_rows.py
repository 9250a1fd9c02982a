"""The data of a definition as the rows that `articles.merge` knows, and back: how the changes of two people become one.

A part is known by its kind and key: `questions-danger`, `choices-danger.cold`, `outcomes-em`, `rules-E1`, `vignettes-V1`;
the row "" is the self-check itself. What parts follow each other is a field of the row that they stand in, a key a line.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from articles.merge import Merged, Row, Rows, Value, in_place, merge
from articles.parts import SPACES
from checker import conditions

LISTS = {"questions": "key", "outcomes": "key", "rules": "id", "vignettes": "id"}
# A rule has no flag of its own: it is an add-on if its outcome is.
FIELDS = {
    "": ("title", "quiz", "estimated_minutes", "intro", "result_notes"),
    "questions": ("text", "key", "hint", "type", "show_if"),
    "choices": ("text", "key", "hint", "red_flag", "severity", "exclusive", "rationale"),
    "outcomes": ("title", "key", "level", "facts", "safety_net", "links", "addon"),
    "rules": ("id", "when", "outcome", "default", "rationale"),
    "vignettes": ("id", "story", "answers", "min_level", "max_level", "must_link", "basis"),
}
CONDITIONS = {"show_if", "when"}
FLAGS = {"exclusive", "addon", "default"}
LINES = {"result_notes", "facts", "links"}
NUMBERS = {"estimated_minutes", "severity"}
# The choices of a question that only one of two people still has: they come and go with it.
IN_FULL = "choices_in_full"


def kind_of(key: str) -> str:
    return key.partition("-")[0]


def to_rows(data: Mapping[str, Any]) -> dict[str, Row]:
    """Takes what `checker.definition.dump` or `checker.rows.to_data` gives."""
    found: dict[str, Row] = {"": _row("", data) | {kind: _order(data[kind], name) for kind, name in LISTS.items()}}
    for kind, name in LISTS.items():
        found |= {f"{kind}-{part[name]}": _row(kind, part) for part in data[kind]}
    for question in data["questions"]:
        choices, key = question["choices"], f"questions-{question['key']}"
        found[key] = {**found[key], "choices": _order(choices, "key")}
        found |= {f"choices-{question['key']}.{choice['key']}": _row("choices", choice) for choice in choices}
    return found


def meet(before: Rows | None, mine: Rows, theirs: Rows) -> Merged:
    """What comes of both. `before` is None if nobody knows it: then all that differs is a conflict."""
    versions = [each for each in (before, mine, theirs) if each is not None]
    halves = {key for each in versions for key in each if kind_of(key) == "questions"} - (mine.keys() & theirs.keys())
    own, other = (_with_shared_orders(_folded(each, halves), versions) for each in (mine, theirs))
    if before is None:
        return merge(dict.fromkeys([*own, *other]), own, other)
    return merge(_with_shared_orders(_folded(before, halves), versions), own, other)


def to_data(rows: Rows, *others: Rows) -> dict[str, Any]:
    """The rows that came of `others` as data again, sound or not; `others` know where each part stands.

    Raises ValueError if a condition cannot be read.
    """
    rows = _unfolded(rows)
    data = _data("", rows[""])
    for kind in LISTS:
        data[kind] = [_data(kind, rows[key]) for key in _in_order(rows, "", kind, f"{kind}-", others)]
    for question in data["questions"]:
        key = question["key"]
        found = _in_order(rows, f"questions-{key}", "choices", f"choices-{key}.", others)
        question["choices"] = [_data("choices", rows[each]) for each in found]
    addons = {outcome["key"] for outcome in data["outcomes"] if outcome.get("addon")}
    data["rules"] = [rule | ({"addon": True} if rule["outcome"] in addons else {}) for rule in data["rules"]]
    return data


def choices_in_full(row: Row) -> dict[str, Row]:
    """The choices of a question that only one of the two has, by their keys."""
    found: dict[str, Row] = json.loads(str(row.get(IN_FULL, "{}")))
    return found


def _order(parts: Iterable[Mapping[str, Any]], name: str) -> str:
    return "\n".join(str(part[name]) for part in parts)


def _row(kind: str, data: Mapping[str, Any]) -> dict[str, Value]:
    return {name: _packed(name, data.get(name)) for name in FIELDS[kind]}


def _packed(name: str, value: Any) -> Value:
    if name in CONDITIONS:
        return conditions.to_lines(value)
    if name == "answers":
        return sorted(f"{question}.{choice}" for question, chosen in (value or {}).items() for choice in chosen)
    if name == "must_link":
        return sorted(value or ())
    if name in LINES:
        return "\n".join(_one_line(line) for line in value or ())
    if name in FLAGS:
        return "on" if value else ""
    return _one_line("" if value is None else str(value))


def _one_line(text: str) -> str:
    """As a definition reads it."""
    return SPACES.sub(" ", text).strip(" ")


def _data(kind: str, row: Row) -> dict[str, Any]:
    """Without what is empty: the schema leaves defaults out."""
    found = {name: _unpacked(name, row.get(name, "")) for name in FIELDS[kind]}
    return {name: value for name, value in found.items() if value not in ("", None, False)}


def _unpacked(name: str, value: Value) -> Any:
    if name == "answers":
        answers: dict[str, list[str]] = {}
        for question, _dot, choice in (ref.partition(".") for ref in value):
            answers.setdefault(question, []).append(choice)
        return answers
    if isinstance(value, list):
        return value
    if name in CONDITIONS:
        return conditions.from_lines(value)
    if name in LINES:
        return [line for line in value.split("\n") if line]
    if name in FLAGS:
        return bool(value)
    return int(value) if name in NUMBERS and value else value


def _folded(rows: Rows, halves: set[str]) -> Rows:
    """With all that belongs to these questions in their own rows."""
    found = {key: dict(row) for key, row in rows.items()}
    for key in halves & rows.keys():
        start = f"choices-{key.removeprefix('questions-')}."
        choices = {each.removeprefix(start): found.pop(each) for each in list(found) if each.startswith(start)}
        found[key][IN_FULL] = json.dumps(choices, sort_keys=True, ensure_ascii=False)
    return found


def _unfolded(rows: Rows) -> Rows:
    found = dict(rows)
    for key, row in rows.items():
        start = f"choices-{key.removeprefix('questions-')}."
        found |= {f"{start}{choice}": each for choice, each in choices_in_full(row).items()}
    return found


def _with_shared_orders(rows: Rows, versions: list[Rows]) -> Rows:
    """Orders of what all have: a part that came or went is a change by itself, and not one of the order too."""
    found = {}
    for key, row in rows.items():
        lists = (*LISTS,) if key == "" else ("choices",) if "choices" in row and IN_FULL not in row else ()
        found[key] = {**row, **{name: _shared(row, key, name, versions) for name in lists}}
    return found


def _shared(row: Row, key: str, name: str, versions: list[Rows]) -> str:
    others = [set(_lines(each[key], name)) for each in versions if key in each]
    return "\n".join(part for part in _lines(row, name) if all(part in other for other in others))


def _in_order(rows: Rows, owner: str, name: str, start: str, others: Iterable[Rows]) -> list[str]:
    """The keys of the rows of a list."""
    placed = in_place(_lines(rows[owner], name), *(_lines(each[owner], name) for each in others if owner in each))
    return [f"{start}{key}" for key in placed if f"{start}{key}" in rows]


def _lines(row: Row, name: str) -> list[str]:
    return [line for line in str(row.get(name, "")).split("\n") if line]
