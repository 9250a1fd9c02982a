"""How many self-checks are begun and finished in a day, and how soon their results say to get help.

Only what patients do counts, not what staff try out. No answer is counted, and none can be told from the numbers; see
docs/privacy.md.
"""

from collections.abc import Iterator
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from articles import insight
from articles.charts import SMALLEST, about
from articles.insight import Panel, day_panel
from articles.models import DailyCount
from articles.models.insight import Days
from articles.today import Task
from checker.definition import Level as Urgency
from checker.models import Level, Quiz
from checker.places import PATIENTS
from checker.visits import Visit

STARTED, FINISHED = "check-started", "check-finished"


def is_counted(request: HttpRequest, visit: Visit) -> bool:
    return visit.place is PATIENTS and insight.is_counted(request)


def of_answer(request: HttpRequest, response: HttpResponse, before: Visit, visit: Visit) -> Visit:
    """Count the first answer as a start, and an emergency as a result: it ends the check at once."""
    if not before.answers and is_counted(request, visit):
        insight.count(request, response, STARTED, visit.slug)
    result = visit.walk.result
    is_emergency = result is not None and result.level is Urgency.EMERGENCY
    return of_result(request, response, visit) if is_emergency else visit


def of_result(request: HttpRequest, response: HttpResponse, visit: Visit) -> Visit:
    """Count a result the first time it is shown. The visit that comes back knows that it was counted."""
    result = visit.walk.result
    if result is None or visit.counted or not is_counted(request, visit):
        return visit
    insight.count(request, response, FINISHED, f"{visit.slug}/{result.level.slug}")
    return replace(visit, counted=True)


def panels(days: Days) -> Iterator[Panel]:
    """For each self-check: starts and finishes by day, and the levels of days with enough finishes."""
    started, finished = (DailyCount.objects.by_key(kind, days) for kind in (STARTED, FINISHED))
    none = [0] * len(days)
    for slug, title in Quiz.objects.order_by("title").values_list("slug", "title"):
        levels = [finished.get(f"{slug}/{level}", none) for level in Level.values]
        totals = [sum(numbers) for numbers in zip(*levels, strict=True)]
        yield day_panel(
            f"check-{slug}",
            _("Self-check: %(title)s") % {"title": title},
            _("How many were begun, and how many came to a result."),
            days,
            (_("Begun"), started.get(slug, none)),
            (_("Finished"), totals),
        )
        yield by_level(slug, title, levels, totals)


def by_level(slug: str, title: str, levels: list[list[int]], totals: list[int]) -> Panel:
    """The levels are added up over days with at least 5 finishes: on other days so few would be told apart."""
    enough = [total >= SMALLEST for total in totals]
    sums = [sum(number for number, keep in zip(numbers, enough, strict=True) if keep) for numbers in levels]
    return Panel(
        f"levels-{slug}",
        _("Results of: %(title)s") % {"title": title},
        _(
            "How soon the results said to get help, to the nearest 5. Days with fewer than %(number)d results are left out."
        )
        % {"number": SMALLEST},
        _("How soon"),
        tuple(str(label) for label in Level.labels),
        ((_("Results"), tuple(about(number) for number in sums)),),
        _("No day had enough results to show."),
        by_day=False,
    )


def tasks(request: HttpRequest) -> Iterator[Task]:
    if not request.user.has_perm("articles.view_dailycount"):
        return
    week = DailyCount.objects.by_key(STARTED, insight.last_days(7))
    number = sum(sum(numbers) for numbers in week.values())
    yield Task(
        "self-checks",
        _("Self-checks begun in the last 7 days"),
        number if number >= SMALLEST else 0,
        reverse("admin_insight"),
        _("Fewer than %(number)d.") % {"number": SMALLEST},
        shown_count="" if number >= SMALLEST else f"< {SMALLEST}",
    )
