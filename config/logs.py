"""Logs as one JSON object a line: what happened, when, and in which request. Never an address, a query string, a body, or a link that opens something."""

import datetime
import json
import logging
import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

# What a proxy may have named the request; anything else is not let into the logs.
NAMED = re.compile(r"[A-Za-z0-9-]{8,64}")
# Whoever knows the rest of such an address may do what it is for.
LINK = re.compile(r"(/review/|/calendar/|/admin/choose-password/)[^\s\"]+")
request_id: ContextVar[str] = ContextVar("request_id", default="")


def name_requests(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Give each request a name that stands in its log lines and in the answer, so that the two can be brought together."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        # It stays until the thread's next request: Django logs a 404 or a 500 after all middleware is done.
        request_id.set(given if NAMED.fullmatch(given) else uuid.uuid4().hex)
        response = get_response(request)
        response.headers["X-Request-ID"] = request_id.get()
        return response

    return middleware


def without_links(text: str) -> str:
    return LINK.sub(r"\1...", text)


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_links(record.getMessage()),
        }
        if name := request_id.get():
            line["request_id"] = name
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def settings(level: str, as_json: bool) -> dict[str, object]:
    """Django's LOGGING: everything to standard error. No reports by mail: they would hold what was posted."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "config.logs.JsonFormatter"},
            "plain": {"format": "{levelname} {name}: {message}", "style": "{"},
        },
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "json" if as_json else "plain"},
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {"django": {"handlers": [], "level": level, "propagate": True}},
    }
