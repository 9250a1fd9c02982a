"""Tries at a password are counted in the cache that all processes share. Where it does not answer, nobody signs in."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import uuid4

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

logger = logging.getLogger(__name__)


def limits_hold() -> bool:
    """Whether the cache keeps what it is given."""
    key = f"sign-in-{uuid4().hex}"
    try:
        held = cache.add(key, True, 10) and cache.get(key) is True
        cache.delete(key)
    except Exception as error:  # whatever the server of the cache says
        logger.error("Sign-in is closed: the cache does not answer (%s)", type(error).__name__)
        return False
    return held


def closed_without_limits(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Refuse what is posted while tries cannot be counted: else a password could be guessed without end."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not limits_hold():
            return _later(render(request, "signin/closed.html", status=503))
        return view(request, *args, **kwargs)

    return wrapped


def too_many(request: HttpRequest) -> HttpResponse:
    """What allauth answers when an address of the network has tried too often."""
    return _later(render(request, "signin/too_many.html", status=429))


def _later(response: HttpResponse) -> HttpResponse:
    response.headers["Retry-After"] = "60"
    return response
