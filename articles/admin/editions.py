"""Reading the editions of articles, bringing one back, withdrawing one."""

from typing import Any

from django.contrib import admin
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from articles import publishing
from articles.models import Article, ArticleEdition, Clinic

from .publishing import EditionAdmin, EditionStatus
from .rating import quality, rate_view
from .using import ArticleWithdrawForm


@admin.register(ArticleEdition)
class ArticleEditionAdmin(EditionAdmin):
    list_display = [
        "title",
        "number",
        "status",
        "goes_live_at",
        "expires_at",
        "reviewer_name",
        "published_by",
        "reason",
    ]
    list_filter = [EditionStatus, "topic", "goes_live_at"]
    search_fields = ["title", "slug", "reason", "reviewer_name"]
    fields = [
        ("article", "number", "status"),
        "reason",
        ("goes_live_at", "expires_at"),
        ("published_at", "published_by"),
        ("approved_by", "reviewer_name", "submitted_by_name"),
        ("last_reviewed", "next_review_due"),
        "quality",
        "said",
        "fingerprint",
        "text",
    ]  # fmt: skip
    readonly_fields = [*EditionAdmin.readonly_fields, "quality"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(rate_view)
        return [
            path("<path:object_id>/rate/<slug:key>/", view, name="articles_articleedition_rate"),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("quality"))
    def quality(self, edition: ArticleEdition) -> SafeString:
        return quality(edition)

    @admin.display(description=gettext_lazy("text"))
    def text(self, edition: ArticleEdition) -> SafeString:
        context = {"edition": edition, "sections": edition.sections.all(), "clinic": Clinic.objects.current()}
        return render_to_string("admin/articles/edition_text.html", context)

    def restore(self, edition: ArticleEdition, *, by: Any) -> Article:
        return publishing.restore(edition, by=by)

    def withdraw_form(self, data: Any, edition: ArticleEdition) -> ArticleWithdrawForm:
        return ArticleWithdrawForm(data, edition=edition)

    def withdraw(self, edition: ArticleEdition, **kwargs: Any) -> Any:
        return publishing.withdraw(edition, **kwargs)
