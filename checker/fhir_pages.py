"""Where other systems read a self-check as a FHIR Questionnaire, and patients take their own answers along."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.pages import kept_until_it_changes
from articles.placeholders import fill_text
from checker import fhir, live
from checker.definition import Definition, Link
from checker.live import LinkedSection
from checker.models import QuizEdition
from checker.presentation import CARDS
from checker.views import not_at_the_end, private
from checker.visits import open_visit
from config.shortcuts import site_address


@require_safe
@kept_until_it_changes
def questionnaire(request: HttpRequest, slug: str) -> HttpResponse:
    """The live edition at its canonical address. What cannot be taken now cannot be fetched either."""
    quizzes = live.current(request.clinic.live_version)  # type: ignore[attr-defined]
    edition = quizzes.current.get(slug)
    if edition is None:
        return _refused(404, _("There is no self-check at this address."))
    if not live.can_be_taken(edition):
        return _refused(410, _("This self-check has been taken back, or is too old to rely on."))
    return answer(exported(request, quizzes.definition(edition), edition, quizzes.sections))


@require_safe
@private
def response(request: HttpRequest, slug: str) -> HttpResponse:
    """The patient's own answers, made in this request from their cookie and kept nowhere."""
    visit = open_visit(request, slug)
    if before := not_at_the_end(request, visit):
        return before
    edition, definition = visit.edition, visit.definition
    canonical = canonical_url(request, slug) + (f"|{edition.number}" if edition.number else "")
    made = fhir.response(
        exported(request, definition, edition, {}),
        visit.walk.answers,
        questionnaire=canonical,
        status="completed",
        authored=timezone.localdate().isoformat(),
    )
    return answer(made, file=f"{slug}-answers.json")


def exported(
    request: HttpRequest, definition: Definition, edition: QuizEdition | None, sections: Mapping[Link, LinkedSection]
) -> dict[str, Any]:
    """`edition` is None for a working copy; `sections` are those that can be read now."""
    clinic = request.clinic  # type: ignore[attr-defined]

    def address(link: Link) -> str:
        return _absolute(request, sections[link].url) if link in sections else ""

    words = fhir.Words(
        levels={level: str(card.word) for level, card in CARDS.items()},
        if_no_other=_("If nothing more urgent is said above:"),
        read=_("Read:"),
        fill=lambda text: fill_text(text, clinic),
        address=address,
    )
    head = {"url": canonical_url(request, definition.quiz), "status": "draft", "publisher": clinic.name}
    if edition and edition.number:
        head |= {"version": str(edition.number), "status": "active", "date": _day(edition.published_at)}
        head |= {"approvalDate": _day(edition.published_at)} if edition.is_approved else {}
        head |= {"lastReviewDate": edition.last_reviewed.isoformat()} if edition.last_reviewed else {}
    return fhir.questionnaire(definition, words, **head)


def canonical_url(request: HttpRequest, slug: str) -> str:
    return _absolute(request, reverse("fhir_questionnaire", args=[slug]))


def _absolute(request: HttpRequest, path: str) -> str:
    return site_address(request) + path


def _day(moment: Any) -> str:
    return timezone.localdate(moment).isoformat()


def answer(data: dict[str, Any], *, status: int = 200, file: str = "") -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{file}"'} if file else {}
    return JsonResponse(data, status=status, content_type=fhir.MEDIA_TYPE, headers=headers)


def _refused(status: int, sentence: str) -> HttpResponse:
    issue = {"severity": "error", "code": "not-found" if status == 404 else "deleted", "diagnostics": sentence}
    refused = answer({"resourceType": "OperationOutcome", "issue": [issue]}, status=status)
    refused.headers["Cache-Control"] = "no-cache"
    return refused
