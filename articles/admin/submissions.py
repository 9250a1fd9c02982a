"""All submissions, and the log of every step: to look at, never to change."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import approval, waiting
from articles.models import Step, Submission

from .people import person
from .read_only import ReadOnlyAdmin

BY, EDITED_BY, ENDED_BY = (person(Submission, field) for field in ("by", "edited_by", "ended_by"))


class MineFilter(admin.SimpleListFilter):
    title = gettext_lazy("for me")
    parameter_name = "mine"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("review", _("Waiting for my review")), ("returned", _("Returned to me"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Submission]) -> QuerySet[Submission]:
        if self.value() == "review":
            return queryset.filter(pk__in=waiting.for_review_by(request.user).values("pk"))
        if self.value() == "returned":
            return queryset.filter(pk__in=waiting.returned_to(request.user).values("pk"))
        return queryset


class KindFilter(admin.SimpleListFilter):
    title = gettext_lazy("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(model._meta.label_lower, model._meta.verbose_name_plural) for model in approval.kinds]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Submission]) -> QuerySet[Submission]:
        chosen = [model for model in approval.kinds if model._meta.label_lower == self.value()]
        kinds = ContentType.objects.get_for_models(*chosen).values()
        return queryset.filter(content_type__in=kinds) if chosen else queryset


class StepKindFilter(KindFilter):
    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin):
    list_display = ["title", "kind", "state", BY, "at", "goes_live_at", "review"]
    list_filter = [MineFilter, "state", KindFilter, "at"]
    list_select_related = ["content_type", "by"]
    search_fields = ["title", "reason", "note", "comment", "by__username", "by__first_name", "by__last_name"]
    date_hierarchy = "at"
    list_per_page = 50
    readonly_fields = ["kind", "signatures"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [
            ("title", "kind", "state"),
            ("reason", "note"),
            (BY, "at", EDITED_BY),
            ("goes_live_at", "expires_at"),
            (ENDED_BY, "ended_at", "comment"),
            "signatures",
            "fingerprint",
        ]

    @admin.display(description=gettext_lazy("kind"), ordering="content_type")
    def kind(self, submission: Submission) -> str:
        return submission.content_type.name

    @admin.display(description=gettext_lazy("review"))
    def review(self, submission: Submission) -> str:
        page = "publish" if submission.is_waiting else "change"
        name = _("Review") if submission.is_waiting else _("Open")
        url = waiting.url_of(submission, page)
        return format_html('<a href="{}" aria-label="{}: {}">{}</a>', url, name, submission.title, name)

    @admin.display(description=gettext_lazy("signed without an account"))
    def signatures(self, submission: Submission) -> str:
        signed = [each.signature for each in submission.invitations.with_answers() if hasattr(each, "signature")]
        said = [
            f"{each}: {_('agrees') if each.agrees else _('wants changes')}. {each.comment}".strip() for each in signed
        ]
        return "\n".join(said) or "-"


@admin.register(Step)
class StepAdmin(ReadOnlyAdmin):
    list_display = ["at", "title", "what", "edition", "who", "why"]
    list_filter = ["what", StepKindFilter, "at"]
    search_fields = ["title", "who", "account", "why"]
    date_hierarchy = "at"
    list_per_page = 100
    fields = ["at", ("title", "noun", "edition"), "what", ("who", "account"), "why", "fingerprint"]
    readonly_fields = ["noun"]

    @admin.display(description=gettext_lazy("kind"))
    def noun(self, step: Step) -> str:
        return str(apps.get_model(step.kind)._meta.verbose_name)
