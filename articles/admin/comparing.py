"""Two editions of an article or a self-check side by side, or an edition and the working copy."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import approval
from articles.snapshot import Snapshot

WORKING_COPY = "draft"


class CompareForm(forms.Form):
    """Two states of `subject`: an edition by its number, or the working copy."""

    before = forms.ChoiceField(label=gettext_lazy("Compare"))
    after = forms.ChoiceField(label=gettext_lazy("with"))

    def __init__(self, data: Any, subject: Any) -> None:
        self.subject = subject
        self.editions = {str(edition.number): edition for edition in subject.editions.select_related("withdrawal")}
        super().__init__(self._completed(data))
        live = set(subject.editions.live().values_list("number", flat=True))
        for name in ("before", "after"):
            self.fields[name].choices = [  # type: ignore[attr-defined]
                (WORKING_COPY, _("the working copy")),
                *((key, _label(edition, edition.number in live)) for key, edition in self.editions.items()),
            ]

    def _completed(self, data: Any) -> dict[str, str]:
        """What is not said: the working copy with what patients got last, an edition with the one before it."""
        after = data.get("after", WORKING_COPY)
        edition = self.editions.get(after)
        last = edition.one_before() if edition else self.subject.editions.current().first() or self.newest
        return {"before": data.get("before", str(last.number) if last else ""), "after": after}

    @property
    def newest(self) -> Any:
        return next(iter(self.editions.values()), None)

    def state(self, name: str) -> Snapshot:
        kind, chosen = approval.kind_of(self.subject), self.cleaned_data[name]
        return kind.snapshot(self.subject) if chosen == WORKING_COPY else kind.of_edition(self.editions[chosen])

    def name(self, name: str) -> str:
        return dict(self.fields[name].choices)[self.cleaned_data[name]]  # type: ignore[attr-defined]


def _label(edition: Any, is_live: bool) -> str:
    day = date_format(localtime(edition.goes_live_at), "DATE_FORMAT")
    said = _("edition %(number)d, which patients read now") if is_live else _("edition %(number)d, from %(day)s")
    if edition.was_cancelled:
        said = _("edition %(number)d, cancelled before %(day)s")
    return said % {"number": edition.number, "day": day}


def compare_view(model_admin: Any, request: HttpRequest, subject: Any) -> HttpResponse:
    """GET `before` and `after`: a number of an edition each, or `draft` for the working copy; both may be left out."""
    if not model_admin.has_view_permission(request, subject):
        raise PermissionDenied
    form = CompareForm(request.GET, subject)
    can_compare = bool(form.data["before"])
    is_valid = can_compare and form.is_valid()
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Compare: %(name)s") % {"name": subject},
        "opts": model_admin.opts,
        "media": model_admin.media,
        "original": subject,
        "form": form,
        "can_compare": can_compare,
        "shown": model_admin.shown_changes(form.state("before"), form.state("after")) if is_valid else "",
        "names": [form.name("before"), form.name("after")] if is_valid else [],
        "back_url": model_admin.admin_url("change", subject),
    }
    wrong = can_compare and not is_valid
    return render(request, "admin/articles/compare.html", context, status=422 if wrong else 200)


def address(edition: Any, **chosen: Any) -> str:
    """Where an edition is compared; alone with the one before it."""
    parent = edition.parent_model()._meta
    key = getattr(edition, f"{edition.parent_field}_id")
    query = "&".join(f"{name}={value}" for name, value in chosen.items())
    return reverse(f"admin:{parent.app_label}_{parent.model_name}_compare", args=[key]) + f"?{query}"


def link_to_changes(edition: Any) -> SafeString:
    """For a list of editions."""
    return format_html(
        '<a href="{}">{}<span class="visually-hidden">: {}</span></a>',
        address(edition, after=edition.number),
        _("What changed"),
        edition,
    )


@admin.action(description=gettext_lazy("Compare the two chosen editions"), permissions=["view"])
def compare_chosen(model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
    chosen = list(queryset.order_by("number")[:3])
    parents = {getattr(edition, f"{edition.parent_field}_id") for edition in chosen}
    if len(chosen) != 2 or len(parents) != 1:
        messages.error(request, _("Choose two editions of the same text, then compare them."))
        return None
    before, after = chosen
    return HttpResponseRedirect(address(after, before=before.number, after=after.number))
