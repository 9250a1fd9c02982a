"""`manage.py import_content FOLDER`: bring in what `export_content` wrote."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from articles.stale import Stale
from articles.yamlfile import FileError
from checker import content_folder


class Command(BaseCommand):
    help = "Add the content of a folder to the working copies, all or nothing. Nothing is published."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--replace",
            action="store_true",
            help="Where a working copy says something else, let it say what the file says.",
        )

    def handle(self, *args: Any, folder: Path, replace: bool, **options: Any) -> None:
        try:
            content = content_folder.read(folder)
            report = content_folder.bring_in(
                content, replace=replace, progress=lambda line: self.stdout.write(f"  {line}")
            )
        except (FileError, OSError, Stale) as error:
            raise CommandError(f"Nothing was imported. Mend this first:\n{error}") from error
        for line in content_folder.lines(report):
            self.stdout.write(line)
