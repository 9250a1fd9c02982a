"""Small random self-checks that are valid, and answers, for tests about any definition and any answers."""

import re
from collections.abc import Callable

from hypothesis import strategies as st

from checker.definition import (
    Choice,
    ChoiceRef,
    Condition,
    Definition,
    Level,
    Link,
    Outcome,
    Question,
    Rule,
    Vignette,
)
from checker.evaluation import Answers

AWKWARD_WORDS = (
    "yes",
    "no",
    "null",
    "on",
    "y",
    "1",
    "1e5",
    "0x1f",
    "2026-01-01",
    "-",
    "--",
    "_",
    "a",
    "none",
)
AWKWARD_TEXTS = (
    "yes",
    "no",
    "~",
    "null",
    "1: x",
    "# x",
    "- a",
    "{x}",
    "[",
    '"',
    "'",
    "\\",
    "&a *b !c",
    "é — 😀",
    "%",
)

keys = st.sampled_from(AWKWARD_WORDS) | st.text("abcxyz019_-", min_size=1, max_size=6)
characters = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufeff\ufffe\uffff")
texts = st.sampled_from(AWKWARD_TEXTS) | st.text(characters, max_size=30).map(
    lambda text: re.sub(" +", " ", text).strip(" ") or "x"
)
levels = st.sampled_from(Level)
maybe_levels = st.none() | levels
types = st.sampled_from(["single", "multi"])
one_in_four = st.integers(0, 3).map(lambda number: number == 3)
counts = {(low, high): st.integers(low, high) for low, high in ((2, 4), (1, 5), (0, 6))}


class Plain:
    """Fixed words, so that all chance goes into the structure. Fast."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def text(self) -> str:
        return "Text"

    def some_text(self) -> str:
        return ""

    def keys(self, low: int, high: int) -> list[str]:
        return [f"k{number}" for number in range(self.draw(counts[low, high]))]

    def links(self) -> tuple[Link, ...]:
        return (Link("article", "section"),)


class Wordy(Plain):
    """Words chosen to trip a reader or writer of files."""

    def text(self) -> str:
        return self.draw(texts)

    def some_text(self) -> str:
        return self.draw(st.just("") | texts)

    def keys(self, low: int, high: int) -> list[str]:
        return self.draw(st.lists(keys, min_size=low, max_size=high, unique=True))

    def links(self) -> tuple[Link, ...]:
        return tuple(self.draw(st.lists(st.builds(Link, keys, keys), max_size=3, unique=True)))


@st.composite
def questions(draw: st.DrawFn, key: str, earlier: list[Question], words: Plain) -> Question:
    kind, names = draw(types), words.keys(2, 4)
    exclusive = names[-1] if kind == "multi" and draw(st.booleans()) else None
    choices = tuple(
        Choice(
            key=name,
            text=words.text(),
            hint=words.some_text(),
            exclusive=name == exclusive,
            red_flag=None if name == exclusive else draw(maybe_levels),
            rationale=words.some_text(),
        )
        for name in names
    )
    show_if = draw(conditions(earlier)) if earlier and draw(st.booleans()) else None
    return Question(key, kind, words.text(), choices, words.some_text(), show_if)


@st.composite
def conditions(draw: st.DrawFn, about: list[Question]) -> Condition:
    """A condition that names one choice or more of these questions, or always holds."""
    refs = [ChoiceRef(question.key, choice.key) for question in about for choice in question.choices]
    lists = st.lists(st.sampled_from(refs), max_size=2, unique=True).map(tuple)
    found = Condition(draw(lists), draw(lists), draw(lists))
    return Condition(always=True) if found == Condition() else found


@st.composite
def rules(draw: st.DrawFn, about: list[Question], outcomes: list[Outcome], name: str, words: Plain) -> Rule:
    outcome = draw(st.sampled_from(outcomes))
    return Rule(
        id=name,
        when=draw(conditions(about)),
        outcome=outcome.key,
        default=not outcome.addon and draw(one_in_four),
        addon=outcome.addon,
        rationale=words.some_text(),
    )


@st.composite
def vignettes(draw: st.DrawFn, about: list[Question], name: str, words: Plain) -> Vignette:
    answers = [
        (
            question.key,
            draw(st.frozensets(st.sampled_from([each.key for each in question.choices]), min_size=1)),
        )
        for question in about
        if draw(st.booleans())
    ]
    low, high = sorted([draw(levels), draw(levels)])
    maximum = high if draw(st.booleans()) else None
    return Vignette(name, words.text(), tuple(answers), low, words.links(), maximum, words.some_text())


@st.composite
def definitions(draw: st.DrawFn, style: type[Plain] = Wordy, most_vignettes: int = 2) -> Definition:
    """Any structure that `parse` accepts, clinically nonsense: rules in any order, gaps, add-ons."""
    words = style(draw)
    asked: list[Question] = []
    for key in words.keys(1, 5):
        asked.append(draw(questions(key, asked, words)))
    outcomes = [
        Outcome(key, draw(levels), words.text(), (words.text(),), words.some_text(), words.links(), number == 1)
        for number, key in enumerate(words.keys(1, 5))
    ]
    made = [draw(rules(asked, outcomes, f"R{number}", words)) for number in range(draw(counts[0, 6]))]
    made.insert(draw(st.integers(0, len(made))), Rule("D", draw(conditions(asked)), outcomes[0].key, default=True))
    stories = range(draw(st.integers(0, most_vignettes)))
    return Definition(
        quiz=words.keys(1, 5)[0],
        title=words.text(),
        estimated_minutes=draw(st.integers(1, 60)),
        intro=words.text(),
        result_notes=(words.text(),),
        questions=tuple(asked),
        outcomes=tuple(outcomes),
        rules=tuple(made),
        vignettes=tuple(draw(vignettes(asked, f"V{number}", words)) for number in stories),
    )


@st.composite
def valid_answers(draw: st.DrawFn, question: Question) -> frozenset[str]:
    """Any answer that a patient may give to this question."""
    names = [choice.key for choice in question.choices if not choice.exclusive]
    if question.type == "single":
        return frozenset([draw(st.sampled_from(names))])
    exclusive = question.exclusive_choice
    if exclusive and draw(one_in_four):
        return frozenset([exclusive.key])
    return draw(st.frozensets(st.sampled_from(names), min_size=1))


@st.composite
def complete_answers(draw: st.DrawFn, definition: Definition) -> Answers:
    """A valid answer to every question, whether it will be asked or not."""
    return {question.key: draw(valid_answers(question)) for question in definition.questions}


@st.composite
def any_answers(draw: st.DrawFn, definition: Definition) -> Answers:
    """Answers as they may be stored: some missing, some invalid, some to questions that do not exist."""
    rubbish = st.frozensets(keys, max_size=3)
    stored = draw(st.dictionaries(keys, rubbish, max_size=2))
    for question in definition.questions:
        listed = st.frozensets(st.sampled_from([choice.key for choice in question.choices]), max_size=4)
        valid = valid_answers(question)
        answer = draw(st.one_of(valid, valid, valid, st.none(), listed, rubbish))
        if answer is not None:
            stored[question.key] = answer
    return stored


@st.composite
def definitions_with(
    draw: st.DrawFn, answers: Callable[[Definition], st.SearchStrategy[Answers]]
) -> tuple[Definition, Answers]:
    """A definition in plain words, and answers to it as `complete_answers` or `any_answers` draws them."""
    definition = draw(definitions(Plain, most_vignettes=0))
    return definition, draw(answers(definition))
