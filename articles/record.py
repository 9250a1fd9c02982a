"""What every new edition records, of an article or a self-check: its number and dates, who answers for it, and the log."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Max, Model
from django.utils import timezone
from django.utils.formats import date_format

from articles.freezing import person_name
from articles.log import What, note
from articles.models import LiveVersion, Submission


class CannotPublish(Exception):
    """The working copy has problems; the text names each."""

    def __init__(self, what: object, problems: Iterable[str]) -> None:
        super().__init__(f"{what} cannot be published: {' '.join(problems)}")


class NotSubmitted(Exception):
    """Somebody tried to publish in their name what was never submitted for review, or not in these words."""

    def __init__(self, what: object) -> None:
        super().__init__(f"{what} can only be published as it was submitted for review and approved.")


def edition_fields(
    parent: Any,
    findings: Iterable[Any],
    fingerprint: str,
    *,
    by: User | None,
    submission: Submission | None,
    reviewer_name: str,
    goes_live_at: datetime.datetime | None,
    expires_at: datetime.datetime | None,
    reason: str,
) -> dict[str, Any]:
    """What every new edition records: its number, its dates, who answers for it, and what the checks said.

    Raises CannotPublish if something stands against it, NotSubmitted if nobody submitted this text.
    """
    if problems := [finding.message for finding in findings if finding.blocks]:
        raise CannotPublish(parent, problems)
    if (by is None) != (submission is None) or (submission and submission.fingerprint != fingerprint):
        raise NotSubmitted(parent)
    now = timezone.now()
    if expires_at and expires_at <= (goes_live_at or now):
        raise CannotPublish(parent, ["It must expire after it goes live."])
    return {
        "number": (parent.editions.aggregate(last=Max("number"))["last"] or 0) + 1,
        "reason": reason,
        "goes_live_at": goes_live_at or now,
        "expires_at": expires_at,
        "published_at": now,
        "published_by": by,
        "approved_by": by,
        "reviewer_name": reviewer_name or person_name(by),
        "submission": submission,
        "submitted_by_name": person_name(submission.by) if submission else "",
        "fingerprint": fingerprint,
        "warnings": [finding.message for finding in findings],
        "last_reviewed": timezone.localdate(now) if by else None,
    }


def note_published(parent: Model, edition: Any, why: str = "") -> None:
    """Say in the log who put this edition before patients, and let every process know."""
    common: dict[str, Any] = {"by": edition.approved_by, "edition": edition.number, "fingerprint": edition.fingerprint}
    if edition.approved_by is None:
        note(parent, What.PUBLISHED, why=edition.reason, **common)
    else:
        note(parent, What.APPROVED, why=" ".join(filter(None, [edition.reason, why])), **common)
    if edition.goes_live_at > edition.published_at:
        moment = date_format(timezone.localtime(edition.goes_live_at), "DATETIME_FORMAT")
        note(parent, What.SCHEDULED, why=f"Goes live: {moment}", **common)
    LiveVersion.objects.bump()


def note_withdrawn(parent: Model, edition: Any, withdrawal: Any) -> None:
    """Say it in the log, and let every process know. One that was withdrawn before its time was only cancelled."""
    what = What.CANCELLED if withdrawal.at < edition.goes_live_at else What.WITHDRAWN
    note(parent, what, by=withdrawal.by, edition=edition.number, why=withdrawal.message)
    LiveVersion.objects.bump()


def add_months(day: datetime.date, months: int) -> datetime.date:
    """The same day some months on, or the last day of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return datetime.date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
