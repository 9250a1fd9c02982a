"""The page that checks links, and what it shows in the list of sources."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from articles import links, source_checks
from articles.external import State
from articles.models import Source, SourceCheck

TAGS = {State.OK: "tag--self-care", State.BROKEN: "tag--emergency", State.UNSURE: "tag--urgent"}


def shown(source: Source) -> str:
    """What came of opening the address of a source, and when."""
    check = getattr(source, "link_check", None)
    if check is None or check.url != source.url:
        return _("not checked yet")
    day = date_format(localtime(check.checked_at), "SHORT_DATE_FORMAT")
    tag = TAGS[State(check.state)]
    return format_html('<span class="tag {}">{}</span> {}', tag, check.get_state_display(), day)


class LinkFilter(admin.SimpleListFilter):
    title = gettext_lazy("link check")
    parameter_name = "link"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*SourceCheck.State.choices, ("waiting", _("not checked lately"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "waiting":
            return queryset.filter(pk__in=source_checks.waiting().order_by())
        return queryset.filter(link_check__state=self.value()) if self.value() else queryset


@require_http_methods(["GET", "HEAD", "POST"])
def links_view(request: HttpRequest) -> HttpResponse:
    """GET checks the links inside the site and shows what is kept of others; POST opens the next few sources."""
    if not request.user.has_perm("articles.view_article"):
        raise PermissionDenied
    may_check = request.user.has_perm("articles.change_source")
    if request.method == "POST":
        if not may_check:
            raise PermissionDenied
        _check_some(request)
        return HttpResponseRedirect(request.path)
    kept = SourceCheck.objects.select_related("source").exclude(state=State.OK).order_by("state", "source__ref")
    context = {
        **admin.site.each_context(request),
        "title": _("Links"),
        "broken": links.broken(),
        "checks": [check for check in kept if check.url == check.source.url],
        "waiting": source_checks.waiting().count(),
        "sources": Source.objects.count(),
        "most": source_checks.Bounds().most,
        "days": source_checks.DAYS_GOOD,
        "may_check": may_check,
    }
    return render(request, "admin/articles/links.html", context)


def _check_some(request: HttpRequest) -> None:
    done = list(source_checks.check(source_checks.Bounds()))
    broken = sum(check.state == State.BROKEN for check in done)
    text = ngettext("%(number)d source opened", "%(number)d sources opened", len(done)) % {"number": len(done)}
    left = _("%(broken)d broken. %(left)d left to check.") % {
        "broken": broken,
        "left": source_checks.waiting().count(),
    }
    messages.success(request, f"{text}: {left}")
