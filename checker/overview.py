"""What the page of a self-check shows beside its rows: the flow, what the proofs found, stories, what changed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from checker import rows
from checker.changes import Described, describe, summarize
from checker.comparison import compare
from checker.definition import Definition, DefinitionError, parse
from checker.finding import Place
from checker.flow import ADDON, flow_of
from checker.flow_outline import Link, Outline, outline_of
from checker.flow_picture import Picture, draw
from checker.models import Level, Quiz, QuizEdition, Vignette
from checker.vignettes import VignetteResult, run_vignettes

LANE_NAMES = {**dict(Level.choices), ADDON: _("Add-ons")}
# Above this, the proofs can take longer than a page may: they get a page of their own.
MOST_CHOICES_AND_RULES = 200


@dataclass(frozen=True)
class Changes:
    """What patients would notice if the working copy replaced the edition that is live."""

    edition: QuizEdition
    summary: tuple[str, str]
    described: list[Described]


@dataclass(frozen=True)
class Overview:
    """All None or empty while the working copy cannot be read as a definition."""

    definition: Definition | None = None
    picture: Picture | None = None
    outline: Outline | None = None
    results: dict[str, VignetteResult] = field(default_factory=dict)

    @property
    def is_large(self) -> bool:
        return self.definition is not None and size(self.definition) > MOST_CHOICES_AND_RULES


def size(definition: Definition) -> int:
    return sum(len(question.choices) for question in definition.questions) + len(definition.rules)


def overview_of(quiz: Quiz, address: Link) -> Overview:
    try:
        definition = rows.to_definition(quiz)
    except DefinitionError:
        return Overview()
    flow = flow_of(definition)
    names = {lane: str(name) for lane, name in LANE_NAMES.items()}
    results = {result.id: result for result in run_vignettes(definition)}
    return Overview(definition, draw(flow, address, names), outline_of(flow, address, names), results)


def result_of(story: Vignette) -> VignetteResult | None:
    """What a saved story gets; None while the working copy cannot be read."""
    try:
        definition = rows.to_definition(story.quiz)
    except DefinitionError:
        return None
    return next(result for result in run_vignettes(definition) if result.id == story.name)


def changes_since_live(quiz: Quiz, definition: Definition) -> Changes | None:
    """None while patients see no edition."""
    edition = quiz.editions.live().first()
    if edition is None:
        return None
    before = parse(edition.definition)
    comparison = compare(before, definition)
    return Changes(edition, summarize(comparison), describe(comparison, before, definition))


class Addresses:
    """`Addresses(quiz)(place)` is the admin page of the row at a place; of the self-check, if there is no such row."""

    def __init__(self, quiz: Quiz, url: Callable[[str, Any], str]) -> None:
        self.url, self.whole = url, url("change", quiz)
        self.questions = list(quiz.questions.prefetch_related("choices"))
        self.rows: dict[str, dict[str, Any]] = {
            "question": {row.key: row for row in self.questions},
            "outcome": {row.key: row for row in quiz.outcomes.all()},
            "rule": {row.name: row for row in quiz.rules.all()},
            "vignette": {row.name: row for row in quiz.vignettes.all()},
        }
        self.choices = {
            (row.key, choice.key): number for row in self.questions for number, choice in enumerate(row.choices.all())
        }

    def __call__(self, place: Place) -> str:
        if place.kind == "choice":
            question = self(Place("question", place.keys[:1]))
            number = self.choices.get(place.keys[:2])  # type: ignore[arg-type]
            return question if number is None else f"{question}#choices-{number}"
        row = self.rows.get(place.kind, {}).get(place.keys[0] if place.keys else "")
        return self.url("change", row) if row else self.whole
