"""What patients say of a page: no name, no address, no time of day."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .content import Article

LONGEST_WORDS = 500


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def waiting(self) -> Self:
        """Words that nobody has dealt with yet; a bare yes or no asks for nothing."""
        return self.filter(handled=False).exclude(words="")


class Feedback(models.Model):
    article = models.ForeignKey(Article, models.CASCADE, related_name="feedback", verbose_name=_("article"))
    anchor = models.SlugField(
        _("section"), max_length=60, blank=True, help_text=_("Empty when it is about the whole page.")
    )
    edition = models.PositiveIntegerField(_("edition"), help_text=_("The edition that was read."))
    useful = models.BooleanField(_("useful"))
    words = models.CharField(_("words"), max_length=LONGEST_WORDS, blank=True)
    day = models.DateField(_("day"), default=timezone.localdate, db_index=True)
    handled = models.BooleanField(
        _("handled"), default=False, help_text=_("Tick when somebody has read it and done what was needed.")
    )

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "-pk"]
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        indexes = [models.Index(fields=["-day", "-id"], name="feedback_waiting", condition=models.Q(handled=False))]

    def __str__(self) -> str:
        return f"{self.article}: {_('useful') if self.useful else _('not useful')}"
