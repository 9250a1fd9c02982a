"""Who has a calendar feed. The address of a feed is a secret made from this row; without the row it stops working."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _


def new_key() -> str:
    return get_random_string(22)


class CalendarFeed(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed")
    key = models.CharField(max_length=22, default=new_key)
    made_at = models.DateTimeField(_("made"), default=timezone.now)

    def __str__(self) -> str:
        return f"Calendar of {self.user}"
