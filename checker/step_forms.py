"""The forms of the screens in `admin_steps`."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checker.models import Question, Quiz
from checker.working_copy import called, rows_of

NOUNS = {
    "questions": gettext_lazy("questions"),
    "outcomes": gettext_lazy("outcomes"),
    "rules": gettext_lazy("rules"),
    "vignettes": gettext_lazy("patient stories"),
}


class CopyQuizForm(forms.ModelForm):
    class Meta:
        model = Quiz
        fields = ["title", "slug"]
        widgets = {name: forms.TextInput(attrs={"class": "vTextField"}) for name in fields}


class CopyQuestionForm(forms.ModelForm):
    class Meta:
        model = Question
        fields = ["text", "key"]
        widgets = {name: forms.TextInput(attrs={"class": "vTextField"}) for name in fields}

    def __init__(self, question: Question, data: Any = None) -> None:
        super().__init__(data, initial={"text": question.text, "key": f"{question.key}-2"[:40]})
        self.question = question

    def clean_key(self) -> str:
        key = self.cleaned_data["key"]
        if self.question.quiz.questions.filter(key=key).exists():
            raise ValidationError(_("Another question of this self-check has this key."))
        return key

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        if text == self.question.text:
            raise ValidationError(_("Change the words: patients cannot tell two questions with the same words apart."))
        return text


class OrderForm(forms.Form):
    """A number for each row of a part; `move` is “up-12” or “down-12”, by which a row goes one place.

    `shown` are the keys of the rows in the order in which a page showed them, if it says so.
    """

    def __init__(self, quiz: Quiz, part: str, data: Any = None, shown: Iterable[str] | None = None) -> None:
        self.noun, self.anchor = NOUNS[part], "stories" if part == "vignettes" else part
        rows = {row.pk: row for row in rows_of(quiz, part)}
        # As they stood when the numbers were typed.
        order = rows if shown is None else [int(pk) for pk in shown if int(pk) in rows]
        self.rows = [rows[pk] for pk in order]
        here = {f"place-{row.pk}": place for place, row in enumerate(self.rows, start=1)}
        super().__init__(None if data is None else here | data.dict())
        for place, row in enumerate(self.rows, start=1):
            self.fields[f"place-{row.pk}"] = forms.IntegerField(
                label=called(row), initial=place, min_value=1, max_value=10_000
            )

    def lines(self) -> list[dict[str, Any]]:
        return [
            {"name": called(row), "field": self[f"place-{row.pk}"], "up": f"up-{row.pk}", "down": f"down-{row.pk}"}
            for row in self.rows
        ]

    @property
    def moved(self) -> str:
        """`up-12`, or nothing if no row was moved by its button."""
        way, _dash, pk = self.data.get("move", "").partition("-")
        known = way in ("up", "down") and pk in {str(row.pk) for row in self.rows}
        return f"{way}-{pk}" if known else ""

    def order(self) -> list[int]:
        """The keys of the rows in the wanted order. A row that was given the place of another goes before it when it
        comes from below, and behind it when it comes from above."""

        def wanted(item: tuple[int, Any]) -> tuple[int, int, int]:
            was, row = item
            place = self.cleaned_data[f"place-{row.pk}"]
            return place, (place > was) - (place < was), was

        pks: list[int] = [row.pk for _was, row in sorted(enumerate(self.rows, start=1), key=wanted)]
        way, _dash, pk = self.moved.partition("-")
        if way:
            old = pks.index(int(pk))
            pks.insert(max(0, old + (-1 if way == "up" else 1)), pks.pop(old))
        return pks
