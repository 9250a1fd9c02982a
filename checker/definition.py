"""The definition of a self-check: one schema for the admin, YAML files and the frozen JSON of an edition.

`parse` and `load_yaml` check the structure and that every name leads somewhere. Whether a definition is safe
for patients (every red flag honoured, every outcome reachable, every link live) is proved elsewhere, before
publishing.
"""

from collections.abc import Iterable

from articles import yamlfile
from articles.parts import ID, Report, Shape, dotted
from articles.yamlfile import Path, Problem
from checker import definition_references
from checker.definition_reading import QuizPart
from checker.definition_types import (
    Choice,
    ChoiceRef,
    Condition,
    Definition,
    DefinitionError,
    Level,
    Link,
    Outcome,
    Question,
    Rule,
    Vignette,
)

__all__ = [
    "Choice",
    "ChoiceRef",
    "Condition",
    "Definition",
    "DefinitionError",
    "Level",
    "Link",
    "Outcome",
    "Problem",
    "Question",
    "Rule",
    "Vignette",
    "dump",
    "load_yaml",
    "parse",
    "to_yaml",
]

MOST_MINUTES = 60
MOST_QUESTIONS = 60
MOST_CHOICES = 20
MOST_OUTCOMES = 100
MOST_RULES = 300
MOST_VIGNETTES = 300
MOST_TEXTS = 20
MOST_LINKS = 50

DEFINITION = Shape(
    "The self-check",
    (
        "quiz",
        "title",
        "estimated_minutes",
        "intro",
        "result_notes",
        "questions",
        "outcomes",
        "rules",
        "vignettes",
    ),
)
QUESTION = Shape("Question", ("key", "type", "text", "choices"), ("hint", "show_if"))
CHOICE = Shape("Choice", ("key", "text"), ("hint", "exclusive", "red_flag", "severity", "rationale"))
OUTCOME = Shape("Outcome", ("key", "level", "title", "facts", "links"), ("safety_net", "addon"))
RULE = Shape("Rule", ("id", "when", "outcome"), ("default", "addon", "rationale"))
VIGNETTE = Shape("Story", ("id", "story", "answers", "min_level", "must_link"), ("max_level", "basis"))
CONDITION = Shape("Condition", (), ("any", "all", "none_of", "always"))


def parse(data: object) -> Definition:
    """The definition in `data` (from `dump` or JSON). Raises DefinitionError with every problem."""
    problems: list[Problem] = []
    definition = _read(data, lambda path, message: problems.append(Problem(dotted(path), message)))
    if problems:
        raise DefinitionError(problems)
    return definition


def load_yaml(text: str, name: str) -> Definition:
    """As `parse`, from YAML text. The place of each problem names the file `name` and the line."""
    try:
        data, line_of = yamlfile.read(text, name)
    except yamlfile.FileError as error:
        raise DefinitionError(error.problems) from error
    problems: list[Problem] = []

    def report(path: Path, message: str) -> None:
        problems.append(Problem(f"{name}, line {line_of(path)}: {dotted(path)}", message))

    definition = _read(data, report)
    if problems:
        raise DefinitionError(problems)
    return definition


def to_yaml(definition: Definition) -> str:
    """The definition as a file to read, compare and load again."""
    return yamlfile.write(dump(definition))


def dump(definition: Definition) -> dict[str, object]:
    """The definition as plain data for JSON, in a fixed order; settings at their default are left out."""
    order = {question.key: [choice.key for choice in question.choices] for question in definition.questions}
    return {
        "quiz": definition.quiz,
        "title": definition.title,
        "estimated_minutes": definition.estimated_minutes,
        "intro": definition.intro,
        "result_notes": list(definition.result_notes),
        "questions": [_dump_question(question) for question in definition.questions],
        "outcomes": [_dump_outcome(outcome) for outcome in definition.outcomes],
        "rules": [_dump_rule(rule) for rule in definition.rules],
        "vignettes": [_dump_vignette(vignette, order) for vignette in definition.vignettes],
    }


def _read(data: object, report: Report) -> Definition:
    part = QuizPart(data, DEFINITION, (), DEFINITION.noun, report)
    questions = tuple(_question(each) for each in part.parts("questions", QUESTION, MOST_QUESTIONS, at_least=1))
    definition = Definition(
        quiz=part.key("quiz"),
        title=part.wanted_text("title"),
        estimated_minutes=part.number("estimated_minutes", 1, MOST_MINUTES),
        intro=part.wanted_text("intro"),
        result_notes=part.texts("result_notes", MOST_TEXTS),
        questions=questions,
        outcomes=tuple(_outcome(each) for each in part.parts("outcomes", OUTCOME, MOST_OUTCOMES, at_least=1)),
        rules=tuple(_rule(each) for each in part.parts("rules", RULE, MOST_RULES, at_least=1)),
        vignettes=tuple(_vignette(each, questions) for each in part.parts("vignettes", VIGNETTE, MOST_VIGNETTES)),
    )
    definition_references.check(definition, report)
    return definition


def _question(part: QuizPart) -> Question:
    return Question(
        key=part.key(),
        type=part.one_of("type", ("single", "multi")),
        text=part.wanted_text("text"),
        hint=part.text("hint"),
        show_if=_condition(part, "show_if"),
        choices=tuple(_choice(each) for each in part.parts("choices", CHOICE, MOST_CHOICES, at_least=2)),
    )


