"""Rendered pages kept in memory while nothing that patients see has changed.

What a page shows depends on its address, the live version, the next moment at which time alone changes what is live,
and the release of this program. All four make its ETag, looked up anew on each request (one small query): so a page is
never older than the last publish, withdrawal, go-live, expiry or change of the clinic, in any process. A browser that
has the page already is told so without rendering it.
"""

import gzip
import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from articles import live

type View = Callable[..., HttpResponse]

SOURCES = ("*.py", "*.html", "*.css", "*.js", "*.svg")
NOT_WANTED = re.compile(r";q=0(\.0*)?$")
FOLDERS = ("articles", "checker", "config", "templates")


@dataclass(frozen=True)
class Kept:
    """A page as it is sent, plain and in both compressed forms."""

    content_type: str
    plain: bytes
    forms: dict[str, bytes]

    @property
    def size(self) -> int:
        return len(self.plain) + sum(len(form) for form in self.forms.values())


class Pages:
    """Pages by their ETag, the least recently read leaving first when they outgrow `most_bytes`."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes, self.bytes = most_bytes, 0
        self._pages: OrderedDict[str, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, etag: str) -> Kept | None:
        with self._lock:
            page = self._pages.get(etag)
            if page:
                self._pages.move_to_end(etag)
            return page

    def keep(self, etag: str, page: Kept) -> None:
        with self._lock:
            before = self._pages.pop(etag, None)
            self.bytes += page.size - (before.size if before else 0)
            self._pages[etag] = page
            while self.bytes > self.most_bytes:
                _etag, oldest = self._pages.popitem(last=False)
                self.bytes -= oldest.size

    def forget(self) -> None:
        with self._lock:
            self._pages.clear()
            self.bytes = 0


pages = Pages(settings.PAGE_MEMORY_BYTES)


def release() -> str:
    """Tells one release of this program from another: pages of two may differ. In DEBUG, files change while it runs."""
    return _release_now() if settings.DEBUG else _release_at_start()


def _release_now() -> str:
    digest = hashlib.sha256()
    for folder in FOLDERS:
        for pattern in SOURCES:
            for path in sorted((settings.BASE_DIR / folder).rglob(pattern)):
                stat = path.stat()
                digest.update(
                    f"{path}{stat.st_size}{stat.st_mtime_ns}".encode() if settings.DEBUG else path.read_bytes()
                )
    return digest.hexdigest()[:16]


_release_at_start = cache(_release_now)


def etag_of(request: HttpRequest) -> str:
    version = request.clinic.live_version  # type: ignore[attr-defined]
    until = live.next_moment(version)
    made_of = (request.scheme, request.get_host(), request.path, version, until, release())
    return f'W/"{hashlib.sha256(repr(made_of).encode()).hexdigest()[:32]}"'


def kept_until_it_changes(view: View) -> View:
    """For a page that depends on nothing of the request but its address without the query, and on what is live.

    Only answers of status 200 are kept. The view must read neither cookies, headers nor the query string.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        etag = etag_of(request)
        if _has_it(request, etag):
            return _finish(request, HttpResponseNotModified(), etag)
        page = pages.get(etag)
        if page is None:
            response = view(request, *args, **kwargs)
            if response.status_code != 200:
                return response
            page = _kept(response)
            pages.keep(etag, page)
        return _finish(request, _sent(request, page), etag)

    return wrapped


def _has_it(request: HttpRequest, etag: str) -> bool:
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in known or etag in known or etag.removeprefix("W/") in known


def _kept(response: HttpResponse) -> Kept:
    # Nothing secret stands in a page that all readers share, so its compressed size gives nothing away.
    plain = response.content
    forms = {"br": brotli.compress(plain, quality=5), "gzip": gzip.compress(plain, 6, mtime=0)}
    return Kept(response.headers["Content-Type"], plain, forms)


def _sent(request: HttpRequest, page: Kept) -> HttpResponse:
    wanted = [part.replace(" ", "") for part in request.headers.get("Accept-Encoding", "").lower().split(",")]
    accepted = {part.partition(";")[0] for part in wanted if not NOT_WANTED.search(part)}
    for encoding, body in page.forms.items():
        if encoding in accepted:
            return HttpResponse(body, content_type=page.content_type, headers={"Content-Encoding": encoding})
    return HttpResponse(page.plain, content_type=page.content_type)


def _finish(request: HttpRequest, response: HttpResponse, etag: str) -> HttpResponse:
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = cache_control(request)
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def cache_control(request: HttpRequest) -> str:
    """Browsers ask each time (a small answer, if nothing changed). A CDN may answer for `CDN_SECONDS`, never past a change."""
    until = live.next_moment(request.clinic.live_version)  # type: ignore[attr-defined]
    left = int((until - timezone.now()).total_seconds()) if until else settings.CDN_SECONDS
    shared = max(min(settings.CDN_SECONDS, left), 0)
    return f"public, max-age=0, s-maxage={shared}, must-revalidate" if shared else "public, no-cache"
