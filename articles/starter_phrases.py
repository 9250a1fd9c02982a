"""The search phrases that come with the program: loaded as rows for staff to edit, and the danger signs known without them."""

from functools import cache
from pathlib import Path

from articles import files
from articles.models import SearchPhrase

FILE = Path(__file__).parent / "starter" / "search.yaml"


@cache
def built_in() -> tuple[SearchPhrase, ...]:
    """Rows that are in no database; copy them before saving. Raises articles.yamlfile.FileError."""
    return tuple(files.load_phrases(FILE.read_text(encoding="utf-8"), FILE.name))


def load() -> int:
    """Add the phrases that are missing. Gives how many were added."""
    known = set(SearchPhrase.objects.values_list("phrase", flat=True))
    new = [
        SearchPhrase(phrase=row.phrase, means=row.means, is_everyday=row.is_everyday, is_danger=row.is_danger)
        for row in built_in()
        if row.phrase not in known
    ]
    SearchPhrase.objects.bulk_create(new)
    return len(new)
