"""Search as the pages use it."""

from dataclasses import dataclass
from functools import cached_property

from articles.live import Remembered
from articles.models import EditionSection, SearchPhrase, SearchWord
from articles.search.excerpts import Piece, excerpt, fragment, marked
from articles.search.index import matching
from articles.search.query import Lexicon, Phrase, Query, parse
from articles.search.ranking import Document, scores
from articles.starter_phrases import built_in

MOST_HITS = 20
MOST_EMERGENCY_HITS = 5


@dataclass(frozen=True)
class Hit:
    """A section that fits, and the words around the best match."""

    slug: str
    title: str
    anchor: str
    heading: str
    callout: str
    text: str
    stems: frozenset[str]

    @cached_property
    def url(self) -> str:
        return f"/articles/{self.slug}/#{fragment(self.anchor, self.text, self.stems)}"

    @cached_property
    def marked_heading(self) -> list[Piece]:
        return marked(self.heading, self.stems)

    @cached_property
    def excerpt(self) -> list[Piece]:
        return excerpt(self.text, self.stems)


@dataclass(frozen=True)
class Found:
    """The sections that fit, the best first. If a danger sign was typed, `emergency` stands before `hits`."""

    query: Query
    emergency: list[Hit]
    hits: list[Hit]
    is_cut: bool = False

    @property
    def all_hits(self) -> list[Hit]:
        return self.emergency + self.hits


def find(text: str, live_version: int) -> Found:
    """At most one query of the database, beside what a process remembers for this live version."""
    query = parse(text, lexicon(live_version))
    sections = list(matching(query)) if query.groups else []
    documents = [
        Document.of(row.indexed.heading, row.indexed.names, row.indexed.everything, row.callout) for row in sections
    ]
    rated = zip(scores(query.groups, documents), sections, strict=True)
    best = sorted(rated, key=lambda pair: (-round(pair[0], 6), pair[1].edition.title, pair[1].order, pair[1].pk))
    fitting = [_hit(section, query) for score, section in best if score]
    emergency = [_hit(section, query) for _score, section in best if section.callout == "emergency"]
    first = emergency[:MOST_EMERGENCY_HITS] if query.is_danger else []
    hits = [hit for hit in fitting if hit not in first]
    return Found(query, first, hits[:MOST_HITS], is_cut=len(hits) > MOST_HITS)


def _hit(section: EditionSection, query: Query) -> Hit:
    return Hit(
        slug=section.edition.slug,
        title=section.edition.title,
        anchor=section.anchor,
        heading=section.heading,
        callout=section.callout,
        text=section.text,
        stems=query.stems,
    )


def _load_lexicon() -> Lexicon:
    return Lexicon(dict(SearchWord.objects.values_list("word", "stem")), _load_phrases())


def _load_phrases() -> list[Phrase]:
    """Those of the staff, and every danger sign that came with the program and that no row speaks about."""
    shipped = {row.phrase.casefold(): row for row in built_in() if row.is_danger}
    own = {row.phrase.casefold(): row for row in SearchPhrase.objects.all()}
    return [
        Phrase(row.phrase, _ways(row.means), row.is_danger, is_name=not (row.is_everyday or row.is_danger))
        for row in (shipped | own).values()
    ]


def _ways(means: str) -> tuple[str, ...]:
    return tuple(way for part in means.split(",") if (way := part.strip()))


_remembered = Remembered(_load_lexicon, [])
lexicon = _remembered.get
