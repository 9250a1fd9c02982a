"""What other systems may ask for: each live article with its codes, its state, and the sections that say what they are about.

Kept in memory for one live version, like the lists of `articles.live`, so that no request looks through all articles.
"""

import bisect
import datetime
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles.codes import Index
from articles.live import Remembered
from articles.models import ArticleEdition, EditionSection
from articles.review import Review


class MarkedSection(NamedTuple):
    anchor: str
    heading: str
    subtopic: str


@dataclass(frozen=True, eq=False)
class Item:
    """A live article. `codes` are (system, code) pairs, `marked` its sections that say what they are about."""

    slug: str
    title: str
    summary: str
    topic: str
    audiences: tuple[str, ...]
    codes: tuple[tuple[str, str], ...]
    edition: int
    changed_at: datetime.datetime
    reviewer_name: str
    last_reviewed: datetime.date | None
    review: Review | None
    marked: tuple[MarkedSection, ...]

    @property
    def notices(self) -> list[str]:
        """What must stand beside the text wherever it is shown, as it does on its page."""
        notices = [] if self.reviewer_name else [_("Example content, not yet approved by a clinician.")]
        if self.review and self.review.is_past_limit:
            day = date_format(self.last_reviewed or self.review.due, "F j, Y")
            notices.append(
                _("Do not rely on this page alone. No clinician has checked it since %(day)s.") % {"day": day}
            )
        elif self.review and self.review.shows_notice:
            day = date_format(self.review.due, "F j, Y")
            notices.append(_("This was due to be checked by %(day)s. It may be out of date.") % {"day": day})
        return notices


@dataclass(frozen=True)
class Catalog:
    """`items` in the order of their addresses; the index gives articles of one code in the order of their titles."""

    items: tuple[Item, ...]
    index: Index[Item]
    by_slug: dict[str, Item]

    def after(self, slug: str, most: int) -> tuple[Item, ...]:
        start = bisect.bisect_right(self.items, slug, key=lambda item: item.slug)
        return self.items[start : start + most]

    @cached_property
    def changed_at(self) -> datetime.datetime:
        """When something changed last that can be read now."""
        return max((item.changed_at for item in self.items), default=datetime.datetime.fromtimestamp(0, datetime.UTC))


def _load() -> Catalog:
    marked: dict[int, list[MarkedSection]] = {}
    for edition, *section in EditionSection.objects.with_subtopic():
        marked.setdefault(edition, []).append(MarkedSection(*section))
    items = [item_of(edition, tuple(marked.get(edition.pk, ()))) for edition in ArticleEdition.objects.live().coded()]
    by_title = sorted(items, key=lambda item: (item.title.casefold(), item.slug))
    items.sort(key=lambda item: item.slug)
    index = Index((system, code, item) for item in by_title for system, code in item.codes)
    return Catalog(tuple(items), index, {item.slug: item for item in items})


def item_of(edition: ArticleEdition, marked: tuple[MarkedSection, ...] = ()) -> Item:
    return Item(
        slug=edition.slug,
        title=edition.title,
        summary=edition.summary,
        topic=edition.topic.slug,
        audiences=tuple(edition.audiences),
        codes=tuple((system, code) for system, code in edition.codes),
        edition=edition.number,
        changed_at=edition.changed_at,
        reviewer_name=edition.reviewer_name,
        last_reviewed=edition.last_reviewed,
        review=edition.review,
        marked=marked,
    )


_remembered = Remembered(_load, [ArticleEdition])
current = _remembered.get
