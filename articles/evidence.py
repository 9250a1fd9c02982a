"""All that is on record of one edition, for a file that must still be understood in years.

The same record gives the same file, byte for byte: nothing here is asked of the clock, of whoever opens it, or of what the
clinic's numbers are today. The file grows when the record does: a rating, a withdrawal, an edition that takes its place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from articles import approval, snapshot
from articles.models import Invitation, Step, Submission
from articles.models.editions import CANCELLED

# What made an edition, and so belongs to that one alone.
MADE_AN_EDITION = (Step.What.APPROVED, Step.What.PUBLISHED, Step.What.SCHEDULED)


@dataclass(frozen=True)
class Evidence:
    """`before` is the edition it was compared with, `after` the one that takes its place; `steps` come oldest first.

    `data` is what was approved, in the fixed form of which `data_fingerprint` is the SHA-256.
    """

    edition: Any
    before: Any
    after: Any
    withdrawal: Any
    submission: Submission | None
    invitations: Sequence[Invitation]
    steps: Sequence[Step]
    data: str
    data_fingerprint: str

    @property
    def was_overtaken(self) -> bool:
        return self.after is not None and self.after.goes_live_at <= self.edition.goes_live_at

    @property
    def is_as_approved(self) -> bool:
        return self.data_fingerprint == self.edition.fingerprint


def of_edition(edition: Any) -> Evidence:
    subject, submission, before = getattr(edition, edition.parent_field), edition.submission, edition.one_before()
    approved = submission.snapshot if submission else approval.kind_of(subject).of_edition(edition)
    return Evidence(
        edition=edition,
        before=before,
        after=_one_after(edition, subject),
        withdrawal=getattr(edition, "withdrawal", None),
        submission=submission,
        invitations=list(submission.invitations.with_answers()) if submission else [],
        steps=list(_steps(edition, subject, before)),
        data=snapshot.canonical(approved),
        data_fingerprint=snapshot.fingerprint(approved),
    )


def _one_after(edition: Any, subject: Any) -> Any:
    newer = subject.editions.filter(number__gt=edition.number).exclude(CANCELLED)
    return newer.order_by("goes_live_at", "-number").first()


def _steps(edition: Any, subject: Any, before: Any) -> QuerySet[Step]:
    """How it came to be since the one before, and what became of it."""
    on_the_way = Q(at__lte=edition.published_at) & ~Q(what__in=MADE_AN_EDITION)
    if before:
        on_the_way &= Q(at__gt=before.published_at)
    return Step.objects.of(subject).filter(on_the_way | Q(edition=edition.number)).order_by("at", "pk")
