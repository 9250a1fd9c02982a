"""A server as in production with the starter content, and the pages that are looked at."""

import gzip
import http.cookiejar
import os
import re
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import brotli

from tests.benchmark.pages import manage, server

CHECK = "/check/leg-cramps/"
AGE = "16 to 64 years"
LOADED = re.compile(r'<(?:link rel="stylesheet"|script)[^>]*?(?:href|src)="([^"]+)"')
CHOICE = re.compile(r'name="answer" value="([^"]+)"[^>]*>\s*<label[^>]*>([^<]+)')


@dataclass(frozen=True)
class Page:
    """`indexed`: meant to be found by search engines."""

    name: str
    path: str
    cookie: str = ""
    indexed: bool = True


@contextmanager
def site(folder: Path) -> Iterator[str]:
    """The address of a server with the starter content; its database and static files are in `folder`."""
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATA_DIR": str(folder),
        "SECRET_KEY": "lighthouse-only-" + "x" * 50,
        "ALLOWED_HOSTS": "127.0.0.1",
        "HTTPS": "0",
    }
    manage({**env, "DEBUG": "1"}, "demo", "--no-serve")
    manage(env, "collectstatic", "--noinput")
    with server(env) as (port, _worker):
        yield f"http://127.0.0.1:{port}"


def pages(origin: str) -> list[Page]:
    question, result, cookie = _walk(origin)
    return [
        Page("Home", "/"),
        Page("Topic", "/topics/leg-cramps/"),
        Page("Article", "/articles/leg-cramps-what-to-do-now/"),
        Page("Longest article", "/articles/leg-emergencies/"),
        Page("Search", "/search/?q=calf+cramp", indexed=False),
        Page("Self-check", CHECK),
        Page("Question", question, cookie, indexed=False),
        Page("Result", result, cookie, indexed=False),
    ]


def _walk(origin: str) -> tuple[str, str, str]:
    """Answer "None of these" to all: the addresses of a question and of the result, and the cookie that both need."""
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    with browser.open(origin + CHECK) as answer:
        address = re.search(r'button--start" href="([^"]+)"', answer.read().decode())[1]  # type: ignore[index]
    question = ""
    while "/question/" in address:
        question = address
        with browser.open(origin + address) as page:
            html = page.read().decode()
        choices = {text.strip(): key for key, text in CHOICE.findall(html)}
        chosen = choices.get("None of these") or choices[AGE]
        stamp = re.search(r'name="stamp" value="([^"]*)"', html)
        data = urllib.parse.urlencode({"answer": chosen, "stamp": stamp[1] if stamp else ""}).encode()
        with browser.open(origin + address, data) as page:
            address = urllib.parse.urlsplit(page.url).path
    cookie = "; ".join(f"{each.name}={each.value}" for each in jar)
    return question, f"{CHECK}result/", cookie


@dataclass(frozen=True)
class Weight:
    """Bytes as they travel to a browser that takes Brotli."""

    html: int
    css: int
    script: int


def weight(origin: str, page: Page) -> Weight:
    html, sent = _fetched(origin + page.path, page.cookie)
    sizes = {".css": 0, ".js": 0}
    for address in dict.fromkeys(LOADED.findall(html)):
        sizes[Path(address).suffix] += _fetched(origin + address)[1]
    return Weight(sent, sizes[".css"], sizes[".js"])


def _fetched(address: str, cookie: str = "") -> tuple[str, int]:
    """The text at an address, and how many bytes were sent for it."""
    request = urllib.request.Request(address, headers={"Accept-Encoding": "br, gzip", "Cookie": cookie})
    with urllib.request.urlopen(request) as answer:
        body = answer.read()
        encoding = answer.headers.get("Content-Encoding")
    if encoding == "br":
        return brotli.decompress(body).decode(), len(body)
    if encoding == "gzip":
        return gzip.decompress(body).decode(), len(body)
    return body.decode(), len(body)
