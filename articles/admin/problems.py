"""Lists of working copies: which have problems, and checking some of them now."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles import problems

MOST_AT_ONCE = 100


class ProblemFilter(admin.SimpleListFilter):
    title = gettext_lazy("problems")
    parameter_name = "problems"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Something must be mended"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return problems.having(queryset) if self.value() == "yes" else queryset


@admin.action(description=gettext_lazy("Check the chosen ones now"))
def check_now(model_admin: Any, request: HttpRequest, chosen: QuerySet[Any]) -> None:
    """`shown_findings` checks, and keeps what it finds."""
    number = chosen.count()
    if number > MOST_AT_ONCE:
        messages.warning(request, _("Choose %(number)d at most: each check takes a moment.") % {"number": MOST_AT_ONCE})
        return
    bad = sum(any(finding.blocks for finding in model_admin.shown_findings(each)) for each in chosen)
    if bad:
        text = ngettext("%(bad)d of %(number)d must be mended.", "%(bad)d of %(number)d must be mended.", bad)
        messages.warning(request, text % {"bad": bad, "number": number})
    else:
        messages.success(request, _("Checked: nothing must be mended."))
