"""The whole site with its starter content on a server of its own, driven in Chromium and watched for what must never happen."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connection
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, expect
from pytest_django.live_server_helper import LiveServer

import articles.starter_content
import checker.starter_content
from tests.disk import on_disk
from tests.factories import make_editor, make_reviewer

# Playwright runs an event loop in the thread of the tests, where Django would refuse to use the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
AXE = Axe()
# Milliseconds. A busy machine is slow, not wrong.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session", autouse=True)
def _chromium() -> None:
    if CHROMIUM is None:
        stop = pytest.fail if "CI" in os.environ else pytest.skip
        stop("Chromium is not installed: tests that need a browser were not run.")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": CHROMIUM_FLAGS}


class Server(ThreadedWSGIServer):
    """Stops only when no request runs any more.

    Django's leaves the threads of kept connections behind; they end some time in a later test, when the connection
    to the database is no longer theirs to close.
    """

    daemon_threads = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.open: set[socket.socket] = set()
        super().__init__(*args, **kwargs)

    def get_request(self) -> tuple[socket.socket, Any]:
        request, address = super().get_request()
        self.open.add(request)
        return request, address

    def close_request(self, request: Any) -> None:
        self.open.discard(request)
        super().close_request(request)

    def server_close(self) -> None:
        for request in list(self.open):
            with suppress(OSError):
                request.shutdown(socket.SHUT_RD)
        super().server_close()


@dataclass(frozen=True)
class Site:
    url: str
    editor: User
    reviewer: User


@pytest.fixture(scope="module")
def transactional_db(
    _chromium: None, django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """In place of pytest-django's, which empties the database after each test: once a module is enough here.

    The name matters: pytest-django makes the test database only for tests that ask for a fixture it knows.
    """
    with django_db_blocker.unblock():
        name = str(connection.settings_dict["NAME"])
        assert "memory" in name or "test_" in name, f"{name} is not a database for tests"
        # A browser asks for several things at once.
        with on_disk(tmp_path_factory.mktemp("site")):
            yield
        if connection.vendor != "sqlite":
            call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(scope="module")
def site(transactional_db: None) -> Iterator[Site]:
    """Loaded once for a module. A test that changes something takes an article or a self-check of its own."""
    articles.starter_content.load()
    checker.starter_content.load()
    server = LiveServer("localhost", start=False)
    server.thread.server_class = Server
    server.start()
    yield Site(server.url, make_editor(), make_reviewer())
    server.stop()


@dataclass
class Watch:
    """Notes CSP violations, console errors, failed requests, errors of the server and requests to other sites."""

    origin: str
    problems: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def expect(self, *words: str) -> None:
        """A problem with one of these words is what the test is about."""
        self.expected.extend(words)

    def note(self, problem: str) -> None:
        if not any(words in problem for words in self.expected):
            self.problems.append(problem)

    def console(self, message: ConsoleMessage) -> None:
        # Chromium also logs each failed request, without saying which.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.note(f"console: {message.text}")

    def request(self, request: Request) -> None:
        if not request.url.startswith((self.origin, "data:")):
            self.note(f"another site was asked for: {request.url}")

    def failed(self, request: Request) -> None:
        # A request that the reader's next step cuts short is aborted.
        if request.failure != "net::ERR_ABORTED":
            self.note(f"{request.failure}: {request.url}")

    def response(self, response: Response) -> None:
        if response.status >= 400:
            self.note(f"{response.status}: {response.url}")

    def over(self, context: BrowserContext) -> None:
        context.set_default_timeout(PATIENCE)
        context.add_init_script(
            "addEventListener('securitypolicyviolation', (e) => console.error('CSP', e.violatedDirective, e.blockedURI))"
        )
        context.on("console", self.console)
        context.on("weberror", lambda error: self.note(f"script: {error.error}"))
        context.on("request", self.request)
        context.on("requestfailed", self.failed)
        context.on("response", self.response)


@pytest.fixture
def watch(site: Site) -> Watch:
    return Watch(site.url)


@pytest.fixture
def context(site: Site, watch: Watch, new_context: Callable[..., BrowserContext]) -> Iterator[BrowserContext]:
    context = new_context(base_url=site.url)
    watch.over(context)
    yield context
    assert watch.problems == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def log_in(context: BrowserContext, site: Site, person: User) -> None:
    client = Client()
    client.force_login(person)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "domain": "localhost", "path": "/admin/"}
    context.add_cookies([cookie])  # type: ignore[list-item]


@pytest.fixture
def editor_page(context: BrowserContext, site: Site) -> Page:
    log_in(context, site, site.editor)
    return context.new_page()


@pytest.fixture
def reviewer_page(context: BrowserContext, site: Site) -> Page:
    log_in(context, site, site.reviewer)
    return context.new_page()


@pytest.fixture
def axe() -> Callable[..., None]:
    """`axe(page)` fails with a line for each rule that the page breaks, and where. It can look for some rules only."""

    def check(page: Page, *only: str) -> None:
        options = {"resultTypes": ["violations"], **({"runOnly": list(only)} if only else {})}
        page.wait_for_load_state()
        # Until its font has come, an icon is a word, and is judged as one.
        page.evaluate("async () => { await document.fonts.ready }")
        violations = AXE.run(page, options=options).response["violations"]
        found = [
            f"{each['id']} ({each['impact']}): {each['help']}\n    {node['target'][0]}  {node['html'][:160]}"
            for each in violations
            for node in each["nodes"]
        ]
        assert not found, f"{page.url} breaks rules of accessibility:\n" + "\n".join(found)

    return check
