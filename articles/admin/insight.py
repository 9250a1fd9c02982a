"""Charts of what patients do here, with a table beneath each. Numbers under 5 are hidden."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.charts import SMALLEST
from articles.insight import all_panels, last_days

WEEKS = (4, 12)


@require_safe
def insight_view(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("articles.view_dailycount"):
        raise PermissionDenied
    wanted = request.GET.get("weeks", "")
    weeks = next((number for number in WEEKS if str(number) == wanted), WEEKS[0])
    context = {
        **admin.site.each_context(request),
        "title": _("Insight"),
        "panels": all_panels(last_days(weeks * 7)),
        "weeks": weeks,
        "choices": WEEKS,
        "smallest": SMALLEST,
    }
    return render(request, "admin/articles/insight.html", context)