def _choice(part: QuizPart) -> Choice:
    return Choice(
        key=part.key(),
        text=part.wanted_text("text"),
        hint=part.text("hint"),
        exclusive=part.flag("exclusive"),
        red_flag=part.level("red_flag"),
        rationale=part.text("rationale"),
        severity=part.number("severity", 1, MOST_CHOICES) if "severity" in part.settings else None,
    )


def _outcome(part: QuizPart) -> Outcome:
    return Outcome(
        key=part.key(),
        level=part.level("level") or Level.SELF_CARE,
        title=part.wanted_text("title"),
        facts=part.texts("facts", MOST_TEXTS),
        safety_net=part.text("safety_net"),
        links=part.links("links", MOST_LINKS),
        addon=part.flag("addon"),
    )


def _rule(part: QuizPart) -> Rule:
    return Rule(
        id=part.key("id", ID),
        when=_condition(part, "when") or Condition(),
        outcome=part.key("outcome"),
        default=part.flag("default"),
        addon=part.flag("addon"),
        rationale=part.text("rationale"),
    )


def _vignette(part: QuizPart, questions: Iterable[Question]) -> Vignette:
    """A story; its answers are put into the order of the questions, so that equal stories are equal."""
    min_level, max_level = part.level("min_level") or Level.SELF_CARE, part.level("max_level")
    if max_level is not None and max_level < min_level:
        part.problem("max_level", '"max_level" must not be lower than "min_level".')
    place = {question.key: number for number, question in enumerate(questions)}
    answers = sorted(_answers(part), key=lambda answer: place.get(answer[0], len(place)))
    return Vignette(
        id=part.key("id", ID),
        story=part.wanted_text("story"),
        answers=tuple(answers),
        min_level=min_level,
        max_level=max_level,
        must_link=part.links("must_link", MOST_LINKS),
        basis=part.text("basis"),
    )


def _answers(part: QuizPart) -> list[tuple[str, frozenset[str]]]:
    value = part.settings.get("answers", {})
    questions = tuple(key for key in value if isinstance(key, str)) if isinstance(value, dict) else ()
    answers = part.part("answers", Shape("Answers", (), questions))
    return [(key, frozenset(answers.keys(key, MOST_CHOICES))) for key in questions] if answers else []


def _condition(part: QuizPart, key: str) -> Condition | None:
    condition = part.part(key, CONDITION)
    if condition is None:
        return None
    most = MOST_QUESTIONS * MOST_CHOICES
    found = Condition(
        any=condition.refs("any", most),
        all=condition.refs("all", most),
        none_of=condition.refs("none_of", most),
        always=condition.flag("always"),
    )
    if condition.settings.keys() >= {"always"} and (not found.always or len(condition.settings) > 1):
        condition.problem("always", '"always" stands alone and is true.')
    for name in ("any", "all", "none_of"):
        if condition.settings.get(name) == []:
            condition.problem(name, f'"{name}" is an empty list.')
    if not condition.settings and isinstance(part.settings[key], dict):
        condition.problem("", 'names no choice. Use any, all or none_of, or "always: true".')
    return found


def _dump_question(question: Question) -> dict[str, object]:
    return without_defaults(
        key=question.key,
        type=question.type,
        text=question.text,
        hint=question.hint,
        show_if=question.show_if and _dump_condition(question.show_if),
        choices=[_dump_choice(choice) for choice in question.choices],
    )


def _dump_choice(choice: Choice) -> dict[str, object]:
    return without_defaults(
        key=choice.key,
        text=choice.text,
        hint=choice.hint,
        exclusive=choice.exclusive,
        red_flag=choice.red_flag and choice.red_flag.slug,
        severity=choice.severity,
        rationale=choice.rationale,
    )


def _dump_outcome(outcome: Outcome) -> dict[str, object]:
    return without_defaults(
        key=outcome.key,
        level=outcome.level.slug,
        title=outcome.title,
        facts=list(outcome.facts),
        safety_net=outcome.safety_net,
        links=[str(link) for link in outcome.links],
        addon=outcome.addon,
    )


def _dump_rule(rule: Rule) -> dict[str, object]:
    return without_defaults(
        id=rule.id,
        when=_dump_condition(rule.when),
        outcome=rule.outcome,
        default=rule.default,
        addon=rule.addon,
        rationale=rule.rationale,
    )


def _dump_vignette(vignette: Vignette, order: dict[str, list[str]]) -> dict[str, object]:
    return without_defaults(
        id=vignette.id,
        story=vignette.story,
        answers={key: sorted(chosen, key=order[key].index) for key, chosen in vignette.answers},
        min_level=vignette.min_level.slug,
        max_level=vignette.max_level and vignette.max_level.slug,
        must_link=[str(link) for link in vignette.must_link],
        basis=vignette.basis,
    )


def _dump_condition(condition: Condition) -> dict[str, object]:
    if condition.always:
        return {"always": True}
    refs = {"any": condition.any, "all": condition.all, "none_of": condition.none_of}
    return {name: [str(ref) for ref in named] for name, named in refs.items() if named}


def without_defaults(**settings: object) -> dict[str, object]:
    """Without empty texts, false flags and levels that are not set. Empty lists stay."""
    return {key: value for key, value in settings.items() if value not in ("", False, None)}
