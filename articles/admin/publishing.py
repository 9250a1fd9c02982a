"""What the admin pages of articles and of self-checks share: those of working copies, and those of editions."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csp import csp_override

from articles import approval, stale
from articles.evidence import Evidence
from articles.log import What, note
from articles.models import Section, Step, Submission
from articles.models.fields import known_placeholders
from articles.preview import FRAMING

from . import comparing
from .evidence import evidence_file
from .guarded import GuardedAdmin
from .read_only import ReadOnlyAdmin
from .review_forms import ApproveForm
from .review_screen import ReviewScreen
from .since import since


@dataclass(frozen=True)
class ShownFinding:
    """A finding with the address of the place to mend it."""

    message: str
    url: str
    blocks: bool


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


class PublishableAdmin(GuardedAdmin):
    """An admin with a screen to submit, review and approve. A subclass says how to check and show its model."""

    change_form_template = "admin/articles/publishable_change_form.html"
    # Our own link says which edition patients see, and only while there is one.
    view_on_site = False
    save_on_top = True
    approve_form: Any = ApproveForm
    facts_template = ""
    # Whether the preview can be sent the form, to show what is not saved.
    preview_posts = True

    def preview_url(self, obj: Any) -> str:
        """Where staff see the working copy as patients would; `obj` is None for one that is not saved yet."""
        raise NotImplementedError

    @method_decorator(csp_override(FRAMING))
    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        extra = {"preview_url": "" if object_id else self.preview_url(None), "preview_posts": self.preview_posts}
        return super().changeform_view(request, object_id, form_url, extra | (extra_context or {}))

    def shown_findings(self, obj: Any) -> list[ShownFinding]:
        raise NotImplementedError

    def review_facts(self, obj: Any) -> Any:
        """What the `facts_template` shows of the working copy; its `summary` comes first on the screen."""
        raise NotImplementedError

    def shown_changes(self, before: Any, now: Any) -> SafeString:
        """What differs between two snapshots, as HTML."""
        raise NotImplementedError

    def may(self, action: str, request: HttpRequest) -> bool:
        opts = self.model._meta
        return request.user.has_perm(f"{opts.app_label}.{action}_{opts.model_name}")

    def get_urls(self) -> list[URLPattern]:
        opts = self.model._meta
        steps = {"publish": self.publish_view, "compare": self.compare_view}
        own = [
            path(
                f"<path:object_id>/{name}/",
                self.admin_site.admin_view(view),
                name=f"{opts.app_label}_{opts.model_name}_{name}",
            )
            for name, view in steps.items()
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        obj = self.get_object(request, object_id)
        extra = {}
        if obj is not None:
            submission = approval.newest_for(obj)
            extra = {
                "publish_url": self.admin_url("publish", obj) if self.may_review(request) else "",
                "preview_url": self.preview_url(obj),
                "live_edition": obj.editions.live().first(),
                "planned": [(edition, self.admin_url("cancel", edition)) for edition in obj.editions.upcoming()],
                "may_withdraw": self.may("withdraw", request),
                "submission": submission,
                "has_changed": submission is not None
                and submission.is_waiting
                and submission.fingerprint != approval.current_fingerprint(obj),
                "steps": Step.objects.of(obj),
                "compare_url": self.admin_url("compare", obj),
                "editions_url": f"{self.editions_url()}?{obj.editions.model.parent_field}__id__exact={obj.pk}",
            }
        return super().change_view(request, object_id, form_url, extra | (extra_context or {}))

    def render_change_form(
        self, request: HttpRequest, context: Any, add: bool = False, change: bool = False, form_url: str = "", obj: Any = None
    ) -> Any:  # fmt: skip
        form = context["adminform"].form
        if obj is not None and "slug" in form.fields and "slug" not in form.errors and obj.editions.exists():
            address = form["slug"]
            address.field.widget.attrs["readonly"] = True
            address.help_text = _("Fixed: it has been published, and links lead to it by this address.")
        return super().render_change_form(request, context, add, change, form_url, obj)

    def may_review(self, request: HttpRequest) -> bool:
        return self.may("submit", request) or self.may("approve", request)

    def editions_url(self) -> str:
        edition = self.model._meta.get_field("editions").related_model._meta
        return reverse(f"admin:{edition.app_label}_{edition.model_name}_changelist")

    def admin_url(self, what: str, obj: models.Model) -> str:
        opts = obj._meta
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_{what}", args=[obj.pk])

    def publish_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        obj = self.get_object(request, object_id)
        if obj is None:
            return not_found(self, request, object_id)
        if not self.may_review(request):
            raise PermissionDenied
        return ReviewScreen(self, request, obj).respond()

    def compare_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        obj = self.get_object(request, object_id)
        return not_found(self, request, object_id) if obj is None else comparing.compare_view(self, request, obj)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Whatever made it, a form, a copy or an import, it begins in the log."""
        note(obj, What.CREATED, by=request.user)  # type: ignore[arg-type]
        return super().log_addition(request, obj, message)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        note(obj, What.DELETED, by=request.user)  # type: ignore[arg-type]
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for obj in queryset:
            note(obj, What.DELETED, by=request.user)  # type: ignore[arg-type]
        super().delete_queryset(request, queryset)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """A draft goes with its sections and submissions, which nobody deletes by themselves."""
        shown, counts, missing, protected = super().get_deleted_objects(objs, request)
        return shown, counts, missing - {Section._meta.verbose_name, Submission._meta.verbose_name}, protected


