"""Publish, expiry and review dates as a calendar that staff subscribe to.

A calendar program cannot sign in, so the address itself is the secret: a person's number and a random key, signed. It
works while that person is active staff and has not switched it off. It holds titles and dates, nothing about patients.
"""

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

import icalendar
from django.contrib.auth.models import User
from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import due
from articles.models import CalendarFeed
from articles.models.editions import Edition
from config.shortcuts import site_address

PAST_DAYS = 90


def _signer() -> Signer:
    return Signer(salt="articles.calendar_feed")


def token(feed: CalendarFeed) -> str:
    return _signer().sign(f"{feed.user_id}-{feed.key}")


def url_of(request: HttpRequest, feed: CalendarFeed) -> str:
    return site_address(request) + reverse("calendar", args=[token(feed)])


def _owner(signed: str) -> User:
    """Whose address this is. Raises Http404 for one that is wrong, switched off, or of somebody who has left."""
    try:
        number, _dash, key = _signer().unsign(signed).partition("-")
    except BadSignature:
        raise Http404 from None
    feed = CalendarFeed.objects.select_related("user").filter(user_id=number).first()
    if feed is None or not constant_time_compare(feed.key, key) or not (feed.user.is_active and feed.user.is_staff):
        raise Http404
    return feed.user


@require_safe
def feed_view(request: HttpRequest, signed: str) -> HttpResponse:
    request.user = _owner(signed)
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Legible//Dates//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Legible: dates to keep"))
    for event in events(due.kinds_for(request), request):
        calendar.add_component(event)
    response = HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="legible.ics"'
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def events(kinds: Iterable[type[Edition]], request: HttpRequest) -> Iterator[icalendar.Event]:
    """Of editions that are live or will be: when one was set to go live, when it expires, when its review is due."""
    now = timezone.now()
    since = now - datetime.timedelta(days=PAST_DAYS)
    for kind in kinds:
        editions = kind._default_manager.planned(now).select_related(kind.parent_field).defer(*kind.large_fields)  # type: ignore[attr-defined]
        for edition in editions:
            if edition.goes_live_at > max(since, edition.published_at):
                yield _event(request, edition, "live", _("Goes live: %s") % edition, edition.goes_live_at)
            if edition.expires_at and edition.expires_at > since:
                yield _event(request, edition, "expiry", _("Expires: %s") % edition, edition.expires_at)
            if edition.next_review_due and edition.goes_live_at <= now:
                yield _event(request, edition, "review", _("Review due: %s") % edition.title, edition.next_review_due)


def _event(
    request: HttpRequest, edition: Any, what: str, summary: str, at: datetime.date | datetime.datetime
) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"{edition._meta.model_name}-{edition.pk}-{what}@{request.get_host()}")
    event.add("dtstamp", edition.published_at.astimezone(datetime.UTC))
    event.add("dtstart", at.astimezone(datetime.UTC) if isinstance(at, datetime.datetime) else at)
    event.add("summary", summary)
    event.add("transp", "TRANSPARENT")
    event.add("url", request.build_absolute_uri(due.change_url(edition)))
    return event
