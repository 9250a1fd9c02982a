"""A self-check as a wizard of django-formtools would take it: the same questions, asked of the same patients.

One form for each question of the definition, `show_if` as the wizard's condition, and the site's own page around it.
"""

from functools import cache
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from formtools.wizard.views import CookieWizardView, SessionWizardView

from checker.definition import Definition, Question
from checker.evaluation import AnswerError, Answers, check_answer, holds, walk
from checker.starter_files import definitions
from config.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500"]

DEFINITION = next(each for each in definitions() if each.quiz == "leg-cramps")
TEMPLATE = """{% extends "base.html" %}
{% block main %}
  {% include "checker/_help.html" with clinic=clinic only %}
  {% if result %}<h1>{{ result.level.slug }}: {{ result.outcome.title }}</h1>{% else %}
  <form method="post">{{ wizard.management_form }}<h1>{{ wizard.form.heading }}</h1>{{ wizard.form.as_div }}
    {% if wizard.steps.prev %}<button name="wizard_goto_step" value="{{ wizard.steps.prev }}">Back</button>{% endif %}
    <button>Continue</button>
  </form>{% endif %}
{% endblock %}"""


def form_for(question: Question) -> type[forms.Form]:
    kind, widget = (
        (forms.ChoiceField, forms.RadioSelect)
        if question.type == "single"
        else (forms.MultipleChoiceField, forms.CheckboxSelectMultiple)
    )
    choices = [(choice.key, choice.text) for choice in question.choices]

    def clean_answer(self: forms.Form) -> frozenset[str]:
        given = self.cleaned_data["answer"]
        try:
            return check_answer(question, [given] if isinstance(given, str) else given)
        except AnswerError as error:
            raise forms.ValidationError(str(error)) from error

    field = kind(choices=choices, widget=widget, help_text=question.hint, label=question.text)
    return type(question.key, (forms.Form,), {"answer": field, "clean_answer": clean_answer, "heading": question.text})


def answers_so_far(wizard: Any, until: Question, definition: Definition) -> Answers:
    found = {}
    for question in definition.questions[: definition.questions.index(until)]:
        cleaned = wizard.get_cleaned_data_for_step(question.key)
        if cleaned:
            found[question.key] = cleaned["answer"]
    return found


def is_asked(question: Question) -> Any:
    def condition(wizard: Any) -> bool:
        given = answers_so_far(wizard, question, DEFINITION)
        return question.show_if is None or holds(question.show_if, given)

    return condition


class Pages:
    """The one page of the wizard."""

    def render(self, form: Any = None, **kwargs: Any) -> HttpResponse:
        context = self.get_context_data(form=form or self.get_form(), **kwargs)  # type: ignore[attr-defined]
        return page(self.request, context)  # type: ignore[attr-defined]

    def done(self, form_list: Any, form_dict: dict[str, forms.Form], **kwargs: Any) -> HttpResponse:
        given = {key: form.cleaned_data["answer"] for key, form in form_dict.items()}
        return page(self.request, {"result": walk(DEFINITION, given).result})  # type: ignore[attr-defined]


@cache
def template() -> Any:
    return engines["django"].from_string(TEMPLATE)


def page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return HttpResponse(template().render(context, request))


class InCookie(Pages, CookieWizardView):
    pass


class InSession(Pages, SessionWizardView):
    pass


FORMS = [(question.key, form_for(question)) for question in DEFINITION.questions]
CONDITIONS = {question.key: is_asked(question) for question in DEFINITION.questions if question.show_if}
urlpatterns = [
    path("wizard/cookie/", InCookie.as_view(FORMS, condition_dict=CONDITIONS)),
    path("wizard/session/", InSession.as_view(FORMS, condition_dict=CONDITIONS)),
    *urlpatterns,
]
