"""What views share: a page or the part of it that htmx asked for, leading on, work after the answer, the site's address."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.html import format_html
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView


def wants_partial(request: HttpRequest) -> bool:
    """True for an htmx request, but not when htmx restores a page for the Back button: that needs the whole page."""
    return bool(request.htmx) and not request.htmx.history_restore_request  # type: ignore[attr-defined]


def render_partial(
    request: HttpRequest, template: str, partial: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render `template`, or only its partial of that name for htmx, led by the title of the page.

    `context` must hold `page_title`: htmx takes the `<title>` of what it swaps in, and screen readers speak it.
    The template also gets `is_partial`: focus moves to what was swapped in, but not on the load of a whole page.
    """
    is_partial = wants_partial(request)
    context = {**context, "is_partial": is_partial}
    if is_partial:
        title = format_html("<title>{}</title>", context["page_title"])
        html = title + render_to_string(f"{template}#{partial}", context, request)
    else:
        html = render_to_string(template, context, request)
    response = HttpResponse(html, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def site_address(request: HttpRequest) -> str:
    """Where this site stands, for what other systems keep: as it is set, or as it was asked just now."""
    return settings.SITE_URL or f"{request.scheme}://{request.get_host()}"


def leads_to(address: str) -> Callable[..., HttpResponseBase]:
    """A view of an address that has no page of its own."""
    return require_safe(RedirectView.as_view(url=address))


def once_sent(response: HttpResponse, work: Callable[[], None]) -> None:
    """Do it when the server has sent the last byte, so that nobody waits for it. It must not fail."""
    # Django closes these then; it has no public name for them.
    response._resource_closers.append(work)  # type: ignore[attr-defined]
