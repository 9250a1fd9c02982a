"""Middleware for the whole site."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.utils.http import escape_leading_slashes

type GetResponse = Callable[[HttpRequest], HttpResponse]

PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in ("camera", "geolocation", "microphone", "payment", "usb"))


def secure_headers(get_response: GetResponse) -> GetResponse:
    """The secure headers that Django has no setting for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        # Where a page says nothing of caches, none may guess.
        response.headers.setdefault("Cache-Control", "no-cache")
        return response

    return middleware


def refuse_control_characters(get_response: GetResponse) -> GetResponse:
    """No page has a NUL in its address, and PostgreSQL fails on one; in a query it is left out and the rest kept."""

    def middleware(request: HttpRequest) -> HttpResponse:
        in_query = "%00" in request.META.get("QUERY_STRING", "")
        if in_query and request.method in ("GET", "HEAD") and "\x00" not in request.path:
            return HttpResponseRedirect(escape_leading_slashes(request.get_full_path().replace("%00", "")))
        if in_query or "\x00" in request.path:
            return HttpResponseBadRequest(
                "This address has a character that no page here uses.", content_type="text/plain"
            )
        return get_response(request)

    return middleware
