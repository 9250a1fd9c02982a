"""What machines read of an article: schema.org, from the same fields as the page, and nothing that is not so."""

from typing import Any

from articles import codes, placeholders
from articles.models import ArticleEdition, Clinic
from articles.reading import ReadingArticle


def medical_page(page: ReadingArticle, address: str, clinic: Clinic) -> dict[str, Any]:
    """A MedicalWebPage. Only what a clinician has approved says that it was reviewed, when, and by whom."""
    edition = page.edition
    data = {
        "@context": "https://schema.org",
        "@type": "MedicalWebPage",
        "url": address,
        "name": edition.title,
        "description": placeholders.fill_text(edition.summary, clinic),
        "inLanguage": clinic.language,
        "dateModified": page.changed_on.isoformat(),
        "publisher": {"@type": "MedicalOrganization", "name": clinic.name},
        "about": _conditions(edition),
    }
    if edition.is_approved and edition.last_reviewed:
        data["lastReviewed"] = edition.last_reviewed.isoformat()
        data["reviewedBy"] = {"@type": "Person", "name": edition.reviewer_name}
    return {name: value for name, value in data.items() if value}


def _conditions(edition: ArticleEdition) -> list[dict[str, Any]]:
    """One for each code: nobody has said that two of them mean the same. A code that a coder must still complete is none."""
    found = ((codes.system_called(system), code) for system, code in edition.codes if not codes.is_incomplete(code))
    return [
        {
            "@type": "MedicalCondition",
            "code": {"@type": "MedicalCode", "codeValue": code, "codingSystem": system.name},
        }
        for system, code in found
        if system
    ]
