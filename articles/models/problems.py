"""What the last check of a working copy found, so that lists and the start page need not check again."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LONGEST_SENTENCE = 300


class LastCheck(models.Model):
    """`kind` is the label of a model, as “articles.article”, and `object_id` one of its rows."""

    kind = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    must_mend = models.PositiveIntegerField(_("must be mended"))
    worth_a_look = models.PositiveIntegerField(_("worth a look"))
    first = models.CharField(_("first problem"), max_length=LONGEST_SENTENCE, blank=True)
    at = models.DateTimeField(_("checked"), default=timezone.now)

    class Meta:
        verbose_name = _("last check")
        verbose_name_plural = _("last checks")
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="last_check_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
