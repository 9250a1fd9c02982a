"""Who has what open in the admin. Only staff see it, and it is forgotten a quarter of an hour after they left."""

import datetime
from typing import Self

from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q
from django.utils import timezone

STILL_THERE = datetime.timedelta(minutes=15)


class PresenceQuerySet(models.QuerySet["Presence"]):
    def of_others(self, person: User, what: str) -> Self:
        """The others who had `what`, or a part of it, open in the last minutes; who came last stands first."""
        recent = self.filter(Q(what=what) | Q(within=what), last_seen__gt=timezone.now() - STILL_THERE)
        return recent.exclude(person=person).select_related("person")

    def opened(self, person: User, what: str, within: str = "") -> None:
        """Note that `person` opened `what`, a part of `within`; and forget who left long ago."""
        now = timezone.now()
        self.filter(last_seen__lte=now - STILL_THERE).delete()
        values = {"within": within, "opened_at": now, "last_seen": now}
        self.update_or_create(person=person, what=what, defaults=values)

    def still_open(self, person: User, what: str) -> None:
        self.filter(person=person, what=what).update(last_seen=timezone.now())

    def left(self, person: User, what: str) -> None:
        self.filter(person=person, what=what).delete()


class Presence(models.Model):
    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    # As `articles.stale.name_of` calls it.
    what = models.CharField(max_length=100)
    within = models.CharField(max_length=100, blank=True)
    opened_at = models.DateTimeField()
    last_seen = models.DateTimeField(db_index=True)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["person", "what"], name="presence_once_a_person")]

    def __str__(self) -> str:
        return f"{self.person}: {self.what}"

    @property
    def minutes(self) -> int:
        """For how long it has been open."""
        return int((timezone.now() - self.opened_at) / datetime.timedelta(minutes=1))
