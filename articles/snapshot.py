"""What an article says to patients, as plain data: the same shape for the working copy and for an edition.

`{slug, title, summary, topic, audiences, related, codes, sections}`: topic, audiences and related are slugs, codes are
[system, code] pairs, and each section is `{anchor, heading, callout, body, sources}`, in reading order; one with a
picture has `picture` too, and one that says what it is about has `subtopic`. Lists without an order of their own are
sorted, so equal texts give equal data.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from articles.models import Article, ArticleEdition, Callout, EditionSection, Section

type Snapshot = dict[str, Any]


def reading_rank(section: Section) -> bool:
    """Emergency sections first, whatever their number: they stand above all other text of the page."""
    return section.callout != Callout.EMERGENCY


def reading_order(sections: Iterable[Section]) -> list[Section]:
    return sorted(sections, key=reading_rank)


def reference_order(ref: str) -> tuple[str, int]:
    """S2 before S12."""
    name = ref.rstrip("0123456789")
    return name, int(ref[len(name) :] or 0)


def of_article(article: Article) -> Snapshot:
    """The working copy as it is stored now, in five queries (six where the topic is not loaded)."""
    sections = reading_order(article.sections.prefetch_related("sources"))
    return {
        "slug": article.slug,
        "title": article.title,
        "summary": article.summary,
        "topic": article.topic.slug,
        "audiences": sorted(article.audiences.values_list("slug", flat=True)),
        "related": sorted(article.related.values_list("slug", flat=True)),
        "codes": sorted([code.system, code.code] for code in article.codes.all()),
        "sections": [_section(row, [source.ref for source in row.sources.all()]) for row in sections],
    }


def of_edition(edition: ArticleEdition) -> Snapshot:
    return {
        "slug": edition.slug,
        "title": edition.title,
        "summary": edition.summary,
        "topic": edition.topic.slug,
        "audiences": sorted(edition.audiences),
        "related": sorted(edition.related),
        "codes": sorted(list(code) for code in edition.codes),
        "sections": [_section(row, row.sources) for row in edition.sections.all()],
    }


def _section(row: Section | EditionSection, sources: Iterable[str]) -> Snapshot:
    # Only where there is one: what was submitted or published before there were pictures and subtopics keeps its fingerprint.
    more = {name: str(value) for name in ("picture", "subtopic") if (value := getattr(row, name))}
    return {
        "anchor": row.anchor,
        "heading": row.heading,
        "callout": str(row.callout),
        "body": row.body,
        "sources": sorted(sources, key=reference_order),
        **more,
    }


def canonical(snapshot: Snapshot) -> str:
    """The data in one fixed form: one line of JSON, keys sorted, no spaces between."""
    return json.dumps(snapshot, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def fingerprint(snapshot: Snapshot) -> str:
    """SHA-256 of that form in UTF-8, as 64 hexadecimal digits: equal exactly if the data are."""
    return hashlib.sha256(canonical(snapshot).encode()).hexdigest()
