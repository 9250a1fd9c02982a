"""`manage.py checklinks`: every link inside the site exactly and, if asked, the sources on other sites politely."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from articles import links, source_checks
from articles.external import State
from articles.source_checks import Bounds


class Command(BaseCommand):
    help = "Check the links inside the site and, with --external, the addresses of sources. Fails if one is broken."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--external", action="store_true", help="Open the sources that were not checked lately.")
        parser.add_argument("--most", type=int, default=100, help="At most so many sources (100).")
        parser.add_argument("--seconds", type=float, default=600, help="Stop after so many seconds (600).")
        parser.add_argument("--pause", type=float, default=2, help="Seconds before a site is asked again (2).")

    def handle(self, *args: Any, external: bool, most: int, seconds: float, pause: float, **options: Any) -> None:
        if most < 1 or seconds <= 0 or pause < 0:
            raise CommandError("--most and --seconds must be more than 0, and --pause 0 or more.")
        broken = links.broken()
        for each in broken:
            seen_by = "patients see it" if each.link.live else "working copy"
            self.stdout.write(f"{each.link.place} ({seen_by}): {each.problem}")
        self.stdout.write(f"Links inside the site: {len(broken)} broken.")
        failed = len(broken)
        if external:
            failed += self.check_sources(Bounds(most, seconds, pause))
        if failed:
            raise CommandError(f"{failed} broken.")

    def check_sources(self, bounds: Bounds) -> int:
        """Open sources one after another, with a line for each; how many are broken."""
        total, found = min(source_checks.waiting().count(), bounds.most), []
        for number, check in enumerate(source_checks.check(bounds), start=1):
            self.stdout.write(f"{number}/{total} {check.source.ref} {check.url}: {check.message}")
            found.append(check.state)
        broken = found.count(State.BROKEN.value)
        left = source_checks.waiting().count()
        self.stdout.write(f"Sources: {len(found)} checked, {broken} broken, {left} left to check.")
        return broken
