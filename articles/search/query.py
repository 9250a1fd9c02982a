"""From what a patient typed to what is looked for. Pure: words in, words out."""

import bisect
import difflib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from articles.words import ABOUT_SIGNS, NEGATIONS, STOP_WORDS, folded_words, stem, words

LONGEST_QUERY = 200
# Danger signs are looked for further on, in a text that somebody pasted.
LONGEST_READ = 2_000
MOST_WORDS = 8
MOST_ENDINGS = 12
MOST_COMPLETED = 200
SHORTEST_GUESSED = 4
MOST_GUESSES = 3
# As difflib measures it, from 0 to 1. The second is one letter more than the four that were typed.
LEAST_LIKE, ALMOST_THE_SAME = 0.75, 0.88
# What a patient typed counts most; then what it also means, then what it may become, or may have been meant to be.
TYPED, MEANT, BEGUN, GUESSED = 1.0, 0.9, 0.6, 0.8


class Alternative(NamedTuple):
    """Stems that stand together for one thing that was typed."""

    stems: tuple[str, ...]
    weight: float


type Group = tuple[Alternative, ...]


@dataclass(frozen=True)
class Phrase:
    """`means` holds the ways in which texts say it, each as plain words; `is_name` if patients are told of them."""

    text: str
    means: tuple[str, ...] = ()
    is_danger: bool = False
    is_name: bool = True

    @cached_property
    def sought(self) -> tuple[str, ...]:
        return _sought(folded_words(self.text))

    @cached_property
    def signs(self) -> frozenset[str]:
        """Stems that make it a danger sign when all are there; “cannot” is one, though search looks past it."""
        return frozenset(stem(word) for word in folded_words(self.text) if word not in STOP_WORDS)

    @cached_property
    def meanings(self) -> tuple[tuple[str, ...], ...]:
        return tuple(found for text in self.means if (found := _sought(folded_words(text))))


@dataclass(frozen=True)
class Query:
    """What is looked for: something of each group if possible.

    `suggestion` is what was typed with its mistyped words put right, or nothing; `unknown` are words that no text has, and
    `names` other names that were typed.
    """

    words: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    names: tuple[Phrase, ...] = ()
    suggestion: str = ""
    unknown: tuple[str, ...] = ()
    is_danger: bool = False

    @property
    def stems(self) -> frozenset[str]:
        return frozenset(each for group in self.groups for alternative in group for each in alternative.stems)


class Lexicon:
    """The words of all texts and phrases with their stems: completes what is half typed, and guesses what was mistyped."""

    def __init__(self, stem_of: Mapping[str, str], phrases: Iterable[Phrase] = ()) -> None:
        self.phrases = sorted(phrases, key=lambda phrase: -len(phrase.sought))
        of_phrases = (word for phrase in self.phrases for word in folded_words(phrase.text) if word not in STOP_WORDS)
        self.stem_of = {word: stem(word) for word in of_phrases} | dict(stem_of)
        self.words = sorted(self.stem_of)
        self.stems = frozenset(self.stem_of.values())
        self.by_length: dict[int, list[str]] = {}
        for word in self.words:
            self.by_length.setdefault(len(word), []).append(word)

    def beginning_with(self, start: str) -> list[str]:
        """Words that begin so, one for each stem, the shortest first."""
        first = bisect.bisect_left(self.words, start)
        last = bisect.bisect_left(self.words, start + "\U0010ffff")
        found = sorted(self.words[first : min(last, first + MOST_COMPLETED)], key=len)
        return list({self.stem_of[word]: word for word in reversed(found)}.values())[::-1][:MOST_ENDINGS]

    def closest(self, typed: str) -> list[str]:
        """The words that were most likely meant, the likeliest first; of a short word only its own letters mixed up, or
        with one letter more."""
        if len(typed) < SHORTEST_GUESSED or typed.isdigit():
            return []
        near = [
            word
            for length in range(len(typed) - 2, len(typed) + 3)
            for word in self.by_length.get(length, ())
            # Few people mistype both of the first two letters.
            if word[0] == typed[0] or word[1:2] == typed[1]
        ]
        found = difflib.get_close_matches(typed, near, n=MOST_GUESSES, cutoff=LEAST_LIKE)
        mixed_up = [word for word in found if sorted(word) == sorted(typed)]
        if len(typed) > SHORTEST_GUESSED:
            return mixed_up or found
        return mixed_up or difflib.get_close_matches(typed, near, n=MOST_GUESSES, cutoff=ALMOST_THE_SAME)


