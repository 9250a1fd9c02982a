"""`manage.py reset_second_factor NAME`: for somebody who lost phone, passkeys and recovery codes alike."""

from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.core.management import BaseCommand, CommandError

from config.signin import events, notices
from config.signin.models import Notice


class Command(BaseCommand):
    help = "Take away the second factors of one account: the person adds a new one at the next sign-in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="The name that the person signs in with.")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        person = User.objects.filter(username=name).first()
        if person is None:
            raise CommandError(f"There is no account with the name “{name}”.")
        found = Authenticator.objects.filter(user=person)
        kinds = sorted(found.values_list("type", flat=True))
        if not kinds:
            raise CommandError(f"“{name}” has no second factor.")
        found.delete()
        events.note(person, "second factors reset by command", ", ".join(kinds))
        notices.tell(person, Notice.What.RESET)
        self.stdout.write(
            f"Removed from “{name}”: {', '.join(kinds)}. Whoever signs in first with the password adds the next one, so "
            "make a link to choose a new one too (Users, Reset password), and give it to the person yourself."
        )
