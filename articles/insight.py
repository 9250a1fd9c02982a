"""What patients do here, as numbers for a day: what is counted, and how staff see it.

Nothing is kept of a visit. A count is made after the page has been sent, so no patient waits for it, and one that
fails is lost without a trace of what it was about. docs/privacy.md says all of it in words.
"""

import datetime
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import caches
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.connection import ConnectionProxy
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles.charts import Chart, Shown, bar_chart, shown
from articles.models import DailyCount, Feedback
from articles.models.insight import Days
from articles.today import MOST_ROWS, Row, Task
from config.shortcuts import once_sent

SEARCH, SEARCH_WORDS, USEFUL = "search-empty", "search-words", "useful"
# Words of a search are kept only when so many looked for the same within a day, and look like words.
ASKED_BY = 5
WORDS = re.compile(r"[^\W\d_]{2,25}( [^\W\d_]{2,25}){0,3}")
# As in an e-mail address, a phone number, a file or a link.
NOT_WORDS = re.compile(r"[\d@_/\\]")
MOST_WORDS_A_DAY = 100
ONE_DAY = 24 * 3600

logger = logging.getLogger(__name__)
# In memory only: what few people searched for is never written to a disk.
cache = ConnectionProxy(caches, "counts")


def is_counted(request: HttpRequest) -> bool:
    """A page that somebody asked for, not one that a browser or a robot fetched ahead."""
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return settings.COUNT_VISITS and request.method in ("GET", "POST") and "prefetch" not in purpose


def after(response: HttpResponse, count: Callable[[], None]) -> None:
    """Count when the response has been sent. A count that fails is lost; the log says no more than that."""

    def quietly() -> None:
        try:
            count()
        except Exception as error:  # whatever it was, the patient has the page already
            logger.warning("A daily count was lost: %s", type(error).__name__)

    once_sent(response, quietly)


def count(request: HttpRequest, response: HttpResponse, kind: str, key: str = "") -> None:
    if is_counted(request):
        after(response, lambda: DailyCount.objects.add(kind, key))


def count_empty_search(request: HttpRequest, response: HttpResponse, query: str, words: list[str]) -> None:
    """A search without results: that there was one; and its words, once enough people used them."""
    if is_counted(request):
        after(response, lambda: _add_search(query, " ".join(words)))


def _add_search(query: str, words: str) -> None:
    DailyCount.objects.add(SEARCH)
    if NOT_WORDS.search(query) or not WORDS.fullmatch(words):
        return
    times = _times_today(words)
    today = DailyCount.objects.filter(kind=SEARCH_WORDS, day=timezone.localdate())
    if times == ASKED_BY and today.count() < MOST_WORDS_A_DAY:
        DailyCount.objects.add(SEARCH_WORDS, words, by=ASKED_BY)
    elif times > ASKED_BY:
        today.filter(key=words).update(number=times)


def _times_today(words: str) -> int:
    """How often these words were looked for today. Only a hash that means nothing tomorrow is kept until they are many."""
    digest = salted_hmac(f"articles.insight.{timezone.localdate()}", words, algorithm="sha256").hexdigest()
    key = f"search:{digest}"
    cache.add(key, 0, ONE_DAY)
    try:
        return cache.incr(key)
    except ValueError:  # it fell out of a full cache just now
        return 1


@dataclass(frozen=True)
class Panel:
    """A table, with a chart of it where its rows are days. Small numbers are hidden already: None.

    `columns` are (name, numbers) pairs, one number for each of `labels`.
    """

    key: str
    title: str
    text: str
    first: str
    labels: tuple[str, ...]
    columns: tuple[tuple[str, tuple[Shown, ...]], ...]
    empty: str
    by_day: bool = True

    @property
    def is_empty(self) -> bool:
        return not any(number != 0 for _name, numbers in self.columns for number in numbers)

    @property
    def rows(self) -> list[tuple[str, list[Shown]]]:
        return [(label, [numbers[place] for _name, numbers in self.columns]) for place, label in enumerate(self.labels)]

    @property
    def chart(self) -> Chart | None:
        return bar_chart([numbers for _name, numbers in self.columns]) if self.by_day else None


