"""What the admin pages of the working copies of articles and of self-checks share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override

from articles import approval
from articles.log import What, note
from articles.models import Section, Step, Submission
from articles.preview import FRAMING

from . import comparing
from .guarded import GuardedAdmin
from .review_forms import ApproveForm
from .review_screen import ReviewScreen


@dataclass(frozen=True)
class ShownFinding:
    """A finding with the address of the place to mend it."""

    message: str
    url: str
    blocks: bool


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
        return approval.has_permission(request.user, action, self.model)

    def get_urls(self) -> list[URLPattern]:
        steps = {"publish": self.publish_view, "compare": self.compare_view}
        return [*step_urls(self, steps), *super().get_urls()]

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
        """A draft goes with its sections and submissions, which nobody deletes by themselves. What has an edition stays:
        then the page names the editions, and not a permission that nobody has."""
        shown, counts, missing, protected = super().get_deleted_objects(objs, request)
        edition = self.model._meta.get_field("editions").related_model
        names = {model._meta.verbose_name for model in (Section, Submission, edition)}
        return shown, counts, missing - names, protected


def step_urls(model_admin: Any, steps: Mapping[str, Callable[..., HttpResponse]]) -> list[URLPattern]:
    """An address below that of a row for each step, such as `articles/article/7/publish/`."""
    opts = model_admin.model._meta
    return [
        path(
            f"<path:object_id>/{name}/",
            model_admin.admin_site.admin_view(view),
            name=f"{opts.app_label}_{opts.model_name}_{name}",
        )
        for name, view in steps.items()
    ]


def not_found(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Back to the start page with Django's own message, as the change page does it."""
    redirect: HttpResponse = model_admin._get_obj_does_not_exist_redirect(request, model_admin.opts, object_id)
    return redirect
