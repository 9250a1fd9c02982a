"""What a check of a definition says to its editor, and the names by which it speaks of the parts."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from checker.definition_types import Choice, Definition, Outcome, Question, Rule
from checker.evaluation import Answers

type Example = tuple[tuple[str, frozenset[str]], ...]


class Place(NamedTuple):
    """The row to mend: ("question", (key,)), ("choice", (question, choice)), ("rule", (id,)), ("outcome", (key,)),
    ("vignette", (id,)), or nothing for the self-check as a whole."""

    kind: str = ""
    keys: tuple[str, ...] = ()


WHOLE = Place()


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence for the editor. One that `blocks` stops publishing; the others are worth a look.

    `example` holds answers that show it, ready for `dict(finding.example)` and a walk.
    """

    kind: str
    message: str
    place: Place = WHOLE
    blocks: bool = True
    example: Example = ()


def at_question(question: Question) -> Place:
    return Place("question", (question.key,))


def at_choice(question: Question, choice: Choice) -> Place:
    return Place("choice", (question.key, choice.key))


def at_rule(rule: Rule) -> Place:
    return Place("rule", (rule.id,))


def at_outcome(outcome: Outcome) -> Place:
    return Place("outcome", (outcome.key,))


def name_question(question: Question) -> str:
    return f"question “{question.text}” ({question.key})"


def name_choice(question: Question, choice: Choice) -> str:
    return f"choice “{choice.text}” ({question.key}.{choice.key})"


def name_outcome(outcome: Outcome) -> str:
    return f"outcome “{outcome.title}” ({outcome.key})"


def name_rule(definition: Definition, rule: Rule) -> str:
    outcome = next(each for each in definition.outcomes if each.key == rule.outcome)
    return f"rule {rule.id} (“{outcome.title}”, {outcome.key})"


def sentence(text: str) -> str:
    """With a capital at its start."""
    return text[:1].upper() + text[1:]


def in_order(definition: Definition, answers: Answers) -> Example:
    return tuple((question.key, answers[question.key]) for question in definition.questions if question.key in answers)


def name_answers(definition: Definition, *answers: Answers) -> str:
    """`who.age65, signs.calf, otherwise “None of these”`: the ticks of all of them, in the order of the questions."""
    calm: list[tuple[Question, Choice]] = []
    ticks: list[tuple[Question, Choice]] = []
    for question in definition.questions:
        for choice in question.choices:
            if any(choice.key in each.get(question.key, ()) for each in answers):
                (calm if choice.exclusive else ticks).append((question, choice))
    names = [f"{question.key}.{choice.key}" for question, choice in ticks]
    rest = dict.fromkeys(choice.text for _question, choice in calm)
    if not names:
        return join(f"{question.key}.{choice.key}" for question, choice in calm)
    return join([*names, *([f"otherwise {join(f'“{text}”' for text in rest)}"] if rest else [])])


def join(words: Iterable[str]) -> str:
    return ", ".join(words)
