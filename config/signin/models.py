"""What happened to somebody's sign-in, kept for that person to read."""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

KEPT = datetime.timedelta(days=90)


class Notices(models.QuerySet["Notice"]):
    def note(self, person: Any, what: str) -> "Notice":
        """Older ones of the person go with each new one: no job is needed."""
        self.filter(person=person, at__lt=timezone.now() - KEPT).delete()
        return self.create(person=person, what=what)

    def unseen(self, person: Any) -> "Notices":
        return self.filter(person=person, seen=False).order_by("at", "pk")


class Notice(models.Model):
    class What(models.TextChoices):
        PASSWORD = "password", _("Your password was changed.")
        LINK = "link", _("A link was made for you to choose a new password. The one until then stopped working.")
        EMAIL = "email", _("The e-mail address of your account was changed.")
        APP_ADDED = "totp-added", _("An app that shows codes was added to your account.")
        APP_REMOVED = "totp-removed", _("The app that shows codes was removed from your account.")
        PASSKEY_ADDED = "webauthn-added", _("A passkey was added to your account.")
        PASSKEY_REMOVED = "webauthn-removed", _("A passkey was removed from your account.")
        CODES_MADE = "recovery_codes-renewed", _("New recovery codes were made for your account.")
        CODE_USED = "recovery_codes-used", _("A recovery code was used to sign in.")
        CODE_AGAIN = "totp-again", _("A code from your app was sent a second time. It was refused.")
        RESET = "reset", _("All second factors were taken off your account.")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_in_notices")
    what = models.CharField(max_length=30, choices=What)
    at = models.DateTimeField(default=timezone.now)
    seen = models.BooleanField(default=False)

    objects = Notices.as_manager()

    class Meta:
        ordering = ("-at", "-pk")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.get_what_display())
