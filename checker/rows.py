"""Between the rows that staff edit and a definition: the same schema both ways."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Model

from articles.models import Section
from checker.definition import Definition, DefinitionError, Link, Problem, dump, parse, without_defaults
from checker.models import Choice, Outcome, OutcomeLink, Question, Quiz, Rule, Vignette

# The columns of a self-check that a definition says, and when it was changed.
SAID = ("slug", "title", "intro", "estimated_minutes", "result_notes", "updated_at")


def to_definition(quiz: Quiz) -> Definition:
    """The working copy as a definition. Raises DefinitionError with every problem that staff must mend."""
    return parse(to_data(quiz))


def to_data(quiz: Quiz) -> dict[str, Any]:
    return {
        "quiz": quiz.slug,
        "title": quiz.title,
        "estimated_minutes": quiz.estimated_minutes,
        "intro": quiz.intro,
        "result_notes": quiz.result_notes,
        "questions": [_question(row) for row in quiz.questions.prefetch_related("choices")],
        "outcomes": [_outcome(row) for row in quiz.outcomes.prefetch_related("links__section__article")],
        "rules": [_rule(row) for row in quiz.rules.select_related("outcome")],
        "vignettes": [_vignette(row) for row in quiz.vignettes.prefetch_related("must_link__article")],
    }


def _question(row: Question) -> dict[str, Any]:
    start = {"key": row.key, "type": row.kind, "text": row.text}
    rest = without_defaults(hint=row.hint, show_if=row.show_if)
    return start | rest | {"choices": [_choice(choice) for choice in row.choices.all()]}


def _choice(row: Choice) -> dict[str, Any]:
    return {"key": row.key, "text": row.text} | without_defaults(
        hint=row.hint,
        exclusive=row.exclusive,
        red_flag=row.red_flag,
        severity=row.severity,
        rationale=row.rationale,
    )


def _outcome(row: Outcome) -> dict[str, Any]:
    links = [f"{link.section.article.slug}#{link.section.anchor}" for link in row.links.all()]
    start = {"key": row.key, "level": row.level, "title": row.title, "facts": row.facts, "links": links}
    return start | without_defaults(safety_net=row.safety_net, addon=row.addon)


def _rule(row: Rule) -> dict[str, Any]:
    return {"id": row.name, "when": row.when, "outcome": row.outcome.key} | without_defaults(
        default=row.default, addon=row.outcome.addon, rationale=row.rationale
    )


def _vignette(row: Vignette) -> dict[str, Any]:
    links = sorted(f"{section.article.slug}#{section.anchor}" for section in row.must_link.all())
    start = {"id": row.name, "story": row.story, "answers": row.answers, "min_level": row.min_level}
    return start | without_defaults(max_level=row.max_level, basis=row.basis) | {"must_link": links}


@transaction.atomic
def fill(quiz: Quiz, definition: Definition) -> Quiz:
    """Make the working copy say exactly what the definition says; the quiz is saved if it is new.

    Raises DefinitionError, with nothing changed, if an outcome or story links to a section that does not exist.
    """
    if problems := misfits(definition):
        raise DefinitionError(problems)
    sections = _sections(definition)
    data: dict[str, Any] = dump(definition)
    quiz.slug, quiz.title, quiz.intro = definition.quiz, definition.title, definition.intro
    quiz.estimated_minutes, quiz.result_notes = definition.estimated_minutes, list(definition.result_notes)
    # How often it is reviewed is not part of a definition.
    quiz.save(update_fields=None if quiz.pk is None else SAID)
    known = _primary_keys(quiz)
    quiz.rules.all().delete()
    for rows in (quiz.questions, quiz.outcomes, quiz.vignettes):
        rows.all().delete()
    _fill_questions(quiz, data["questions"], known)
    _fill_outcomes(quiz, data["outcomes"], sections, known)
    outcomes = {outcome.key: outcome for outcome in quiz.outcomes.all()}
    Rule.objects.bulk_create(
        Rule(
            pk=known.get(("rule", rule["id"])),
            quiz=quiz,
            order=order,
            name=rule["id"],
            when=rule["when"],
            outcome=outcomes[rule["outcome"]],
            default=rule.get("default", False),
            rationale=rule.get("rationale", ""),
        )
        for order, rule in numbered(data["rules"])
    )
    _fill_vignettes(quiz, data["vignettes"], sections, known)
    return quiz


def _primary_keys(quiz: Quiz) -> dict[tuple[Any, ...], int]:
    """The primary key of each part by its name: a part that stays keeps it, so that a page open on it finds it again."""
    choices = Choice.objects.filter(question__quiz=quiz).values_list("question__key", "key", "pk")
    links = OutcomeLink.objects.filter(outcome__quiz=quiz).values_list("outcome__key", "section", "pk")
    return {
        **{("question", key): pk for key, pk in quiz.questions.values_list("key", "pk")},
        **{("choice", question, key): pk for question, key, pk in choices},
        **{("outcome", key): pk for key, pk in quiz.outcomes.values_list("key", "pk")},
        **{("link", outcome, section): pk for outcome, section, pk in links},
        **{("rule", name): pk for name, pk in quiz.rules.values_list("name", "pk")},
        **{("story", name): pk for name, pk in quiz.vignettes.values_list("name", "pk")},
    }


def numbered(items: Iterable[Any]) -> Iterable[tuple[int, Any]]:
    """Orders in tens, so that staff can put one between two others."""
    return ((number * 10, item) for number, item in enumerate(items, start=1))


def misfits(definition: Definition) -> list[Problem]:
    """Why the definition cannot become rows: sections that do not exist, texts that do not fit."""
    found = _sections(definition)
    missing = [(place, link) for place, link in _links(definition) if link not in found]
    return [
        *(Problem(place, f"the section {link} does not exist.") for place, link in missing),
        *too_long(definition),
    ]


def too_long(definition: Definition) -> list[Problem]:
    """The texts that do not fit their columns."""
    parts: list[tuple[str, type[Model], Mapping[str, str]]] = [
        ("The self-check", Quiz, {"slug": definition.quiz, "title": definition.title, "intro": definition.intro})
    ]
    for question in definition.questions:
        texts = {"key": question.key, "text": question.text, "hint": question.hint}
        parts.append((f'question "{question.key}"', Question, texts))
        for choice in question.choices:
            texts = {"key": choice.key, "text": choice.text, "hint": choice.hint, "rationale": choice.rationale}
            parts.append((f'choice "{choice.key}" of question "{question.key}"', Choice, texts))
    for outcome in definition.outcomes:
        texts = {"key": outcome.key, "title": outcome.title, "safety_net": outcome.safety_net}
        parts.append((f'outcome "{outcome.key}"', Outcome, texts))
    parts += [(f'rule "{each.id}"', Rule, {"name": each.id, "rationale": each.rationale}) for each in definition.rules]
    parts += [
        (f'story "{each.id}"', Vignette, {"name": each.id, "story": each.story, "basis": each.basis})
        for each in definition.vignettes
    ]
    return [
        Problem(place, f"the {name} is {len(text)} characters long. At most {most} are possible.")
        for place, model, texts in parts
        for name, text in texts.items()
        if (most := getattr(model._meta.get_field(name), "max_length", None)) and len(text) > most
    ]


def _links(definition: Definition) -> list[tuple[str, Link]]:
    """Every link with the place that has it."""
    wanted = [(f'outcome "{each.key}"', link) for each in definition.outcomes for link in each.links]
    return wanted + [(f'story "{each.id}"', link) for each in definition.vignettes for link in each.must_link]


def _sections(definition: Definition) -> dict[Link, Section]:
    slugs = {link.article for _place, link in _links(definition)}
    return {
        Link(section.article.slug, section.anchor): section
        for section in Section.objects.filter(article__slug__in=slugs).select_related("article")
    }


def _fill_questions(quiz: Quiz, questions: Any, known: dict[tuple[Any, ...], int]) -> None:
    for order, data in numbered(questions):
        question = Question.objects.create(
            pk=known.get(("question", data["key"])),
            quiz=quiz,
            order=order,
            key=data["key"],
            kind=data["type"],
            text=data["text"],
            hint=data.get("hint", ""),
            show_if=data.get("show_if"),
        )
        Choice.objects.bulk_create(
            Choice(pk=known.get(("choice", question.key, choice["key"])), question=question, order=place, **choice)
            for place, choice in numbered(data["choices"])
        )


def _fill_outcomes(quiz: Quiz, outcomes: Any, sections: dict[Link, Section], known: dict[tuple[Any, ...], int]) -> None:
    for order, data in numbered(outcomes):
        links = data.pop("links", [])
        outcome = Outcome.objects.create(pk=known.get(("outcome", data["key"])), quiz=quiz, order=order, **data)
        found = [sections[Link(*link.split("#"))] for link in links]
        OutcomeLink.objects.bulk_create(
            OutcomeLink(pk=known.get(("link", outcome.key, section.pk)), outcome=outcome, order=place, section=section)
            for place, section in numbered(found)
        )


def _fill_vignettes(
    quiz: Quiz, vignettes: Any, sections: dict[Link, Section], known: dict[tuple[Any, ...], int]
) -> None:
    for order, data in numbered(vignettes):
        links = data.pop("must_link", [])
        name = data.pop("id")
        vignette = Vignette.objects.create(pk=known.get(("story", name)), quiz=quiz, order=order, name=name, **data)
        vignette.must_link.set(sections[Link(*link.split("#"))] for link in links)
