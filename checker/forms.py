"""Form fields and forms for the screens where staff edit a self-check."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from articles.models.fields import known_placeholders
from checker import conditions
from checker.models import Choice, Level, Outcome, Question, Quiz, Rule, Vignette


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


class ConditionField(forms.CharField):
    """A condition, a line for each part."""

    widget = forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField", "spellcheck": "false"})

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "help_text",
            _(
                "One line for each part, all of which must hold: “any: leg_look.swollen, body.fever”, “all: …”, “none of: …”. Or “always”."
            ),
        )
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return conditions.to_lines(value) if isinstance(value, dict) else value

    def to_python(self, value: Any) -> Any:
        try:
            return conditions.from_lines(super().to_python(value) or "")
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return (initial or None) != self.to_python(data)
        except ValidationError:
            return True

    def run_validators(self, value: Any) -> None:
        """The length limits of a text do not fit a condition."""


def check_refs(quiz: Quiz | None, condition: Any) -> None:
    """Refuse a condition that names a question or choice this self-check does not have."""
    if quiz is None or quiz.pk is None:
        return
    pairs = Choice.objects.filter(question__quiz=quiz).values_list("question__key", "key")
    known = {f"{question}.{choice}" for question, choice in pairs}
    if unknown := [ref for ref in conditions.refs(condition) if ref not in known]:
        names = ", ".join(f"“{ref}”" for ref in unknown)
        raise ValidationError(_("This self-check has no answer %(names)s.") % {"names": names})


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


class QuestionForm(forms.ModelForm):
    show_if = ConditionField(label=_("Ask only if"), required=False)

    class Meta:
        model = Question
        exclude: list[str] = []

    def clean(self) -> Any:
        cleaned = super().clean() or self.cleaned_data
        try:
            check_refs(cleaned.get("quiz"), cleaned.get("show_if"))
        except ValidationError as error:
            self.add_error("show_if", error)
        return cleaned


class RuleForm(forms.ModelForm):
    when = ConditionField(label=_("Holds when"))

    class Meta:
        model = Rule
        exclude: list[str] = []

    def clean(self) -> Any:
        cleaned = super().clean() or self.cleaned_data
        quiz, outcome = cleaned.get("quiz"), cleaned.get("outcome")
        try:
            check_refs(quiz, cleaned.get("when"))
        except ValidationError as error:
            self.add_error("when", error)
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
        if cleaned.get("level") == Level.EMERGENCY and len(cleaned.get("facts") or []) > 3:
            self.add_error("facts", _("An emergency has at most three facts: people read no more."))
        return cleaned


class AnswersField(forms.CharField):
    """A story's answers, a line for each question: `body: fever, wound`."""

    widget = forms.Textarea(attrs={"rows": 8, "class": "vLargeTextField", "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return "\n".join(f"{question}: {', '.join(chosen)}" for question, chosen in value.items())
        return value

    def to_python(self, value: Any) -> Any:
        answers: dict[str, list[str]] = {}
        for line in (super().to_python(value) or "").splitlines():
            question, colon, rest = line.partition(":")
            chosen = [key for key in rest.replace(",", " ").split() if key]
            if line.strip() and (not colon or not chosen):
                raise ValidationError(
                    _("“%(line)s” must be written as “question: choice, choice”.") % {"line": line.strip()}
                )
            if question.strip() in answers:
                raise ValidationError(
                    _("“%(question)s” stands there twice. Put its answers on one line.")
                    % {"question": question.strip()}
                )
            if line.strip():
                answers[question.strip()] = chosen
        return answers

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return (initial or {}) != self.to_python(data)
        except ValidationError:
            return True

    def run_validators(self, value: Any) -> None:
        """The length limits of a text do not fit answers."""


class VignetteForm(forms.ModelForm):
    answers = AnswersField(label=_("Answers"), help_text=_("A line for each question: “body: fever, wound”."))

    class Meta:
        model = Vignette
        exclude: list[str] = []

    def clean(self) -> Any:
        cleaned = super().clean() or self.cleaned_data
        named = [
            f"{question}.{choice}" for question, chosen in (cleaned.get("answers") or {}).items() for choice in chosen
        ]
        try:
            check_refs(cleaned.get("quiz"), {"any": named})
        except ValidationError as error:
            self.add_error("answers", error)
        return cleaned
