"""YAML for people: reading with the line of every setting, and writing so that changes are easy to compare.

Only a plain subset is read: settings, lists and scalars. Anchors, aliases, tags, merge keys and several documents are
refused, since a reader of the file could miss what they do.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

MOST_BYTES = 1_000_000
MOST_LEVELS = 20
TOO_DEEP = "Too many lists and settings stand inside each other."
WIDTH = 110
type Path = tuple[str | int, ...]

# Texts for people: always in quotes, those of a list each on a line of its own.
PROSE = {
    "title", "intro", "result_notes", "text", "hint", "rationale", "facts", "safety_net", "story", "basis",
    "summary", "heading", "body", "review_note", "name", "description", "organisation", "url", "dated", "note", "term",
    "meaning", "phrase", "means",
}  # fmt: skip
# Those of them that are lists. A question of a self-check may be called “body”; its answers are keys, not texts.
PROSE_LISTS = {"result_notes", "facts"}
# Several lines that can stand below each other just as they are.
_LINES = re.compile(r"\S.*(\n(\S.*)?)+")

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C is many times faster
_resolver: Any = yaml.resolver.Resolver()
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.#-]*")
_WHOLE_NUMBER = re.compile(r"0|[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right: where it is, and a sentence for the editor."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class FileError(ValueError):
    """A file, or data like it, that cannot be used. `problems` holds everything found wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def shorten(text: str) -> str:
    """`text` fit to be quoted in a message: printable, and not long."""
    printable = "".join(char if char.isprintable() else "�" for char in text[:61])
    return printable if len(text) <= 60 else f"{printable[:60]}…"


class NotText:
    """Stands for a scalar such as a date, a fraction or nothing at all: never what a file here wants."""


def read(text: str, name: str) -> tuple[object, Callable[[Path], int]]:
    """The plain data in `text`, and a function that gives the line of a place in it. Raises FileError."""
    try:
        if len(text.encode()) > MOST_BYTES:
            raise _error(name, 1, f"It is too large. At most {MOST_BYTES:,} bytes are possible.")
        reading = _Reading(yaml.parse(text, Loader=_Loader), name)
        data = reading.document()
    except FileError:
        raise
    except yaml.MarkedYAMLError as error:
        if "nesting depth" in (error.problem or ""):
            # libyaml looks ahead and may see it before `_Reading` does.
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise _error(name, line, TOO_DEEP) from error
        unclosed = error.context_mark if "quoted" in (error.context or "") else None
        mark = unclosed or error.problem_mark
        advice = "Look for a missing quote, bracket, colon or space in this line and the lines above."
        message = f"This cannot be read as YAML ({error.problem}). {advice}"
        raise _error(name, mark.line + 1 if mark else 1, message) from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise _error(name, 1, "It has a character that YAML cannot hold.") from error
    if reading.problems:
        raise FileError(reading.problems)
    return data, reading.line_of


def _error(name: str, line: int, message: str) -> FileError:
    return FileError([Problem(f"{name}, line {line}", message)])


