"""The pages that patients browse. None of them sets a cookie."""

from collections import Counter
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import insight, live, registry
from articles.models import EditionSection
from articles.pages import kept_until_it_changes
from articles.reading import ReadingArticle
from articles.search.finding import find
from articles.search.query import LONGEST_QUERY
from articles.structured_data import medical_page
from config.shortcuts import render_partial, wants_partial


@require_safe
@kept_until_it_changes
def home(request: HttpRequest) -> HttpResponse:
    version = request.clinic.live_version  # type: ignore[attr-defined]
    context = {"live": live.current(version), "offers": registry.all_offers(version)}
    return render(request, "articles/home.html", context)


@require_safe
@kept_until_it_changes
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    labels = live.current(request.clinic.live_version).topics  # type: ignore[attr-defined]
    return _label(request, labels, slug)


@require_safe
@kept_until_it_changes
def audience(request: HttpRequest, slug: str) -> HttpResponse:
    labels = live.current(request.clinic.live_version).audiences  # type: ignore[attr-defined]
    return _label(request, labels, slug)


def _label(request: HttpRequest, labels: tuple[live.Label, ...], slug: str) -> HttpResponse:
    found = next((label for label in labels if label.slug == slug), None)
    if found is None:
        raise Http404
    # First what fits most of its articles.
    offers = Counter(
        offer
        for article in found.articles
        for offer in registry.companions_of(article.slug, request.clinic.live_version)  # type: ignore[attr-defined]
    )
    return render(
        request, "articles/label.html", {"label": found, "offers": [each for each, _n in offers.most_common()]}
    )


@require_safe
@kept_until_it_changes
def article(request: HttpRequest, slug: str) -> HttpResponse:
    sections = list(EditionSection.objects.of_current_article(slug))
    if not sections:
        raise Http404
    version = request.clinic.live_version  # type: ignore[attr-defined]
    page = ReadingArticle(sections[0].edition, sections, live.current(version))
    if not page.is_live:
        return gone(request, page)
    address = request.build_absolute_uri(request.path)
    context = {
        "page": page,
        "edition": page.edition,
        "offers": registry.companions_of(slug, version),
        "data": medical_page(page, address, request.clinic),  # type: ignore[attr-defined]
    }
    return render(request, "articles/article.html", context)


def gone(request: HttpRequest, page: ReadingArticle) -> HttpResponse:
    context = {
        "page": page,
        "edition": page.edition,
        "suggestions": page.related or page.same_topic,
        "section": page.successor_section,
    }
    return render(request, "articles/gone.html", context, status=410)


@require_safe
@kept_until_it_changes
def glossary(request: HttpRequest) -> HttpResponse:
    return render(request, "articles/glossary.html", {"terms": live.glossary(request.clinic.live_version)})  # type: ignore[attr-defined]


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    version = request.clinic.live_version  # type: ignore[attr-defined]
    typed = " ".join(request.GET.get("q", "").replace("\x00", " ").split())
    query = typed[:LONGEST_QUERY]
    found = find(typed, version)
    title = _("Search: %(query)s") % {"query": query} if query else _("Search")
    context = {
        "page_title": title,
        "query": query,
        "found": found,
        "longest": LONGEST_QUERY if len(typed) > LONGEST_QUERY else 0,
        "live": live.current(version),
    }
    response = render_partial(request, "articles/search.html", "results", context)
    if query and not found.all_hits and not wants_partial(request):
        # Half-typed words are no search: only what was sent off is counted.
        insight.count_empty_search(request, response, query, list(found.query.words))
    return response


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    kept_out = "".join(
        f"Disallow: {path}\n" for path in ("/admin/", "/search/", "/handout/", "/h/", "/infobutton/", "/api/")
    )
    rules = f"User-agent: *\n{kept_out}"
    return HttpResponse(f"{rules}\nSitemap: {request.build_absolute_uri('/sitemap.xml')}\n", content_type="text/plain")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _problem(request, 400, _("This address cannot be read"), _("Part of the address is wrong."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _problem(request, 403, _("This did not work"), _("Go back, load the page again, and try once more."))


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    known = live.current(request.clinic.live_version)  # type: ignore[attr-defined]
    context: dict[str, Any] = {"suggestions": live.nearest(known, request.path), "live": known}
    return render(request, "articles/not_found.html", context, status=404)


def _problem(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    return render(request, "articles/problem.html", {"title": title, "text": text}, status=status)


def server_error(request: HttpRequest) -> HttpResponse:
    """Shown when something broke: it asks the database for nothing, since that may be what broke."""
    response = render(request, "500.html", {"clinic": None}, status=500)
    # A self-check may have broken, and its pages are private.
    for name, value in (("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer"), ("X-Robots-Tag", "noindex")):
        response.headers[name] = value
    return response
