"""The log: every step of every article and self-check, from the first draft to the last withdrawal."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .frozen import Frozen, FrozenQuerySet


class StepQuerySet(FrozenQuerySet["Step"]):
    def of(self, subject: models.Model) -> Self:
        return self.filter(kind=subject._meta.label_lower, object_id=subject.pk)


class Step(Frozen):
    """Who did what, when and why. Names are kept as text: they outlive the account, the title and the draft itself."""

    class What(models.TextChoices):
        CREATED = "created", _("created")
        SUBMITTED = "submitted", _("submitted for review")
        TAKEN_BACK = "taken-back", _("taken back from review")
        INVITED = "invited", _("made a review link")
        LINK_ENDED = "link-ended", _("switched a review link off")
        SIGNED = "signed", _("signed as a reader without an account")
        RETURNED = "returned", _("returned")
        APPROVED = "approved", _("approved")
        SCHEDULED = "scheduled", _("scheduled")
        PUBLISHED = "published", _("published as example content")
        CANCELLED = "cancelled", _("cancelled before its time")
        WITHDRAWN = "withdrawn", _("withdrawn")
        RESTORED = "restored", _("brought back into the working copy")
        DELETED = "deleted", _("deleted, never published")

    kind = models.CharField(_("kind"), max_length=40, help_text="Such as articles.article.")
    object_id = models.PositiveBigIntegerField()
    title = models.CharField(_("title"), max_length=120)
    what = models.CharField(_("step"), max_length=10, choices=What)
    at = models.DateTimeField(_("when"), default=timezone.now)
    who = models.CharField(_("who"), max_length=160, blank=True)
    account = models.CharField(_("account"), max_length=150, blank=True)
    edition = models.PositiveIntegerField(_("edition"), null=True)
    why = models.TextField(_("why"), blank=True)
    fingerprint = models.CharField(_("fingerprint"), max_length=64, blank=True)

    objects = StepQuerySet.as_manager()

    class Meta(Frozen.Meta):
        ordering = ["-at", "-pk"]
        verbose_name = _("step")
        verbose_name_plural = _("log")
        indexes = [models.Index(fields=["kind", "object_id"], name="step_subject")]

    def __str__(self) -> str:
        return f"{self.title}: {self.get_what_display()}"
