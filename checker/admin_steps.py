"""The screens that change or copy a whole self-check at once: order, copy, import and export."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from articles import stale
from articles.admin.publishing import PublishableAdmin, not_found
from articles.admin.since import since
from checker import fhir_import, fhir_pages, live, rows, working_copy
from checker.changes import describe, summarize
from checker.comparison import compare
from checker.definition import Definition, DefinitionError, Problem, to_yaml
from checker.models import Question, Quiz
from checker.step_forms import CopyQuestionForm, CopyQuizForm, OrderForm


class QuizStepsAdmin(PublishableAdmin):
    change_form_template = "admin/checker/quiz_change_form.html"
    change_list_template = "admin/checker/quiz_change_list.html"

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("import/", wrap(self.import_new_view), name="checker_quiz_import_new"),
            path("<int:quiz_id>/import/", wrap(self.import_view), name="checker_quiz_import"),
            path("<int:quiz_id>/export/", wrap(self.export_view), name="checker_quiz_export"),
            path("<int:quiz_id>/fhir/", wrap(self.fhir_view), name="checker_quiz_fhir"),
            path("<int:quiz_id>/copy/", wrap(self.copy_view), name="checker_quiz_copy"),
            path("<int:quiz_id>/order/<str:part>/", wrap(self.order_view), name="checker_quiz_order"),
            path("question/<int:question_id>/copy/", wrap(self.copy_question_view), name="checker_question_copy"),
            *super().get_urls(),
        ]

    def _quiz(self, request: HttpRequest, quiz_id: int) -> Quiz | None:
        quiz = self.get_object(request, str(quiz_id))
        if quiz is not None and not self.has_change_permission(request, quiz):
            raise PermissionDenied
        return quiz

    def _page(
        self, request: HttpRequest, name: str, title: str, changed: stale.Stale | None = None, **context: Any
    ) -> HttpResponse:
        """A page of these steps; one that shows an error is a 422, and a 409 if somebody `changed` the self-check meanwhile."""
        everywhere = {**self.admin_site.each_context(request), "title": title, "opts": self.opts}
        wrong = bool(context.get("problems") or (context.get("form") and context["form"].errors))
        everywhere |= {"wrong": wrong, "stale": changed is not None, "since": since(changed.changes) if changed else []}
        status = 409 if changed else 422 if wrong else 200
        return render(request, f"admin/checker/{name}.html", everywhere | context, status=status)

    def order_view(self, request: HttpRequest, quiz_id: int, part: str) -> HttpResponse:
        quiz = self._quiz(request, quiz_id)
        if quiz is None:
            return not_found(self, request, str(quiz_id))
        if part not in working_copy.ORDERED:
            raise Http404
        form = OrderForm(quiz, part, request.POST or None)
        changed = None
        if request.method == "POST" and form.is_valid():
            try:
                working_copy.reorder(quiz, part, form.order(), request.POST.get(stale.FIELD, ""))
            except stale.Stale as error:
                changed = error
            else:
                self.log_change(request, quiz, f"Changed the order of the {part}.")
                if "move" not in request.POST:
                    messages.success(request, _("The new order is saved."))
                    return HttpResponseRedirect(f"{self.admin_url('change', quiz)}#{form.anchor}")
                return HttpResponseRedirect(f"{request.path}?moved={form.moved}")
        return self._page(
            request,
            "order",
            _("Order of the %(rows)s: %(quiz)s") % {"rows": form.noun, "quiz": quiz},
            changed,
            original=quiz,
            form=form,
            token=stale.token(quiz),
            back_url=f"{self.admin_url('change', quiz)}#{form.anchor}",
            moved=request.GET.get("moved", ""),
        )

    def copy_view(self, request: HttpRequest, quiz_id: int) -> HttpResponse:
        quiz = self.get_object(request, str(quiz_id))
        if quiz is None:
            return not_found(self, request, str(quiz_id))
        if not (self.has_add_permission(request) and self.has_view_permission(request, quiz)):
            raise PermissionDenied
        form = CopyQuizForm(request.POST or None, initial={"title": _("%(title)s (copy)") % {"title": quiz.title}})
        if request.method == "POST" and form.is_valid():
            new = working_copy.copy_quiz(quiz, **form.cleaned_data)
            self.log_addition(request, new, f"Copied from {quiz.slug}.")
            messages.success(request, _("This is the copy. Patients cannot see it until it is approved."))
            return HttpResponseRedirect(self.admin_url("change", new))
        title = _("Copy: %(name)s") % {"name": quiz}
        return self._page(request, "copy", title, original=quiz, form=form, back_url=self.admin_url("change", quiz))

    def copy_question_view(self, request: HttpRequest, question_id: int) -> HttpResponse:
        question = Question.objects.select_related("quiz").filter(pk=question_id).first()
        if question is None:
            raise Http404
        if not (self.has_change_permission(request, question.quiz) and request.user.has_perm("checker.add_question")):
            raise PermissionDenied
        form = CopyQuestionForm(question, request.POST or None)
        if request.method == "POST" and form.is_valid():
            new = working_copy.copy_question(question, **form.cleaned_data)
            self.log_change(request, question.quiz, f"Copied question {question.key} to {new.key}.")
            messages.success(request, _("This is the copy. No rule uses it yet."))
            return HttpResponseRedirect(self.admin_url("change", new))
        title = _("Copy: %(name)s") % {"name": question}
        back = self.admin_url("change", question)
        return self._page(request, "copy", title, original=question.quiz, question=question, form=form, back_url=back)

    def export_view(self, request: HttpRequest, quiz_id: int) -> HttpResponse:
        """A file to keep, compare and bring back."""
        quiz = self.get_object(request, str(quiz_id))
        if quiz is None:
            return not_found(self, request, str(quiz_id))
        if not self.has_view_permission(request, quiz):
            raise PermissionDenied
        try:
            text = to_yaml(rows.to_definition(quiz))
        except DefinitionError:
            messages.error(request, _("This self-check cannot be exported yet. First mend what “Checks” names."))
            return HttpResponseRedirect(f"{self.admin_url('change', quiz)}#checks")
        return HttpResponse(
            text,
            content_type="application/yaml; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{quiz.slug}.yaml"', "Cache-Control": "no-store"},
        )

    def fhir_view(self, request: HttpRequest, quiz_id: int) -> HttpResponse:
        """The working copy as other systems would get it, marked as a draft."""
        quiz = self.get_object(request, str(quiz_id))
        if quiz is None:
            return not_found(self, request, str(quiz_id))
        if not self.has_view_permission(request, quiz):
            raise PermissionDenied
        try:
            definition = rows.to_definition(quiz)
        except DefinitionError:
            messages.error(request, _("This self-check cannot be exported yet. First mend what “Checks” names."))
            return HttpResponseRedirect(f"{self.admin_url('change', quiz)}#checks")
        draft = fhir_pages.exported(request, definition, None, live.sections_of([definition]))
        response = fhir_pages.answer(draft, file=f"{quiz.slug}-draft.json")
        response.headers["Cache-Control"] = "no-store"
        return response

    def import_view(self, request: HttpRequest, quiz_id: int) -> HttpResponse:
        quiz = self._quiz(request, quiz_id)
        if quiz is None:
            return not_found(self, request, str(quiz_id))
        return self._import(request, quiz)

    def import_new_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self._import(request, None)

    def _import(self, request: HttpRequest, quiz: Quiz | None) -> HttpResponse:
        """Asks for the text, then shows what would change, then does it. The text comes along on every page."""
        text, step = request.POST.get("text", ""), request.POST.get("step", "")
        definition: Definition | None = None
        problems: tuple[Problem, ...] = ()
        changed = None
        report: list[str] = []
        original = request.POST.get("original", "")
        if request.method == "POST" and fhir_import.looks_like_fhir(text):
            # Turned into our own form first; only that is compared and imported.
            step = "edit"
            try:
                text, report, original = *working_copy.read_fhir(text, quiz), text
            except DefinitionError as error:
                problems = error.problems
        if request.method == "POST" and step != "edit":
            try:
                definition = working_copy.read_import(text, quiz)
            except DefinitionError as error:
                problems = error.problems
        if definition and step == "replace":
            try:
                return self._imported(request, quiz, definition)
            except stale.Stale as error:
                changed = error
        title = _("Import: %(name)s") % {"name": quiz} if quiz else _("Import a new self-check")
        context: dict[str, Any] = {
            "original": quiz,
            "text": text,
            "problems": problems,
            "report": report,
            "pasted": original,
            "back_url": self.admin_url("change", quiz) if quiz else "../",
            "token": stale.token(quiz) if quiz else "",
        }
        if definition:
            return self._page(
                request, "import_confirm", title, changed, **context, **_what_would_change(quiz, definition)
            )
        return self._page(request, "import", title, **context)

    def _imported(self, request: HttpRequest, quiz: Quiz | None, definition: Definition) -> HttpResponse:
        if quiz is None:
            new = working_copy.add(definition)
            self.log_addition(request, new, "Imported from a text.")
        else:
            new = working_copy.replace(quiz, definition, request.POST.get(stale.FIELD, ""))
            self.log_change(request, new, "Imported from a text.")
        messages.success(
            request, _("The working copy says what you imported. Patients see no change until it is approved.")
        )
        return HttpResponseRedirect(self.admin_url("change", new))


def _what_would_change(quiz: Quiz | None, definition: Definition) -> dict[str, Any]:
    """For the page that asks: what the import adds, removes and changes in the working copy."""
    counts = {"definition": definition, "compared": False}
    if quiz is None:
        return counts
    try:
        before = rows.to_definition(quiz)
    except DefinitionError:
        return counts
    comparison = compare(before, definition)
    shown = [(each, "") for each in describe(comparison, before, definition)]
    return counts | {"compared": True, "changes": {"summary": summarize(comparison), "shown": shown}}
