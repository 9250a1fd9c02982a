"""What came of opening the address of a source."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.external import State

from .content import Source


class SourceCheckQuerySet(models.QuerySet["SourceCheck"]):
    def broken(self) -> Self:
        """Those that did not open at the address that the source has now."""
        return self.filter(state=State.BROKEN, url=F("source__url"))


class SourceCheck(models.Model):
    class State(models.TextChoices):
        OK = State.OK, _("opens")
        BROKEN = State.BROKEN, _("broken")
        UNSURE = State.UNSURE, _("look yourself")

    source = models.OneToOneField(Source, models.CASCADE, related_name="link_check")
    # The address that was opened: a result for an older address says nothing.
    url = models.URLField(max_length=500)
    checked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=6, choices=State)
    status = models.PositiveSmallIntegerField(null=True)
    message = models.CharField(max_length=300)

    objects = SourceCheckQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["ok", "broken", "unsure"]), name="source_check_state")
        ]

    def __str__(self) -> str:
        return f"{self.source.ref}: {self.message}"
