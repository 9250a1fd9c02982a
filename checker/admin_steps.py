"""The screens that change or copy a whole self-check at once: order, copy, import and export."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from articles.admin.publishing import PublishableAdmin, not_found
from checker import fhir_pages, live, rows, working_copy
from checker.admin_import import ImportScreen
from checker.admin_order import OrderScreen
from checker.definition import Definition, DefinitionError, to_yaml
from checker.models import Question, Quiz
from checker.step_forms import CopyQuestionForm, CopyQuizForm


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

    def _page(self, request: HttpRequest, name: str, title: str, **context: Any) -> HttpResponse:
        """A page of these steps; one that shows an error is a 422."""
        everywhere = {**self.admin_site.each_context(request), "title": title, "opts": self.opts}
        wrong = bool(context["form"].errors)
        return render(
            request, f"admin/checker/{name}.html", everywhere | {"wrong": wrong} | context, status=422 if wrong else 200
        )

    def order_view(self, request: HttpRequest, quiz_id: int, part: str) -> HttpResponse:
        quiz = self._quiz(request, quiz_id)
        if quiz is None:
            return not_found(self, request, str(quiz_id))
        if part not in working_copy.ORDERED:
            raise Http404
        return OrderScreen(self, request, quiz, part).respond()

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

        def made(quiz: Quiz, definition: Definition) -> HttpResponse:
            headers = {"Content-Disposition": f'attachment; filename="{quiz.slug}.yaml"'}
            return HttpResponse(to_yaml(definition), content_type="application/yaml; charset=utf-8", headers=headers)

        return self._exported(request, quiz_id, made)

    def fhir_view(self, request: HttpRequest, quiz_id: int) -> HttpResponse:
        """The working copy as other systems would get it, marked as a draft."""

        def made(quiz: Quiz, definition: Definition) -> HttpResponse:
            draft = fhir_pages.exported(request, definition, None, live.sections_of([definition]))
            return fhir_pages.answer(draft, file=f"{quiz.slug}-draft.json")

        return self._exported(request, quiz_id, made)

    def _exported(
        self, request: HttpRequest, quiz_id: int, made: Callable[[Quiz, Definition], HttpResponse]
    ) -> HttpResponse:
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
        response = made(quiz, definition)
        response.headers["Cache-Control"] = "no-store"
        return response

    def import_view(self, request: HttpRequest, quiz_id: int) -> HttpResponse:
        quiz = self._quiz(request, quiz_id)
        if quiz is None and request.POST.get("text"):
            messages.warning(
                request, _("Somebody deleted this self-check. Your text is all here. It can become a new one.")
            )
            return ImportScreen(self, request, None).ask(action=reverse("admin:checker_quiz_import_new"))
        return ImportScreen(self, request, quiz).respond() if quiz else not_found(self, request, str(quiz_id))

    def import_new_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return ImportScreen(self, request, None).respond()
