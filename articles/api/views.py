"""`/api/`: what patients read, as JSON for a portal that shows it in its own pages. Read only, public, without a cookie."""

import datetime
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any

import yaml
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles import catalog, codes, live
from articles.api import shapes
from articles.models import ArticleEdition, EditionSection
from articles.pages import answered_anew
from articles.reading import ReadingArticle
from config.shortcuts import site_address

MOST, USUAL = 100, 50
# Changes of the last minute are told once more: a row can be written some moments before others see it.
SETTLED = datetime.timedelta(minutes=1)
BEGINNING = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
OPENAPI = Path(__file__).parent / "openapi.yaml"


class BadRequest(ValueError):
    """The text tells the person who wrote the request what to change."""


class Missing(Exception):
    """There is no such article, or no longer: `answer` says which."""

    def __init__(self, status: int, **answer: Any) -> None:
        self.status, self.answer = status, answer


def for_other_sites(view: Callable[..., Any]) -> Any:
    """JSON that a script of any site may read: it is public, no cookie is ever set, and nothing can be changed by it."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except BadRequest as problem:
            response = JsonResponse({"error": str(problem)}, status=400)
        except Missing as missing:
            response = JsonResponse(missing.answer, status=missing.status)
        response.headers.setdefault("Cache-Control", "no-cache")
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return require_safe(wrapped)


@for_other_sites
def article_list(request: HttpRequest) -> HttpResponse:
    """All live articles by address, in pages; or with `system` and `code` those of a code, the best first."""
    known = catalog.current(request.clinic.live_version)  # type: ignore[attr-defined]
    if request.GET.get("code"):
        system, code = _system(request), request.GET["code"][:40]
        return answered_anew(request, (system, code), lambda: JsonResponse(_by_code(request, known, system, code)))
    after, limit = request.GET.get("after", "")[:100], _limit(request)
    return answered_anew(request, (after, limit), lambda: JsonResponse(_page(request, known, after, limit)))


def _page(request: HttpRequest, known: catalog.Catalog, after: str, limit: int) -> shapes.Json:
    site = site_address(request)
    items = known.after(after, limit + 1)
    more = len(items) > limit
    next_page = f"{site}/api/articles/?after={items[limit - 1].slug}&limit={limit}" if more else None
    return {"articles": [shapes.summary(item, request.clinic, site) for item in items[:limit]], "next": next_page}  # type: ignore[attr-defined]


def _by_code(request: HttpRequest, known: catalog.Catalog, system: codes.System, code: str) -> shapes.Json:
    site, clinic = site_address(request), request.clinic  # type: ignore[attr-defined]
    matches = known.index.find(system.key, code)[:MOST]
    found = [
        shapes.summary(match.item, clinic, site) | {"score": match.score, "found_by": match.code} for match in matches
    ]
    return {"articles": found, "next": None}


@for_other_sites
def article(request: HttpRequest, slug: str) -> HttpResponse:
    return answered_anew(request, (), lambda: JsonResponse(_article(request, slug)))


def _article(request: HttpRequest, slug: str) -> shapes.Json:
    sections = list(EditionSection.objects.of_current_article(slug))
    if not sections:
        raise Missing(404, error="There is no article with this id.")
    site, clinic, edition = site_address(request), request.clinic, sections[0].edition  # type: ignore[attr-defined]
    page = ReadingArticle(edition, sections, live.current(clinic.live_version))
    if not page.is_live:
        raise Missing(
            410, error="Patients can no longer read this article: take it away.", url=shapes.page_url(slug, site)
        )
    return shapes.whole(catalog.item_of(edition), page, clinic, site)


@for_other_sites
def changes(request: HttpRequest) -> HttpResponse:
    """What went live, was withdrawn or expired after a moment, the oldest first."""
    since = request.GET.get("since", "")[:80]
    moment, after = _since(since)
    limit = _limit(request)
    return answered_anew(request, (since, limit), lambda: JsonResponse(_changes(request, moment, after, limit)))


def _changes(request: HttpRequest, moment: datetime.datetime, after: int | None, limit: int) -> shapes.Json:
    now, site = timezone.now(), site_address(request)
    rows = list(ArticleEdition.objects.changed_since(moment, after, now)[: limit + 1])
    shown, more = rows[:limit], len(rows) > limit
    return {
        "changes": [shapes.change(row, request.clinic, site) for row in shown],  # type: ignore[attr-defined]
        "next": _next(shown, more, moment, after, now),
        "more": more,
        "content_version": request.clinic.live_version,  # type: ignore[attr-defined]
    }


def _next(shown: list[Any], more: bool, moment: datetime.datetime, after: int | None, now: datetime.datetime) -> str:
    """What to give as `since` the next time."""
    if shown and (more or shown[-1].became_at <= now - SETTLED):
        moment, after = shown[-1].became_at, shown[-1].pk
    elif shown and now - SETTLED > moment:
        moment, after = now - SETTLED, None
    written = moment.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")
    return written if after is None else f"{written}_{after}"


def _since(text: str) -> tuple[datetime.datetime, int | None]:
    """A moment, or the `next` of an earlier answer: a moment and the row up to which it was told."""
    if not text:
        return BEGINNING, None
    written, _line, after = text.partition("_")
    try:
        # A plus sign that was not escaped arrives as a space.
        moment = datetime.datetime.fromisoformat(written.replace(" ", "+"))
        moment = moment.replace(tzinfo=moment.tzinfo or datetime.UTC).astimezone(datetime.UTC)
        number = int(after) if after else None
    except (ValueError, OverflowError):
        raise BadRequest(
            "“since” must be a moment such as 2026-05-03T12:00:00Z, or the “next” of an earlier answer."
        ) from None
    return moment, number if number is None else min(max(number, 0), 2**62)


def _limit(request: HttpRequest) -> int:
    text = request.GET.get("limit", str(USUAL))
    limit = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if not 1 <= limit <= MOST:
        raise BadRequest(f"“limit” must be a whole number from 1 to {MOST}.")
    return limit


def _system(request: HttpRequest) -> codes.System:
    system = codes.system_called(request.GET.get("system", ""))
    if system is None:
        known = ", ".join(each.key for each in codes.SYSTEMS)
        raise BadRequest(f"“system” must be one of {known}, or its OID or FHIR URI.")
    return system


@for_other_sites
def openapi(request: HttpRequest) -> HttpResponse:
    site = site_address(request)
    return answered_anew(request, (), lambda: JsonResponse(description() | {"servers": [{"url": site}]}))


@cache
def description() -> shapes.Json:
    document: shapes.Json = yaml.safe_load(OPENAPI.read_text(encoding="utf-8"))
    return document
