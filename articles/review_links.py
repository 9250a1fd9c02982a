"""A link for a reader without an account: signed, bound to one submission and its text, good for some days, signed once.

Whoever has the link can read and sign; so what is signed counts as advice to the reviewer, and never as an approval.
"""

import datetime
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import approval
from articles.log import What, note
from articles.models import Invitation, Revocation, Signature, Submission

SALT = "articles.review_links"


class LinkProblem(Exception):
    """A link that cannot be used; `title` and the text say why, to whoever opened it, and `status` to their browser."""

    title: Any = ""
    text: Any = ""
    status = 410

    def __init__(self) -> None:
        super().__init__(self.text)


class LinkIsWrong(LinkProblem):
    title = gettext_lazy("This link is not complete")
    text = gettext_lazy("Part of it is missing or was changed. Copy the whole link from the message you got.")
    status = 404


class LinkHasExpired(LinkProblem):
    title = gettext_lazy("This link has expired")
    text = gettext_lazy("Please ask the clinic for a new one.")


class LinkHasEnded(LinkProblem):
    title = gettext_lazy("This text no longer waits for review")
    text = gettext_lazy("The clinic has approved it, changed it or taken it back since. You need not do anything.")


class LinkIsOff(LinkProblem):
    title = gettext_lazy("This link was switched off")
    text = gettext_lazy("If you still want to read the text, please ask the clinic for a new link.")


class TextHasChanged(LinkProblem):
    title = gettext_lazy("This text has changed since you got the link")
    text = gettext_lazy("So that you sign only what you have read, please ask the clinic for a new link.")
    status = 409


class AlreadySigned(LinkProblem):
    title = gettext_lazy("You have signed")
    text = gettext_lazy(
        "Thank you. The clinic sees what you wrote. This link has done its work; you can close the page."
    )
    status = 200


def address(invitation: Invitation) -> str:
    """The path of the link."""
    return reverse("review_link", args=[signing.Signer(salt=SALT).sign(_bound(invitation)).replace(":", "~")])


def _bound(invitation: Invitation) -> str:
    return f"{invitation.pk}-{invitation.submission.fingerprint[:16]}"


def expires_at(invitation: Invitation) -> datetime.datetime:
    return invitation.made_at + datetime.timedelta(days=settings.REVIEW_LINK_DAYS)


@transaction.atomic
def invite(submission: Submission, *, by: Any, invited: str) -> Invitation:
    """Raises approval.NotWaiting."""
    submission = approval.still_waiting(submission)
    invitation = Invitation.objects.create(submission=submission, invited=invited, made_by=by)
    note(submission.subject, What.INVITED, by=by, why=_("For %(who)s.") % {"who": invited}, fingerprint=submission.fingerprint)  # fmt: skip
    return invitation


@transaction.atomic
def revoke(invitation: Invitation, *, by: Any) -> None:
    """Nobody can read or sign by this link any more; again is no error. Raises approval.NotWaiting and AlreadySigned."""
    submission = approval.still_waiting(invitation.submission)
    if Signature.objects.filter(invitation=invitation).exists():
        raise AlreadySigned
    if Revocation.objects.filter(invitation=invitation).exists():
        return
    Revocation.objects.create(invitation=invitation, by=by)
    note(submission.subject, What.LINK_ENDED, by=by, why=_("For %(who)s.") % {"who": invitation.invited}, fingerprint=submission.fingerprint)  # fmt: skip


def find(token: str) -> Invitation:
    """The invitation of a link that can be read and signed now. Raises LinkProblem."""
    try:
        bound = signing.Signer(salt=SALT).unsign(token.replace("~", ":"))
    except signing.BadSignature:
        raise LinkIsWrong from None
    invitation = Invitation.objects.with_answers().select_related("submission").filter(pk=bound.split("-")[0]).first()
    if invitation is None or _bound(invitation) != bound:
        raise LinkIsWrong
    if hasattr(invitation, "signature"):
        raise AlreadySigned
    if hasattr(invitation, "revocation"):
        raise LinkIsOff
    if timezone.now() >= expires_at(invitation):
        raise LinkHasExpired
    submission = invitation.submission
    if not submission.is_waiting:
        raise LinkHasEnded
    if approval.current_fingerprint(submission.subject) != submission.fingerprint:
        raise TextHasChanged
    return invitation


@transaction.atomic
def sign(token: str, **signed: Any) -> Signature:
    """Keep what the reader says of exactly this text: `name`, `role`, `agrees`, `comment`. Raises LinkProblem."""
    invitation = find(token)
    try:
        submission = approval.still_waiting(invitation.submission)
    except approval.NotWaiting:
        raise LinkHasEnded from None
    invitation = find(token)
    try:
        with transaction.atomic():
            signature = Signature.objects.create(invitation=invitation, fingerprint=submission.fingerprint, **signed)
    except IntegrityError:
        raise AlreadySigned from None
    verdict = _("Agrees.") if signature.agrees else _("Wants changes.")
    note(
        submission.subject,
        What.SIGNED,
        by=None,
        who=str(signature),
        why=" ".join(filter(None, [verdict, signature.comment])),
        fingerprint=signature.fingerprint,
    )
    return signature
