"""Working copies that say something else than the newest edition, or have none yet."""

from collections.abc import Iterator
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField, F, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from articles import problems
from articles.approval import has_permission
from articles.models.editions import CANCELLED
from articles.stale import parts_of
from articles.today import MOST_ROWS, Row, Task


def changed[M: Model](working_copies: QuerySet[M]) -> QuerySet[M]:
    """Those that were saved after their newest edition was made, live or not yet, and those without one.

    An edition that was cancelled before its time counts as never made.
    """
    editions: Any = working_copies.model._meta.get_field("editions").related_model
    own = editions.objects.filter(**{editions.parent_field: OuterRef("pk")}).exclude(CANCELLED)
    newest = own.order_by("-number").values("published_at")[:1]
    found: Any = working_copies.alias(newest=Subquery(newest))
    return found.filter(Q(newest=None) | Q(updated_at__gt=F("newest")))


def of[M: Model](person: Any, working_copies: QuerySet[M]) -> QuerySet[M]:
    """Those of this author; where nobody is named as author, those that this person has worked on."""
    model = working_copies.model
    if any(field.name == "author" for field in model._meta.fields):
        return working_copies.filter(author=person.pk)
    worked_on = Q(pk__in=_saved(model, person))
    for name in parts_of(model):
        part: Any = model._meta.get_field(name)
        rows = part.related_model._base_manager.filter(pk__in=_saved(part.related_model, person))
        worked_on |= Q(pk__in=rows.values(part.remote_field.attname))
    return working_copies.filter(worked_on)


def _saved(model: type[Model], person: Any) -> QuerySet[Any, Any]:
    """The primary keys of what this person has saved in the admin."""
    entries = LogEntry.objects.filter(user=person.pk, content_type=ContentType.objects.get_for_model(model))
    return entries.order_by().annotate(key=Cast("object_id", BigIntegerField())).values("key")


def tasks(request: HttpRequest) -> Iterator[Task]:
    for kind in problems.kinds():
        if has_permission(request.user, "view", kind):
            yield from _tasks(request, kind)


def _tasks(request: HttpRequest, kind: type[Model]) -> Iterator[Task]:
    opts = kind._meta
    drafts = changed(kind._default_manager.all()).order_by("-updated_at")
    mine = of(request.user, drafts)
    url = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
    name = {"kind": opts.verbose_name_plural}
    yield Task(
        f"my-drafts-{opts.model_name}",
        _("My drafts: %(kind)s") % name,
        mine.count(),
        f"{url}?draft=mine",
        _("You have no %(kind)s with changes that wait to be approved.") % name,
        _rows(mine),
    )
    yield Task(
        f"all-drafts-{opts.model_name}",
        _("All drafts: %(kind)s") % name,
        drafts.count(),
        f"{url}?draft=all",
        _("No %(kind)s have changes that wait to be approved.") % name,
    )


def _rows(drafts: QuerySet[Any]) -> tuple[Row, ...]:
    opts = drafts.model._meta
    return tuple(
        Row(
            title,
            reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[pk]),
            _("changed %(day)s") % {"day": date_format(localtime(moment), "MONTH_DAY_FORMAT")},
        )
        for pk, title, moment in drafts.values_list("pk", "title", "updated_at")[:MOST_ROWS]
    )
