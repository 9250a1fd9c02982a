"""How often something happened in a day: one row for a day, a kind and a key, and none for a visit."""

import datetime
from collections.abc import Sequence

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

type Days = Sequence[datetime.date]


class DailyCountManager(models.Manager["DailyCount"]):
    def add(self, kind: str, key: str = "", by: int = 1) -> None:
        """Count one more today. Safe however many processes do so at once: the database adds, and a row is made once."""
        row = {"day": timezone.localdate(), "kind": kind, "key": key}
        if self._add(row, by):
            return
        self.bulk_create([DailyCount(**row, number=0)], ignore_conflicts=True)
        self._add(row, by)

    def _add(self, row: dict[str, object], by: int) -> int:
        return self.filter(**row).update(number=F("number") + by)

    def by_key(self, kind: str, days: Days) -> dict[str, list[int]]:
        """For each key of a kind its number on each of these days, in one query."""
        place = {day: number for number, day in enumerate(days)}
        found: dict[str, list[int]] = {}
        rows = self.filter(kind=kind, day__in=days).order_by("key").values_list("key", "day", "number")
        for key, day, number in rows:
            found.setdefault(key, [0] * len(days))[place[day]] = number
        return found


class DailyCount(models.Model):
    day = models.DateField(_("day"))
    kind = models.SlugField(_("kind"), max_length=30, db_index=False)
    key = models.CharField(_("of what"), max_length=150, blank=True)
    number = models.PositiveIntegerField(_("number"), default=0)

    objects = DailyCountManager()

    class Meta:
        ordering = ["-day", "kind", "key"]
        verbose_name = _("daily count")
        verbose_name_plural = _("daily counts")
        constraints = [models.UniqueConstraint(fields=["kind", "day", "key"], name="daily_count_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.key}"
