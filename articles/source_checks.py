"""Opening the addresses of sources, a few at a time and only when staff ask, and keeping what came of it."""

import datetime
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from articles import external
from articles.external import Answer
from articles.models import Clinic, Source, SourceCheck

DAYS_GOOD = 30
SECONDS_BETWEEN = 1.0


@dataclass(frozen=True)
class Bounds:
    """At most so many addresses, in at most so many seconds, with a pause before a host is asked again."""

    most: int = 10
    seconds: float = 20.0
    pause: float = SECONDS_BETWEEN


def waiting() -> QuerySet[Source]:
    """The sources whose address was not opened in the last weeks, the one that waits longest first."""
    since = timezone.now() - datetime.timedelta(days=DAYS_GOOD)
    old = Q(link_check=None) | Q(link_check__checked_at__lt=since) | ~Q(link_check__url=F("url"))
    return Source.objects.filter(old).order_by(F("link_check__checked_at").asc(nulls_first=True), "pk")


def agent() -> str:
    """How we present ourselves to other sites."""
    name = "".join(sign for sign in Clinic.objects.current().name if sign.isascii() and sign.isprintable())
    return f"Legible link check for {name.strip() or 'a clinic'}"


def check(
    bounds: Bounds,
    *,
    allowed: Callable[[external.Address], bool] = external.is_public,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[SourceCheck]:
    """Open the addresses that wait, one after another, and yield each result once it is kept."""
    ends, asked_at, presented = clock() + bounds.seconds, dict[str, float](), agent()
    for source in list(waiting()[: bounds.most]):
        host = urlsplit(source.url).hostname or ""
        pause = max(0.0, asked_at[host] + bounds.pause - clock()) if host in asked_at else 0.0
        if clock() + pause >= ends:
            return
        sleep(pause)
        answer = external.ask(source.url, agent=presented, allowed=allowed)
        asked_at[host] = clock()
        yield _keep(source, answer)


def _keep(source: Source, answer: Answer) -> SourceCheck:
    fields = {
        "url": source.url,
        "checked_at": timezone.now(),
        "state": answer.state.value,
        "status": answer.status,
        "message": answer.message[:300],
    }
    kept, _created = SourceCheck.objects.update_or_create(source=source, defaults=fields)
    return kept
