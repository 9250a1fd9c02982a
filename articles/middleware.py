"""The clinic of each request, asked for at most once and only if something needs it."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from articles import live


def clinic(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        request.clinic = SimpleLazyObject(live.clinic)  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


def clinic_for_templates(request: HttpRequest) -> dict[str, Any]:
    return {"clinic": getattr(request, "clinic", None) or SimpleLazyObject(live.clinic)}
