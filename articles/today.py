"""What staff can do today: the tasks that stand above all else on the admin's start page.

Whoever knows of something to do appends a provider when the apps are ready. A provider gets the request of the start
page and gives the tasks that this person may see, also those with nothing to do, each for a few queries at most,
however many articles there are.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpRequest

# The order on the page, by the keys of the tasks; what is not named here comes after these.
ORDER = (
    "waiting-for-review",
    "returned-to-me",
    "review-overdue",
    "review-soon",
    "my-drafts-article",
    "my-drafts-quiz",
    "all-drafts-article",
    "all-drafts-quiz",
    "problems-article",
    "problems-quiz",
    "broken-links",
    "feedback",
    "searches",
    "self-checks",
)
MOST_ROWS = 5


@dataclass(frozen=True)
class Row:
    """One thing to do: `url` is where it is done, `note` says in a few words why it is here."""

    text: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Task:
    """A kind of thing to do. `url` lists all of them, `rows` shows the first, `empty` stands there when `count` is 0.

    `shown_count` is what stands for a count that is not told exactly.
    """

    key: str
    title: str
    count: int
    url: str
    empty: str
    rows: tuple[Row, ...] = ()
    serious: bool = False
    shown_count: str = ""

    @property
    def shown_rows(self) -> tuple[Row, ...]:
        return self.rows[:MOST_ROWS]


type Provider = Callable[[HttpRequest], Iterable[Task]]

providers: list[Provider] = []


def tasks(request: HttpRequest) -> list[Task]:
    """All tasks that this person may see, in the order of the page."""
    found = [task for provide in providers for task in provide(request)]
    return sorted(found, key=lambda task: ORDER.index(task.key) if task.key in ORDER else len(ORDER))
