"""The screens that turn a working copy into an edition, for articles and self-checks alike."""

import datetime
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csp import csp_override

from articles.models.fields import known_placeholders
from articles.preview import FRAMING
from articles.publishing import CannotPublish


@dataclass(frozen=True)
class ShownFinding:
    """A finding with the address of the place to mend it."""

    message: str
    url: str
    blocks: bool


class PublishForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("What changed"),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=gettext_lazy("One sentence, for patients and for whoever looks back."),
    )
    goes_live_at = forms.SplitDateTimeField(
        label=gettext_lazy("Goes live"),
        required=False,
        widget=AdminSplitDateTime,
        help_text=gettext_lazy("Leave empty for now."),
    )
    expires_at = forms.SplitDateTimeField(
        label=gettext_lazy("Expires"),
        required=False,
        widget=AdminSplitDateTime,
        help_text=gettext_lazy("Leave empty if it has no end. After this moment patients see that it was taken down."),
    )

    def clean_goes_live_at(self) -> Any:
        moment = self.cleaned_data["goes_live_at"]
        if moment and moment < timezone.now() - datetime.timedelta(minutes=5):
            raise forms.ValidationError(_("This moment has passed. Leave it empty to publish now."))
        return moment

    def clean(self) -> None:
        super().clean()
        begins = self.cleaned_data.get("goes_live_at") or timezone.now()
        ends = self.cleaned_data.get("expires_at")
        if ends and ends <= begins:
            self.add_error("expires_at", _("It must expire after it goes live."))


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


class PublishableAdmin(admin.ModelAdmin):
    """An admin with a “Publish” screen. A subclass says how to check, publish and restore its model."""

    change_form_template = "admin/articles/publishable_change_form.html"
    # Our own link says which edition patients see, and only while there is one.
    view_on_site = False
    save_on_top = True
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

    def publish(self, obj: Any, **kwargs: Any) -> Any:
        raise NotImplementedError

    def may(self, action: str, request: HttpRequest) -> bool:
        opts = self.model._meta
        return request.user.has_perm(f"{opts.app_label}.{action}_{opts.model_name}")

    def get_urls(self) -> list[URLPattern]:
        opts = self.model._meta
        view = self.admin_site.admin_view(self.publish_view)
        own = path("<path:object_id>/publish/", view, name=f"{opts.app_label}_{opts.model_name}_publish")
        return [own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        obj = self.get_object(request, object_id)
        extra = {}
        if obj is not None:
            extra = {
                "publish_url": self.admin_url("publish", obj) if self.may("publish", request) else "",
                "preview_url": self.preview_url(obj),
                "live_edition": obj.editions.live().first(),
                "editions_url": f"{self.editions_url()}?{obj.editions.model.parent_field}__id__exact={obj.pk}",
            }
        return super().change_view(request, object_id, form_url, extra | (extra_context or {}))

    def editions_url(self) -> str:
        edition = self.model._meta.get_field("editions").related_model._meta
        return reverse(f"admin:{edition.app_label}_{edition.model_name}_changelist")

    def admin_url(self, what: str, obj: models.Model) -> str:
        opts = obj._meta
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_{what}", args=[obj.pk])

    def publish_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """GET shows the checks and what will happen; POST publishes, unless something stands against it."""
        obj = self.get_object(request, object_id)
        if obj is None:
            return not_found(self, request, object_id)
        if not self.may("publish", request):
            raise PermissionDenied
        form = PublishForm(request.POST or None)
        findings = self.shown_findings(obj)
        blocked = any(finding.blocks for finding in findings)
        approve = self.may("approve", request)
        if request.method == "POST" and form.is_valid() and not blocked:
            try:
                edition = self.publish(obj, by=request.user, approve=approve, **form.cleaned_data)
            except CannotPublish:
                # Something changed between the check and now: show the checks as they are.
                findings, blocked = self.shown_findings(obj), True
            else:
                self.log_change(request, obj, f"Published edition {edition.number}. {edition.reason}")
                messages.success(request, published_message(edition))
                return HttpResponseRedirect(self.admin_url("change", obj))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Publish: %(name)s") % {"name": obj},
            "opts": self.opts,
            "original": obj,
            "form": form,
            "media": self.media + form.media,
            "findings": findings,
            "blocked": blocked,
            "approve": approve,
            "next_number": (obj.editions.order_by("-number").values_list("number", flat=True).first() or 0) + 1,
            "change_url": self.admin_url("change", obj),
        }
        return render(request, "admin/articles/publish.html", context, status=422 if form.errors else 200)