@dataclass
class _Reading:
    lexicon: Lexicon
    guesses: dict[str, list[str]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    def read(self, word: str, *, is_last: bool) -> tuple[str, Group]:
        """The word as it was typed or meant, and what to look for; nothing where no text could have it."""
        endings = self.lexicon.beginning_with(word) if len(word) >= (2 if is_last else 3) else []
        if stem(word) in self.lexicon.stems:
            return word, _group(word, endings if is_last and len(word) > 2 else [], TYPED)
        if endings:
            return endings[0] if len(endings) == 1 else word, _group(None, endings, BEGUN)
        if guesses := self.lexicon.closest(word):
            self.guesses[word] = guesses
            return guesses[0], _group(guesses[0], [], GUESSED)
        self.unknown.append(word)
        return word, ()


def _group(word: str | None, endings: Iterable[str], weight: float) -> Group:
    first = (Alternative((stem(word),), weight),) if word else ()
    more = dict.fromkeys((stem(each),) for each in endings if word is None or stem(each) != stem(word))
    return (*first, *(Alternative(each, BEGUN) for each in more))


def _sought(folded: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(stem, _saying(folded))))


def _saying(folded: Iterable[str]) -> list[str]:
    return [word for word in folded if word not in STOP_WORDS and word not in NEGATIONS]


def _asked(folded: Iterable[str]) -> list[str]:
    """A number among words is an age or a time, and stands in texts for something else."""
    saying = _saying(folded)
    return [word for word in saying if not word.isdigit() and word not in ABOUT_SIGNS] or saying


def parse(text: str, lexicon: Lexicon) -> Query:
    """Never fails, and never gives more than MOST_WORDS groups."""
    text = unicodedata.normalize("NFC", text[:LONGEST_READ])
    typed = folded_words(text[:LONGEST_QUERY])
    wanted: dict[str, str] = {}
    for word in _asked(typed):
        wanted.setdefault(stem(word), word)
    reading = _Reading(lexicon)
    read = [reading.read(word, is_last=word == typed[-1]) for word in list(wanted.values())[:MOST_WORDS]]
    signs = _signs(folded_words(text), reading.guesses)
    said = [phrase for phrase in lexicon.phrases if phrase.signs and phrase.signs <= signs]
    # While somebody types, “charley hor” is taken for “charley horse”; but no danger sign is seen in half a word.
    half_typed = typed[-1] if typed else ""
    maybe = signs | {lexicon.stem_of[word] for word in lexicon.beginning_with(half_typed) if len(half_typed) > 1}
    groups, used = _groups(read, [phrase for phrase in lexicon.phrases if phrase.signs <= maybe], half_typed)
    return Query(
        words=tuple(word for word, _group in read),
        groups=groups,
        names=tuple(phrase for phrase in used if phrase.is_name),
        suggestion=_put_right(text[:LONGEST_QUERY], reading.guesses) if reading.guesses else "",
        unknown=tuple(reading.unknown),
        is_danger=any(phrase.is_danger for phrase in said),
    )


def _groups(
    read: Sequence[tuple[str, Group]], phrases: Iterable[Phrase], half_typed: str
) -> tuple[tuple[Group, ...], list[Phrase]]:
    """One group for each phrase that stands in the query, the longest first, and one for each word that is left."""
    meant = [stem(word) for word, _group in read]
    groups: dict[int, Group] = {}
    taken: set[int] = set()
    used: list[Phrase] = []
    for phrase in phrases:
        place = _place(phrase.sought, meant, taken, half_typed) if phrase.meanings else None
        if place is None:
            continue
        used.append(phrase)
        taken.update(range(place, place + len(phrase.sought)))
        typed = read[place][1] if len(phrase.sought) == 1 else (Alternative(phrase.sought, TYPED),)
        groups[place] = (*typed, *(Alternative(stems, MEANT) for stems in phrase.meanings))
    for place, (_word, group) in enumerate(read):
        if place not in taken and group:
            groups[place] = group
    return tuple(groups[place] for place in sorted(groups)), used


def _place(sought: tuple[str, ...], meant: Sequence[str], taken: set[int], half_typed: str) -> int | None:
    """Where these stems stand one after the other, among the words that no longer phrase has taken."""

    def stands_at(start: int) -> bool:
        there = list(meant[start : start + size])
        if size > 1 and start + size == len(meant) and there[-1] == stem(half_typed):
            there[-1] = sought[-1] if sought[-1].startswith(half_typed) else there[-1]
        return tuple(there) == sought and taken.isdisjoint(range(start, start + size))

    size = len(sought)
    return next((start for start in range(len(meant) - size + 1) if size and stands_at(start)), None)


def _put_right(text: str, guesses: Mapping[str, Sequence[str]]) -> str:
    parts, end = [], 0
    for word in words(text):
        if word.folded in guesses:
            parts += [text[end : word.start], guesses[word.folded][0]]
            end = word.end
    return "".join((*parts, text[end:]))


def _signs(folded: Sequence[str], guesses: Mapping[str, Sequence[str]]) -> set[str]:
    """The stems that were typed or may have been meant: with danger signs, every guess counts."""
    together = {"cannot"} if ("can", "not") in pairwise(folded) else set()
    return {stem(meant) for word in {*folded, *together} for meant in (word, *guesses.get(word, ()))}
