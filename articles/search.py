"""Finding sections of live editions by their words."""

import re
import unicodedata
from dataclasses import dataclass

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from articles.models import EditionSection

LONGEST_QUERY = 200
MOST_WORDS = 8
# Words that say nothing about what is looked for.
_STOP_WORDS = """
    a about an and are as at be by can do does for from have how i if in is it me my of on or the to what when where
    which who why will with you your
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Hit:
    """A section that fits, and the words around the first match."""

    slug: str
    title: str
    anchor: str
    heading: str
    callout: str
    excerpt: str


def query_words(query: str) -> list[str]:
    """The words worth looking for, in small letters; all of them where nothing else is left."""
    query = unicodedata.normalize("NFKC", query[:LONGEST_QUERY]).lower()
    found = list(dict.fromkeys(WORD.findall(query)))
    return ([word for word in found if word not in STOP_WORDS] or found)[:MOST_WORDS]


def find(query: str, most: int = 30) -> list[Hit]:
    """Sections that hold every word of the query, those first that have it in a title or heading."""
    wanted = query_words(query)
    if not wanted:
        return []
    return [_hit(section, wanted) for section in _matching(wanted)[:most]]


def _matching(wanted: list[str]) -> QuerySet[EditionSection]:
    everywhere = Q()
    rank: Combinable = Value(0, output_field=IntegerField())
    for word in wanted:
        title, heading = Q(edition__title__icontains=word), Q(heading__icontains=word)
        everywhere &= title | heading | Q(text__icontains=word)
        for place, weight in ((title, 2), (heading, 3)):
            rank = rank + Case(When(place, then=weight), default=0)
    sections = EditionSection.objects.live().filter(everywhere)
    return sections.annotate(rank=rank).order_by("-rank", F("edition__title"), "order").select_related("edition")


def _hit(section: EditionSection, wanted: list[str]) -> Hit:
    return Hit(
        slug=section.edition.slug,
        title=section.edition.title,
        anchor=section.anchor,
        heading=section.heading,
        callout=section.callout,
        excerpt=excerpt(section.text, wanted),
    )


def excerpt(text: str, wanted: list[str], length: int = 180) -> str:
    """About `length` characters of a text, from just before the first of the words, cut between words."""
    flat = " ".join(text.split())
    places = [place for word in wanted if (place := flat.lower().find(word)) >= 0]
    start = max(min(places, default=0) - 40, 0)
    if start:
        start = flat.rfind(" ", 0, start) + 1
    piece = flat[start : start + length]
    if start + length < len(flat):
        piece = piece.rsplit(" ", 1)[0] + " …"
    return ("… " if start else "") + piece
