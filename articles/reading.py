"""An edition as a reader meets it: its sections, boxes, sources and dates, ready for the template."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import timezone

from articles.explained import explain
from articles.live import LiveArticle, LiveArticles
from articles.models import ArticleEdition, EditionSection


@dataclass(frozen=True)
class CitedSource:
    """`number` is how the page refers to it, counting from 1 in the order of the sections."""

    number: int
    ref: str
    title: str
    organisation: str
    url: str


@dataclass(frozen=True)
class ReadingSection:
    """`body` is the section's own with the glossary's words explained in place; its placeholders are still to be filled."""

    section: EditionSection
    body: str
    sources: list[CitedSource]


class ReadingArticle:
    def __init__(self, edition: ArticleEdition, sections: Sequence[EditionSection], live: LiveArticles) -> None:
        self.edition, self.sections, self.live = edition, sections, live

    @property
    def withdrawal(self) -> Any:
        return getattr(self.edition, "withdrawal", None)

    @property
    def is_live(self) -> bool:
        expires = self.edition.expires_at
        return self.withdrawal is None and (expires is None or expires > timezone.now())

    @cached_property
    def sources(self) -> list[CitedSource]:
        refs = dict.fromkeys(ref for section in self.sections for ref in section.sources)
        cited = [(ref, self.edition.sources[ref]) for ref in refs if ref in self.edition.sources]
        return [
            CitedSource(number, ref, source["title"], source["organisation"], source["url"])
            for number, (ref, source) in enumerate(cited, start=1)
        ]

    def sources_of(self, section: EditionSection) -> list[CitedSource]:
        return [source for source in self.sources if source.ref in section.sources]

    @property
    def parts(self) -> list[ReadingSection]:
        bodies = explain((section.body for section in self.sections), self.edition.glossary)
        return [
            ReadingSection(section, body, self.sources_of(section))
            for section, body in zip(self.sections, bodies, strict=True)
        ]

    @property
    def audience_names(self) -> list[str]:
        return [label.name for label in self.live.audiences if label.slug in self.edition.audiences]

    @property
    def related(self) -> list[LiveArticle]:
        return [self.live.by_slug[slug] for slug in self.edition.related if slug in self.live.by_slug]

    @property
    def successor(self) -> LiveArticle | None:
        """What to read instead of a withdrawn article, if it can be read now."""
        successor = self.withdrawal and self.withdrawal.successor
        return self.live.by_slug.get(successor.slug) if successor else None

    @property
    def successor_section(self) -> EditionSection | None:
        """The section of the successor to begin with, if it is still there."""
        if not (self.successor and self.withdrawal.successor_anchor):
            return None
        sections = EditionSection.objects.of_current_article(self.successor.slug)
        return sections.filter(anchor=self.withdrawal.successor_anchor).first()

    @property
    def same_topic(self) -> list[LiveArticle]:
        topic = self.edition.topic.slug
        return [article for article in self.live.by_slug.values() if article.topic == topic][:5]

    @property
    def changed_on(self) -> datetime.date:
        return timezone.localdate(self.edition.changed_at)
