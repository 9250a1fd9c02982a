"""Rendered pages kept in memory while nothing that patients see has changed.

What a page shows depends on its address, the live version, the next moment at which time alone changes what is live,
and the release of this program. All four are looked up anew on each request (one small query) and make its ETag: so a
page is never older than the last publish, withdrawal, go-live, expiry or change of the clinic, in any process. A
browser that has the page already is told so without rendering it. Pages that memory holds are sent by a middleware,
before sessions, sign-in and the search for a view: none of these has a say in what all readers share.
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
from typing import Any, NamedTuple

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.http import parse_etags

from articles import live

type View = Callable[..., HttpResponse]

READING = ("GET", "HEAD")
SOURCES = ("*.py", "*.html", "*.xml", "*.css", "*.js", "*.svg", "*.typ", "*.yaml")
NOT_WANTED = re.compile(r";q=0(\.0*)?$")
FOLDERS = ("articles", "checker", "config", "templates")

type Address = tuple[str, str, str]  # scheme, host, path


class State(NamedTuple):
    """What all pages of one moment are made of: while it stays the same, so do they."""

    version: int
    until: datetime.datetime | None
    release: str


@dataclass(frozen=True)
class Kept:
    """A page as it is sent, and what it was made of: the body in each encoding, "" for the plain one."""

    state: State
    etag: str
    content_type: str
    bodies: dict[str, bytes]

    @property
    def size(self) -> int:
        return sum(len(body) for body in self.bodies.values())


class Pages:
    """The newest page of each address, the least recently read leaving first when they outgrow `most_bytes`."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes, self.bytes = most_bytes, 0
        self._pages: OrderedDict[Address, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, address: Address) -> Kept | None:
        with self._lock:
            page = self._pages.get(address)
            if page:
                self._pages.move_to_end(address)
            return page

    def keep(self, address: Address, page: Kept) -> None:
        with self._lock:
            before = self._pages.pop(address, None)
            self.bytes += page.size - (before.size if before else 0)
            self._pages[address] = page
            while self.bytes > self.most_bytes:
                _address, oldest = self._pages.popitem(last=False)
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


def etag_of(*made_of: Hashable) -> str:
    return f'W/"{hashlib.sha256(repr(made_of).encode()).hexdigest()[:32]}"'


def kept_in(memory: Pages) -> Callable[[View], View]:
    """For a page that depends on nothing of the request but its address without the query, and on what is live.

    Only answers of status 200 are kept. The view must read neither cookies, headers nor the query string.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in READING:
                return view(request, *args, **kwargs)
            if answer := _answer_from(memory, request):
                return answer
            address, state = _address(request), _state(request)
            etag = etag_of(address, state)
            if _has_it(request, etag):
                return HttpResponseNotModified(headers=_headers(etag, state.until))
            response = view(request, *args, **kwargs)
            if response.status_code != 200:
                return response
            page = _kept(response, state, etag)
            memory.keep(address, page)
            return _sent(request, page)

        return wrapped

    return decorate


kept_until_it_changes = kept_in(pages)


def sent_from_memory(get_response: View) -> View:
    """Middleware: a page that memory holds as it is now needs no view. Nothing is asked for addresses it does not hold."""

    def middleware(request: HttpRequest) -> HttpResponse:
        answer = _answer_from(pages, request) if request.method in READING else None
        return answer or get_response(request)

    return middleware


def _answer_from(memory: Pages, request: HttpRequest) -> HttpResponse | None:
    page = memory.get(_address(request))
    return _sent(request, page) if page and page.state == _state(request) else None


def answered_anew(
    request: HttpRequest, asked: Hashable, answer: Callable[[], HttpResponse], vary: str = "Accept-Encoding"
) -> HttpResponse:
    """For what has more variants than memory should hold: made for each request, but for one that has it already.

    `asked` is all that the answer depends on besides the address without the query, and what is live. What nobody
    reads of a request stays out of it, and so changes nothing for caches.
    """
    state = _state(request)
    headers = _headers(etag_of(_address(request), state, asked), state.until, vary)
    if _has_it(request, headers["ETag"]):
        return HttpResponseNotModified(headers=headers)
    response = answer()
    if response.status_code == 200:
        for name, value in headers.items():
            response.headers[name] = value
    return response


def _address(request: HttpRequest) -> Address:
    return request.scheme or "", request.get_host(), request.path


def _state(request: HttpRequest) -> State:
    version = request.clinic.live_version  # type: ignore[attr-defined]
    return State(version, live.next_moment(version), release())


def _headers(etag: str, until: datetime.datetime | None, vary: str = "Accept-Encoding") -> dict[str, str]:
    return {"ETag": etag, "Cache-Control": cache_control(until), "Vary": vary}


def _has_it(request: HttpRequest, etag: str) -> bool:
    sent = request.META.get("HTTP_IF_NONE_MATCH")
    if not sent:
        return False
    # Not “*”: it means whatever there is, and here it is not yet known whether there is anything.
    known = parse_etags(sent)
    return etag in known or etag.removeprefix("W/") in known


def _kept(response: HttpResponse, state: State, etag: str) -> Kept:
    # Nothing secret stands in a page that all readers share, so its compressed size gives nothing away.
    plain = response.content
    bodies = {"br": brotli.compress(plain, quality=5), "gzip": gzip.compress(plain, 6, mtime=0), "": plain}
    return Kept(state, etag, response.headers["Content-Type"], bodies)


def _sent(request: HttpRequest, page: Kept) -> HttpResponse:
    headers = _headers(page.etag, page.state.until)
    if _has_it(request, page.etag):
        return HttpResponseNotModified(headers=headers)
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
