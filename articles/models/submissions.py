"""What waits for a clinical reviewer: a version of a working copy, and what people without an account say about it."""

from typing import Any, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .frozen import Frozen, FrozenQuerySet


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def of(self, subject: models.Model) -> Self:
        return self.filter(content_type=ContentType.objects.get_for_model(subject), object_id=subject.pk)

    def waiting(self) -> Self:
        return self.filter(state=Submission.State.WAITING)

    def newest_of_each(self) -> Self:
        newer = Submission.objects.filter(
            content_type=models.OuterRef("content_type"),
            object_id=models.OuterRef("object_id"),
            pk__gt=models.OuterRef("pk"),
        )
        return self.filter(~models.Exists(newer))


class Submission(models.Model):
    """One version of an article or self-check, submitted for approval. The snapshot is exactly what was submitted."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for review")
        APPROVED = "approved", _("approved")
        RETURNED = "returned", _("returned")
        TAKEN_BACK = "taken-back", _("taken back")
        REPLACED = "replaced", _("replaced by a newer one")

    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+", verbose_name=_("kind"))
    object_id = models.PositiveBigIntegerField()
    subject: Any = GenericForeignKey()
    title = models.CharField(_("title"), max_length=120)
    snapshot: Any = models.JSONField()
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    reason = models.CharField(_("what changed"), max_length=300)
    note = models.TextField(_("note for the reviewer"), max_length=2000, blank=True)
    goes_live_at = models.DateTimeField(_("wanted from"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    at = models.DateTimeField(_("submitted"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("submitted by"))
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("last edited by")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    ended_at = models.DateTimeField(_("decided"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    comment = models.TextField(_("comment"), max_length=2000, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        indexes = [models.Index(fields=["content_type", "object_id"], name="submission_subject")]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id"], condition=Q(state="waiting"), name="submission_one_waits"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    def end(self, state: "Submission.State", by: Any, comment: str = "") -> None:
        self.state, self.ended_at, self.ended_by, self.comment = state, timezone.now(), by, comment
        self.save(update_fields=["state", "ended_at", "ended_by", "comment"])


class InvitationQuerySet(FrozenQuerySet["Invitation"]):
    def with_answers(self) -> Self:
        return self.select_related("made_by", "signature", "revocation__by")


class Invitation(Frozen):
    """A link for somebody without an account to read one submission and say what they think of it."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="invitations")
    invited = models.CharField(_("for whom"), max_length=120)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))

    objects = InvitationQuerySet.as_manager()

    class Meta(Frozen.Meta):
        ordering = ["pk"]
        verbose_name = _("review link")
        verbose_name_plural = _("review links")

    def __str__(self) -> str:
        return self.invited


class RevocationQuerySet(FrozenQuerySet["Revocation"]):
    pass


class Revocation(Frozen):
    """A link was switched off before anybody signed it: it went to the wrong person, say."""

    invitation = models.OneToOneField(Invitation, models.CASCADE, related_name="revocation")
    at = models.DateTimeField(_("switched off"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("switched off by")
    )

    objects = RevocationQuerySet.as_manager()

    class Meta(Frozen.Meta):
        ordering = ["pk"]
        verbose_name = _("end of a review link")
        verbose_name_plural = _("ends of review links")

    def __str__(self) -> str:
        return str(self.invitation)


class SignatureQuerySet(FrozenQuerySet["Signature"]):
    pass


class Signature(Frozen):
    """What the reader of a link said, in their own name; one for each link."""

    invitation = models.OneToOneField(Invitation, models.CASCADE, related_name="signature")
    name = models.CharField(_("name"), max_length=80)
    role = models.CharField(_("role"), max_length=60)
    agrees = models.BooleanField(_("agrees that patients may read it"))
    comment = models.TextField(_("comment"), max_length=4000, blank=True)
    fingerprint = models.CharField(_("fingerprint of what was read"), max_length=64)
    at = models.DateTimeField(_("signed"), default=timezone.now)

    objects = SignatureQuerySet.as_manager()

    class Meta(Frozen.Meta):
        ordering = ["pk"]
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")

    def __str__(self) -> str:
        return f"{self.name}, {self.role}"
