"""The reading level beside what staff write: of what is saved, and, a moment after each pause, of what is typed."""

import re
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from articles.levels import Level, level_of
from articles.models import Article, Clinic
from articles.placeholders import Numbers
from articles.publishing import HIGHEST_GRADE, HIGHEST_SECTION_GRADE, section_text
from articles.richtext import clean

# Some ten times the longest article that a patient would read to its end.
LONGEST = 200_000
_body = re.compile(r"sections-\d{1,4}-body")


def section_level(heading: str, body: str, clinic: Numbers) -> Level:
    return level_of([section_text(heading, body, clinic)], HIGHEST_SECTION_GRADE)


def article_level(texts: Iterable[str]) -> Level:
    return level_of(texts, HIGHEST_GRADE)


def shown(level: Level, *, whole: bool = False) -> SafeString:
    """`whole` leaves out the words and sentences: each is named at its section."""
    return render_to_string("admin/articles/_reading_level.html", {"level": level, "whole": whole})


def level_of_article(article: Article) -> SafeString:
    clinic = Clinic.objects.current()
    sections = article.sections.all() if article.pk else ()
    return shown(article_level(section_text(row.heading, row.body, clinic) for row in sections), whole=True)


@require_POST
def levels_view(request: HttpRequest) -> HttpResponse:
    """{id of a section's row, or "article": HTML} for the headings and texts that the form holds now."""
    if not request.user.has_perm("articles.view_article"):
        raise PermissionDenied
    typed = {name.removesuffix("-body"): body for name, body in request.POST.dict().items() if _body.fullmatch(name)}
    headings = {row: request.POST.get(f"{row}-heading", "") for row in typed}
    if sum(map(len, (*typed.values(), *headings.values()))) > LONGEST:
        return JsonResponse({"problem": _("This is too long to measure.")}, status=413)
    texts = {row: section_text(headings[row], clean(body), request.clinic) for row, body in typed.items()}  # type: ignore[attr-defined]
    html: dict[str, Any] = {row: shown(level_of([text], HIGHEST_SECTION_GRADE)) for row, text in texts.items()}
    return JsonResponse(html | {"article": shown(article_level(texts.values()), whole=True)})
