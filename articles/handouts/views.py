"""The pages of handouts. An address names parts of articles and nothing else: none of them asks or stores anything."""

import io
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from articles import live
from articles.handouts import codes, pdf
from articles.handouts.choosing import Choosing
from articles.handouts.leaflet import MOST_ARTICLES, MOST_PARTS, Leaflet
from articles.handouts.nodes import nodes
from articles.pages import Pages, kept_in
from config.shortcuts import site_address

type View = Callable[..., HttpResponse]

kept = Pages(settings.HANDOUT_MEMORY_BYTES)


def unlisted(view: View) -> View:
    """Found by no search engine, and not told to other sites by a link."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return wrapped


@require_safe
@unlisted
def choose(request: HttpRequest) -> HttpResponse:
    """The picker: all that was ticked stands in its address, so it works without cookie and script."""
    if code := request.GET.get("code", "").strip():
        return HttpResponseRedirect(reverse("handout", args=[code[: codes.LONGEST].replace("/", "-")]))
    version = request.clinic.live_version  # type: ignore[attr-defined]
    choosing = Choosing(request.GET, live.current(version), version)
    if choosing.is_ready:
        return HttpResponseRedirect(reverse("handout", args=[codes.encode(choosing.numbers)]))
    status = 422 if choosing.problem else 200
    return render(request, "articles/handout_choose.html", {"choosing": choosing}, status=status)


def opened(view: View) -> View:
    """Calls the view with the leaflet that the code stands for; without one there is a page that says what to do."""

    @wraps(view)
    def wrapped(request: HttpRequest, code: str, **kwargs: Any) -> HttpResponse:
        try:
            numbers = codes.decode(code)
        except codes.NotACode:
            context = {"code": code[: codes.LONGEST], "mistyped": True}
            return render(request, "articles/handout_unknown.html", context, status=404)
        if code != codes.encode(numbers):
            name = request.resolver_match.view_name  # type: ignore[union-attr]
            return HttpResponseRedirect(reverse(name, args=[codes.encode(numbers)]))
        leaflet = Leaflet(numbers, live.current(request.clinic.live_version))  # type: ignore[attr-defined]
        if leaflet.is_too_long or not leaflet.parts:
            return _nothing_to_show(request, leaflet)
        return view(request, code, leaflet, **kwargs)

    return wrapped


def _nothing_to_show(request: HttpRequest, leaflet: Leaflet) -> HttpResponse:
    context = {"leaflet": leaflet, "most_parts": MOST_PARTS, "most_articles": MOST_ARTICLES}
    return render(request, "articles/handout_unknown.html", context, status=410 if leaflet.lost else 404)


@require_safe
@unlisted
@kept_in(kept)
@opened
def handout(request: HttpRequest, code: str, leaflet: Leaflet) -> HttpResponse:
    """The print page; it is also what the short address and the QR code open."""
    change = urlencode({"part": leaflet.numbers}, doseq=True)
    context = {"has_pdf": pdf.is_installed(), "change_url": f"{reverse('handouts')}?{change}"}
    return render(request, "articles/handout.html", _shown(request, code, leaflet) | context)


@require_safe
@unlisted
@kept_in(kept)
@opened
def handout_pdf(request: HttpRequest, code: str, leaflet: Leaflet, *, large: bool) -> HttpResponse:
    shown = _shown(request, code, leaflet)
    try:
        return HttpResponse(_typeset(request, shown, large), content_type="application/pdf")
    except pdf.NotNow as error:
        response = _no_pdf(request, shown, error, status=503)
        response.headers["Retry-After"] = "10"
        return response
    except pdf.NoPdf as error:
        return _no_pdf(request, shown, error, status=404)


def _no_pdf(request: HttpRequest, shown: dict[str, Any], error: pdf.NoPdf, *, status: int) -> HttpResponse:
    context = shown | {"why": str(error), "again": request.path if isinstance(error, pdf.NotNow) else ""}
    return render(request, "articles/handout_no_pdf.html", context, status=status)


def _shown(request: HttpRequest, code: str, leaflet: Leaflet) -> dict[str, Any]:
    """What the leaflet's template takes, for the page and for the PDF alike."""
    path = reverse("handout", args=[code])
    site = site_address(request)
    return {
        "clinic": request.clinic,  # type: ignore[attr-defined]
        "leaflet": leaflet,
        "title": leaflet.title,
        "code": code,
        "path": path,
        "site": site,
        "address": (site + path).partition("://")[2].rstrip("/"),
        # Black on white in dark colors too, with the quiet rim that cameras need.
        "qr": _qr(site + path).svg_data_uri(border=4, light="#fff"),
    }


def _qr(address: str) -> segno.QRCode:
    return segno.make(address, micro=False, error="m")


def _typeset(request: HttpRequest, shown: dict[str, Any], large: bool) -> bytes:
    clinic, site = shown["clinic"], shown["site"]
    svg = io.BytesIO()
    _qr(site + shown["path"]).save(svg, kind="svg", border=4)
    data = pdf.settings_of(shown["title"], clinic.name, clinic.language, large)
    data |= {"qr": svg.getvalue().decode(), "tree": nodes(render_to_string("articles/_leaflet.html", shown), site)}
    return pdf.typeset(data)
