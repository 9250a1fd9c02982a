"""`manage.py remind`: mail each owner and clinical reviewer the reviews that are overdue or due soon. For a daily or weekly job."""

from argparse import ArgumentParser
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.management import BaseCommand, CommandError

from articles import registry, reminders
from articles.due import SOON_DAYS
from articles.reminders import Reminder


class Command(BaseCommand):
    help = "Mail each owner and clinical reviewer the reviews that are overdue or due soon: one mail a person."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=SOON_DAYS, help=f"How far to look ahead ({SOON_DAYS}).")
        parser.add_argument("--dry-run", action="store_true", help="Show the mails and send none.")

    def handle(self, *args: Any, days: int, dry_run: bool, **options: Any) -> None:
        if days < 0:
            raise CommandError("--days must be 0 or more.")
        if not settings.SITE_URL:
            raise CommandError(
                "SITE_URL is not set. The mails need it for their links, such as https://health.example.org."
            )
        found, alone = reminders.reminders(registry.editions, days)
        for edition in alone:
            self.stdout.write(f"Nobody answers for “{edition.title}”, due {edition.next_review_due}.")
        sent, failed = 0, 0
        for reminder in found:
            if not reminder.can_be_sent:
                self.stdout.write(f"{reminder.person}: no mail, since {why_not(reminder)}.")
            elif dry_run:
                self.show(reminder)
            elif self.send(reminder):
                sent += 1
            else:
                failed += 1
        self.stdout.write("No mail was sent: this was a dry run." if dry_run else f"Mails sent: {sent}.")
        if failed:
            raise CommandError(f"{failed} mails could not be sent.")

    def show(self, reminder: Reminder) -> None:
        self.stdout.write(f"To: {reminder.person.email}\nSubject: {reminders.subject(reminder)}\n")
        self.stdout.write(reminders.text(reminder, settings.SITE_URL))

    def send(self, reminder: Reminder) -> bool:
        mail = EmailMessage(
            reminders.subject(reminder), reminders.text(reminder, settings.SITE_URL), to=[reminder.person.email]
        )
        try:
            mail.send()
        except (OSError, SMTPException) as error:
            # The others still get theirs.
            self.stderr.write(f"{reminder.person}: the mail could not be sent ({error}).")
            return False
        return True


def why_not(reminder: Reminder) -> str:
    return "the account has no email address" if reminder.person.is_active else "the account is switched off"
