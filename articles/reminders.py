"""Who is reminded of which reviews: one mail a person, in plain text."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import due
from articles.freezing import person_name
from articles.models.editions import Edition


@dataclass
class Reminder:
    person: User
    editions: list[Any] = field(default_factory=list)

    @property
    def can_be_sent(self) -> bool:
        return bool(self.person.email) and self.person.is_active


def reminders(kinds: Iterable[type[Edition]], days: int) -> tuple[list[Reminder], list[Any]]:
    """A reminder for each person who answers for a live text that is due; and the texts that nobody answers for."""
    found: dict[int, Reminder] = {}
    alone = []
    for edition in due.reviews(kinds, days):
        people = {person.pk: person for person in _people(edition) if person}
        for person in people.values():
            found.setdefault(person.pk, Reminder(person)).editions.append(edition)
        if not people:
            alone.append(edition)
    return list(found.values()), alone


def _people(edition: Any) -> Iterable[User | None]:
    """Its owner and its clinical reviewer: as named in the working copy, or else who published and who approved it."""
    parent = due.parent_of(edition)
    yield getattr(parent, "author", None) or edition.published_by
    yield getattr(parent, "clinical_reviewer", None) or edition.approved_by


def subject(reminder: Reminder) -> str:
    overdue = sum(edition.review.is_overdue for edition in reminder.editions)
    soon = len(reminder.editions) - overdue
    said = []
    if overdue:
        said.append(ngettext("%(number)d review overdue", "%(number)d reviews overdue", overdue) % {"number": overdue})
    if soon:
        said.append(ngettext("%(number)d review due soon", "%(number)d reviews due soon", soon) % {"number": soon})
    return ", ".join(said)


def text(reminder: Reminder, site_url: str) -> str:
    """The longest overdue first, each with its date and where to do it."""
    lines = [_("Hello %(name)s,") % {"name": person_name(reminder.person)}, ""]
    lines += [_("these texts for patients need a new review:"), ""]
    for edition in reminder.editions:
        day = date_format(edition.next_review_due)
        said = _("overdue since %(day)s") if edition.review.is_overdue else _("due by %(day)s")
        lines += [f"- {edition.title}: {said % {'day': day}}{_consequence(edition.review)}"]
        lines += [f"  {site_url}{due.change_url(edition)}"]
    lines += ["", _("A review is done when a clinical reviewer approves a new edition.")]
    return "\n".join(lines) + "\n"


def _consequence(review: Any) -> str:
    if review.is_past_limit:
        return _(". It is too old to rely on, and patients are told so")
    return _(". Patients are told that it may be out of date") if review.shows_notice else ""