def not_found(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Back to the start page with Django's own message, as the change page does it."""
    redirect: HttpResponse = model_admin._get_obj_does_not_exist_redirect(request, model_admin.opts, object_id)
    return redirect


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
    date_hierarchy = "published_at"
    actions = [comparing.compare_chosen]

    # The template of the file of evidence, and what it needs beside what all editions have.
    evidence_template = ""

    def evidence_facts(self, evidence: Evidence) -> dict[str, Any]:
        raise NotImplementedError

    def restore(self, edition: Any, *, by: Any) -> models.Model:
        raise NotImplementedError

    def withdraw(self, edition: Any, **kwargs: Any) -> Any:
        raise NotImplementedError

    def withdraw_form(self, data: Any, edition: Any) -> WithdrawForm:
        return WithdrawForm(data)

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
        parent = self.model._meta.get_field(self.model.parent_field).related_model._meta
        return request.user.has_perm(f"{parent.app_label}.{action}_{parent.model_name}")

    def get_urls(self) -> list[URLPattern]:
        opts = self.model._meta
        steps = {
            "restore": self.restore_view,
            "withdraw": self.withdraw_view,
            "cancel": self.cancel_view,
            "evidence": self.evidence_view,
        }
        own = [
            path(
                f"<path:object_id>/{name}/",
                self.admin_site.admin_view(view),
                name=f"{opts.app_label}_{opts.model_name}_{name}",
            )
            for name, view in steps.items()
        ]
        return [*own, *super().get_urls()]

    @admin.display(description=gettext_lazy("since the one before"))
    def changes(self, edition: Any) -> SafeString:
        return comparing.link_to_changes(edition)

    @admin.display(description=gettext_lazy("what the checks said"))
    def said(self, edition: Any) -> SafeString:
        return render_to_string("admin/articles/_warnings.html", {"warnings": edition.warnings})

    @admin.display(description=gettext_lazy("status"))
    def status(self, edition: Any) -> str:
        now = timezone.now()
        if withdrawal := getattr(edition, "withdrawal", None):
            return _("cancelled") if withdrawal.at < edition.goes_live_at else _("withdrawn")
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
            return self._confirm(request, edition, "restore", title, changed=error)
        except ValueError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(request.path)
        self.log_change(request, parent, f"Restored from edition {edition.number}.")
        messages.success(
            request,
            _("The working copy now says what edition %(number)d says. Patients see no change until you publish it.")
            % {"number": edition.number},
        )
        opts = parent._meta
        return HttpResponseRedirect(reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[parent.pk]))

    def withdraw_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        edition = self._edition_for(request, object_id, "withdraw")
        if edition is None:
            return not_found(self, request, object_id)
        change_url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[edition.pk])
        if getattr(edition, "withdrawal", None):
            messages.warning(request, _("This edition has been withdrawn already."))
            return HttpResponseRedirect(change_url)
        if not edition.has_begun():
            return HttpResponseRedirect(
                reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_cancel", args=[edition.pk])
            )
        form = self.withdraw_form(request.POST or None, edition)
        if request.method != "POST" or not form.is_valid():
            return self._confirm(request, edition, "withdraw", _("Withdraw %(edition)s") % {"edition": edition}, form)
        self.withdraw(edition, by=request.user, **form.decision())
        self.log_change(request, edition, "Withdrawn.")
        messages.success(
            request, _("%(edition)s is withdrawn. Patients see your message instead.") % {"edition": edition}
        )
        return HttpResponseRedirect(change_url)

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
        self, request: HttpRequest, edition: Any, step: str, title: str, form: Any = None, changed: stale.Stale | None = None
    ) -> HttpResponse:  # fmt: skip
        """Ask before a step is taken; again if somebody changed the working copy (`changed`) after the page was opened."""
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "original": edition,
            "step": step,
            "form": form,
            "seen": stale.token(getattr(edition, self.model.parent_field)) if step == "restore" else "",
            "stale": changed is not None,
            "compare_url": comparing.address(edition, before=comparing.WORKING_COPY, after=edition.number),
            "since": since(changed.changes) if changed else [],
            "back_url": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[edition.pk]),
        }
        status = 409 if changed else 422 if form is not None and form.errors else 200
        return render(request, "admin/articles/edition_step.html", context, status=status)
