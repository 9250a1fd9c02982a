"""Form fields about the answers of a self-check: which of them a story gives, and which a condition names."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checker import conditions, definition_types, models
from checker.evaluation import AnswerError, check_answer

type Sheet = tuple[definition_types.Question, ...]


def sheet_of(quiz: Any) -> Sheet:
    """The questions of a self-check (its primary key, as typed) with their choices; nothing if there is no such check."""
    if not str(quiz).isdecimal():
        return ()
    rows = models.Question.objects.filter(quiz_id=int(quiz)).prefetch_related("choices")
    return tuple(
        definition_types.Question(
            row.key,
            row.kind,
            row.text,
            tuple(definition_types.Choice(each.key, each.text, exclusive=each.exclusive) for each in row.choices.all()),
        )
        for row in rows
    )


def refs_of(sheet: Sheet) -> list[str]:
    return [f"{question.key}.{choice.key}" for question in sheet for choice in question.choices]


def check_known(sheet: Sheet, refs: Iterable[str]) -> None:
    """Refuse what this self-check does not have, and say what may have been meant."""
    known = refs_of(sheet)
    if unknown := [ref for ref in refs if ref not in known]:
        names = ", ".join(f"“{ref}”" for ref in unknown)
        sentence = _("This self-check has no answer %(names)s.") % {"names": names}
        if close := get_close_matches(unknown[0], known, n=1):
            sentence += " " + _("Did you mean “%(ref)s”?") % {"ref": close[0]}
        raise ValidationError(sentence)


class AnswerBoxes(forms.CheckboxSelectMultiple):
    """A group of boxes for each question. What was ticked and is gone from the self-check stands at the end, ticked."""

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> Any:
        groups: list[Any] = list(self.choices)
        known = {ref for _question, options in groups for ref, _label in options}
        if gone := [(ref, ref) for ref in value if ref not in known]:
            groups.append((_("No longer in this self-check. Untick these:"), gone))
        return forms.CheckboxSelectMultiple(self.attrs, groups).optgroups(name, value, attrs)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return render_to_string("admin/checker/answer_boxes.html", self.get_context(name, value, attrs))


class AnswersField(forms.Field):
    """A story's answers, `{question: [choice, …]}`; a browser sends `question.choice` for each box that is ticked."""

    widget = AnswerBoxes
    default_error_messages = {"required": gettext_lazy("Tick the answers that the patient gives.")}
    sheet: Sheet = ()

    def offer(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.widget.choices = [
            (
                f"{question.text} {_('(one answer)')}" if question.type == "single" else question.text,
                [(f"{question.key}.{choice.key}", choice.text) for choice in question.choices],
            )
            for question in sheet
        ]

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return [f"{question}.{choice}" for question, chosen in value.items() for choice in chosen]
        return value

    def to_python(self, value: Any) -> dict[str, list[str]]:
        ticked = set(value or [])
        check_known(self.sheet, sorted(ticked))
        answers = {}
        for question in self.sheet:
            chosen = [choice.key for choice in question.choices if f"{question.key}.{choice.key}" in ticked]
            if chosen:
                try:
                    check_answer(question, chosen)
                except AnswerError as error:
                    raise ValidationError(f"“{question.text}”: {error}") from error
                answers[question.key] = chosen
        return answers

    def has_changed(self, initial: Any, data: Any) -> bool:
        return set(self.prepare_value(initial or {})) != set(data or [])


class ConditionBox(forms.Textarea):
    """The lines of a condition, and beneath them every answer that they can name."""

    sheet: Sheet = ()

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        context = {
            "box": super().render(name, value, attrs, renderer),
            "sheet": self.sheet,
            "id": (attrs or {}).get("id"),
        }
        return render_to_string("admin/checker/condition_box.html", context)


class ConditionField(forms.CharField):
    """A condition, a line for each part."""

    widget = ConditionBox(attrs={"rows": 4, "class": "vLargeTextField", "spellcheck": "false"})
    sheet: Sheet = ()

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "help_text",
            gettext_lazy(
                "One line for each part, all of which must hold: “any: leg_look.swollen, body.fever”, “all: …”, “none of: …”. Or “always”."
            ),
        )
        super().__init__(**kwargs)

    def offer(self, sheet: Sheet) -> None:
        self.sheet = self.widget.sheet = sheet

    def prepare_value(self, value: Any) -> Any:
        return conditions.to_lines(value) if isinstance(value, dict) else value

    def to_python(self, value: Any) -> Any:
        try:
            return conditions.from_lines(super().to_python(value) or "")
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def validate(self, value: Any) -> None:
        super().validate(value)
        check_known(self.sheet, conditions.refs(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return (initial or None) != self.to_python(data)
        except ValidationError:
            return True

    def run_validators(self, value: Any) -> None:
        """The length limits of a text do not fit a condition."""
