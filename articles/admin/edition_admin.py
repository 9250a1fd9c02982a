"""What the admin pages of the editions of articles and of self-checks share."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import approval, stale
from articles.evidence import Evidence
from articles.models.editions import Edition
from articles.models.fields import known_placeholders

from . import comparing
from .evidence import evidence_file
from .people import person
from .publishing import not_found, step_urls
from .read_only import ReadOnlyAdmin
from .restoring import SEEN, Together, what_meets
from .unsent import words_in

PUBLISHED_BY, APPROVED_BY = person(Edition, "published_by"), person(Edition, "approved_by")


class WithdrawForm(forms.Form):
    message = forms.CharField(
        label=gettext_lazy("Message to patients"),
        max_length=300,
        required=False,
        validators=[known_placeholders],
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=gettext_lazy("Shown to everybody who opens it. Leave empty for a standard sentence."),
    )

    def decision(self) -> dict[str, Any]:
        """What was decided, as `withdraw` takes it."""
        return {"message": self.cleaned_data["message"]}


class EditionStatus(admin.SimpleListFilter):
    title = gettext_lazy("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("live", _("Live now")), ("later", _("Goes live later")), ("withdrawn", _("Withdrawn"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "live":
            return queryset.live()
        if self.value() == "later":
            return queryset.upcoming()
        if self.value() == "withdrawn":
            return queryset.filter(withdrawal__isnull=False)
        return queryset


class EditionAdmin(ReadOnlyAdmin):
    """Editions can be read, brought back into the working copy and withdrawn, and nothing else."""

    change_form_template = "admin/articles/edition_change_form.html"
    readonly_fields = ["status", "text", "said"]
    list_display = [
        "title",
        "number",
        "status",
        "changes",
        "goes_live_at",
        "expires_at",
        "reviewer_name",
        PUBLISHED_BY,
        "reason",
    ]
    search_fields = ["title", "slug", "reason", "reviewer_name"]
    date_hierarchy = "published_at"
    actions = [comparing.compare_chosen]
    # What only one kind of edition has.
    own_fields: list[Any] = []

    # The template of the file of evidence, and what it needs beside what all editions have.
    evidence_template = ""

    def evidence_facts(self, evidence: Evidence) -> dict[str, Any]:
        raise NotImplementedError

    def restore(self, edition: Any, *, by: Any) -> models.Model:
        raise NotImplementedError

    def seen_together(self, request: HttpRequest, parent: Any) -> str:
        """What the working copy says, signed for the screen that can put it and an edition together."""
        raise NotImplementedError

    def together(self, request: HttpRequest, edition: Any, seen: str) -> Together:
        raise NotImplementedError

    def withdraw(self, edition: Any, **kwargs: Any) -> Any:
        raise NotImplementedError

    def withdraw_form(self, data: Any, edition: Any) -> WithdrawForm:
        return WithdrawForm(data)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [
            (self.model.parent_field, "number", "status"),
            "reason",
            ("goes_live_at", "expires_at"),
            ("published_at", PUBLISHED_BY),
            (APPROVED_BY, "reviewer_name", "submitted_by_name"),
            ("last_reviewed", "next_review_due"),
            *self.own_fields,
            "said",
            "fingerprint",
            "text",
        ]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        current = self.model._default_manager.current().filter(pk=OuterRef("pk"))
        editions = super().get_queryset(request).select_related("withdrawal", "published_by", "approved_by")
        planned = self.model._default_manager.upcoming().filter(pk=OuterRef("pk"))
        return editions.annotate(is_current=Exists(current), is_planned=Exists(planned))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        extra: dict[str, Any] = {f"may_{action}": self._may(action, request) for action in ("change", "withdraw")}
        edition = self.get_object(request, object_id)
        if edition is not None and self._may("view", request):
            extra["changes_url"] = comparing.address(edition, after=edition.number)
            extra["compare_url"] = comparing.address(edition, before=edition.number, after=comparing.WORKING_COPY)
        return super().change_view(request, object_id, form_url, extra | (extra_context or {}))

    def _may(self, action: str, request: HttpRequest) -> bool:
        """Whether the person may do this with what it is an edition of."""
        return approval.has_permission(request.user, action, self.model.parent_model())

    def get_urls(self) -> list[URLPattern]:
        steps = {
            "restore": self.restore_view,
            "withdraw": self.withdraw_view,
            "cancel": self.cancel_view,
            "evidence": self.evidence_view,
        }
        return [*step_urls(self, steps), *super().get_urls()]

    @admin.display(description=gettext_lazy("since the one before"))
    def changes(self, edition: Any) -> SafeString:
        return comparing.link_to_changes(edition)

    @admin.display(description=gettext_lazy("what the checks said"))
    def said(self, edition: Any) -> SafeString:
        return render_to_string("admin/articles/_warnings.html", {"warnings": edition.warnings})

    @admin.display(description=gettext_lazy("status"))
    def status(self, edition: Any) -> str:
        now = timezone.now()
        if hasattr(edition, "withdrawal"):
            return _("cancelled") if edition.was_cancelled else _("withdrawn")
        if edition.goes_live_at > now:
            return _("goes live later") if edition.is_planned else _("replaced before its time")
        if edition.expires_at and edition.expires_at <= now:
            return _("expired")
        return _("live") if edition.is_current else _("replaced")

    def _edition_for(self, request: HttpRequest, object_id: str, action: str) -> Any:
        edition = self.get_object(request, object_id)
        if edition is not None and not self._may(action, request):
            raise PermissionDenied
        return edition

    def restore_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        edition = self._edition_for(request, object_id, "change")
        if edition is None:
            return not_found(self, request, object_id)
        title = _("Bring back %(edition)s") % {"edition": edition}
        if request.method != "POST":
            return self._confirm(request, edition, "restore", title)
        try:
            with transaction.atomic():
                stale.guard(getattr(edition, self.model.parent_field), request.POST.get(stale.FIELD))
                parent = self.restore(edition, by=request.user)
        except stale.Stale as error:
            return self._meet(request, edition, title, error)
        except ValueError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(request.path)
        self.log_change(request, parent, f"Restored from edition {edition.number}.")
        messages.success(
            request,
            _("The working copy now says what edition %(number)d says. Patients see no change until it is approved.")
            % {"number": edition.number},
        )
        opts = parent._meta
        return HttpResponseRedirect(reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[parent.pk]))

    def _meet(self, request: HttpRequest, edition: Any, title: str, changed: stale.Stale) -> HttpResponse:
        """Before, theirs and what the edition says; to keep both, to replace it all, or to leave it."""
        seen = request.POST.get(SEEN, "")
        try:
            shown = what_meets(changed, lambda: self.restore(edition, by=request.user))
            both = self.together(request, edition, seen)
        except ValueError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(request.path)
        extra = {"stale": True, "since": shown, "together": both, "seen_together": seen}
        return self._confirm(request, edition, "restore", title, **extra)

    def withdraw_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        edition = self._edition_for(request, object_id, "withdraw")
        if edition is None:
            return not_found(self, request, object_id)
        if request.method != "POST":
            return self._withdraw(request, edition)
        with transaction.atomic():
            stale.lock(getattr(edition, self.model.parent_field))
            # As it is now that nobody else can withdraw it.
            return self._withdraw(request, self._edition_for(request, object_id, "withdraw"))

    def _withdraw(self, request: HttpRequest, edition: Any) -> HttpResponse:
        change_url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[edition.pk])
        form, title = (
            self.withdraw_form(request.POST or None, edition),
            _("Withdraw %(edition)s") % {"edition": edition},
        )
        if withdrawal := getattr(edition, "withdrawal", None):
            is_mine = withdrawal.by == request.user and withdrawal.message == request.POST.get("message", "").strip()
            if (unsent := words_in(form.fields, request.POST)) and not is_mine:
                return self._confirm(request, edition, "withdraw", title, withdrawal=withdrawal, unsent=unsent)
            messages.warning(request, _("This edition has been withdrawn already."))
            return HttpResponseRedirect(change_url)
        if not edition.has_begun():
            return HttpResponseRedirect(
                reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_cancel", args=[edition.pk])
            )
        if request.method != "POST" or not form.is_valid():
            return self._confirm(request, edition, "withdraw", title, form)
        self.withdraw(edition, by=request.user, **form.decision())
        self.log_change(request, edition, "Withdrawn.")
        newer = self._in_its_place(edition)
        if newer:
            said = _("%(edition)s is withdrawn. Nothing else changed for patients: %(newer)s had taken its place.")
        else:
            said = _("%(edition)s is withdrawn. Patients see your message instead.")
        messages.success(request, said % {"edition": edition, "newer": newer})
        return HttpResponseRedirect(change_url)

    def _in_its_place(self, edition: Any) -> Any:
        """The newer edition that has taken the place of this one, if one has."""
        if edition.is_current:
            return None
        parent = self.model.parent_field
        return self.model._default_manager.current().filter(**{parent: getattr(edition, f"{parent}_id")}).first()

    def cancel_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take back an approval before its time: the edition counts as never published."""
        edition = self._edition_for(request, object_id, "withdraw")
        if edition is None:
            return not_found(self, request, object_id)
        if request.method != "POST":
            return self._confirm(request, edition, "cancel", _("Cancel %(edition)s") % {"edition": edition})
        parent = getattr(edition, self.model.parent_field)._meta
        try:
            approval.cancel(edition, by=request.user)  # type: ignore[arg-type]
        except approval.Refused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(
                reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[edition.pk])
            )
        messages.success(request, _("%(edition)s is cancelled. It will not go live.") % {"edition": edition})
        key = getattr(edition, f"{self.model.parent_field}_id")
        return HttpResponseRedirect(reverse(f"admin:{parent.app_label}_{parent.model_name}_change", args=[key]))

    def evidence_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        edition = self.get_object(request, object_id)
        if edition is None:
            return not_found(self, request, object_id)
        if not self.has_view_permission(request, edition):
            raise PermissionDenied
        return evidence_file(self, edition)

    def _confirm(
        self, request: HttpRequest, edition: Any, step: str, title: str, form: Any = None, **extra: Any
    ) -> HttpResponse:
        """Ask before a step is taken; `extra` says what somebody else did after the page was opened, if they did."""
        parent = getattr(edition, self.model.parent_field)
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "original": edition,
            "step": step,
            "form": form,
            "seen": stale.token(parent) if step == "restore" else "",
            "seen_together": self.seen_together(request, parent) if step == "restore" and not extra else "",
            "newer": self._in_its_place(edition) if step == "withdraw" else None,
            "compare_url": comparing.address(edition, before=comparing.WORKING_COPY, after=edition.number),
            "back_url": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[edition.pk]),
            **extra,
        }
        status = 409 if extra else 422 if form is not None and form.errors else 200
        return render(request, "admin/articles/edition_step.html", context, status=status)
