"""What patients say of a page, for staff to read and to mark as done."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.models import Feedback


class WaitingFilter(admin.SimpleListFilter):
    title = gettext_lazy("waiting")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Words that nobody has handled"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.waiting() if self.value() == "yes" else queryset


class WordsFilter(admin.SimpleListFilter):
    title = gettext_lazy("words")
    parameter_name = "words"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("With words")), ("no", _("Only yes or no"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Feedback]) -> QuerySet[Feedback]:
        if self.value() == "yes":
            return queryset.exclude(words="")
        return queryset.filter(words="") if self.value() == "no" else queryset


@admin.register(Feedback)
class FeedbackAdmin(admin.ModelAdmin):
    list_display = ["page", "part", "useful", "words", "day", "edition", "handled"]
    list_filter = [WaitingFilter, "handled", "useful", WordsFilter, "day", "article__topic"]
    list_select_related = ["article"]
    search_fields = ["article__title", "article__slug", "anchor", "words"]
    date_hierarchy = "day"
    list_per_page = 50
    fields = ["page", "part", "useful", "words", "day", "edition", "handled"]
    readonly_fields = ["page", "part", "useful", "words", "day", "edition"]
    actions = ["mark_handled", "mark_waiting"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=gettext_lazy("article"), ordering="article__title")
    def page(self, feedback: Feedback) -> str:
        return feedback.article.title

    @admin.display(description=gettext_lazy("section"), ordering="anchor")
    def part(self, feedback: Feedback) -> str:
        """Where it is edited: the article's page in the admin, at its sections."""
        change = reverse("admin:articles_article_change", args=[feedback.article_id])
        return format_html('<a href="{}#sections-group">{}</a>', change, feedback.anchor or _("the whole page"))

    @admin.action(description=gettext_lazy("Mark as handled"), permissions=["change"])
    def mark_handled(self, request: HttpRequest, chosen: QuerySet[Feedback]) -> None:
        self._mark(request, chosen, handled=True)

    @admin.action(description=gettext_lazy("Mark as not handled"), permissions=["change"])
    def mark_waiting(self, request: HttpRequest, chosen: QuerySet[Feedback]) -> None:
        self._mark(request, chosen, handled=False)

    def _mark(self, request: HttpRequest, chosen: QuerySet[Feedback], *, handled: bool) -> None:
        number = chosen.update(handled=handled)
        done = ngettext("%(number)d marked.", "%(number)d marked.", number) % {"number": number}
        messages.success(request, done)
