"""`manage.py alarms`: mail the operators what was unusual in the last hour. For a job every ten minutes."""

from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.core.management import BaseCommand, CommandError

from config import alarms

MAILED = "alarms:mailed"


class Command(BaseCommand):
    help = "Mail OPERATOR_EMAILS if something was unusual in the last hour: one mail an hour at most."

    def handle(self, *args: Any, **options: Any) -> None:
        sentences = list(alarms.too_many().values())
        for line in sentences or ["Nothing unusual in the last hour."]:
            self.stdout.write(line)
        if not sentences or not settings.OPERATOR_EMAILS or not cache.add(MAILED, True, alarms.AN_HOUR):
            return
        try:
            EmailMessage(f"Legible: {sentences[0]}", text(sentences), to=settings.OPERATOR_EMAILS).send()
        except (OSError, SMTPException) as error:
            # So that the next run tries again.
            cache.delete(MAILED)
            raise CommandError(f"The mail could not be sent ({error}).") from error
        self.stdout.write(f"Mailed to {len(settings.OPERATOR_EMAILS)}.")


def text(sentences: list[str]) -> str:
    lines = [f"Unusual at {settings.SITE_URL or 'the site'}:", "", *(f"- {sentence}" for sentence in sentences)]
    lines += [
        "",
        "The log says more. What to do is in docs/security.md. The next mail comes in an hour at the earliest.",
    ]
    return "\n".join(lines) + "\n"
