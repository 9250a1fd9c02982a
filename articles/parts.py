"""Reading plain data (from YAML or JSON) piece by piece. Every problem is noted; none stops the reading."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, Self, cast

from articles.yamlfile import Path, shorten

type Report = Callable[[Path, str], None]

KEY = re.compile(r"[a-z0-9_-]{1,100}")
ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
LONGEST_TEXT = 2_000
# Control characters, halves of surrogate pairs, and what YAML cannot hold as it is.
UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\ufeff\ufffe\uffff]")
SPACES = re.compile("[ \t\r\n]+")


def dotted(path: Path) -> str:
    """`questions[2].choices[0].red_flag`; `top level` for the whole."""
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{shorten(step)}" for step in path)
    return steps.removeprefix(".") or "top level"


class Shape(NamedTuple):
    """Which settings a part must have and may have."""

    noun: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


class Part:
    """One mapping of a definition: its settings, where it stands, and what a person calls it.

    A setting that is missing or wrong is reported once, and read as an empty value so that reading goes on.
    """

    def __init__(self, value: object, shape: Shape, path: Path, name: str, report: Report) -> None:
        self.path, self.name, self.report = path, name, report
        self.settings: Mapping[object, object] = {}
        if not isinstance(value, Mapping):
            self.problem("", "must have settings under it, each written as name: value.")
            return
        self.settings = value
        known = dict.fromkeys((*shape.required, *shape.optional))  # in order, and quick to look in
        for key in value:
            if key not in known:
                self.problem(str(key), f'"{shorten(str(key))}" is not known. Use: {", ".join(known)}.')
        for key in shape.required:
            if key not in value:
                self.problem("", f'"{key}" is missing.')

    def problem(self, key: str | int, message: str, *more: str | int) -> None:
        self.report((*self.path, *([key] if key != "" else []), *more), f"{self.name}: {message}")

    def text(self, key: str) -> str:
        """A text of one paragraph. Only a setting that may be missing may be empty."""
        return self._text(self.settings[key], key) if key in self.settings else ""

    def wanted_text(self, key: str) -> str:
        text = self.text(key)
        if not text and isinstance(self.settings.get(key), str):
            self.problem(key, f'"{key}" is empty.')
        return text

    def lines(self, key: str, longest: int = LONGEST_TEXT) -> str:
        """A text that may run over several lines."""
        value = self.settings.get(key, "")
        if not isinstance(value, str):
            self.problem(key, f'"{key}" must be text.')
            return ""
        if UNWANTED.search(value.replace("\n", "").replace("\t", "")):
            self.problem(key, f'"{key}" has a character that cannot be shown. Type it again.')
        if len(value) > longest:
            self.problem(key, f'"{key}" is {len(value):,} characters long. At most {longest:,} are possible.')
        return value.strip()

    def texts(self, key: str, at_most: int) -> tuple[str, ...]:
        texts = []
        for index, item in self._items(key, at_most):
            text = self._text(item, key, index)
            if not text and isinstance(item, str):
                self.problem(key, f'"{key}" has an empty text.', index)
            texts.append(text)
        return tuple(texts)

    def key(self, key: str = "key", pattern: re.Pattern[str] = KEY) -> str:
        """A short name for the machine, such as `leg_look`."""
        if key not in self.settings:
            return ""
        return self._key(self.settings[key], pattern, key)

    def keys(self, key: str, at_most: int) -> tuple[str, ...]:
        """Keys that name something, at least one and none twice."""
        keys = tuple(self._key(item, KEY, key, index) for index, item in self._items(key, at_most))
        if not keys and isinstance(self.settings.get(key), list):
            self.problem(key, f'"{shorten(key)}" is an empty list.')
        self._check_repeats(key, keys)
        return keys

    def flag(self, key: str) -> bool:
        value = self.settings.get(key, False)
        if not isinstance(value, bool):
            self.problem(key, f'"{key}" must be true or false, without quotes.')
        return value is True

    def number(self, key: str, default: int, at_most: int) -> int:
        """A whole number from 1."""
        value = self.settings.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= at_most:
            return value
        self.problem(key, f'"{key}" must be a whole number from 1 to {at_most}.')
        return default

    def one_of(self, key: str, words: tuple[str, ...]) -> str:
        value = self.settings.get(key, words[0])
        if isinstance(value, str) and value in words:
            return value
        self.problem(key, f'"{key}" must be {" or ".join(words)}.')
        return words[0]

    def part(self, key: str, shape: Shape) -> "Self | None":
        """The mapping in this setting, spoken of under this part's name."""
        if key not in self.settings:
            return None
        return type(self)(self.settings[key], shape, (*self.path, key), f'{self.name}, "{key}"', self.report)

    def parts(self, key: str, shape: Shape, at_most: int, at_least: int = 0) -> Iterator[Self]:
        """The mappings of a list, each under its own name, such as `Choice "none" of question "look"`."""
        found = self._items(key, at_most)
        if isinstance(self.settings.get(key), list) and len(found) < at_least:
            self.problem(key, f'"{key}" needs at least {at_least}.')
        of = f" of {self.name[0].lower()}{self.name[1:]}" if self.path else ""
        for index, item in found:
            own = item.get(shape.required[0]) if isinstance(item, Mapping) else None
            label = f'"{shorten(own)}"' if isinstance(own, str) else f"number {index + 1}"
            yield type(self)(item, shape, (*self.path, key, index), f"{shape.noun} {label}{of}", self.report)

    def _items(self, key: str, at_most: int) -> list[tuple[int, object]]:
        if key not in self.settings:
            return []
        value = self.settings[key]
        if not isinstance(value, list):
            self.problem(key, f'"{shorten(key)}" must be a list.')
            return []
        if len(value) > at_most:
            self.problem(key, f'"{shorten(key)}" has {len(value)} entries. At most {at_most} are possible.')
        return list(enumerate(cast(list[object], value[:at_most])))

    def _text(self, value: object, *where: str | int) -> str:
        key = where[0]
        if not isinstance(value, str):
            self.problem(key, f'"{key}" must be text. In a file, put it in quotes.', *where[1:])
            return ""
        text = SPACES.sub(" ", value).strip(" ")
        if UNWANTED.search(text):
            self.problem(key, f'"{key}" has a character that cannot be shown. Type it again.', *where[1:])
        if len(text) > LONGEST_TEXT:
            excess = f"is {len(text):,} characters long. At most {LONGEST_TEXT:,} are possible."
            self.problem(key, f'"{key}" {excess}', *where[1:])
        return text

    def _key(self, value: object, pattern: re.Pattern[str], *where: str | int) -> str:
        if isinstance(value, str) and pattern.fullmatch(value):
            return value
        letters = "small letters" if pattern is KEY else "letters"
        shown = f'"{shorten(value)}" cannot be used' if isinstance(value, str) else "this must be text, in quotes"
        allowed = f"Use only {letters} (a to z), digits, - and _, at most 100 in all."
        self.problem(where[0], f"{shorten(str(where[0]))}: {shown}. {allowed}", *where[1:])
        return ""

    def pairs(self, key: str, at_most: int, mark: str, example: str) -> list[tuple[str, str]]:
        pairs = []
        for index, item in self._items(key, at_most):
            left, _, right = item.partition(mark) if isinstance(item, str) else ("", "", "")
            if KEY.fullmatch(left) and KEY.fullmatch(right):
                pairs.append((left, right))
            else:
                shown = f'"{shorten(item)}"' if isinstance(item, str) else f"entry {index + 1}"
                self.problem(key, f'"{key}": {shown} must be written as {example}.', index)
                pairs.append(("", ""))  # keeps the numbers of those that follow
        self._check_repeats(key, [mark.join(pair) for pair in pairs if pair[0]])
        return pairs

    def _check_repeats(self, key: str, names: tuple[str, ...] | list[str]) -> None:
        """A name written twice is most likely a slip for another one, which would then be lost."""
        for name in (name for name, times in Counter(names).items() if name and times > 1):
            self.problem(key, f'"{shorten(key)}" names {name} twice.')
