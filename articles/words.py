"""Words as search knows them: folded and stemmed here, so that every database gives the same answers.

The databases only store and match these stems (SQLite FTS5 and PostgreSQL both have stemmers, which differ).
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from snowballstemmer.english_stemmer import EnglishStemmer

# Raise it when this module gives other stems than before: `manage.py migrate` then writes the index again.
VERSION = 3
LONGEST_WORD = 40
# A run of letters and digits; an apostrophe holds it together (can't), anything else ends it (X-ray is two words).
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# A placeholder such as {clinic_phone} is no word, and must never be cut in two.
WORD_OR_PLACEHOLDER = re.compile(rf"\{{[^{{}}]*\}}|{WORD.pattern}")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})
# Words that say nothing about what is looked for.
_STOP_WORDS = """
    a about all also always am an and any are as at away be been being but by can could did do does doing every for
    from gave get gets getting give given giving go goes going gone got had happen happens has have having he her
    here hers him his how i id if ill im in into is it its ive just keep keeps know like me mean means mine much my
    need needs of on or our ours really she should so some still such tell than that thats the their them then there
    these they theyre this those to too up us very was we went were what whats when where which while who whom why
    will with would you your youre yours
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
# They say what is looked for only where nothing else does: “symptoms of a clot” means a clot.
ABOUT_SIGNS = frozenset(["sign", "signs", "symptom", "symptoms", "warning", "warnings"])
# Search looks past them: “no chest pain” still finds chest pain, which is the cautious way round.
NEGATIONS = frozenset(["no", "not", "cannot", "dont", "doesnt", "isnt", "wont", "without", "never", "nothing"])
_SAME_AS = {"cant": "cannot", "couldnt": "cannot", "unable": "cannot"}
# Forms of one word that no rule of English joins.
_IRREGULAR = {
    "bled": "bleed", "broke": "break", "broken": "break", "children": "child", "feet": "foot", "felt": "feel",
    "fell": "fall", "fallen": "fall", "men": "man", "pregnant": "pregnancy", "swam": "swim", "swollen": "swell",
    "tore": "tear", "torn": "tear", "woke": "wake", "woken": "wake", "women": "woman", "wore": "wear", "worn": "wear",
}  # fmt: skip


class Word(NamedTuple):
    """A word of a text: folded, and where it stands there."""

    folded: str
    start: int
    end: int


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """Small letters and digits without accents: `Éclair` is `eclair`."""
    # Taken apart before and after: a capital of mathematics is a plain capital first.
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_LIGATURES)
    letters = unicodedata.normalize("NFKD", plain)
    return "".join(letter for letter in letters if letter.isalnum())[:LONGEST_WORD]


def words(text: str) -> Iterator[Word]:
    for found in WORD_OR_PLACEHOLDER.finditer(text):
        folded = "" if found[0].startswith("{") else fold(found[0])
        if folded:
            yield Word(_SAME_AS.get(folded, folded), found.start(), found.end())


def folded_words(text: str) -> list[str]:
    return [word.folded for word in words(unicodedata.normalize("NFC", text))]


_local = threading.local()


@lru_cache(maxsize=50_000)
def stem(folded: str) -> str:
    """What a word has in common with its other forms: cramps, cramping and cramp are all `cramp`."""
    stemmer = getattr(_local, "stemmer", None)
    if stemmer is None:
        # It keeps the word it works on, so no two threads may share one.
        stemmer = _local.stemmer = EnglishStemmer()
    return str(stemmer.stemWord(_IRREGULAR.get(folded, folded)))


def stems(text: str) -> list[str]:
    """The stems of a text in order, without stop words."""
    return [stem(word) for word in folded_words(text) if word not in STOP_WORDS]
