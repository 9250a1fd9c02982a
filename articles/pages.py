"""Rendered pages kept in memory while nothing that patients see has changed.

What a page shows depends on its address, the live version, the next moment at which time alone changes what is live,
and the release of this program. All four are looked up anew on each request (one small query) and make its ETag: so a page is
never older than the last publish, withdrawal, go-live, expiry or change of the clinic, in any process. A browser that
has the page already is told so without rendering it.
"""

import datetime
import gzip
import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cache, lru_cache, wraps
from typing import Any

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.http import parse_etags

from articles import live

type View = Callable[..., HttpResponse]

SOURCES = ("*.py", "*.html", "*.xml", "*.css", "*.js", "*.svg", "*.typ", "*.yaml")
NOT_WANTED = re.compile(r";q=0(\.0*)?$")
FOLDERS = ("articles", "checker", "config", "templates")


type Key = tuple[Hashable, ...]


@dataclass(frozen=True)
class Kept:
    """A page as it is sent: the body in each encoding, "" for the plain one."""

    etag: str
    content_type: str
    bodies: dict[str, bytes]

    @property
    def size(self) -> int:
        return sum(len(body) for body in self.bodies.values())


class Pages:
    """Pages by what they are made of, the least recently read leaving first when they outgrow `most_bytes`."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes, self.bytes = most_bytes, 0
        self._pages: OrderedDict[Key, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Kept | None:
        with self._lock:
            page = self._pages.get(key)
            if page:
                self._pages.move_to_end(key)
            return page

    def keep(self, key: Key, page: Kept) -> None:
        with self._lock:
            before = self._pages.pop(key, None)
            self.bytes += page.size - (before.size if before else 0)
            self._pages[key] = page
            while self.bytes > self.most_bytes:
                _key, oldest = self._pages.popitem(last=False)
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


def etag_of(key: Key) -> str:
    return f'W/"{hashlib.sha256(repr(key).encode()).hexdigest()[:32]}"'


def kept_in(memory: Pages) -> Callable[[View], View]:
    """For a page that depends on nothing of the request but its address without the query, and on what is live.

    Only answers of status 200 are kept. The view must read neither cookies, headers nor the query string.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in ("GET", "HEAD"):
                return view(request, *args, **kwargs)
            key, until = _key(request)
            page = memory.get(key)
            etag = page.etag if page else etag_of(key)
            headers = _headers(etag, until, "Accept-Encoding")
            if _has_it(request, etag):
                return HttpResponseNotModified(headers=headers)
            if page is None:
                response = view(request, *args, **kwargs)
                if response.status_code != 200:
                    return response
                page = _kept(response, etag)
                memory.keep(key, page)
            return _sent(request, page, headers)

        return wrapped

    return decorate


kept_until_it_changes = kept_in(pages)


def answered_anew(
    request: HttpRequest, asked: Hashable, answer: Callable[[], HttpResponse], vary: str = "Accept-Encoding"
) -> HttpResponse:
    """For what has more variants than memory should hold: made for each request, but for one that has it already.

    `asked` is all that the answer depends on besides the address without the query, and what is live. What nobody
    reads of a request stays out of it, and so changes nothing for caches.
    """
    key, until = _key(request, asked)
    headers = _headers(etag_of(key), until, vary)
    if _has_it(request, headers["ETag"]):
        return HttpResponseNotModified(headers=headers)
    response = answer()
    if response.status_code == 200:
        for name, value in headers.items():
            response.headers[name] = value
    return response


def _key(request: HttpRequest, *asked: Hashable) -> tuple[Key, datetime.datetime | None]:
    """What an answer is made of, and until when it can be so."""
    version = request.clinic.live_version  # type: ignore[attr-defined]
    until = live.next_moment(version)
    return (request.scheme, request.get_host(), request.path, version, until, release(), *asked), until


def _headers(etag: str, until: datetime.datetime | None, vary: str) -> dict[str, str]:
    return {"ETag": etag, "Cache-Control": cache_control(until), "Vary": vary}


def _has_it(request: HttpRequest, etag: str) -> bool:
    sent = request.META.get("HTTP_IF_NONE_MATCH")
    if not sent:
        return False
    known = parse_etags(sent)
    return "*" in known or etag in known or etag.removeprefix("W/") in known


def _kept(response: HttpResponse, etag: str) -> Kept:
    # Nothing secret stands in a page that all readers share, so its compressed size gives nothing away.
    plain = response.content
    bodies = {"br": brotli.compress(plain, quality=5), "gzip": gzip.compress(plain, 6, mtime=0), "": plain}
    return Kept(etag, response.headers["Content-Type"], bodies)


def _sent(request: HttpRequest, page: Kept, headers: dict[str, str]) -> HttpResponse:
    encoding = _encoding(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    if encoding:
        headers["Content-Encoding"] = encoding
    return HttpResponse(page.bodies[encoding], content_type=page.content_type, headers=headers)


@lru_cache(maxsize=256)
def _encoding(accepted: str) -> str:
    """The best encoding that an Accept-Encoding header takes; "" for none."""
    parts = [part.replace(" ", "") for part in accepted.lower().split(",")]
    wanted = {part.partition(";")[0] for part in parts if not NOT_WANTED.search(part)}
    return next((encoding for encoding in ("br", "gzip") if encoding in wanted), "")


def cache_control(until: datetime.datetime | None) -> str:
    """Browsers ask each time (a small answer, if nothing changed). A CDN may answer for `CDN_SECONDS`, never past a change."""
    left = int((until - timezone.now()).total_seconds()) if until else settings.CDN_SECONDS
    shared = max(min(settings.CDN_SECONDS, left), 0)
    return f"public, max-age=0, s-maxage={shared}, must-revalidate" if shared else "public, no-cache"
