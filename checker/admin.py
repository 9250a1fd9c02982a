"""Where staff edit self-checks: the check with all its parts a click away, and a screen for each part."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.context_processors import PermWrapper
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import problems
from articles.admin.content import LiveFilter
from articles.admin.drafts import DraftFilter
from articles.admin.edition_admin import EditionAdmin, EditionStatus
from articles.admin.guarded import GuardedAdmin
from articles.admin.ordering import OrderedInline
from articles.admin.problems import ProblemFilter, check_now
from articles.admin.publishing import ShownFinding, not_found
from articles.admin.reviewing import ReviewFilter, review_due, with_review_due
from articles.evidence import Evidence
from checker import conditions, publishing, review_facts, story_table, working_copy
from checker.admin_steps import QuizStepsAdmin
from checker.approve_form import QuizApproveForm
from checker.changed_parts import changed_parts
from checker.changes import describe, summarize
from checker.comparison import compare
from checker.definition import Definition, DefinitionError, parse, to_yaml
from checker.finding import Finding, name_condition
from checker.forms import OutcomeForm, QuestionForm, QuizForm, RuleForm, VignetteForm
from checker.models import Choice, Level, Outcome, OutcomeLink, Question, Quiz, QuizEdition, Rule, Vignette
from checker.overview import Addresses, changes_since_live, overview_of, result_of


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


class PartAdmin(GuardedAdmin):
    """A part of a self-check. After saving, staff are back on the check's own page."""

    parent_field = "quiz"
    list_select_related = ["quiz"]

    class Media:
        css = {"all": ["css/admin-quiz.css"]}
        js = ["js/admin-conditions.js"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        working_copy.touch({obj.quiz_id, form.initial.get("quiz", obj.quiz_id)})

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        working_copy.touch([obj.quiz_id])

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        quizzes = set(queryset.values_list("quiz_id", flat=True))
        super().delete_queryset(request, queryset)
        working_copy.touch(quizzes)

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return self._back_to_quiz(request, obj)

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return self._back_to_quiz(request, obj)

    def _back_to_quiz(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:checker_quiz_change", args=[obj.quiz_id]))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new part goes to the end of its check."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        quiz = str(initial.pop("quiz", ""))
        if quiz.isdecimal() and Quiz.objects.filter(pk=quiz).exists():
            initial["quiz"] = quiz
            last = self.model._default_manager.filter(quiz=quiz).order_by("-order").first()
            initial.setdefault("order", (last.order if last else 0) + 10)
        return initial


class ChoiceInline(OrderedInline):
    model = Choice
    fields = ["order", ("text", "key"), "hint", "red_flag", "severity", "exclusive", "rationale"]


@admin.register(Question)
class QuestionAdmin(PartAdmin):
    form = QuestionForm
    list_display = ["text", "key", "quiz", "kind", "order", "choice_count"]
    list_filter = ["quiz", "kind"]
    search_fields = ["text", "key", "choices__text"]
    fields = [("quiz", "order"), ("text", "key"), "hint", "kind", "show_if"]
    autocomplete_fields = ("quiz",)
    inlines = [ChoiceInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        return super().get_queryset(request).annotate(choices_number=Count("choices"))

    @admin.display(description=gettext_lazy("choices"), ordering="choices_number")
    def choice_count(self, question: Any) -> int:
        return question.choices_number


class OutcomeLinkInline(OrderedInline):
    model = OutcomeLink
    classes = []
    autocomplete_fields = ["section"]
    fields = ["order", "section"]


@admin.register(Outcome)
class OutcomeAdmin(PartAdmin):
    form = OutcomeForm
    list_display = ["title", "key", "quiz", "level", "addon", "order"]
    list_filter = ["quiz", "level", "addon"]
    search_fields = ["title", "key", "safety_net"]
    fields = [("quiz", "order"), ("title", "key"), "level", "facts", "safety_net", "addon"]
    autocomplete_fields = ("quiz",)
    inlines = [OutcomeLinkInline]


@admin.register(Rule)
class RuleAdmin(PartAdmin):
    form = RuleForm
    list_display = ["name", "quiz", "outcome", "default", "order"]
    list_filter = ["quiz", "outcome__level", "default"]
    list_select_related = ["quiz", "outcome"]
    search_fields = ["name", "outcome__title", "outcome__key", "rationale"]
    fields = [("quiz", "order"), "name", "when", "outcome", "default", "rationale"]
    autocomplete_fields = ("quiz", "outcome")


@admin.register(Vignette)
class VignetteAdmin(PartAdmin):
    form = VignetteForm
    list_display = ["name", "quiz", "story", "min_level", "max_level"]
    list_filter = ["quiz", "min_level"]
    search_fields = ["name", "story"]
    fields = [("quiz", "order"), "name", "story", "answers", "gets", ("min_level", "max_level"), "must_link", "basis"]
    readonly_fields = ["gets"]
    autocomplete_fields = ("quiz", "must_link")

    @admin.display(description=gettext_lazy("What it gets"))
    def gets(self, story: Vignette) -> SafeString | str:
        """What the saved answers get from the working copy."""
        if story.pk is None:
            return gettext_lazy("Save the story first.")
        return render_to_string("admin/checker/story_result.html", {"result": result_of(story)})


@admin.register(QuizEdition)
class QuizEditionAdmin(EditionAdmin):
    list_display = [
        "title",
        "number",
        "status",
        "changes",
        "goes_live_at",
        "expires_at",
        "reviewer_name",
        "published_by",
        "reason",
    ]
    list_filter = [EditionStatus, "quiz", "goes_live_at"]
    search_fields = ["title", "slug", "reason", "reviewer_name"]
    fields = [
        ("quiz", "number", "status"),
        "reason",
        ("goes_live_at", "expires_at"),
        ("published_at", "published_by"),
        ("approved_by", "reviewer_name", "submitted_by_name"),
        ("last_reviewed", "next_review_due"),
        ("lost_urgency", "less_urgent_reason"),
        "story_table",
        "said",
        "fingerprint",
        "text",
    ]  # fmt: skip

    readonly_fields = [*EditionAdmin.readonly_fields, "story_table", "lost_urgency"]
    evidence_template = "admin/evidence/quiz.html"

    def evidence_facts(self, evidence: Evidence) -> dict[str, Any]:
        now, before = parse(evidence.edition.definition), evidence.before
        return {
            "definition": now,
            "levels": Level.choices,
            "questions": [(each, name_condition(now, each.show_if) if each.show_if else "") for each in now.questions],
            "rules": [(rule, name_condition(now, rule.when)) for rule in now.rules],
            "changes": list(changed_parts(parse(before.definition), now)) if before else [],
        }

    @admin.display(description=gettext_lazy("definition"))
    def text(self, edition: QuizEdition) -> SafeString:
        text = to_yaml(parse(edition.definition))
        return render_to_string("admin/checker/edition_text.html", {"text": text})

    @admin.display(description=gettext_lazy("patient stories"))
    def story_table(self, edition: QuizEdition) -> SafeString:
        return render_to_string("admin/checker/_stories.html", {"stories": edition.stories})

    @admin.display(description=gettext_lazy("less urgent than before"))
    def lost_urgency(self, edition: QuizEdition) -> str:
        return format_html_join("", "<p>{}</p>", ((line,) for line in edition.less_urgent)) or "-"

    def restore(self, edition: QuizEdition, *, by: Any) -> Quiz:
        return publishing.restore(edition, by=by)

    def withdraw(self, edition: QuizEdition, **kwargs: Any) -> Any:
        return publishing.withdraw(edition, **kwargs)
