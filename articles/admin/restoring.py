"""An edition comes back over a working copy that somebody changed after the page was opened: what each says, and both at once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Model

from articles import stale
from articles.merge import Rows

from .since import since
from .stale_page import ShownChange

SEEN = "seen_together"


@dataclass(frozen=True)
class Together:
    """A screen that puts the edition and the working copy together, and what to send it."""

    address: str
    sent: list[tuple[str, str]]


@contextmanager
def for_a_look(restore: Callable[[], Model]) -> Iterator[Model]:
    """The working copy as it would be; afterwards nothing has happened."""
    with transaction.atomic():
        yield restore()
        transaction.set_rollback(True)


def what_meets(changed: stale.Stale, restore: Callable[[], Model]) -> list[ShownChange]:
    """Each thing that somebody changed, with what the edition says instead."""
    with for_a_look(restore) as parent:
        mine = stale.state_of(parent)
    return since(changed.changes, mine)


def with_known_keys(rows: Rows, stored: Rows) -> Rows:
    """`rows` of a form in which parts that were made anew have the keys of the same parts that are stored."""
    free = [key for key in stored if key not in rows]
    found = {}
    for key, row in rows.items():
        twin = None
        if key not in stored:
            kind = key.partition("-")[0]
            twin = next((each for each in free if each.partition("-")[0] == kind and stored[each] == row), None)
        if twin:
            free.remove(twin)
        found[twin or key] = row
    return found


def hidden(sent: Any, **more: str) -> list[tuple[str, str]]:
    """A QueryDict, and more, as hidden fields."""
    return [(name, value) for name in sent for value in sent.getlist(name)] + [*more.items()]
