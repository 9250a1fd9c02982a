"""The parts of a handout as they stand now, in the order in which they are read."""

import datetime
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from articles.handouts.codes import encode
from articles.live import LiveArticles
from articles.models import ArticleEdition, Callout, EditionSection
from articles.reading import CitedSource, ReadingArticle
from articles.terms import used_terms

MOST_PARTS = 40
MOST_ARTICLES = 8


class Part(NamedTuple):
    """`title` is that of its article; `sources` are numbers in the leaflet's own list."""

    section: EditionSection
    title: str
    sources: tuple[int, ...]


class Chapter(NamedTuple):
    """An article of which parts were chosen. `left_out` are its emergency parts that were not."""

    edition: ArticleEdition
    changed_on: datetime.date
    left_out: tuple[EditionSection, ...]


class Lost(NamedTuple):
    """A chosen part that cannot be read now. `taken_back`: its whole article cannot; else the article goes on without it."""

    heading: str
    title: str
    slug: str
    taken_back: bool


class Leaflet:
    """`numbers` name the chosen parts (see `EditionSection.objects.places`), at most `MOST_PARTS`.

    Emergency parts of all articles stand first. After them the articles follow in the order in which they were first
    named, each with its parts in reading order. `unknown` counts numbers that stand for nothing patients could ever read.
    """

    def __init__(self, numbers: Sequence[int], live: LiveArticles) -> None:
        self.numbers = numbers
        places = EditionSection.objects.places(numbers)
        # Two numbers may stand for the same part: the rows of two editions.
        named = {places[number][:2]: places[number][2] for number in numbers if number in places}
        self.pages = pages_of((slug for slug, _anchor in named), live)
        self.chosen = {place: heading for place, heading in named.items() if place[0] in self.pages}
        self.unknown = len({*numbers} - places.keys()) + len(named) - len(self.chosen)

    @property
    def is_too_long(self) -> bool:
        return len(self.chosen) > MOST_PARTS or len(self.pages) > MOST_ARTICLES

    @property
    def lost(self) -> list[Lost]:
        readable = {(page.edition.slug, section.anchor) for page, sections in self._sections for section in sections}
        return [self._lost(*place) for place in self.chosen if place not in readable]

    def _lost(self, slug: str, anchor: str) -> Lost:
        page = self.pages[slug]
        return Lost(self.chosen[slug, anchor], page.edition.title, slug, taken_back=not page.is_live)

    @cached_property
    def _sections(self) -> list[tuple[ReadingArticle, list[EditionSection]]]:
        live = [(slug, page) for slug, page in self.pages.items() if page.is_live]
        chosen = [(page, [s for s in page.sections if (slug, s.anchor) in self.chosen]) for slug, page in live]
        return [(page, sections) for page, sections in chosen if sections]

    @property
    def _in_order(self) -> list[tuple[ReadingArticle, EditionSection]]:
        every = [(page, section) for page, sections in self._sections for section in sections]
        return sorted(every, key=lambda pair: pair[1].callout != Callout.EMERGENCY)

    @cached_property
    def sources(self) -> list[CitedSource]:
        """All that the chosen parts cite, each once, numbered from 1."""
        cited = dict.fromkeys(source for pair in self._in_order for source in _cited(*pair))
        return [CitedSource(number, "", *source) for number, source in enumerate(cited, start=1)]

    @cached_property
    def parts(self) -> list[Part]:
        number = {(source.title, source.organisation, source.url): source.number for source in self.sources}
        return [
            Part(section, page.edition.title, tuple(number[source] for source in _cited(page, section)))
            for page, section in self._in_order
        ]

    @cached_property
    def chapters(self) -> list[Chapter]:
        return [
            Chapter(
                page.edition,
                page.changed_on,
                tuple(s for s in page.sections if s.callout == Callout.EMERGENCY and s not in sections),
            )
            for page, sections in self._sections
        ]

    @property
    def emergencies(self) -> list[Part]:
        return [part for part in self.parts if part.section.callout == Callout.EMERGENCY]

    @property
    def others(self) -> list[Part]:
        return [part for part in self.parts if part.section.callout != Callout.EMERGENCY]

    @property
    def several(self) -> bool:
        """Whether its parts come from more than one article."""
        return len(self.chapters) > 1

    @property
    def title(self) -> str:
        titles = " · ".join(chapter.edition.title for chapter in self.chapters)
        return _("Patient information: %(titles)s") % {"titles": titles} if self.several else titles

    @property
    def words(self) -> list[tuple[str, str]]:
        """The glossary's words that the chosen parts use, each once."""
        found = {
            term: meaning
            for page, sections in self._sections
            for term, meaning in used_terms((section.text for section in sections), page.edition.glossary)
        }
        return sorted(found.items(), key=lambda pair: pair[0].lower())


def url_of(parts: Iterable[tuple[str, int]]) -> str:
    """The address of a handout of these parts, each an article and a number, cut to what one can hold. Empty without parts."""
    known = [(slug, number) for slug, number in parts if number]
    articles = [*dict.fromkeys(slug for slug, _number in known)][:MOST_ARTICLES]
    numbers = [number for slug, number in known if slug in articles][:MOST_PARTS]
    return reverse("handout", args=[encode(numbers)]) if numbers else ""


def _cited(page: ReadingArticle, section: EditionSection) -> list[tuple[str, str, str]]:
    """Title, organization and address of each source of a section."""
    sources = [page.edition.sources[ref] for ref in section.sources if ref in page.edition.sources]
    return [(source["title"], source["organisation"], source["url"]) for source in sources]


def pages_of(slugs: Iterable[str], live: LiveArticles) -> dict[str, ReadingArticle]:
    """The newest started editions of these articles, in this order, be they live or not."""
    sections: dict[str, list[EditionSection]] = {slug: [] for slug in slugs}
    for section in EditionSection.objects.of_current_articles(sections):
        sections[section.edition.slug].append(section)
    return {slug: ReadingArticle(found[0].edition, found, live) for slug, found in sections.items() if found}
