"""What patients can read at this moment, as a short list that each process keeps in memory.

Lists and links need only titles. They are kept until the live version moves (something was published, withdrawn or
renamed) or time itself changes what is shown (a go-live, an expiry, a review long overdue), whichever comes first; so
no process is ever behind, and no page asks for the list again and again.
"""

import datetime
import difflib
import heapq
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Min, Q
from django.urls import reverse
from django.utils import timezone

from articles import registry
from articles.models import ArticleEdition, Audience, Clinic, LiveVersion, Topic
from articles.models.editions import Edition
from articles.review import first_day_after, last_due_in


@dataclass(frozen=True)
class LiveArticle:
    slug: str
    title: str
    summary: str
    topic: str
    audiences: tuple[str, ...]
    published_at: datetime.datetime
    changed_at: datetime.datetime

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


_all_remembered: list["Remembered[Any]"] = []


class Remembered[T]:
    """A value that is good for one live version, and not past the next moment when time changes an edition it is made of."""

    def __init__(self, load: Callable[[], T], editions: Sequence[type[Edition]]) -> None:
        self.load, self.editions = load, editions
        self._kept: tuple[int, datetime.datetime | None, T] | None = None
        self._loading = threading.Lock()
        _all_remembered.append(self)

    def get(self, live_version: int) -> T:
        if kept := self._good_for(live_version):
            return kept[2]
        # One thread loads; the others wait for it instead of asking the database for the same.
        with self._loading:
            if kept := self._good_for(live_version):
                return kept[2]
            now = timezone.now()
            value = self.load()
            changes = [change for model in self.editions if (change := next_change(model, now))]
            self._kept = (live_version, min(changes, default=None), value)
            return value

    def _good_for(self, live_version: int) -> tuple[int, datetime.datetime | None, T] | None:
        kept = self._kept
        good = kept and kept[0] == live_version and (kept[1] is None or timezone.now() < kept[1])
        return kept if good else None

    def forget(self) -> None:
        self._kept = None


def next_change(editions: type[Edition], now: datetime.datetime) -> datetime.datetime | None:
    """The next moment at which time alone changes what patients see of these editions, or None.

    One goes live or expires; or its review is overdue for so long that patients are told (see `articles.review`).
    """
    today = timezone.localdate(now)
    grace, limit = settings.REVIEW_GRACE_DAYS, settings.REVIEW_LIMIT_DAYS
    found = editions._default_manager.aggregate(
        live=Min("goes_live_at", filter=Q(goes_live_at__gt=now)),
        gone=Min("expires_at", filter=Q(expires_at__gt=now)),
        grace=Min("next_review_due", filter=Q(next_review_due__gte=last_due_in(today, grace))),
        limit=Min("next_review_due", filter=Q(next_review_due__gte=last_due_in(today, limit))),
    )
    moments = [found["live"], found["gone"]]
    moments += [
        _start_of(first_day_after(found[name], days))
        for name, days in (("grace", grace), ("limit", limit))
        if found[name]
    ]
    return min((moment for moment in moments if moment), default=None)


def _start_of(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time.min, timezone.get_current_timezone())


def _load() -> LiveArticles:
    articles = sorted(
        (
            LiveArticle(slug, title, summary, topic, tuple(audiences), published_at, max(goes_live_at, published_at))
            for slug, title, summary, topic, audiences, goes_live_at, published_at in (
                ArticleEdition.objects.live().for_lists()
            )
        ),
        key=lambda article: (article.title.lower(), article.slug),
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


_remembered = Remembered(_load, [ArticleEdition])
current = _remembered.get


def _load_glossary() -> list[tuple[str, str]]:
    """The words of all live editions, each with the meaning of the newest edition that has it."""
    editions = ArticleEdition.objects.live().order_by("published_at").values_list("glossary", flat=True)
    meanings = {term: meaning for terms in editions for term, meaning in terms}
    return sorted(meanings.items(), key=lambda pair: pair[0].lower())


_remembered_glossary = Remembered(_load_glossary, [ArticleEdition])
glossary = _remembered_glossary.get


_clinic: Clinic | None = None


def clinic() -> Clinic:
    """The clinic and its live version of this moment: one small query while nothing has changed. Never change what it gives."""
    global _clinic
    kept = _clinic
    if kept is None or kept.live_version != LiveVersion.objects.number():
        kept = _clinic = Clinic.objects.current()
    return kept


def forget_all() -> None:
    """As a new process: for tests, whose databases come and go."""
    global _clinic
    _clinic = None
    for remembered in _all_remembered:
        remembered.forget()


def _load_next_moment() -> datetime.datetime | None:
    now = timezone.now()
    return min((moment for model in registry.editions if (moment := next_change(model, now))), default=None)


# The list, not what it holds now: other apps add to it when they are ready.
_remembered_moment = Remembered(_load_next_moment, registry.editions)
# live version -> the next moment at which time alone changes anything that patients see, or None
next_moment = _remembered_moment.get


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
