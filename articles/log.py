"""Writing the log: one row for each step, in the transaction that takes it."""

from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model

from articles.freezing import person_name
from articles.models import Step

What = Step.What


def note(subject: Model, what: Step.What, *, by: User | None, who: str = "", **fields: Any) -> Step:
    """`who` is the name of somebody without an account; `fields` are `why`, `edition` (its number) and `fingerprint`."""
    return Step.objects.create(
        kind=subject._meta.label_lower,
        object_id=subject.pk,
        title=str(subject)[:120],
        what=what,
        who=who or person_name(by),
        account=by.get_username() if by else "",
        **fields,
    )
