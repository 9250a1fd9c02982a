"""`manage.py sample_content 12000`: a database full of articles, for measuring."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import transaction

from articles import sample
from articles.models import Article
from articles.record import CannotPublish
from articles.yamlfile import FileError
from checker import publishing, rows
from checker.definition import parse
from checker.models import Quiz


class Command(BaseCommand):
    help = "Fill an empty database with sample articles (8 sections each), or with exactly those of a file, and publish them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", type=int, nargs="?", help="How many articles to make up.")
        parser.add_argument(
            "--from",
            dest="file",
            type=Path,
            help="A file with one article a line, as JSON: slug, title, summary, sections: [{id, heading, html, callout}].",
        )
        parser.add_argument("--quiz", type=Path, help="A self-check as JSON, in the form of an edition's definition.")

    def handle(self, *args: Any, number: int | None, file: Path | None, quiz: Path | None, **options: Any) -> None:
        if (number is None) == (file is None):
            raise CommandError("Say how many articles to make up, or name a file with --from: one of the two.")
        if number is not None and number < 0:
            raise CommandError("The number of articles cannot be below 0.")
        if Article.objects.exists() or Quiz.objects.exists():
            raise CommandError(
                "This database holds articles or self-checks. Sample content goes only into an empty one: "
                "set DATA_DIR or DATABASE_URL to another place and run “manage.py migrate” there."
            )
        try:
            with transaction.atomic():
                self._load(number, file, quiz)
        except (FileError, CannotPublish, OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
            raise CommandError(f"Nothing was added. {error}") from error

    def _load(self, number: int | None, file: Path | None, quiz: Path | None) -> None:
        if file is not None:
            with file.open(encoding="utf-8") as lines:
                added = sample.load(sample.from_lines(lines, file.name), self.say)
        else:
            added = sample.load(sample.made_up(number or 0), self.say)
        self.stdout.write(f"{added} articles are live.")
        if quiz is not None:
            data = json.loads(quiz.read_text(encoding="utf-8"))
            edition = publishing.publish(rows.fill(Quiz(), parse(data)), by=None, reason=sample.REASON)
            self.stdout.write(f"The self-check “{edition.title}” is live.")

    def say(self, number: int) -> None:
        self.stdout.write(f"  {number} articles written …")
