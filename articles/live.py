"""What patients can read at this moment, as a short list that each process keeps in memory.

Lists and links need only titles. They are kept until the live version moves (something was published, withdrawn or
renamed) or the next edition goes live or expires, whichever comes first; so no process is ever behind, and no page
asks for the list again and again.
"""

import datetime
import difflib
import heapq
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Min, Q
from django.urls import reverse
from django.utils import timezone

from articles.models import ArticleEdition, Audience, Topic
from articles.models.editions import Edition


@dataclass(frozen=True)
class LiveArticle:
    slug: str
    title: str
    summary: str
    topic: str
    audiences: tuple[str, ...]
    published_at: datetime.datetime

    def get_absolute_url(self) -> str:
        return reverse("article", args=[self.slug])


class Label(NamedTuple):
    """A topic or an audience that has live articles."""

    slug: str
    name: str
    description: str
    articles: tuple[LiveArticle, ...]


@dataclass(frozen=True)
class LiveArticles:
    by_slug: dict[str, LiveArticle]
    topics: tuple[Label, ...]
    audiences: tuple[Label, ...]


class Remembered[T]:
    """A value that is good for one live version, and not past the next go-live or expiry of any edition it is made of."""

    def __init__(self, load: Callable[[], T], *editions: type[Edition]) -> None:
        self.load, self.editions = load, editions
        self._kept: tuple[int, datetime.datetime | None, T] | None = None

    def get(self, live_version: int) -> T:
        kept, now = self._kept, timezone.now()
        if kept and kept[0] == live_version and (kept[1] is None or now < kept[1]):
            return kept[2]
        value = self.load()
        changes = [change for model in self.editions if (change := next_change(model, now))]
        self._kept = (live_version, min(changes, default=None), value)
        return value

    def forget(self) -> None:
        self._kept = None


def next_change(editions: type[Edition], now: datetime.datetime) -> datetime.datetime | None:
    """The next moment at which time alone changes which of these editions are live, or None."""
    moments = editions._default_manager.aggregate(
        live=Min("goes_live_at", filter=Q(goes_live_at__gt=now)),
        gone=Min("expires_at", filter=Q(expires_at__gt=now)),
    )
    return min((moment for moment in moments.values() if moment), default=None)


def _load() -> LiveArticles:
    articles = sorted(
        (
            LiveArticle(
                slug=edition.slug,
                title=edition.title,
                summary=edition.summary,
                topic=edition.topic.slug,
                audiences=tuple(edition.audiences),
                published_at=edition.published_at,
            )
            for edition in ArticleEdition.objects.live().summaries()
        ),
        key=lambda article: article.title.lower(),
    )
    topics = (
        Label(topic.slug, topic.name, topic.description, tuple(a for a in articles if a.topic == topic.slug))
        for topic in Topic.objects.all()
    )
    audiences = (
        Label(audience.slug, audience.name, "", tuple(a for a in articles if audience.slug in a.audiences))
        for audience in Audience.objects.all()
    )
    return LiveArticles(
        by_slug={article.slug: article for article in articles},
        topics=tuple(topic for topic in topics if topic.articles),
        audiences=tuple(audience for audience in audiences if audience.articles),
    )


_remembered = Remembered(_load, ArticleEdition)
current = _remembered.get
forget = _remembered.forget


def _load_glossary() -> list[tuple[str, str]]:
    """The words of all live editions, each with the meaning of the newest edition that has it."""
    editions = ArticleEdition.objects.live().order_by("published_at").values_list("glossary", flat=True)
    meanings = {term: meaning for terms in editions for term, meaning in terms}
    return sorted(meanings.items(), key=lambda pair: pair[0].lower())


_remembered_glossary = Remembered(_load_glossary, ArticleEdition)
glossary = _remembered_glossary.get
forget_glossary = _remembered_glossary.forget

MOST_COMPARED = 500


def nearest(known: LiveArticles, path: str, most: int = 3) -> list[LiveArticle]:
    """The live articles whose address is most like a path that leads nowhere."""
    wanted = set(re.findall(r"[a-z0-9]{3,}", path[:200].lower()))
    scored = ((len(wanted & set(slug.split("-"))), article) for slug, article in known.by_slug.items())
    best = heapq.nlargest(most, ((score, article) for score, article in scored if score), key=lambda pair: pair[0])
    if best:
        return [article for _score, article in best]
    last = path.strip("/").rsplit("/", 1)[-1][:100].lower()
    close = difflib.get_close_matches(last, list(known.by_slug)[:MOST_COMPARED], n=most, cutoff=0.5)
    return [known.by_slug[slug] for slug in close]
