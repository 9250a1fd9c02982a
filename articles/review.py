"""How long a text may go without a new review, and what patients are told meanwhile. Decided when it is read, never by a job."""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class Review:
    """The review that was due on a day, as it stands today; `grace` and `limit` are days after it was due.

    Overdue: staff are told. After the grace patients read that the text may be out of date. Past the limit they are
    told not to rely on it, and a self-check is no longer offered.
    """

    due: datetime.date
    today: datetime.date
    grace: int
    limit: int

    @property
    def is_overdue(self) -> bool:
        return self.today > self.due

    @property
    def notice_from(self) -> datetime.date:
        return first_day_after(self.due, self.grace)

    @property
    def limit_from(self) -> datetime.date:
        return first_day_after(self.due, self.limit)

    @property
    def shows_notice(self) -> bool:
        return self.today >= self.notice_from

    @property
    def is_past_limit(self) -> bool:
        return self.today >= self.limit_from


def first_day_after(due: datetime.date, days: int) -> datetime.date:
    """The first day on which a review is overdue by more than so many days."""
    return due + datetime.timedelta(days=days + 1)


def last_due_in(today: datetime.date, days: int) -> datetime.date:
    """The earliest due day whose `first_day_after` is still to come."""
    return today - datetime.timedelta(days=days)
