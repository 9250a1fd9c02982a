"""`manage.py restore FILE`: the whole database as it was when the file was made."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import connection

from config import backups


class Command(BaseCommand):
    help = "Replace the whole database by a backup, after checking that backup. What is there now is backed up first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="A file that “manage.py backup” made, with its .sha256 beside it.")
        parser.add_argument("--yes", action="store_true", help="Overwrite a database that has something in it.")

    def handle(self, *args: Any, file: Path, yes: bool, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"{file} does not exist.")
        holds_something = bool(connection.introspection.table_names())
        if holds_something and not yes:
            raise CommandError(
                "This database has something in it, and all of it would be replaced. If you mean it, add --yes. "
                "What is there now is backed up first."
            )
        try:
            if holds_something:
                before = backups.back_up(settings.DATA_DIR / "backups", self.say, name="before-restore")
                self.stdout.write(f"What was there is in {before}.")
            backups.bring_back(file, self.say)
        except backups.BackupError as error:
            raise CommandError(f"Nothing was restored. {error}") from error
        self.stdout.write("Restored. Run “manage.py migrate” now: the backup may be of an older release.")

    def say(self, line: str) -> None:
        self.stdout.write(f"  {line}")
