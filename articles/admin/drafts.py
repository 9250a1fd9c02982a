"""Which working copies have changes that patients do not see yet."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import drafts


class DraftFilter(admin.SimpleListFilter):
    title = gettext_lazy("changes not approved")
    parameter_name = "draft"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("mine", _("Mine")), ("all", _("Of anybody"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("mine", "all"):
            return queryset
        changed = drafts.changed(queryset)
        return drafts.of(request.user, changed) if self.value() == "mine" else changed
