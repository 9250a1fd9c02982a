"""What a check of a definition says to its editor, and the names by which it speaks of the parts."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from checker.definition_types import Choice, Condition, Definition, Outcome, Question, Rule, Vignette
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


def at_story(story: Vignette) -> Place:
    return Place("vignette", (story.id,))


def at_outcome(outcome: Outcome) -> Place:
    return Place("outcome", (outcome.key,))


def place_in(data: Mapping[str, Any], path: str) -> Place:
    """The row that `path` of a definition's data leads to, such as `questions[2].choices[0].text`."""
    found = re.match(r"(questions|outcomes|rules|vignettes)\[(\d+)\](?:\.choices\[(\d+)\])?", path)
    if found is None:
        return WHOLE
    kind, number, choice = found.groups()
    row = data[kind][int(number)]
    name = row.get("key") or row["id"]
    if choice is None:
        return Place(kind.removesuffix("s"), (name,))
    return Place("choice", (name, row["choices"][int(choice)]["key"]))


def name_question(question: Question) -> str:
    return f"question “{question.text}” ({question.key})"


def name_choice(question: Question, choice: Choice) -> str:
    return f"choice “{choice.text}” ({question.key}.{choice.key})"


def name_outcome(outcome: Outcome) -> str:
    return f"outcome “{outcome.title}” ({outcome.key})"


def name_rule(definition: Definition, rule: Rule) -> str:
    outcome = definition.outcome_of(rule)
    return f"rule {rule.id} (“{outcome.title}”, {outcome.key})"


def name_condition(definition: Definition, condition: Condition) -> str:
    """`at least one of “Fever” (body.fever), “Wound” (body.wound), and none of “Child” (who.child)`."""
    if condition.always:
        return "always"
    texts = {(each.key, choice.key): choice.text for each in definition.questions for choice in each.choices}
    parts = {"at least one of": condition.any, "all of": condition.all, "none of": condition.none_of}
    return ", and ".join(
        f"{'' if len(refs) == 1 and how != 'none of' else f'{how} '}{join(f'“{texts[ref]}” ({ref})' for ref in refs)}"
        for how, refs in parts.items()
        if refs
    )


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


def answers_in_words(answers: Answers, *definitions: Definition) -> tuple[str, ...]:
    """A line for each question with a real tick; “None of these” is said once, at the end.

    The words are those of the first definition that knows the question or the choice.
    """
    questions: dict[str, Question] = {}
    choices: dict[tuple[str, str], Choice] = {}
    for definition in definitions:
        for question in definition.questions:
            questions.setdefault(question.key, question)
            for choice in question.choices:
                choices.setdefault((question.key, choice.key), choice)
    lines, calm = [], []
    for key, question in questions.items():
        chosen = [choice for (of, name), choice in choices.items() if of == key and name in answers.get(key, ())]
        ticks = [choice for choice in chosen if not choice.exclusive]
        if ticks:
            lines.append(f"{question.text} {join(f'“{choice.text}”' for choice in ticks)}")
        else:
            calm += [choice.text for choice in chosen]
    others = "To all other questions" if lines else "To all questions"
    return (*lines, *([f"{others}: {join(f'“{text}”' for text in dict.fromkeys(calm))}"] if calm else []))


def join(words: Iterable[str]) -> str:
    return ", ".join(words)
