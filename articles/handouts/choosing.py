"""What a reader has ticked on the page that makes handouts. All of it stands in the address of that page."""

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from django.http import QueryDict
from django.utils.translation import gettext as _

from articles.handouts.codes import LARGEST_NUMBER
from articles.handouts.leaflet import MOST_ARTICLES, MOST_PARTS, pages_of
from articles.live import LiveArticle, LiveArticles
from articles.models import Callout, EditionSection
from articles.search.finding import find

# Articles that can be added are listed up to this many; with more, readers search.
MOST_LISTED = 60
LONGEST_SEARCH = 100
# Of ticked parts that are looked up: more than any page of ours can send.
MOST_READ = 1_000


class Choice(NamedTuple):
    number: int
    section: EditionSection
    ticked: bool


class Group(NamedTuple):
    slug: str
    title: str
    choices: tuple[Choice, ...]


class Choosing:
    """`part` holds the numbers of ticked parts, `article` the articles whose parts to show, `shown` those whose parts the
    page showed already, `q` words to find articles, and `make` says that the reader is done.

    An article that the page showed and that is not asked for again was unticked: it goes, with its parts. One that is
    new comes with its emergency parts ticked.
    """

    def __init__(self, asked: QueryDict, live: LiveArticles, live_version: int) -> None:
        self.live, self.live_version = live, live_version
        self.query = " ".join(asked.get("q", "").split())[:LONGEST_SEARCH]
        self.wants_it_made = "make" in asked
        self.shown = {*asked.getlist("shown")}
        self.articles = [*dict.fromkeys(asked.getlist("article"))]
        given = _numbers(asked.getlist("part"))
        places = EditionSection.objects.places(given)
        ticked = [places[number][:2] if number in places else ("", "") for number in given]
        self.ticked = [place for place in ticked if place[0] in self.articles or place[0] not in self.shown]

    @cached_property
    def _wanted(self) -> list[str]:
        return [*dict.fromkeys([*self.articles, *(slug for slug, _anchor in self.ticked if slug)])]

    @cached_property
    def _readable(self) -> list[str]:
        return [slug for slug in self._wanted if slug in self.live.by_slug]

    @cached_property
    def groups(self) -> list[Group]:
        slugs = self._readable[:MOST_ARTICLES]
        numbers = EditionSection.objects.numbers(slugs)
        started = self.shown | {slug for slug, _anchor in self.ticked}
        return [
            Group(
                slug,
                page.edition.title,
                tuple(
                    Choice(
                        numbers[slug, section.anchor],
                        section,
                        (slug, section.anchor) in self.ticked
                        or (slug not in started and section.callout == Callout.EMERGENCY),
                    )
                    for section in page.sections
                ),
            )
            for slug, page in pages_of(slugs, self.live).items()
        ]

    @cached_property
    def numbers(self) -> list[int]:
        """Those of the ticked parts, in the order of the page."""
        return [choice.number for group in self.groups for choice in group.choices if choice.ticked]

    @cached_property
    def gone(self) -> bool:
        """Whether something asked for cannot be read now."""
        known = {(group.slug, choice.section.anchor) for group in self.groups for choice in group.choices}
        cut = {*self._readable[MOST_ARTICLES:]}
        return len(self._readable) < len(self._wanted) or any(p not in known and p[0] not in cut for p in self.ticked)

    @cached_property
    def problem(self) -> str:
        """Why no handout can be made of this; empty if it can, or if nobody asked for it."""
        if len(self._readable) > MOST_ARTICLES:
            return _(
                "A handout can hold parts of %(most)d articles at most. We left out the others. Make a second handout for them."
            ) % {"most": MOST_ARTICLES}
        if not self.wants_it_made:
            return ""
        if self.gone:
            return _(
                "Something you chose cannot be read now. Please look at what is ticked, and make the handout again."
            )
        if not self.numbers:
            return _("Tick at least one part.") if self.groups else _("Choose an article first.")
        if len(self.numbers) > MOST_PARTS:
            return _("A handout can hold %(most)d parts at most. You ticked %(ticked)d. Please untick some.") % {
                "most": MOST_PARTS,
                "ticked": len(self.numbers),
            }
        return ""

    @property
    def is_ready(self) -> bool:
        return self.wants_it_made and not self.problem

    @cached_property
    def others(self) -> list[LiveArticle]:
        """The articles that can be added: those that fit the words, or all if they are few."""
        known = self.live.by_slug
        if self.query:
            slugs: Iterable[str] = dict.fromkeys(hit.slug for hit in find(self.query, self.live_version).all_hits)
        else:
            slugs = known if len(known) <= MOST_LISTED else ()
        shown = {group.slug for group in self.groups}
        return [known[slug] for slug in slugs if slug in known and slug not in shown]

    @property
    def lists_all(self) -> bool:
        return len(self.live.by_slug) <= MOST_LISTED


def _numbers(texts: Iterable[str]) -> list[int]:
    """What is no number becomes 0, which no part has."""
    numbers = (int(text) if text.isascii() and text.isdecimal() and len(text) < 15 else 0 for text in texts)
    return [*dict.fromkeys(min(number, LARGEST_NUMBER) for number in numbers)][:MOST_READ]
