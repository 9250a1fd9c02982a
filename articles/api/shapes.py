"""Live articles as plain data for other systems. `openapi.yaml` says the same for whoever reads it."""

import re
from typing import Any

from articles import codes, placeholders
from articles.catalog import Item
from articles.models import Clinic, EditionSection
from articles.reading import ReadingArticle

type Json = dict[str, Any]

# A link inside this site, as clean rich text has it.
_own_link = re.compile(r'(<a href=")(?=/(?!/))')


def summary(item: Item, clinic: Clinic, site: str) -> Json:
    """What lists show of an article. Whoever shows its text must show its notices too."""
    return {
        "id": item.slug,
        "edition": item.edition,
        "title": item.title,
        "summary": placeholders.fill_text(item.summary, clinic),
        "notices": item.notices,
        "language": clinic.language,
        "topic": item.topic,
        "audiences": list(item.audiences),
        "codes": [_code(system, code) for system, code in item.codes],
        "changed": item.changed_at.isoformat(),
        "approved_by": item.reviewer_name or None,
        "last_reviewed": item.last_reviewed.isoformat() if item.last_reviewed else None,
        "url": page_url(item.slug, site),
        "api": api_url(item.slug, site),
    }


def _code(system: str, code: str) -> Json:
    known = codes.system_called(system)
    return {"system": system, "oid": known.oid if known else None, "uri": known.uri if known else None, "code": code}


def whole(item: Item, page: ReadingArticle, clinic: Clinic, site: str) -> Json:
    """The article with its text, in the order in which patients must read it: emergency sections first."""
    return summary(item, clinic, site) | {
        "sections": [_section(section, item.slug, clinic, site) for section in page.sections],
        "sources": [
            {"ref": source.ref, "title": source.title, "organization": source.organisation, "url": source.url}
            for source in page.sources
        ],
        "words": [{"word": term, "meaning": meaning} for term, meaning in page.edition.glossary],
    }


def _section(section: EditionSection, slug: str, clinic: Clinic, site: str) -> Json:
    """`id` is the same in every edition: an anchor never changes once it was published."""
    html = placeholders.fill_html(section.body, clinic)
    return {
        "id": f"{slug}#{section.anchor}",
        "heading": section.heading,
        "kind": section.callout,
        "subtopic": section.subtopic or None,
        "html": _own_link.sub(rf"\1{site}", html),
        "text": placeholders.fill_text(section.text, clinic),
        "sources": section.sources,
        "url": f"{page_url(slug, site)}#{section.anchor}",
    }


def change(edition: Any, clinic: Clinic, site: str) -> Json:
    """What became of an article last: `edition` comes from `changed_since`."""
    withdrawal = getattr(edition, "withdrawal", None)
    state = "withdrawn" if withdrawal else "expired" if edition.became_at == edition.expires_at else "live"
    return {
        "id": edition.slug,
        "edition": edition.number,
        "state": state,
        "at": edition.became_at.isoformat(),
        "message": placeholders.fill_text(withdrawal.message, clinic) if withdrawal and withdrawal.message else None,
        "url": page_url(edition.slug, site),
        "api": api_url(edition.slug, site),
    }


def page_url(slug: str, site: str) -> str:
    return f"{site}/articles/{slug}/"


def api_url(slug: str, site: str) -> str:
    return f"{site}/api/articles/{slug}/"
