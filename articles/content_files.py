"""Articles, and what they share, as texts of files: the other way of `articles.files`, in the same schema.

People are not content: authors and clinical reviewers are left out.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import Model

from articles import files, richtext, yamlfile
from articles.models import (
    Article,
    Audience,
    BodyPlace,
    Clinic,
    CodeSystem,
    GlossaryTerm,
    SearchPhrase,
    Section,
    Source,
    Topic,
)
from articles.models.body import Place

CLINIC_FIELDS = (*files.CLINIC.required, *files.CLINIC.optional)

PLACES = "body.yaml"

type Written = Iterator[tuple[str, Callable[[], str]]]


def shared() -> Written:
    """The name of each file of what articles share, and what makes its text. Making one raises FileError if the rows do not fit."""
    yield "labels.yaml", _checked(lambda: labels(Topic.objects.all(), Audience.objects.all()), files.load_labels)
    yield "sources.yaml", _checked(lambda: sources(Source.objects.all()), files.load_sources)
    yield "glossary.yaml", _checked(lambda: glossary(GlossaryTerm.objects.all()), files.load_glossary)
    yield "search.yaml", _checked(lambda: phrases(SearchPhrase.objects.all()), files.load_phrases)
    yield PLACES, _checked(lambda: places(sections_by_place()), files.load_places)
    if found := Clinic.objects.first():
        yield "clinic.yaml", _checked(lambda: clinic(found), files.load_clinic)


def articles() -> Written:
    """The same for each article."""
    rows = Article.objects.select_related("topic").prefetch_related(
        "audiences", "related", "codes", "sections__sources"
    )
    for row in rows.order_by("slug"):
        name = f"articles/{row.slug}.yaml"
        # Written twice: what a file cannot keep, such as two spaces in a title, must not change when it comes back.
        yield name, lambda row=row, name=name: article(files.load_article(article(file_of(row)), name))  # type: ignore[misc]


def _checked(make: Callable[[], str], load: Callable[[str, str], object]) -> Callable[[], str]:
    """The text, read back as a file would be."""

    def checked() -> str:
        text = make()
        load(text, "the rows")
        return text

    return checked


def file_of(article: Article) -> files.ArticleFile:
    """The working copy as a file would hold it."""
    return files.ArticleFile(
        slug=article.slug,
        title=article.title,
        summary=article.summary,
        topic=article.topic.slug,
        audiences=tuple(sorted(each.slug for each in article.audiences.all())),
        review_months=article.review_months,
        codes=tuple(sorted((each.system, each.code) for each in article.codes.all())),
        related=tuple(sorted(each.slug for each in article.related.all())),
        sections=tuple(_section(section) for section in article.sections.all()),
    )


def _section(section: Section) -> files.SectionFile:
    return files.SectionFile(
        anchor=section.anchor,
        heading=section.heading,
        callout=section.callout,
        subtopic=section.subtopic,
        body=section.body,
        picture=section.picture,
        sources=tuple(sorted(each.ref for each in section.sources.all())),
        review_note=_lines(section.review_note),
    )


def _lines(text: str) -> str:
    """As files keep them: a form sends other ends of lines."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def article(file: files.ArticleFile) -> str:
    systems = {system: [code for named, code in file.codes if named == system] for system in CodeSystem.values}
    data: dict[str, object] = {
        "slug": file.slug,
        "title": file.title,
        "summary": file.summary,
        "topic": file.topic,
        "audiences": list(file.audiences),
        "review_months": file.review_months,
    }
    if codes := {system: found for system, found in systems.items() if found}:
        data["codes"] = codes
    if file.related:
        data["related"] = list(file.related)
    return yamlfile.write(data | {"sections": [_section_data(section) for section in file.sections]})


def _section_data(section: files.SectionFile) -> dict[str, object]:
    data = {
        "anchor": section.anchor,
        "heading": section.heading,
        "callout": section.callout,
        "subtopic": section.subtopic,
        "picture": section.picture,
        "sources": list(section.sources),
        "body": richtext.one_block_a_line(section.body),
        "review_note": section.review_note,
    }
    return {key: value for key, value in data.items() if value}


def labels(topics: Iterable[Topic], audiences: Iterable[Audience]) -> str:
    return yamlfile.write(
        {
            "topics": [{"slug": each.slug, "name": each.name, "description": each.description} for each in topics],
            "audiences": [{"slug": each.slug, "name": each.name} for each in audiences],
        }
    )


def sources(rows: Iterable[Source]) -> str:
    return _list("sources", rows, files.SOURCE, note=lambda row: _lines(row.note))


def glossary(rows: Iterable[GlossaryTerm]) -> str:
    return _list("glossary", rows, files.TERM)


def phrases(rows: Iterable[SearchPhrase]) -> str:
    return _list("phrases", rows, files.PHRASE, everyday=lambda row: row.is_everyday, danger=lambda row: row.is_danger)


def sections_by_place() -> dict[str, list[tuple[str, str]]]:
    """As `files.load_places` gives it, each in a fixed order."""
    rows = {row.place: row for row in BodyPlace.objects.prefetch_related("sections__article")}
    return {
        place: sorted((section.article.slug, section.anchor) for section in rows[place].sections.all())
        for place in Place.values
        if place in rows
    }


def places(sections: dict[str, list[tuple[str, str]]]) -> str:
    listed = [
        {"place": place, "sections": [f"{slug}#{anchor}" for slug, anchor in links]}
        for place, links in sections.items()
    ]
    return yamlfile.write({"places": listed})


def clinic(row: Clinic) -> str:
    return yamlfile.write({name: getattr(row, name) for name in CLINIC_FIELDS})


def _list(name: str, rows: Iterable[Model], shape: Any, **special: Any) -> str:
    """A list of rows with the settings of their shape, in an order that no database changes."""
    keys = (*shape.required, *shape.optional)
    found = [{key: special[key](row) if key in special else getattr(row, key) for key in keys} for row in rows]
    found.sort(key=lambda each: (str(each[keys[0]]).casefold(), str(each[keys[0]])))
    kept = [{key: value for key, value in each.items() if value or key in shape.required} for each in found]
    return yamlfile.write({name: kept})
