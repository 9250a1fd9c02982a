"""What can be seen without following any answers: words, names, and what each part must have.

The rules for words are those of the clinical brief: a result never tells patients what they have or do not have,
and never that all is well.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

from articles.yamlfile import Path
from checker import definition_references
from checker.definition_types import Choice, Definition, Level, Question, Rule
from checker.finding import (
    WHOLE,
    Finding,
    Place,
    at_choice,
    at_outcome,
    at_question,
    at_rule,
    at_story,
    name_choice,
    name_outcome,
    name_question,
    sentence,
)

VERDICTS = {
    "you have": r"you(?: have|'ve)",
    "you do not have": r"you (?:do not|don't) have",
}
COMFORTS = {
    "it is only": r"it(?: is|'s) only",
    "safe": r"safe",
    "all clear": r"all[ -]clear",
    "no need to worry": r"no need to worry",
}


def find_broken_references(definition: Definition) -> tuple[Finding, ...]:
    """Names that lead nowhere or to a later question, names given twice, no default. `parse` refuses all of these."""
    found: list[Finding] = []

    def report(path: Path, message: str) -> None:
        kind = "no-default" if path == ("rules",) else "broken-reference"
        found.append(Finding(kind, message, _place(definition, path)))

    definition_references.check(definition, report)
    return tuple(found)


def _place(definition: Definition, path: Path) -> Place:
    match path:
        case ("questions", int(number), "choices", int(choice), *_):
            question = definition.questions[number]
            return at_choice(question, question.choices[choice])
        case ("questions", int(number), *_):
            return at_question(definition.questions[number])
        case ("outcomes", int(number), *_):
            return at_outcome(definition.outcomes[number])
        case ("rules", int(number), *_):
            return at_rule(definition.rules[number])
        case ("vignettes", int(number), *_):
            return at_story(definition.vignettes[number])
    return WHOLE


def find_in_texts(definition: Definition) -> Iterator[Finding]:
    yield from _find_empty(definition)
    yield from _find_repeated(definition)
    yield from _find_forbidden(definition)
    for question in definition.questions:
        yield from _find_low_floors(question)
    for outcome in definition.outcomes:
        if outcome.level is not Level.EMERGENCY and not outcome.addon and not outcome.safety_net.strip():
            message = f"{sentence(name_outcome(outcome))} does not say what would make it more urgent."
            yield Finding("no-safety-net", message, at_outcome(outcome))
        if outcome.addon and outcome.level >= Level.URGENT:
            message = (
                f"{sentence(name_outcome(outcome))} is an add-on and says “{outcome.level.slug}”, but an add-on never makes "
                "a result more urgent. Let it be no add-on, or choose a lower level."
            )
            yield Finding("urgent-add-on", message, at_outcome(outcome))
        if not outcome.links:
            message = f"{sentence(name_outcome(outcome))} names no section to read."
            yield Finding("no-section", message, at_outcome(outcome))


def _find_empty(definition: Definition) -> Iterator[Finding]:
    named = [
        ("The title of the self-check", definition.title, WHOLE),
        ("The introduction of the self-check", definition.intro, WHOLE),
        *(("A note for every result", note, WHOLE) for note in definition.result_notes),
    ]
    for question in definition.questions:
        named.append((f"The heading of question {question.key}", question.text, at_question(question)))
        for choice in question.choices:
            name = f"The text of choice {question.key}.{choice.key}"
            named.append((name, choice.text, at_choice(question, choice)))
    for outcome in definition.outcomes:
        named.append((f"The title of outcome {outcome.key}", outcome.title, at_outcome(outcome)))
        named += [(f"A fact of {name_outcome(outcome)}", fact, at_outcome(outcome)) for fact in outcome.facts]
    for vignette in definition.vignettes:
        named.append((f"The patient story “{vignette.id}”", vignette.story, at_story(vignette)))
    for name, text, place in named:
        if not text.strip():
            yield Finding("empty-text", f"{name} is empty.", place)


def _find_repeated(definition: Definition) -> Iterator[Finding]:
    headings: dict[str, list[Question]] = defaultdict(list)
    for question in definition.questions:
        headings[_plain(question.text)].append(question)
        yield from _find_repeated_choices(question)
    for text, same in headings.items():
        if text and len(same) > 1:
            keys = " and ".join(question.key for question in same)
            message = f"The questions {keys} have the same heading: “{same[0].text}”."
            yield Finding("same-heading", message, at_question(same[-1]))
    for outcome in definition.outcomes:
        facts = [_plain(fact) for fact in outcome.facts]
        for number, fact in enumerate(facts):
            if fact and fact in facts[:number]:
                message = f"{sentence(name_outcome(outcome))} says twice: “{outcome.facts[number]}”."
                yield Finding("repeated-text", message, at_outcome(outcome))
    stories: dict[str, str] = {}
    for vignette in definition.vignettes:
        first = stories.setdefault(_plain(vignette.story), vignette.id)
        if first != vignette.id and vignette.story.strip():
            message = f"The patient stories “{first}” and “{vignette.id}” are the same."
            yield Finding("repeated-text", message, at_story(vignette), blocks=False)


def _find_repeated_choices(question: Question) -> Iterator[Finding]:
    seen: dict[str, Choice] = {}
    for choice in question.choices:
        first = seen.setdefault(_plain(choice.text), choice)
        if first is not choice and choice.text.strip():
            names = f"{question.key}.{first.key} and {question.key}.{choice.key}"
            message = f"The choices {names} have the same text: “{choice.text}”."
            yield Finding("repeated-text", message, at_choice(question, choice))


def _plain(text: str) -> str:
    """As a hurried reader sees it."""
    return re.sub(r"\W+", " ", text).strip().casefold()


def _find_forbidden(definition: Definition) -> Iterator[Finding]:
    """What patients read blocks; reasons kept for staff are only pointed out.

    “You have” is a verdict in a result, also after “if”: the editor can ask for the sign instead (“Fever? Call …”).
    In a question, a hint or the introduction it is how one asks (“Do you have a fever?”), and stays.
    """
    verdicts_too, both = {**VERDICTS, **COMFORTS}, []
    for note in definition.result_notes:
        both.append(("A note for every result", note, WHOLE, verdicts_too, True))
    both.append(("The introduction", definition.intro, WHOLE, COMFORTS, True))
    for question in definition.questions:
        name = sentence(name_question(question))
        both += [(name, text, at_question(question), COMFORTS, True) for text in (question.text, question.hint)]
        for choice in question.choices:
            name = sentence(name_choice(question, choice))
            both += [(name, text, at_choice(question, choice), COMFORTS, True) for text in (choice.text, choice.hint)]
    for outcome in definition.outcomes:
        own = (outcome.title, *outcome.facts, outcome.safety_net)
        name = sentence(name_outcome(outcome))
        both += [(name, text, at_outcome(outcome), verdicts_too, True) for text in own]
    both += [(_reason_of(rule), rule.rationale, at_rule(rule), verdicts_too, False) for rule in definition.rules]
    for name, text, place, phrases, blocks in both:
        for phrase, pattern in phrases.items():
            if _says(pattern, text):
                yield Finding("forbidden-phrase", f"{name} says “{phrase}”: “{text}”", place, blocks)


def _reason_of(rule: Rule) -> str:
    return f"The reason noted for rule {rule.id}"


def _says(pattern: str, text: str) -> bool:
    """Whole words only: “safety” and “fail-safe” are not “safe”."""
    plain = re.sub(r"\s+", " ", text.replace("’", "'"))
    return re.search(rf"(?<![\w-])(?:{pattern})(?![\w-])", plain, re.IGNORECASE) is not None


UNSURE = re.compile(r"(i (am |m )?)?(not (really |quite |at all )?sure|unsure\b|(do not|don t) know($| or ))")


def is_unsure(choice: Choice) -> bool:
    """“I am not sure”, “Not sure”, “I don't know”: in whatever words, under whatever key."""
    return choice.key == "unsure" or UNSURE.match(_plain(choice.text)) is not None


def _find_low_floors(question: Question) -> Iterator[Finding]:
    if all(choice.red_flag is None for choice in question.choices):
        return
    for choice in question.choices:
        if is_unsure(choice) and (choice.red_flag or Level.SELF_CARE) < Level.URGENT:
            message = (
                f"{sentence(name_choice(question, choice))} needs a red flag of at least urgent, "
                "because the question asks for danger signs."
            )
            yield Finding("unsure-without-floor", message, at_choice(question, choice))
