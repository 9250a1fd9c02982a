"""Form fields and forms for the screens where staff edit a self-check."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from articles.models.fields import known_placeholders
from checker.answer_fields import AnswersField, ConditionField, sheet_of
from checker.definition_types import MOST_EMERGENCY_FACTS
from checker.models import Level, Outcome, Question, Quiz, Rule, Vignette


class LinesField(forms.CharField):
    """A list of sentences, one a line."""

    widget = forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = [line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip()]
        for line in lines:
            known_placeholders(line)
        return lines

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or []) != self.to_python(data)

    def run_validators(self, value: Any) -> None:
        """The length limits of a text do not fit a list."""


class QuizForm(forms.ModelForm):
    result_notes = LinesField(label=_("Notes on every result"), required=False, help_text=_("One sentence a line."))

    class Meta:
        model = Quiz
        exclude: list[str] = []

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        if self.instance.pk and self.instance.editions.exists() and slug != self.initial["slug"]:
            raise ValidationError(
                _("This self-check has been published as “%(slug)s”. Its address is fixed.")
                % {"slug": self.initial["slug"]}
            )
        return slug


def offer_answers(form: forms.ModelForm, name: str) -> None:
    """Let a field know the answers of the self-check that the form is about; that may be one just typed."""
    if name in form.fields:
        form.fields[name].offer(sheet_of(form["quiz"].value()))  # type: ignore[attr-defined]


class QuestionForm(forms.ModelForm):
    show_if = ConditionField(label=_("Ask only if"), required=False)

    class Meta:
        model = Question
        exclude: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_answers(self, "show_if")


class RuleForm(forms.ModelForm):
    when = ConditionField(label=_("Holds when"))

    class Meta:
        model = Rule
        exclude: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_answers(self, "when")

    def clean(self) -> Any:
        cleaned = super().clean() or self.cleaned_data
        quiz, outcome = cleaned.get("quiz"), cleaned.get("outcome")
        if quiz and outcome and outcome.quiz_id != quiz.pk:
            self.add_error("outcome", _("This outcome belongs to another self-check."))
        return cleaned


class OutcomeForm(forms.ModelForm):
    facts = LinesField(
        label=_("Facts"), required=False, help_text=_("One sentence a line; at most three for an emergency.")
    )

    class Meta:
        model = Outcome
        exclude: list[str] = []

    def clean(self) -> Any:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("level") == Level.EMERGENCY and len(cleaned.get("facts") or []) > MOST_EMERGENCY_FACTS:
            self.add_error("facts", _("An emergency has at most three facts: people read no more."))
        return cleaned


class VignetteForm(forms.ModelForm):
    answers = AnswersField(
        label=_("Answers"), help_text=_("Tick what this patient answers to each question that is asked.")
    )

    class Meta:
        model = Vignette
        exclude: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_answers(self, "answers")