def published_message(edition: Any) -> str:
    if edition.goes_live_at > timezone.now():
        moment = date_format(timezone.localtime(edition.goes_live_at), "DATETIME_FORMAT")
        return format_html(_("{} will go live on {}."), edition, moment)
    return format_html(_('{} is live. <a href="{}">See it as patients do</a>'), edition, edition.get_absolute_url())


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
            return queryset.filter(goes_live_at__gt=timezone.now(), withdrawal__isnull=True)
        if self.value() == "withdrawn":
            return queryset.filter(withdrawal__isnull=False)
        return queryset


class EditionAdmin(admin.ModelAdmin):
    """Editions can be read, brought back into the working copy and withdrawn, and nothing else."""

    change_form_template = "admin/articles/edition_change_form.html"
    readonly_fields = ["status", "text"]
    # Its address shows the edition that is live now, which may be another one.
    view_on_site = False
    date_hierarchy = "published_at"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def restore(self, edition: Any) -> models.Model:
        raise NotImplementedError

    def withdraw(self, edition: Any, **kwargs: Any) -> Any:
        raise NotImplementedError

    def withdraw_form(self, data: Any, edition: Any) -> WithdrawForm:
        return WithdrawForm(data)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        current = self.model._default_manager.current().filter(pk=OuterRef("pk"))
        editions = super().get_queryset(request).select_related("withdrawal", "published_by", "approved_by")
        return editions.annotate(is_current=Exists(current))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        parent = self.model._meta.get_field(self.model.parent_field).related_model._meta
        may_publish = request.user.has_perm(f"{parent.app_label}.publish_{parent.model_name}")
        return super().change_view(request, object_id, form_url, {"may_publish": may_publish} | (extra_context or {}))

    def get_urls(self) -> list[URLPattern]:
        opts = self.model._meta
        steps = {"restore": self.restore_view, "withdraw": self.withdraw_view}
        own = [
            path(
                f"<path:object_id>/{name}/",
                self.admin_site.admin_view(view),
                name=f"{opts.app_label}_{opts.model_name}_{name}",
            )
            for name, view in steps.items()
        ]
        return [*own, *super().get_urls()]

    @admin.display(description=gettext_lazy("status"))
    def status(self, edition: Any) -> str:
        now = timezone.now()
        if getattr(edition, "withdrawal", None):
            return _("withdrawn")
        if edition.goes_live_at > now:
            return _("goes live later")
        if edition.expires_at and edition.expires_at <= now:
            return _("expired")
        return _("live") if edition.is_current else _("replaced")

    def _edition_for(self, request: HttpRequest, object_id: str) -> Any:
        edition = self.get_object(request, object_id)
        if edition is not None:
            parent = getattr(edition, self.model.parent_field)
            if not request.user.has_perm(f"{parent._meta.app_label}.publish_{parent._meta.model_name}"):
                raise PermissionDenied
        return edition

    def restore_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        edition = self._edition_for(request, object_id)
        if edition is None:
            return not_found(self, request, object_id)
        if request.method != "POST":
            return self._confirm(request, edition, "restore", _("Bring back %(edition)s") % {"edition": edition})
        try:
            parent = self.restore(edition)
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
        edition = self._edition_for(request, object_id)
        if edition is None:
            return not_found(self, request, object_id)
        change_url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[edition.pk])
        if getattr(edition, "withdrawal", None):
            messages.warning(request, _("This edition has been withdrawn already."))
            return HttpResponseRedirect(change_url)
        form = self.withdraw_form(request.POST or None, edition)
        if request.method != "POST" or not form.is_valid():
            return self._confirm(request, edition, "withdraw", _("Withdraw %(edition)s") % {"edition": edition}, form)
        self.withdraw(edition, by=request.user, **form.decision())
        self.log_change(request, edition, "Withdrawn.")
        messages.success(
            request, _("%(edition)s is withdrawn. Patients see your message instead.") % {"edition": edition}
        )
        return HttpResponseRedirect(change_url)

    def _confirm(self, request: HttpRequest, edition: Any, step: str, title: str, form: Any = None) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "original": edition,
            "step": step,
            "form": form,
            "back_url": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[edition.pk]),
        }
        return render(request, "admin/articles/edition_step.html", context)
