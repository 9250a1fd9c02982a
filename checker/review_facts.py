"""What a clinical reviewer needs to decide about a self-check, with the shortest way to say it first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from checker import rows
from checker.changes import Described, describe, summarize
from checker.comparison import Comparison, compare
from checker.definition import Definition, DefinitionError, parse
from checker.finding import name_condition
from checker.models import Quiz, QuizEdition
from checker.vignettes import VignetteResult, run_vignettes


@dataclass(frozen=True)
class QuizFacts:
    """`before` is the edition that patients got last, live or not. All empty while the working copy cannot be read."""

    before: QuizEdition | None = None
    definition: Definition | None = None
    comparison: Comparison | None = None
    changes: Sequence[Described] = ()
    stories: Sequence[VignetteResult] = ()

    @property
    def urgency(self) -> tuple[str, ...]:
        return summarize(self.comparison) if self.comparison else ()

    @property
    def summary(self) -> list[str]:
        if self.definition is None:
            return []
        return [self._changed(), *self.urgency, self._stories()]

    def _changed(self) -> str:
        assert self.definition is not None
        if self.before is None:
            number = len(self.definition.questions)
            return ngettext("New: %(n)d question.", "New: %(n)d questions.", number) % {"n": number}
        parts = [each for each in self.changes if not each.example]
        if not parts:
            return _("It says the same as edition %(n)d. Approving it renews its review.") % {"n": self.before.number}
        said = ngettext("Since edition %(n)d: %(parts)d change.", "Since edition %(n)d: %(parts)d changes.", len(parts))
        return said % {"n": self.before.number, "parts": len(parts)}

    def _stories(self) -> str:
        if not self.stories:
            return _("It has no patient stories to test it with.")
        passed = sum(each.passed for each in self.stories)
        return _("%(passed)d of %(all)d patient stories passed.") % {"passed": passed, "all": len(self.stories)}


def of_quiz(quiz: Quiz) -> QuizFacts:
    """The working copy as it is stored, compared with what patients got last."""
    try:
        definition = rows.to_definition(quiz)
    except DefinitionError:
        return QuizFacts()
    before = QuizEdition.objects.filter(quiz=quiz).current().first()
    stories = run_vignettes(definition)
    if before is None:
        return QuizFacts(definition=definition, stories=stories)
    old = parse(before.definition)
    comparison = compare(old, definition)
    return QuizFacts(before, definition, comparison, describe(comparison, old, definition), stories)


def reading_of_quiz(quiz: Quiz) -> tuple[str, dict[str, Any]]:
    """All questions, answers and results in words, and what changed since the last edition."""
    facts = of_quiz(quiz)
    changes = {"summary": facts.urgency, "shown": [(each, "") for each in facts.changes]}
    definition = facts.definition
    rules = [(rule, name_condition(definition, rule.when)) for rule in definition.rules] if definition else []
    titles = {outcome.key: outcome.title for outcome in definition.outcomes} if definition else {}
    return "checker/_review.html", {
        "facts": facts,
        "definition": definition,
        "changes": changes,
        "rules": [(rule, when, titles[rule.outcome]) for rule, when in rules],
    }
