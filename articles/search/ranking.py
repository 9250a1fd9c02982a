"""Which of the sections that hold some of the words fit best. Pure, and the same for every database."""

import math
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass

from articles.search.query import Alternative, Group

IN_HEADING, IN_TITLE = 3.0, 1.5
# How much it counts that title and heading speak of nothing else.
NAMES_ONLY = 3.0
# Of two sections that fit alike, the more urgent one stands first.
MORE_URGENT = {"emergency": 1.05, "urgent": 1.05}
# A word that comes often says more, but less and less so; and less in a long text (as in BM25).
SATURATION, LENGTH_WEIGHT = 1.2, 0.4
# Sections that hold too little of what the best one holds are left out.
LEAST_SHARE = 0.6


@dataclass(frozen=True)
class Document:
    """A section as stems; `names` are those of the article's title and of the heading."""

    heading: frozenset[str]
    names: frozenset[str]
    everything: Counter[str]
    callout: str

    @classmethod
    def of(cls, heading: str, names: str, everything: str, callout: str = "info") -> "Document":
        return cls(frozenset(heading.split()), frozenset(names.split()), Counter(everything.split()), callout)


def scores(groups: Sequence[Group], documents: Sequence[Document]) -> list[float]:
    """A score for each document; 0 for one that holds too little to be shown."""
    if not documents:
        return []
    usual = sum(document.everything.total() for document in documents) / len(documents)
    found = [[_strength(group, document, usual) for group in groups] for document in documents]
    rarity = [_rarity(sum(1 for row in found if row[place]), len(documents)) for place in range(len(groups))]
    shares = [sum(weight for weight, value in zip(rarity, row, strict=True) if value) for row in found]
    least, sought = LEAST_SHARE * max(shares), {each for group in groups for way in group for each in way.stems}
    return [
        share
        * MORE_URGENT.get(document.callout, 1.0)
        * sum(
            weight * (value + NAMES_ONLY * _precision(document, sought))
            for weight, value in zip(rarity, row, strict=True)
            if value
        )
        if share >= least
        else 0.0
        for share, row, document in zip(shares, found, documents, strict=True)
    ]


def _precision(document: Document, sought: Set[str]) -> float:
    return len(document.names & sought) / len(document.names) if document.names else 0.0


def _rarity(having: int, of: int) -> float:
    return math.log(1 + (of - having + 0.5) / (having + 0.5)) + 0.1


def _strength(group: Group, document: Document, usual: float) -> float:
    return max((_alternative(each, document, usual) for each in group), default=0.0)


def _alternative(alternative: Alternative, document: Document, usual: float) -> float:
    times = min(document.everything[each] for each in alternative.stems)
    if not times:
        return 0.0
    length = 1 - LENGTH_WEIGHT + LENGTH_WEIGHT * document.everything.total() / usual
    value = times * (SATURATION + 1) / (times + SATURATION * length)
    for place, weight in ((document.heading, IN_HEADING), (document.names, IN_TITLE)):
        value += weight * sum(each in place for each in alternative.stems) / len(alternative.stems)
    return alternative.weight * value
