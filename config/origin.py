"""Posts of patients come from this site's own pages: told by the browser's headers, since no cookie is set beforehand."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt


def from_this_site(request: HttpRequest) -> bool:
    """Whether a post comes from a page of this site.

    `Sec-Fetch-Site` says so in every current browser. `Origin` is “null” under `Referrer-Policy: no-referrer`, as the
    self-check has it, so it can only speak against. A browser that sends neither is let in: the cookie of a self-check
    is SameSite=Strict, so another site could at most begin an empty check, or send what anybody can send.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin", "null")
    return origin == "null" or origin.partition("://")[2] == request.get_host()


def posts_from_this_site(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not from_this_site(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return csrf_exempt(wrapped)
