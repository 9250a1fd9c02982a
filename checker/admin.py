"""Where staff edit self-checks: the check with all its parts a click away. The parts have screens of their own."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.context_processors import PermWrapper
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import problems
from articles.admin.content import LiveFilter
from articles.admin.drafts import DraftFilter
from articles.admin.problems import ProblemFilter, check_now
from articles.admin.publishing import ShownFinding, not_found
from articles.admin.reviewing import ReviewFilter, review_due, with_review_due
from checker import conditions, publishing, review_facts, story_table
from checker.admin_editions import QuizEditionAdmin
from checker.admin_parts import OutcomeAdmin, QuestionAdmin, RuleAdmin, VignetteAdmin
from checker.admin_steps import QuizStepsAdmin
from checker.approve_form import QuizApproveForm
from checker.changes import describe, summarize
from checker.comparison import compare
from checker.definition import Definition, DefinitionError, parse
from checker.finding import Finding
from checker.forms import QuizForm
from checker.models import Quiz, QuizEdition
from checker.overview import Addresses, changes_since_live, overview_of

__all__ = ["OutcomeAdmin", "QuestionAdmin", "QuizAdmin", "QuizEditionAdmin", "RuleAdmin", "VignetteAdmin"]


@admin.register(Quiz)
class QuizAdmin(QuizStepsAdmin):
    form = QuizForm
    list_display = ["title", "question_count", "outcome_count", "live", review_due, "updated_at"]
    list_filter = [LiveFilter, DraftFilter, ReviewFilter, ProblemFilter, "updated_at"]
    actions = [check_now]
    search_fields = ["title", "slug", "questions__text", "outcomes__title"]
    fieldsets = [
        (None, {"fields": ["title", "slug", "estimated_minutes", "intro", "result_notes", "review_months"]}),
        (gettext_lazy("Questions, outcomes, rules and stories"), {"fields": ["parts"]}),
    ]
    readonly_fields = ["parts"]
    prepopulated_fields = {"slug": ["title"]}
    # Its questions and rules are saved on pages of their own.
    preview_posts = False
    approve_form = QuizApproveForm
    facts_template = "admin/checker/_quiz_facts.html"

    class Media:
        css = {"all": ["css/admin-quiz.css"]}

    def preview_url(self, obj: Quiz | None) -> str:
        return reverse("preview_check", args=[obj.slug]) if obj else ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Quiz]:
        quizzes = super().get_queryset(request)
        return with_review_due(
            quizzes.annotate(
                questions_number=Count("questions", distinct=True), outcomes_number=Count("outcomes", distinct=True)
            )
        )

    def get_prepopulated_fields(self, request: HttpRequest, obj: Quiz | None = None) -> dict[str, Any]:
        return {} if obj else super().get_prepopulated_fields(request, obj)

    @admin.display(description=gettext_lazy("questions"), ordering="questions_number")
    def question_count(self, quiz: Any) -> int:
        return quiz.questions_number

    @admin.display(description=gettext_lazy("outcomes"), ordering="outcomes_number")
    def outcome_count(self, quiz: Any) -> int:
        return quiz.outcomes_number

    @admin.display(description=gettext_lazy("live"), boolean=True)
    def live(self, quiz: Quiz) -> bool:
        return quiz.pk in self._live_quizzes

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self._live_quizzes = set(QuizEdition.objects.live().values_list("quiz_id", flat=True))
        return super().changelist_view(request, extra_context)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        quiz = super().get_object(request, object_id, from_field)
        if quiz is not None:
            # Its parts are shown without the request.
            quiz.shown_to = request.user
        return quiz

    @admin.display(description=gettext_lazy("Parts"))
    def parts(self, quiz: Quiz) -> SafeString | str:
        """Every part of the check with a link to the screen where it is edited."""
        if quiz.pk is None:
            return gettext_lazy("Save the self-check first. Then add its questions, outcomes, rules and stories here.")
        addresses = Addresses(quiz, self.admin_url)
        overview = overview_of(quiz, addresses)
        context = {
            "quiz": quiz,
            "perms": PermWrapper(quiz.shown_to),  # type: ignore[attr-defined]
            "overview": overview,
            "questions": addresses.questions,
            "outcomes": quiz.outcomes.annotate(link_count=Count("links")),
            "rules": [(rule, conditions.to_lines(rule.when)) for rule in quiz.rules.select_related("outcome")],
            "stories": [(row, overview.results.get(row.name)) for row in addresses.rows["vignette"].values()],
        }
        if overview.is_large:
            context["checks_url"] = self.admin_url("checks", quiz)
        else:
            context |= self._checks_and_changes(quiz, overview.definition, addresses)
        return render_to_string("admin/checker/quiz_parts.html", context)

    def _checks_and_changes(self, quiz: Quiz, definition: Definition | None, addresses: Addresses) -> dict[str, Any]:
        changes = changes_since_live(quiz, definition) if definition else None
        return {
            "findings": self._shown(self._check(quiz), addresses),
            "readable": definition is not None,
            "changes": changes
            and {
                "edition": changes.edition,
                "summary": changes.summary,
                "shown": [(each, addresses(each.place)) for each in changes.described],
            },
        }

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.checks_view)
        return [path("<path:object_id>/checks/", view, name="checker_quiz_checks"), *super().get_urls()]

    def checks_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The proofs of a self-check that is too large for them to be made while its page loads."""
        quiz = self.get_object(request, object_id)
        if quiz is None:
            return not_found(self, request, object_id)
        if not self.has_view_permission(request, quiz):
            raise PermissionDenied
        addresses = Addresses(quiz, self.admin_url)
        overview = overview_of(quiz, addresses)
        context = {
            **self.admin_site.each_context(request),
            **self._checks_and_changes(quiz, overview.definition, addresses),
            "title": _("Checks: %(name)s") % {"name": quiz},
            "opts": self.opts,
            "original": quiz,
        }
        return render(request, "admin/checker/checks.html", context)

    def shown_findings(self, obj: Quiz) -> list[ShownFinding]:
        return self._shown(self._check(obj), Addresses(obj, self.admin_url))

    def _check(self, quiz: Quiz) -> list[Finding]:
        """What a check finds is kept for the start page and for lists."""
        findings = publishing.check(quiz)
        problems.keep(quiz, findings)
        return findings

    def _shown(self, findings: list[Finding], addresses: Addresses) -> list[ShownFinding]:
        return [ShownFinding(finding.message, addresses(finding.place), finding.blocks) for finding in findings]

    def review_facts(self, obj: Quiz) -> dict[str, Any]:
        facts, addresses = review_facts.of_quiz(obj), Addresses(obj, self.admin_url)
        return {
            "quiz": facts,
            "summary": facts.summary,
            "changes": {
                "summary": facts.urgency,
                "shown": [(each, addresses(each.place)) for each in facts.changes],
            },
            "stories": story_table.table(facts.definition) if facts.definition else [],
        }

    def shown_changes(self, before: Any, now: Any) -> SafeString:
        try:
            old, new = parse(before), parse(now)
        except DefinitionError:
            return format_html("<p>{}</p>", _("It is not complete, so the changes cannot be listed."))
        comparison = compare(old, new)
        changes = {"summary": summarize(comparison), "shown": [(each, "") for each in describe(comparison, old, new)]}
        return render_to_string("admin/checker/_described.html", {"changes": changes})
