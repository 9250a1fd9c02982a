"""The words around a match, with what matched marked, and a link that opens there. Pure."""

import unicodedata
from collections.abc import Collection
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import quote

from articles.words import STOP_WORDS, WORD_OR_PLACEHOLDER, stem, words

EXCERPT = 180
BEFORE = 40
MOST_WORDS_IN_LINK = 5


class Piece(NamedTuple):
    text: str
    is_marked: bool


def marked(text: str, stems: Collection[str]) -> list[Piece]:
    """The text in pieces, those marked whose stem is one of these. No piece cuts a placeholder in two."""
    pieces, end = [], 0
    for word in words(text):
        if word.folded not in STOP_WORDS and stem(word.folded) in stems:
            pieces += [Piece(text[end : word.start], False), Piece(text[word.start : word.end], True)]
            end = word.end
    return [piece for piece in (*pieces, Piece(text[end:], False)) if piece.text]


def excerpt(text: str, stems: Collection[str], length: int = EXCERPT) -> list[Piece]:
    """About `length` characters of a text, where most of the stems stand close together, cut between words."""
    flat = one_line(text)
    start = max(_best_place(flat, stems, length) - BEFORE, 0)
    cuts = [found.span() for found in WORD_OR_PLACEHOLDER.finditer(flat)]
    if start:
        start = next((begin for begin, _end in cuts if begin >= start), start)
    end = min(start + length, len(flat))
    if end < len(flat):
        # Ends before the word that would be cut, but never before it has begun.
        end = next((begin for begin, stop in cuts if start < begin < end < stop), end)
    pieces = marked(flat[start:end].strip(), stems)
    before, after = [Piece("… ", False)] * bool(start), [Piece(" …", False)] * (end < len(flat))
    return [*before, *pieces, *after]


def one_line(text: str) -> str:
    """The lines of a text in one, with the signs between them that items of a list and headings lack."""
    lines = [" ".join(line.split()) for line in unicodedata.normalize("NFC", text).splitlines()]
    lines = [line for line in lines if line]
    parts = [f"{line}{_sign_between(line, after)} " for line, after in pairwise(lines)]
    return "".join((*parts, *lines[-1:]))


def _sign_between(line: str, after: str) -> str:
    if line.rstrip(")”’\"'")[-1:] in ".,:;!?…":
        return ""
    return "." if after[0].isupper() else ","


def _best_place(text: str, stems: Collection[str], length: int) -> int:
    places = [(word.start, key) for word in words(text) if (key := stem(word.folded)) in stems]
    best, most = 0, 0
    for number, (start, _key) in enumerate(places):
        near = {key for place, key in places[number : number + 30] if place < start + length - BEFORE}
        if len(near) > most:
            best, most = start, len(near)
    return best


def fragment(anchor: str, text: str, stems: Collection[str]) -> str:
    """What stands after `#` in a link: the section, and the words there that a browser scrolls to and marks.

    Browsers that do not know text fragments go to the section.
    """
    best, most = "", 0
    for line in text.splitlines():
        found = list(words(line))
        for number, word in enumerate(found):
            if word.folded in STOP_WORDS or stem(word.folded) not in stems:
                continue
            part = found[number : number + MOST_WORDS_IN_LINK]
            count = len({stem(each.folded) for each in part} & set(stems))
            phrase = line[word.start : part[-1].end]
            if count > most and "{" not in phrase:
                best, most = phrase, count
    return f"{anchor}:~:text={quote(best, safe='').replace('-', '%2D')}" if best else anchor
