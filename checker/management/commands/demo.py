"""`manage.py demo`: the whole site with its starter content, on this machine, for a trial."""

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import BaseCommand, CommandError, call_command
from django.utils.crypto import get_random_string

import articles.starter_content
import checker.starter_content
from articles.roles import EDITORS, REVIEWERS

PEOPLE = {
    "demo-editor": ("Demo", "Editor", EDITORS),
    "demo-reviewer": ("Demo", "Reviewer", REVIEWERS),
}


class Command(BaseCommand):
    help = "Set up a trial site on this machine: database, starter content, two staff accounts; then serve it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="The port on 127.0.0.1 (8000).")
        parser.add_argument("--no-serve", action="store_true", help="Set up only.")

    def handle(self, *args: Any, port: int, no_serve: bool, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "The demo has passwords that anybody may know. It runs only with DEBUG on, never on a server."
            )
        if not 1 <= port <= 65535:
            raise CommandError("--port must be a number from 1 to 65535.")
        # The autoreloader runs this a second time, when all is set up.
        if os.environ.get("RUN_MAIN") != "true":
            self.set_up()
        if not no_serve:
            self.stdout.write(
                f"Open http://127.0.0.1:{port}/ and, for staff, http://127.0.0.1:{port}/admin/. Stop with Ctrl+C."
            )
            call_command("runserver", f"127.0.0.1:{port}")

    def set_up(self) -> None:
        self.stdout.write("Setting up the database …")
        call_command("migrate", verbosity=0)
        self.stdout.write("Adding starter content that is missing …")
        added = [*articles.starter_content.load(self.say), *checker.starter_content.load(self.say)]
        self.stdout.write(f"  {len(added)} added. What staff have edited was left alone.")
        for name in PEOPLE:
            self.make_person(name)

    def say(self, line: str) -> None:
        self.stdout.write(f"  {line}")

    def make_person(self, name: str) -> None:
        """A staff account with a password of its own, shown this once."""
        if User.objects.filter(username=name).exists():
            return
        first, last, group = PEOPLE[name]
        password = get_random_string(14)
        person = User.objects.create_user(name, password=password, first_name=first, last_name=last, is_staff=True)
        person.groups.add(Group.objects.get(name=group))
        self.stdout.write(self.style.WARNING(f"DEMO ONLY  name: {name}  password: {password}  (shown this once)"))
