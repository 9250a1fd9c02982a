"""From what staff wrote to the rows that patients read; nothing here is saved.

Publishing saves what comes out. The preview only shows it, so both look the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from articles import richtext
from articles.models import Article, ArticleEdition, EditionSection, GlossaryTerm, Section, Source
from articles.snapshot import reading_rank, reference_order
from articles.terms import used_terms


@dataclass(frozen=True)
class Written:
    """A working copy with all that belongs to it, from the database or from a form.

    `audiences` and `related` are slugs, `codes` are [system, code] pairs, `sections` come in reading order, each with
    the sources it names.
    """

    article: Article
    audiences: Sequence[str]
    related: Sequence[str]
    codes: Sequence[list[str]]
    sections: Sequence[tuple[Section, Sequence[Source]]]


def stored(article: Article) -> Written:
    """The working copy as it is saved now."""
    return Written(
        article=article,
        audiences=list(article.audiences.values_list("slug", flat=True)),
        related=list(article.related.order_by("title").values_list("slug", flat=True)),
        codes=[[code.system, code.code] for code in article.codes.all()],
        sections=in_reading_order((row, list(row.sources.all())) for row in article.sections.prefetch_related("sources")),
    )  # fmt: skip


def in_reading_order(sections: Iterable[tuple[Section, list[Source]]]) -> list[tuple[Section, list[Source]]]:
    return sorted(sections, key=lambda pair: reading_rank(pair[0]))


def edition_of(written: Written, **fields: Any) -> ArticleEdition:
    """An edition that says what was written; `fields` are its number, dates, and who answers for it."""
    article = written.article
    return ArticleEdition(
        article=article,
        slug=article.slug,
        title=article.title,
        summary=article.summary,
        topic_id=article.topic_id,
        author_name=person_name(article.author),
        audiences=list(written.audiences),
        related=list(written.related),
        codes=list(written.codes),
        sources={source.ref: _frozen_source(source) for _row, sources in written.sections for source in sources},
        glossary=used_terms(
            (richtext.to_text(row.body) for row, _sources in written.sections),
            GlossaryTerm.objects.values_list("term", "meaning"),
        ),
        **fields,
    )


def sections_of(written: Written, edition: ArticleEdition) -> list[EditionSection]:
    return [
        EditionSection(
            edition=edition,
            order=order,
            anchor=row.anchor,
            heading=row.heading,
            callout=row.callout,
            subtopic=row.subtopic,
            body=row.body,
            text=richtext.to_text(row.body),
            picture=row.picture,
            sources=sorted((source.ref for source in sources), key=reference_order),
        )
        for order, (row, sources) in enumerate(written.sections)
    ]


def person_name(person: Any) -> str:
    return (person.get_full_name() or person.get_username()) if person else ""


def _frozen_source(source: Source) -> dict[str, str]:
    """Title, organization and link are for patients; how far it was read, and what of, only for staff."""
    kept = ("title", "organisation", "url", "dated", "how_read", "note")
    return {name: getattr(source, name) for name in kept}
