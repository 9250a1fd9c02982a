"""When the next review is due: a column and a filter of lists, and a page with all of them."""

import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from articles import calendar_feed, due
from articles.models import CalendarFeed
from articles.models.calendar import new_key

PAGE_DAYS = 90


def with_review_due(queryset: QuerySet[Any]) -> QuerySet[Any]:
    """Each row with `review_due`, the day by which its live edition must be reviewed, or None."""
    editions = queryset.model.editions.rel.related_model
    live = editions.objects.live().filter(**{editions.parent_field: OuterRef("pk")})
    return queryset.annotate(review_due=Subquery(live.values("next_review_due")[:1]))


@admin.display(description=gettext_lazy("next review"), ordering="review_due")
def review_due(row: Any) -> str:
    if row.review_due is None:
        return "-"
    day = date_format(row.review_due)
    if row.review_due >= timezone.localdate():
        return day
    return format_html('{} <span class="tag tag--emergency">{}</span>', day, _("overdue"))


class ReviewFilter(admin.SimpleListFilter):
    title = gettext_lazy("next review")
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("overdue", _("Overdue")),
            ("soon", _("Due in %(days)d days") % {"days": due.SOON_DAYS}),
            ("none", _("Live, never approved")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        editions = queryset.model.editions.rel.related_model.objects
        today = timezone.localdate()
        overdue = editions.to_review_by(today - datetime.timedelta(days=1))
        if self.value() == "overdue":
            return queryset.filter(editions__in=overdue)
        if self.value() == "soon":
            soon = editions.to_review_by(today + datetime.timedelta(days=due.SOON_DAYS))
            return queryset.filter(editions__in=soon).exclude(editions__in=overdue)
        if self.value() == "none":
            return queryset.filter(editions__in=editions.live().filter(next_review_due=None))
        return queryset


@require_http_methods(["GET", "HEAD", "POST"])
def reviews_view(request: HttpRequest) -> HttpResponse:
    """GET lists the dates; POST makes, changes or switches off this person's calendar address."""
    if request.method == "POST":
        _change_calendar(request)
        return HttpResponseRedirect(f"{request.path}#calendar")
    feed = CalendarFeed.objects.filter(user=_me(request)).first()
    found = due.reviews(due.kinds_for(request), PAGE_DAYS)
    soon = timezone.localdate() + datetime.timedelta(days=due.SOON_DAYS)
    rows = [
        (edition, due.change_url(edition), edition._meta.get_field(edition.parent_field).verbose_name)
        for edition in found
    ]
    context = {
        **admin.site.each_context(request),
        "title": _("Review dates"),
        "calendar_url": calendar_feed.url_of(request, feed) if feed else "",
        "groups": [
            ("overdue", _("Overdue"), [row for row in rows if row[0].review.is_overdue]),
            (
                "soon",
                _("Due in the next %(days)d days") % {"days": due.SOON_DAYS},
                [row for row in rows if not row[0].review.is_overdue and row[0].next_review_due <= soon],
            ),
            (
                "later",
                _("Due in the next %(days)d days after that") % {"days": PAGE_DAYS - due.SOON_DAYS},
                [row for row in rows if row[0].next_review_due > soon],
            ),
        ],
    }
    return render(request, "admin/articles/reviews.html", context)


def _me(request: HttpRequest) -> User:
    """Who is signed in, as on every page of the admin."""
    assert isinstance(request.user, User)
    return request.user


def _change_calendar(request: HttpRequest) -> None:
    if "off" in request.POST:
        CalendarFeed.objects.filter(user=_me(request)).delete()
        messages.success(request, _("Your calendar address is switched off. It no longer works anywhere."))
    elif "new" in request.POST:
        CalendarFeed.objects.update_or_create(user=_me(request), defaults={"key": new_key(), "made_at": timezone.now()})
        messages.success(request, _("Here is your calendar address. An earlier one no longer works."))
