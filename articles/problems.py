"""Working copies that the last check found something wrong with.

To check a thousand working copies takes minutes, so nobody waits for it: whoever saves one, or opens its “Check and
submit”, checks that one, and the result is kept.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from articles import registry
from articles.approval import has_permission
from articles.models import LastCheck
from articles.models.problems import LONGEST_SENTENCE
from articles.today import MOST_ROWS, Row, Task


class Found(Protocol):
    @property
    def message(self) -> str: ...

    @property
    def blocks(self) -> bool: ...


def keep(working_copy: Model, findings: Iterable[Found]) -> None:
    """Note what a check has found, in place of what the one before it found."""
    found = list(findings)
    must = [finding.message for finding in found if finding.blocks]
    row = LastCheck(
        kind=working_copy._meta.label_lower,
        object_id=working_copy.pk,
        must_mend=len(must),
        worth_a_look=len(found) - len(must),
        first=Truncator(must[0]).chars(LONGEST_SENTENCE) if must else "",
        at=timezone.now(),
    )
    LastCheck.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["kind", "object_id"],
        update_fields=["must_mend", "worth_a_look", "first", "at"],
    )


def having[M: Model](working_copies: QuerySet[M]) -> QuerySet[M]:
    """Those whose last check found something that must be mended."""
    bad = LastCheck.objects.filter(kind=working_copies.model._meta.label_lower, must_mend__gt=0)
    return working_copies.filter(pk__in=bad.values("object_id"))


def kinds() -> list[type[Model]]:
    """Everything that has editions: articles, and what other apps add."""
    return [edition.parent_model() for edition in registry.editions]


def tasks(request: HttpRequest) -> Iterator[Task]:
    for kind in kinds():
        opts = kind._meta
        if not has_permission(request.user, "view", kind):
            continue
        found: QuerySet[Any] = having(kind._default_manager.all())
        yield Task(
            f"problems-{opts.model_name}",
            _("%(kind)s with problems") % {"kind": str(opts.verbose_name_plural).capitalize()},
            found.count(),
            f"{reverse(f'admin:{opts.app_label}_{opts.model_name}_changelist')}?problems=yes",
            _("The last checks found nothing that must be mended."),
            _rows(found.order_by("pk")[:MOST_ROWS]),
        )


def _rows(found: QuerySet[Any]) -> tuple[Row, ...]:
    opts = found.model._meta
    working_copies = list(found)
    checks = LastCheck.objects.filter(kind=opts.label_lower, object_id__in=[each.pk for each in working_copies])
    first = dict(checks.values_list("object_id", "first"))
    change = f"admin:{opts.app_label}_{opts.model_name}_change"
    return tuple(Row(str(each), reverse(change, args=[each.pk]), first.get(each.pk, "")) for each in working_copies)
