"""A self-check of 12 questions with 8 choices each and 60 rules of the usual shapes, always the same for a seed.

`python -m tests.checker.large_quiz` prints how long the proofs take; no test depends on time.
"""

import time
from pathlib import Path
from random import Random

from checker.comparison import compare
from checker.definition import Choice, ChoiceRef, Condition, Definition, Level, Link, Outcome, Question, Rule, load_yaml
from checker.safety import prove

NONE = Choice("none", "None of these", exclusive=True)
LEVELS = {f"o{number}": Level(1 + number % 5) for number in range(20)}


def large_quiz(seed: int) -> Definition:
    chance = Random(seed)
    questions: list[Question] = []
    refs: list[ChoiceRef] = []
    for number in range(12):
        key = f"q{number}"
        show_if = make_show_if(chance, refs) if number > 2 and chance.random() < 0.4 else None
        choices = (*(make_choice(chance, number, place) for place in range(7)), NONE)
        questions.append(Question(key, "multi", f"Question {number}", choices, show_if=show_if))
        refs += [ChoiceRef(key, choice.key) for choice in choices if not choice.exclusive]
    outcomes = [
        Outcome(key, level, f"Title {key}", ("Fact",), "Net", (Link("a", key),)) for key, level in LEVELS.items()
    ]
    rules = [Rule(f"R{number}", make_condition(chance, refs), chance.choice([*LEVELS])) for number in range(60)]
    rules.sort(key=lambda rule: -LEVELS[rule.outcome])
    default = Rule("D", Condition(always=True), "o0", default=True)
    return Definition("quiz", "T", 3, "I", ("N",), tuple(questions), tuple(outcomes), (*rules, default))


def make_choice(chance: Random, question: int, place: int) -> Choice:
    """Emergency flags early, others anywhere; two questions are ranked."""
    flags = [None] * 5 + [Level.URGENT, Level.SOON, Level.EMERGENCY if question in (1, 2) else None]
    severity = place + 1 if question in (3, 4) else None
    return Choice(f"c{place}", f"Choice {place}", red_flag=chance.choice(flags), severity=severity)


def make_show_if(chance: Random, refs: list[ChoiceRef]) -> Condition:
    named = tuple(chance.sample(refs, 3))
    return Condition(any=named) if chance.random() < 0.6 else Condition(none_of=named)


def make_condition(chance: Random, refs: list[ChoiceRef]) -> Condition:
    """Up to six choices: any; any and one of all; all of two; any, two of all and none_of; any and none_of."""
    named = tuple(chance.sample(refs, chance.randint(1, 6)))
    return chance.choice(
        [
            Condition(any=named),
            Condition(all=named[:1], any=named[1:]),
            Condition(all=named[:2]),
            Condition(all=named[:2], any=named[2:5], none_of=named[5:]),
            Condition(any=named[:4], none_of=named[4:]),
        ]
    )


def without_every_tenth_rule(definition: Definition) -> Definition:
    rules = tuple(rule for number, rule in enumerate(definition.rules) if number % 10 or rule.default)
    return Definition(**{name: getattr(definition, name) for name in definition.__slots__} | {"rules": rules})


def _measure() -> None:
    folder = Path(__file__).parents[2] / "checker" / "starter"
    quizzes = [load_yaml(path.read_text(encoding="utf-8"), path.name) for path in sorted(folder.glob("*.yaml"))]
    for number, definition in enumerate([*quizzes, *map(large_quiz, range(6))]):
        start = time.perf_counter()
        found = len(prove(definition))
        proved = time.perf_counter()
        changed = compare(definition, without_every_tenth_rule(definition))
        compared = time.perf_counter()
        name = definition.quiz if number < len(quizzes) else f"12 x 8, seed {number - len(quizzes)}"
        kinds = f"{changed.kinds_less_urgent} less urgent, {changed.kinds_more_urgent} more"
        print(f"{name}: {found} findings in {proved - start:.2f} s; compared in {compared - proved:.2f} s ({kinds})")


if __name__ == "__main__":
    _measure()