type PanelProvider = Callable[[Days], Iterable[Panel]]

# Other apps append theirs when the apps are ready.
panels: list[PanelProvider] = []


def all_panels(days: Days) -> list[Panel]:
    return [panel for provide in [*panels, own_panels] for panel in provide(days)]


def last_days(number: int) -> list[datetime.date]:
    """Today and the days before it, oldest first."""
    today = timezone.localdate()
    return [today - datetime.timedelta(days=back) for back in reversed(range(number))]


def day_panel(key: str, title: str, text: str, days: Days, *columns: tuple[str, list[int]]) -> Panel:
    return Panel(
        key=key,
        title=title,
        text=text,
        first=_("Day"),
        labels=tuple(date_format(day, "M j") for day in days),
        columns=tuple((name, tuple(shown(number) for number in numbers)) for name, numbers in columns),
        empty=_("Nothing was counted in these days."),
    )


def own_panels(days: Days) -> Iterator[Panel]:
    none = [0] * len(days)
    yield day_panel(
        "searches",
        _("Searches without results"),
        _("How many searches found nothing."),
        days,
        (_("Searches"), DailyCount.objects.by_key(SEARCH, days).get("", none)),
    )
    words = _searched_words(days)
    yield Panel(
        "words",
        _("What was searched for without results"),
        _("Words that were looked for at least %(number)d times in one day. Rarer ones are not kept.")
        % {"number": ASKED_BY},
        _("Words"),
        tuple(text for text, _number in words),
        ((_("Searches"), tuple(number for _text, number in words)),),
        _("No words were looked for often enough in these days."),
        by_day=False,
    )
    useful = DailyCount.objects.by_key(USEFUL, days)
    yield day_panel(
        "useful",
        _("Was this page useful?"),
        _("How many patients said yes or no."),
        days,
        (_("Yes"), useful.get("yes", none)),
        (_("No"), useful.get("no", none)),
    )
    yield _by_page(days)


def _searched_words(days: Days) -> list[tuple[str, int]]:
    found = DailyCount.objects.by_key(SEARCH_WORDS, days)
    return sorted(((text, sum(numbers)) for text, numbers in found.items()), key=lambda pair: -pair[1])[:20]


def _by_page(days: Days) -> Panel:
    """Feedback itself is for staff to read one by one, so these numbers hide nothing that staff may not see."""
    rows = (
        Feedback.objects.filter(day__in=days)
        .values_list("article__title", "anchor")
        .annotate(no=Count("pk", filter=Q(useful=False)), yes=Count("pk", filter=Q(useful=True)))
        .order_by("-no", "-yes", "article__title", "anchor")[:20]
    )
    found = list(rows)
    return Panel(
        "pages",
        _("Feedback for each page and part"),
        _("Those that most people found not useful come first."),
        _("Page and part"),
        tuple(f"{title} #{anchor}" if anchor else title for title, anchor, _no, _yes in found),
        ((_("Yes"), tuple(row[3] for row in found)), (_("No"), tuple(row[2] for row in found))),
        _("Nobody gave feedback in these days."),
        by_day=False,
    )


def tasks(request: HttpRequest) -> Iterator[Task]:
    if not request.user.has_perm("articles.view_dailycount"):
        return
    words = _searched_words(last_days(28))
    yield Task(
        "searches",
        _("Searches without results"),
        len(words),
        f"{reverse('admin_insight')}#words",
        _("No words were looked for in vain by many people in the last 28 days."),
        tuple(
            Row(text, f"{reverse('admin_insight')}#words", _("%(number)d searches") % {"number": number})
            for text, number in words[:MOST_ROWS]
        ),
    )
