"""What the rows of `checker.definition_rows` mean to staff: their fields and names, for the page that puts two changes together."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.db.models import Field, Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from articles.admin.stale_page import OrderField, ShownField
from articles.merge import Row, Rows
from checker.definition_rows import FIELDS, FLAGS, IN_FULL, LISTS, NUMBERS, choices_in_full, kind_of
from checker.models import Choice, Level, Outcome, Question, Quiz, Rule, Vignette

MODELS: dict[str, type[Model]] = {
    "": Quiz,
    "questions": Question,
    "choices": Choice,
    "outcomes": Outcome,
    "rules": Rule,
    "vignettes": Vignette,
}
# Where a setting of a definition has another name than its column.
COLUMNS = {"quiz": "slug", "type": "kind", "id": "name"}


class InFull(ShownField):
    """All choices of a question, a line each."""

    def in_words(self, value: str) -> str:
        choices = choices_in_full({IN_FULL: value or "{}"})
        return "\n".join(f"{row['text']} ({key}){_flag(row)}" for key, row in choices.items())


def _flag(row: Row) -> str:
    return f", {_('red flag:')} {row['red_flag']}" if row["red_flag"] else ""


class DefinitionParts:
    """The parts of a self-check that any of these states has, with the words of the last that has it."""

    def __init__(self, *states: Rows) -> None:
        self._kinds: dict[str, dict[str, forms.Field]] = {}
        self._fields: dict[str, dict[str, forms.Field]] = {}
        self.rows: dict[str, Row] = {}
        for state in states:
            self.rows |= state
        for key, row in [*self.rows.items()]:
            start = f"choices-{key.removeprefix('questions-')}."
            self.rows |= {f"{start}{choice}": each for choice, each in choices_in_full(row).items()}

    def noun(self, key: str) -> str:
        """With the key, since two outcomes may have one title, and many questions have a choice “None of these”."""
        kind, (question, _dot, choice) = kind_of(key), key.partition("-")[2].partition(".")
        noun = capfirst(str(MODELS[kind]._meta.verbose_name))
        if kind == "choices":
            return f"{capfirst(str(Question._meta.verbose_name))} {question}, {noun.lower()} {choice}"
        return noun if kind in ("rules", "vignettes") else f"{noun} {question}"

    def name(self, key: str) -> str:
        return str(self.rows.get(key, {}).get("id", ""))

    def fields(self, key: str) -> dict[str, forms.Field]:
        if key not in self._fields:
            self._fields[key] = {**self._of_kind(kind_of(key)), **self._orders(key)}
        return self._fields[key]

    def _of_kind(self, kind: str) -> dict[str, forms.Field]:
        if kind not in self._kinds:
            self._kinds[kind] = {name: self._field(kind, name) for name in FIELDS[kind]}
        return self._kinds[kind]

    def _orders(self, key: str) -> dict[str, forms.Field]:
        if key == "":
            nouns = {kind: {"rows": MODELS[kind]._meta.verbose_name_plural} for kind in LISTS}
            return {
                kind: OrderField(_("Order of the %(rows)s") % noun, self._names(f"{kind}-"))
                for kind, noun in nouns.items()
            }
        if kind_of(key) == "questions":
            names = self._names(f"choices-{key.removeprefix('questions-')}.")
            return {"choices": OrderField(_("Order of the choices"), names), IN_FULL: InFull(label=_("Choices"))}
        return {}

    def _field(self, kind: str, name: str) -> forms.Field:
        column: Any = MODELS[kind]._meta.get_field(COLUMNS.get(name, name))
        # The sections of an outcome are rows of their own.
        named = column.verbose_name if isinstance(column, Field) else column.related_model._meta.verbose_name_plural
        label = capfirst(str(named))
        if name in FLAGS:
            return forms.BooleanField(label=label)
        if name in NUMBERS:
            return forms.IntegerField(label=label)
        if name in ("key", "id", "quiz"):
            return forms.SlugField(label=label)
        if choices := self._choices(name):
            several = name == "answers"
            return (
                forms.MultipleChoiceField(label=label, choices=choices)
                if several
                else forms.ChoiceField(label=label, choices=choices)
            )
        return forms.MultipleChoiceField(label=label) if name == "must_link" else forms.CharField(label=label)

    def _choices(self, name: str) -> list[tuple[str, Any]]:
        find: Mapping[str, Callable[[], list[tuple[str, Any]]]] = {
            "type": lambda: [*Question.Kind.choices],
            "level": lambda: [*Level.choices],
            "min_level": lambda: [*Level.choices],
            "max_level": lambda: [("", _("none")), *Level.choices],
            "red_flag": lambda: [("", _("none")), *Level.choices],
            "outcome": lambda: [*self._names("outcomes-").items()],
            "answers": lambda: [(ref, f"“{text}” ({ref})") for ref, text in self._names("choices-").items()],
        }
        return find[name]() if name in find else []

    def _names(self, start: str) -> dict[str, str]:
        keys = [key for key in self.rows if key.startswith(start)]
        return {key.removeprefix(start): self._words(key) for key in keys}

    def _words(self, key: str) -> str:
        """What staff know a row by."""
        row = self.rows.get(key, {})
        if kind_of(key) == "vignettes":
            return f"{row.get('id', '')}: {row.get('story', '')}"
        if kind_of(key) == "rules":
            outcome = str(row.get("outcome", ""))
            return f"{row.get('id', '')}: {self._words(f'outcomes-{outcome}')}"
        return str(row.get("text") or row.get("title") or row.get("key") or key.partition("-")[2])
