"""How long is kept what patients left here: their feedback, and the counts of a day. Editions and the log stay."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import DailyCount, Feedback

BATCH = 1000


@dataclass(frozen=True)
class Kept:
    """One kind of row, each with its day, and for how many days it is kept."""

    name: str
    rows: QuerySet[Model]
    days: int

    def old(self, grace: int = 0) -> QuerySet[Model]:
        return self.rows.filter(day__lt=timezone.localdate() - datetime.timedelta(days=self.days + grace))

    def clear(self, progress: Callable[[int], None] = lambda number: None) -> int:
        """Delete what is too old, some at a time so that nobody waits; gives how many."""
        number = 0
        while keys := list(self.old().order_by("pk").values_list("pk", flat=True)[:BATCH]):
            self.rows.filter(pk__in=keys).delete()
            number += len(keys)
            progress(number)
        return number


def kinds() -> list[Kept]:
    return [
        Kept(_("Feedback"), Feedback.objects.all(), settings.KEEP_FEEDBACK_DAYS),
        Kept(_("Daily counts"), DailyCount.objects.all(), settings.KEEP_COUNTS_DAYS),
    ]
