"""Changes of a whole working copy at once: another order, a copy, an import. Each in one transaction.

What overwrites takes what it is written over: what the working copy said (`said`, `listed`) when that was decided. It
raises Stale (see `articles.stale`) if that is not what it says now.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from articles import stale, yamlfile
from articles.merge import Row, Rows
from checker import definition_rows, fhir_import, rows
from checker.definition import Definition, DefinitionError, Problem, load_yaml
from checker.evaluation import LEVEL_IF_NO_RULE_HOLDS
from checker.models import Outcome, Question, Quiz, Rule, Vignette
from checker.presentation import CARDS

PASTED = "the text"
# What has an order of its own, and its model.
ORDERED: dict[str, type[models.Model]] = {
    "questions": Question,
    "outcomes": Outcome,
    "rules": Rule,
    "vignettes": Vignette,
}


def touch(quizzes: Iterable[int]) -> None:
    """Note that a part of these was changed now: by their primary keys."""
    Quiz.objects.filter(pk__in=quizzes).update(updated_at=timezone.now())


def called(row: Any) -> str:
    """What staff know a row by: its name says little of a rule or a story."""
    if isinstance(row, Rule):
        return f"{row.name}: {row.outcome.title} ({row.outcome.key})"
    return f"{row.name}: {row.story}" if isinstance(row, Vignette) else str(row)


def rows_of(quiz: Quiz, part: str) -> list[Any]:
    """The rows of a part (a key of ORDERED) in their order."""
    found = getattr(quiz, part).all()
    return list(found.select_related("outcome") if part == "rules" else found)


def listed(quiz: Quiz, part: str) -> dict[str, Row]:
    """What the screen for their order shows of the rows, as `articles.merge` knows it."""
    found = rows_of(quiz, part)
    order = "\n".join(str(row.pk) for row in found)
    return {"": {"order": order}, **{f"{part}-{row.pk}": {"name": called(row)} for row in found}}


@transaction.atomic
def reorder(quiz: Quiz, part: str, pks: Sequence[int], over: Rows | None) -> None:
    """Put the rows of a part into this order. Rows that are not named keep theirs, at the end."""
    _guard(quiz, over, lambda: listed(quiz, part))
    place = {pk: number for number, pk in enumerate(pks)}
    found = sorted(getattr(quiz, part).all(), key=lambda row: place.get(row.pk, len(place)))
    for order, row in rows.numbered(found):
        row.order = order
    ORDERED[part]._default_manager.bulk_update(found, ["order"])
    touch([quiz.pk])


def _guard(quiz: Quiz, over: Rows | None, now: Callable[[], Rows]) -> None:
    stale.lock(quiz)
    if (said_now := now()) != over:
        raise stale.Stale(over, said_now)


@transaction.atomic
def copy_quiz(quiz: Quiz, *, slug: str, title: str) -> Quiz:
    """A new working copy with all its parts, also where they are not yet sound. Editions are never copied."""
    new = _copied(quiz, slug=slug, title=title)
    for question in quiz.questions.prefetch_related("choices"):
        _copy_with(question, question.choices.all(), "question", quiz=new)
    outcomes = {
        outcome.pk: _copy_with(outcome, outcome.links.all(), "outcome", quiz=new)
        for outcome in quiz.outcomes.prefetch_related("links")
    }
    for rule in quiz.rules.all():
        _copied(rule, quiz=new, outcome=outcomes[rule.outcome_id])
    for story in quiz.vignettes.prefetch_related("must_link"):
        sections = list(story.must_link.all())
        _copied(story, quiz=new).must_link.set(sections)
    return new


@transaction.atomic
def copy_question(question: Question, *, key: str, text: str) -> Question:
    """A copy with its choices, right behind the question. No rule names it yet."""
    following = question.quiz.questions.filter(order__gt=question.order)
    following.update(order=models.F("order") + 10)
    touch([question.quiz_id])
    return _copy_with(question, question.choices.all(), "question", key=key, text=text, order=question.order + 5)


def _copied[Row: models.Model](row: Row, **changed: Any) -> Row:
    values = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    values = {name: value for name, value in values.items() if name.removesuffix("_id") not in changed}
    return type(row)._default_manager.create(**values | changed)


def _copy_with[Row: models.Model](row: Row, parts: Iterable[models.Model], parent: str, **changed: Any) -> Row:
    new = _copied(row, **changed)
    for part in parts:
        _copied(part, **{parent: new})
    return new


def read_import(text: str, quiz: Quiz | None, name: str = PASTED) -> Definition:
    """The definition in a pasted text, for a quiz or for a new one. Raises DefinitionError: each problem has its line."""
    definition = load_yaml(text, name)
    problems = [*_address_problems(definition, quiz), *rows.misfits(definition)]
    if problems:
        raise DefinitionError(with_lines(text, definition, problems, name))
    return definition


def read_fhir(text: str, quiz: Quiz | None) -> tuple[str, list[str]]:
    """A pasted FHIR Questionnaire as text in our own form, and what could not be carried over. Raises DefinitionError.

    Where it is pasted on the page of a self-check, that one's address stays.
    """
    if len(text.encode(errors="replace")) > yamlfile.MOST_BYTES:
        raise DefinitionError(
            [Problem(PASTED, f"It is too large. At most {yamlfile.MOST_BYTES:,} bytes are possible.")]
        )
    try:
        found = fhir_import.from_json(text, str(CARDS[LEVEL_IF_NO_RULE_HOLDS].title))
    except fhir_import.NotAQuestionnaire as error:
        raise DefinitionError([Problem(PASTED, str(error))]) from error
    return yamlfile.write(found.data | ({"quiz": quiz.slug} if quiz else {})), found.report


def said(quiz: Quiz) -> dict[str, Row]:
    """All that an import replaces, as `articles.merge` knows it."""
    return definition_rows.to_rows(rows.to_data(quiz))


@transaction.atomic
def replace(quiz: Quiz, definition: Definition, over: Rows | None) -> Quiz:
    """Make the working copy say exactly what the definition says."""
    _guard(quiz, over, lambda: said(Quiz.objects.get(pk=quiz.pk)))
    return rows.fill(quiz, definition)


@transaction.atomic
def add(definition: Definition) -> Quiz:
    return rows.fill(Quiz(), definition)


def _address_problems(definition: Definition, quiz: Quiz | None) -> Iterable[Problem]:
    others = Quiz.objects.exclude(pk=quiz.pk) if quiz else Quiz.objects.all()
    if others.filter(slug=definition.quiz).exists():
        there = "Change the address, or import on the page of that self-check."
        yield Problem("quiz", f"another self-check has the address “{definition.quiz}”. {there}")
    elif quiz and quiz.slug != definition.quiz and quiz.editions.exists():
        yield Problem("quiz", f"this self-check has been published as “{quiz.slug}”. Its address is fixed.")


def with_lines(text: str, definition: Definition, problems: Iterable[Problem], name: str = PASTED) -> list[Problem]:
    """The problems that concern rows, with the line on which the text of that name has the part."""
    _data, line_of = yamlfile.read(text, name)
    paths: dict[str, yamlfile.Path] = {"quiz": ("quiz",)}
    for number, question in enumerate(definition.questions):
        paths[f'question "{question.key}"'] = ("questions", number)
        for place, choice in enumerate(question.choices):
            paths[f'choice "{choice.key}" of question "{question.key}"'] = ("questions", number, "choices", place)
    paths |= {f'outcome "{each.key}"': ("outcomes", number) for number, each in enumerate(definition.outcomes)}
    paths |= {f'rule "{each.id}"': ("rules", number) for number, each in enumerate(definition.rules)}
    paths |= {f'story "{each.id}"': ("vignettes", number) for number, each in enumerate(definition.vignettes)}
    return [
        Problem(f"{name}, line {line_of(paths.get(each.place, ()))}: {each.place}", each.message) for each in problems
    ]
