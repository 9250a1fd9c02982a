"""How well an edition can be understood and used, as somebody rated it with a public instrument."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.instruments import INSTRUMENTS, Instrument, Mark, Score, scores

from .editions import ArticleEdition
from .frozen import Frozen, FrozenQuerySet


class QualityRatingQuerySet(FrozenQuerySet["QualityRating"]):
    pass


class QualityRating(Frozen):
    edition = models.ForeignKey(ArticleEdition, models.PROTECT, related_name="ratings", verbose_name=_("edition"))
    instrument = models.CharField(
        _("instrument"), max_length=5, choices=[(each.key, each.name) for each in INSTRUMENTS.values()]
    )
    answers: Any = models.JSONField(default=dict, help_text="{item number as text: yes, no or na}")
    note = models.TextField(_("note"), max_length=2000, blank=True)
    rater = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("rater"))
    rater_name = models.CharField(_("rated by"), max_length=150)
    rated_at = models.DateTimeField(_("rated"), default=timezone.now)

    objects = QualityRatingQuerySet.as_manager()

    class Meta(Frozen.Meta):
        ordering = ["-rated_at"]
        verbose_name = _("quality rating")
        verbose_name_plural = _("quality ratings")

    def __str__(self) -> str:
        return f"{self.get_instrument_display()} of {self.edition}"

    @property
    def used(self) -> Instrument:
        return INSTRUMENTS[self.instrument]

    @property
    def marks(self) -> dict[int, Mark]:
        return {int(number): Mark(mark) for number, mark in self.answers.items()}

    @property
    def scores(self) -> list[Score]:
        return scores(self.used, self.marks)
