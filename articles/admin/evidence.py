"""The file of evidence of an edition: one page of HTML to keep, which needs nothing else to be read or printed."""

from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string

from articles import evidence


def evidence_file(model_admin: Any, edition: Any) -> HttpResponse:
    """A download: its style stands inside, which no page of the site itself may have.

    It is rendered without the request, so that nothing of who opens it, and when, gets into it.
    """
    found = evidence.of_edition(edition)
    context = {"evidence": found, "edition": edition, **model_admin.evidence_facts(found)}
    response = HttpResponse(render_to_string(model_admin.evidence_template, context))
    response["Content-Disposition"] = f'attachment; filename="{edition.slug}-edition-{edition.number}.html"'
    return response