class _Reading:
    """Builds plain data from the events of a YAML document, and remembers on which line each piece began."""

    def __init__(self, events: Iterator[yaml.Event], name: str) -> None:
        self.events, self.name = events, name
        self.lines: dict[Path, int] = {}
        self.problems: list[Problem] = []

    def line_of(self, path: Path) -> int:
        """The line of the place, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def document(self) -> object:
        next(self.events)  # the start of the stream
        if not isinstance(next(self.events), yaml.DocumentStartEvent):
            raise _error(self.name, 1, "It is empty.")
        data = self._node(next(self.events), ())
        next(self.events)  # the end of the document
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise _error(
                self.name, _line(after), "It holds more than one article or self-check. Take out the “---” line."
            )
        return data

    def _node(self, event: yaml.Event, path: Path) -> object:
        self.lines.setdefault(path, _line(event))
        if len(path) > MOST_LEVELS:
            raise _error(self.name, _line(event), TOO_DEEP)
        if getattr(event, "anchor", None) is not None:
            self._problem(event, "Names for repeated parts (& and *) cannot be used. Write the part out.")
        if getattr(event, "tag", None) is not None:
            self._problem(event, "Type marks (such as !!str) cannot be used. Put text in quotes.")
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return _scalar(event)

    def _mapping(self, path: Path) -> dict[str, object]:
        settings: dict[str, object] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise _error(self.name, _line(event), "The name of a setting must be a word.")
            key = self._node(event, (*path, event.value))
            if not isinstance(key, str):
                self._problem(event, f'The name "{shorten(event.value)}" must stand in quotes.')
            if event.value in settings:
                self._problem(event, f'"{shorten(event.value)}" stands here twice. Only one can count.')
            settings[event.value] = self._node(next(self.events), (*path, event.value))
        return settings

    def _sequence(self, path: Path) -> list[object]:
        items: list[object] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self._node(event, (*path, len(items))))
        return items

    def _problem(self, event: yaml.Event, message: str) -> None:
        self.problems.append(Problem(f"{self.name}, line {_line(event)}", message))


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _scalar(event: yaml.Event) -> object:
    """Text, a whole number, true or false; NotText for everything else (an alias too)."""
    if not isinstance(event, yaml.ScalarEvent):
        return NotText()
    value: str = event.value
    kind = _kind(value) if event.implicit[0] else "str"
    if kind == "str":
        return value
    if kind == "bool":
        return value.lower() in ("true", "yes", "on")
    return int(value) if kind == "int" and _WHOLE_NUMBER.fullmatch(value) else NotText()


def _kind(value: str) -> str:
    """What YAML takes `value` for when it stands without quotes: str, bool, int, null, …"""
    return str(_resolver.resolve(yaml.ScalarNode, value, (True, False))).rpartition(":")[2]


def write(data: Mapping[str, object]) -> str:
    """`data` as YAML: what fits stands on one line, everything else one setting a line."""
    lines: list[str] = []
    for key, value in data.items():
        if isinstance(value, list) and lines:
            lines.append("")
        lines += _entry(f"{key}:", value, 0, prose=_is_prose(key, value))
    return "\n".join(lines) + "\n"


def _entry(head: str, value: object, indent: int, *, prose: bool) -> list[str]:
    """The lines for one setting or one item of a list, `head` being `name:` or `-`."""
    start = f"{' ' * indent}{head}"
    if isinstance(value, str) and _LINES.fullmatch(value) and value == value.strip():
        return [f"{start} |-", *(f"{' ' * (indent + 2)}{line}" if line else "" for line in value.split("\n"))]
    one_line = f"{start} {_flow(value, prose=prose)}"
    if not isinstance(value, Mapping | list) or (len(one_line) <= WIDTH and not _must_be_block(value, prose=prose)):
        return [one_line]
    lines: list[str] = []
    if isinstance(value, Mapping):
        for key, item in value.items():
            lines += _entry(f"{_word(key)}:", item, indent + 2, prose=_is_prose(key, item))
    else:
        for item in value:
            lines += _entry("-", item, indent + 2, prose=prose)
    return [f"{start} {lines[0].lstrip()}", *lines[1:]] if head == "-" else [start, *lines]


def _is_prose(key: object, value: object) -> bool:
    return key in (PROSE_LISTS if isinstance(value, list) else PROSE)


def _must_be_block(value: object, *, prose: bool) -> bool:
    """Whether `value` holds a list of texts, or of parts such as choices: each stands on a line of its own."""
    if isinstance(value, Mapping):
        return any(_must_be_block(item, prose=_is_prose(key, item)) for key, item in value.items())
    return isinstance(value, list) and any(prose or isinstance(item, Mapping) for item in value)


def _flow(value: object, *, prose: bool = False) -> str:
    if isinstance(value, Mapping):
        inner = (f"{_word(key)}: {_flow(item, prose=_is_prose(key, item))}" for key, item in value.items())
        return f"{{{', '.join(inner)}}}"
    if isinstance(value, list):
        return f"[{', '.join(_flow(item, prose=prose) for item in value)}]"
    if isinstance(value, str):
        return _quoted(value) if prose else _word(value)
    return json.dumps(value)


def _word(word: str) -> str:
    """A key or a reference, in quotes only where YAML could take it for something else (such as `no` or `1`)."""
    plain = _PLAIN.fullmatch(word) and _kind(word) == "str" and word.lower() not in ("y", "n")
    return word if plain else _quoted(word)


def _quoted(text: str) -> str:
    """Double quotes of JSON are double quotes of YAML; parsing has let no character pass that would differ."""
    return json.dumps(text, ensure_ascii=False)
