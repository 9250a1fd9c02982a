"""What a self-check is made of: plain values that never change once they are made."""

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple, Self

from articles.yamlfile import FileError, shorten


class Level(IntEnum):
    """How soon to get help. A higher number is more urgent."""

    SELF_CARE = 1
    ROUTINE = 2
    SOON = 3
    URGENT = 4
    EMERGENCY = 5

    @property
    def slug(self) -> str:
        return self.name.lower().replace("_", "-")

    @classmethod
    def from_slug(cls, slug: str) -> Self:
        for level in cls:
            if level.slug == slug:
                return level
        raise ValueError(
            f'the level "{shorten(slug)}" is not known. Use emergency, urgent, soon, routine or self-care.'
        )


class ChoiceRef(NamedTuple):
    """One choice, as a condition names it: `question.choice`."""

    question: str
    choice: str

    def __str__(self) -> str:
        return f"{self.question}.{self.choice}"


# People read no more.
MOST_EMERGENCY_FACTS = 3


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds when every part that is given holds; `always` stands alone and always holds."""

    any: tuple[ChoiceRef, ...] = ()
    all: tuple[ChoiceRef, ...] = ()
    none_of: tuple[ChoiceRef, ...] = ()
    always: bool = False

    @property
    def asks(self) -> frozenset[str]:
        """The questions of which it wants an answer."""
        return frozenset(ref.question for ref in (*self.any, *self.all))


@dataclass(frozen=True, slots=True)
class Choice:
    """`severity` ranks the choices of one question: a higher number is graver. None: not ranked."""

    key: str
    text: str
    hint: str = ""
    exclusive: bool = False
    red_flag: Level | None = None
    rationale: str = ""
    severity: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """`single` takes exactly one choice, `multi` one or more. No `show_if`: always asked."""

    key: str
    type: str
    text: str
    choices: tuple[Choice, ...]
    hint: str = ""
    show_if: Condition | None = None

    @property
    def exclusive_choice(self) -> Choice | None:
        return next((choice for choice in self.choices if choice.exclusive), None)


class Link(NamedTuple):
    """A section of an article: `article#anchor`."""

    article: str
    anchor: str

    def __str__(self) -> str:
        return f"{self.article}#{self.anchor}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`safety_net` says what would make it more urgent. An add-on joins a result, and sets no level."""

    key: str
    level: Level
    title: str
    facts: tuple[str, ...] = ()
    safety_net: str = ""
    links: tuple[Link, ...] = ()
    addon: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """Leads to `outcome` (its key) when `when` holds. A default rule counts only if no other rule held."""

    id: str
    when: Condition
    outcome: str
    default: bool = False
    addon: bool = False
    rationale: str = ""


@dataclass(frozen=True, slots=True)
class Vignette:
    """A patient story with the lowest safe level. `dict(vignette.answers)` is ready for a walk."""

    id: str
    story: str
    answers: tuple[tuple[str, frozenset[str]], ...]
    min_level: Level
    must_link: tuple[Link, ...] = ()
    max_level: Level | None = None
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    quiz: str
    title: str
    estimated_minutes: int
    intro: str
    result_notes: tuple[str, ...]
    questions: tuple[Question, ...]
    outcomes: tuple[Outcome, ...]
    rules: tuple[Rule, ...]
    vignettes: tuple[Vignette, ...] = ()

    def outcome_of(self, rule: Rule) -> Outcome:
        return next(each for each in self.outcomes if each.key == rule.outcome)


class DefinitionError(FileError):
    """A definition that cannot be used. `problems` holds everything found wrong with it."""
