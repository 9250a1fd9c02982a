"""Reviews that are overdue or due soon, of everything that has editions."""

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles import registry
from articles.approval import has_permission
from articles.models.editions import Edition
from articles.today import MOST_ROWS, Row, Task

SOON_DAYS = 30


def reviews(kinds: Iterable[type[Edition]], days: int) -> list[Any]:
    """The live editions of these kinds whose review is overdue or due within so many days, the longest wait first.

    One query a kind.
    """
    by = timezone.localdate() + datetime.timedelta(days=days)
    found = [
        edition
        for kind in kinds
        for edition in kind._default_manager.to_review_by(by)  # type: ignore[attr-defined]
        .select_related(*people_of(kind))
        .defer(*kind.large_fields)
    ]
    return sorted(found, key=lambda edition: edition.next_review_due)


def kinds_for(request: HttpRequest) -> list[type[Edition]]:
    """The kinds of editions whose texts this person may see."""
    return [kind for kind in registry.editions if has_permission(request.user, "view", kind.parent_model())]


def people_of(kind: type[Edition]) -> list[str]:
    """The relations that lead to an edition's parent and to the people who answer for it."""
    named = [field.name for field in kind.parent_model()._meta.fields if field.name in ("author", "clinical_reviewer")]
    return [kind.parent_field, "published_by", "approved_by", *(f"{kind.parent_field}__{name}" for name in named)]


def parent_of(edition: Edition) -> Model:
    parent: Model = getattr(edition, edition.parent_field)
    return parent


def change_url(edition: Edition) -> str:
    """Where staff change what this is an edition of."""
    parent = parent_of(edition)
    return reverse(f"admin:{parent._meta.app_label}_{parent._meta.model_name}_change", args=[parent.pk])


def tasks(request: HttpRequest) -> Iterator[Task]:
    kinds = kinds_for(request)
    if not kinds:
        return
    found = reviews(kinds, SOON_DAYS)
    overdue = [edition for edition in found if edition.review.is_overdue]
    soon = [edition for edition in found if not edition.review.is_overdue]
    url = reverse("admin_reviews")
    yield Task(
        "review-overdue",
        _("Reviews overdue"),
        len(overdue),
        f"{url}#overdue",
        _("No review is overdue."),
        _rows(overdue, _("since %(day)s")),
        serious=True,
    )
    yield Task(
        "review-soon",
        _("Reviews due soon"),
        len(soon),
        f"{url}#soon",
        _("No review falls due in the next %(days)d days.") % {"days": SOON_DAYS},
        _rows(soon, _("by %(day)s")),
    )


def _rows(editions: list[Any], note: str) -> tuple[Row, ...]:
    return tuple(
        Row(edition.title, change_url(edition), note % {"day": date_format(edition.next_review_due)})
        for edition in editions[:MOST_ROWS]
    )
