"""What waits for a reviewer, and what came back from one: for the start page and the list of submissions."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from articles import approval
from articles.freezing import person_name
from articles.models import Submission
from articles.today import MOST_ROWS, Row, Task


def kinds_with(person: Any, action: str) -> list[ContentType]:
    """The kinds of things with which this person may do that."""
    models = [model for model in approval.kinds if approval.has_permission(person, action, model)]
    return list(ContentType.objects.get_for_models(*models).values())


def for_review_by(person: Any) -> QuerySet[Submission]:
    """What this person may approve, the one that waits longest first."""
    found = Submission.objects.waiting().filter(content_type__in=kinds_with(person, "approve"))
    if settings.FOUR_EYES:
        found = found.exclude(by=person.pk).exclude(edited_by=person.pk)
    return found.order_by("at", "pk")


def returned_to(person: Any) -> QuerySet[Submission]:
    """What this person submitted, was returned, and has not been submitted again by anybody."""
    newest = Submission.objects.newest_of_each()
    return newest.filter(state=Submission.State.RETURNED, by=person.pk).order_by("-ended_at", "-pk")


def url_of(submission: Submission, page: str) -> str:
    kind = submission.content_type
    return reverse(f"admin:{kind.app_label}_{kind.model}_{page}", args=[submission.object_id])


def tasks(request: HttpRequest) -> Iterator[Task]:
    url = reverse("admin:articles_submission_changelist")
    if kinds_with(request.user, "approve"):
        waiting = for_review_by(request.user)
        yield Task(
            "waiting-for-review",
            _("Waiting for my review"),
            waiting.count(),
            f"{url}?mine=review",
            _("Nothing waits for your review."),
            tuple(
                _row(each, "publish", person_name(each.by), each.at)
                for each in waiting.select_related("content_type", "by")[:MOST_ROWS]
            ),
        )
    if kinds_with(request.user, "submit"):
        returned = returned_to(request.user)
        yield Task(
            "returned-to-me",
            _("Returned to me"),
            returned.count(),
            f"{url}?mine=returned",
            _("Nothing was returned to you."),
            tuple(
                _row(each, "change", person_name(each.ended_by), each.ended_at)
                for each in returned.select_related("content_type", "ended_by")[:MOST_ROWS]
            ),
        )


def _row(submission: Submission, page: str, who: str, moment: Any) -> Row:
    note = _("by %(who)s, %(day)s") % {"who": who, "day": date_format(localtime(moment), "MONTH_DAY_FORMAT")}
    return Row(submission.title, url_of(submission, page), note)
