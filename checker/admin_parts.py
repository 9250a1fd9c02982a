"""Where staff edit the parts of a self-check: a screen for each question, outcome, rule and patient story."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin.guarded import GuardedAdmin
from articles.admin.ordering import OrderedInline
from checker import working_copy
from checker.forms import OutcomeForm, QuestionForm, RuleForm, VignetteForm
from checker.models import Choice, Outcome, OutcomeLink, Question, Quiz, Rule, Vignette
from checker.naming import answers_of, naming
from checker.overview import result_of


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
        self._note_deleted(request, [obj])

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        gone = list(queryset.select_related("quiz"))
        super().delete_queryset(request, queryset)
        self._note_deleted(request, gone)

    def _note_deleted(self, request: HttpRequest, gone: Iterable[Any]) -> None:
        """It is an edit of the check: its row is what remains to say who made it, and when."""
        for row in gone:
            self.log_change(request, row.quiz, f"Deleted {self.opts.verbose_name} “{row}”.")
        working_copy.touch({row.quiz_id for row in gone})

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


def _shown(row: Any) -> SafeString:
    """“Rule “E01: Call now (emergency)””, with a link to where it is mended."""
    opts = row._meta
    url = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[row.pk])
    name = Truncator(working_copy.called(row)).chars(100)
    return format_html('<a href="{}">{} “{}”</a>', url, capfirst(opts.verbose_name), name)


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

    def broken_without(self, objs: Iterable[Question]) -> list[SafeString]:
        going = list(objs)
        return [
            _shown(row)
            for quiz in sorted({question.quiz_id for question in going})
            for row in naming(quiz, answers_of(each.pk for each in going if each.quiz_id == quiz))
            if row not in going
        ]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Answers that were taken away here, or that have another key now, may be named elsewhere."""
        question = form.instance
        quiz, key = form.initial.get("quiz", question.quiz_id), form.initial.get("key", question.key)
        before = {f"{key}.{choice}" for choice in question.choices.values_list("key", flat=True)}
        super().save_related(request, form, formsets, change)
        now = answers_of([question.pk]) if quiz == question.quiz_id else set()
        if broken := [_shown(row) for row in naming(quiz, before - now)]:
            said = _(
                "It is saved. But answers are gone that these name, so the checks will stop it from being published until each is mended:"
            )
            messages.warning(
                request, format_html("{} {}", said, format_html_join(", ", "{}", ((row,) for row in broken)))
            )

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
