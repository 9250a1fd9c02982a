"""Deleting several rows of a list at once."""

from typing import Any

from django.contrib.admin.actions import delete_selected
from django.db import transaction
from django.http import HttpRequest, QueryDict

from articles import stale
from articles.merge import merge

from .since import since
from .typed import as_post


def delete_unless_stale(model_admin: Any, request: HttpRequest, queryset: Any) -> Any:
    """Django's action; but what changed since its page was opened is shown, and asked about again."""
    name = f"{queryset.model._meta.label_lower}-delete"
    asked = bool(request.POST.get("post"))
    chosen = queryset.model._base_manager.filter(pk__in=[row.pk for row in queryset])
    with transaction.atomic():
        for row in chosen.order_by("pk"):
            stale.lock(getattr(row, model_admin.parent_field) if model_admin.parent_field else row)
        now = {key: row for state in stale.states_of(chosen) for key, row in state.items()}
        seen = stale.read(request.POST.get(stale.FIELD), name)
        if asked and seen == now:
            return delete_selected(model_admin, request, queryset)
        response: Any = delete_selected(model_admin, as_post(request, _unasked(request.POST)), queryset)
        changes = merge(seen, seen, now).only_theirs if asked and seen is not None else []
        response.context_data |= {
            "seen": stale.sign(name, now),
            "stale": asked,
            "since": since(changes),
            "broken": model_admin.broken_without(queryset),
        }
        return response


def _unasked(sent: QueryDict) -> QueryDict:
    data = sent.copy()
    data.pop("post", None)
    return data
