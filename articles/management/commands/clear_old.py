"""`manage.py clear_old`: delete what patients left here once its time is over, and old sessions. Run it every day."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, call_command

from articles import retention


class Command(BaseCommand):
    help = (
        "Delete feedback older than KEEP_FEEDBACK_DAYS, daily counts older than KEEP_COUNTS_DAYS, and sessions that are over. "
        "Articles, editions and the log stay."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Say how many, and delete nothing.")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        for kept in retention.kinds():
            if dry_run:
                done = f"{kept.old().count()} would be deleted"
            else:
                done = f"{kept.clear(self.progress(kept.name))} deleted"
            self.stdout.write(f"{kept.name}: {done} (older than {kept.days} days).")
        if not dry_run:
            # Django's own: sign-ins of staff that nobody ended by logging out.
            call_command("clearsessions")

    def progress(self, name: str) -> Any:
        """A line for each batch, but none for the only one."""
        return lambda number: number % retention.BATCH or self.stdout.write(f"{name}: {number} so far …")
