"""`manage.py export_content FOLDER`: all content as files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from articles.yamlfile import FileError
from checker import content_folder


class Command(BaseCommand):
    help = "Write all working copies, and what they share, as files into a folder: new, empty, or of an older export."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            texts = content_folder.export(lambda line: self.stdout.write(f"  {line}"))
            gone = content_folder.write(folder, texts)
        except (FileError, OSError) as error:
            raise CommandError(f"Nothing was written. Mend this first:\n{error}") from error
        for name in gone:
            self.stdout.write(f"  taken away, since it is no longer in the database: {name}")
        self.stdout.write(f"{len(texts)} files are in {folder}. Authors, reviewers and editions are not part of them.")
