"""`manage.py backup`: the whole database in one verified file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from config import backups


class Command(BaseCommand):
    help = "Copy the whole database into one file while the site runs, verify the copy, and note its checksum."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, default=settings.DATA_DIR / "backups", help="The folder to write into.")

    def handle(self, *args: Any, to: Path, **options: Any) -> None:
        try:
            file = backups.back_up(to, lambda line: self.stdout.write(f"  {line}"))
        except backups.BackupError as error:
            raise CommandError(f"No backup was made. {error}") from error
        self.stdout.write(f"{file} ({file.stat().st_size:,} bytes) and its checksum. Keep both on another machine.")
