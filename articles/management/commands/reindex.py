"""`manage.py reindex`: write the search index again, from the editions."""

from typing import Any

from django.core.management import BaseCommand
from django.db import DEFAULT_DB_ALIAS

from articles.search.index import install, rebuild


class Command(BaseCommand):
    help = "Write the search index again. Patients can search meanwhile, and find what they found before."

    def handle(self, *args: Any, **options: Any) -> None:
        install(DEFAULT_DB_ALIAS)
        written = rebuild(everything=True, progress=lambda done: self.stdout.write(f"  {done} sections"))
        self.stdout.write(f"Search knows {written} sections.")
