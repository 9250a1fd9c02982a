"""From a working copy to patients, with two people: submit, return, approve, cancel. Every step locks, checks and logs.

    draft ──submit──► waiting ──approve──► live, now or at a date ──► replaced, expired or withdrawn
      ▲                  │ return, take back            │ cancel
      └──────────────────┴──────────────────────────────┘

An approval is for exactly what was submitted: if the working copy says something else by then, it is refused.
An app that has something to approve adds its `Kind` when the apps are ready.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, Q
from django.utils.translation import gettext as _

from articles.freezing import person_name
from articles.log import What, note
from articles.models import Submission
from articles.record import NotSubmitted
from articles.snapshot import Snapshot, fingerprint

State = Submission.State


@dataclass(frozen=True)
class Kind:
    """How articles, or self-checks, are read, checked, published and taken back.

    `snapshot` says what the working copy says now, sound or not; `problems` are sentences about what stands against
    publishing it; `parts` are all rows on which staff edit it; `reading` is the template, and what it needs, with which
    somebody without an account reads it; `of_edition` says what an edition says, in the shape of a snapshot.
    """

    snapshot: Callable[[Any], Snapshot]
    problems: Callable[[Any], list[str]]
    publish: Callable[..., Any]
    withdraw: Callable[..., Any]
    parts: Callable[[Any], Iterable[Model]]
    reading: Callable[[Any], tuple[str, dict[str, Any]]]
    of_edition: Callable[[Any], Snapshot]


kinds: dict[type[Model], Kind] = {}


class Refused(Exception):
    """A step that cannot be taken; the text says why, to whoever wanted to take it."""


class NotWaiting(Refused):
    """The submission was approved, returned, taken back or replaced meanwhile."""

    def __init__(self, submission: Submission) -> None:
        who = person_name(submission.ended_by)
        state = submission.get_state_display()
        super().__init__(
            _("This no longer waits for review: it was %(state)s by %(who)s.") % {"state": state, "who": who}
        )


class ChangedSince(Refused):
    """The working copy says something else than what was seen."""


class NeedsSomebodyElse(Refused):
    """This person may not approve it."""


def kind_of(subject: Model) -> Kind:
    return kinds[type(subject)]


def has_permission(person: Any, action: str, subject: Model | type[Model]) -> bool:
    """Whether the person may do this with what is of this kind."""
    opts = subject._meta
    return bool(person.has_perm(f"{opts.app_label}.{action}_{opts.model_name}"))


def waiting_for(subject: Model) -> Submission | None:
    return Submission.objects.of(subject).waiting().select_related("by", "edited_by").first()


def newest_for(subject: Model) -> Submission | None:
    """The last submission, whatever became of it."""
    return Submission.objects.of(subject).select_related("by", "edited_by", "ended_by").first()


def current_fingerprint(subject: Model) -> str:
    return fingerprint(kind_of(subject).snapshot(subject))


def why_not_approve(submission: Submission, person: Any) -> str:
    """Why this person may not approve it, in a sentence for them; empty if they may."""
    if not has_permission(person, "approve", submission.subject):
        return _("A clinical reviewer must approve it.")
    if settings.FOUR_EYES and person.pk == submission.by_id:
        return _("You submitted it yourself. Another clinical reviewer must approve it.")
    if settings.FOUR_EYES and person.pk == submission.edited_by_id:
        return _("You made the last change to it. Another clinical reviewer must approve it.")
    return ""


def last_editor(subject: Model) -> User | None:
    entry = last_edit(subject)
    return entry.user if entry else None


def last_edit(subject: Model) -> LogEntry | None:
    """Who changed it or a part of it last, and when, as far as the admin knows."""
    by_model: dict[type[Model], list[str]] = {}
    for row in kind_of(subject).parts(subject):
        by_model.setdefault(type(row), []).append(str(row.pk))
    rows = reduce(
        or_,
        (
            Q(content_type=ContentType.objects.get_for_model(model), object_id__in=keys)
            for model, keys in by_model.items()
        ),
    )
    # A save that changed nothing says "[]".
    edits = LogEntry.objects.filter(rows).exclude(action_flag=DELETION).exclude(change_message="[]")
    return edits.select_related("user").order_by("-action_time", "-pk").first()


@transaction.atomic
def submit(
    subject: Any,
    *,
    by: User,
    reason: str,
    seen: str | None = None,
    message: str = "",
    goes_live_at: datetime.datetime | None = None,
    expires_at: datetime.datetime | None = None,
) -> Submission:
    """Put the working copy, as it is now, before a reviewer; one that waits already is replaced.

    `seen` is the fingerprint of what the person looked at, `message` their words to the reviewer.
    Raises Refused.
    """
    subject = _lock(subject)
    kind = kind_of(subject)
    if problems := kind.problems(subject):
        raise Refused(" ".join(problems))
    snapshot = kind.snapshot(subject)
    if seen is not None and seen != fingerprint(snapshot):
        raise ChangedSince(
            _("Somebody changed it while you had this page open. Look at it again before you submit it.")
        )
    for older in Submission.objects.of(subject).waiting():
        older.end(State.REPLACED, by)
    submission = Submission.objects.create(
        subject=subject,
        title=str(subject),
        snapshot=snapshot,
        fingerprint=fingerprint(snapshot),
        reason=reason,
        note=message,
        goes_live_at=goes_live_at,
        expires_at=expires_at,
        by=by,
        edited_by=last_editor(subject),
    )
    why = " ".join(filter(None, [reason, message]))
    note(subject, What.SUBMITTED, by=by, why=why, fingerprint=submission.fingerprint)
    return submission


@transaction.atomic
def take_back(submission: Submission, *, by: User) -> None:
    submission = still_waiting(submission)
    submission.end(State.TAKEN_BACK, by)
    note(submission.subject, What.TAKEN_BACK, by=by, fingerprint=submission.fingerprint)


@transaction.atomic
def give_back(submission: Submission, *, by: User, comment: str) -> None:
    """Return it to whoever submitted it, with what must be mended."""
    submission = still_waiting(submission)
    if not has_permission(by, "approve", submission.subject):
        raise NeedsSomebodyElse(_("Only a clinical reviewer can return it."))
    submission.end(State.RETURNED, by, comment)
    note(submission.subject, What.RETURNED, by=by, why=comment, fingerprint=submission.fingerprint)


@transaction.atomic
def approve(submission: Submission, *, by: User, **how: Any) -> Any:
    """The edition that patients read from its date on. `how` goes to the kind's `publish`: `goes_live_at`, `expires_at`,
    `reviewer_name`, and what a self-check asks for.

    Raises Refused and CannotPublish. Of two people who approve at once, the second is refused.
    """
    submission = still_waiting(submission)
    subject: Any = submission.subject
    if objection := why_not_approve(submission, by):
        raise NeedsSomebodyElse(objection)
    changed = ChangedSince(_("It was changed after it was submitted. Nothing was approved."))
    if current_fingerprint(subject) != submission.fingerprint:
        raise changed
    try:
        edition = kind_of(subject).publish(subject, by=by, submission=submission, reason=submission.reason, **how)
    except NotSubmitted:
        # Somebody wrote it this very moment.
        raise changed from None
    submission.end(State.APPROVED, by)
    return edition


@transaction.atomic
def cancel(edition: Any, *, by: User) -> None:
    """Take back an approval before its time has come: the edition counts as never published. Raises Refused."""
    subject = _lock(getattr(edition, edition.parent_field))
    edition = type(edition)._default_manager.select_related("withdrawal").get(pk=edition.pk)
    if getattr(edition, "withdrawal", None):
        raise Refused(_("It has been cancelled or withdrawn already."))
    if edition.has_begun():
        raise Refused(_("Patients read it already. Withdraw it instead."))
    kind_of(subject).withdraw(edition, by=by)


def _lock(subject: Any) -> Any:
    """The row as it is now, held until the transaction ends: whoever saves or approves it waits."""
    return type(subject)._default_manager.select_for_update(of=["self"]).get(pk=subject.pk)


def still_waiting(submission: Submission) -> Submission:
    """The submission as it is now, with its article or self-check locked. Raises NotWaiting."""
    subject = _lock(submission.subject)
    submission = Submission.objects.select_related("by", "ended_by").get(pk=submission.pk)
    submission.subject = subject
    if not submission.is_waiting:
        raise NotWaiting(submission)
    return submission
