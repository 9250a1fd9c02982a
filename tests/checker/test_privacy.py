"""A walk with canary answers, and a look for the canary in every place where an answer could stay behind."""

import json
import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.apps import apps
from django.contrib.staticfiles import finders
from django.core.mail import EmailMessage
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.utils.log import AdminEmailHandler
from django.views.debug import ExceptionReporter
from gunicorn.config import Config
from gunicorn.glogging import Logger

from articles.models import DailyCount
from checker import rows
from checker.definition import parse
from checker.models import Quiz
from config import gunicorn as gunicorn_config
from config.logs import JsonFormatter
from tests.checker.takes import HTMX, hidden_fields, words_of
from tests.factories import make_clinic, make_edition, make_quiz_data, make_quiz_edition

pytestmark = pytest.mark.django_db

KEY, TEXT = "canary_key", "Canary Text"
MAILBOX = "django.core.mail.backends.locmem.EmailBackend"
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
both = pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])


def has_canary(value: object) -> bool:
    return "canary" in str(value).lower()


def canary_quiz() -> str:
    """Every question has a canary to tick: one that ends the check, one that does not."""
    edition = make_edition()
    data = make_quiz_data(f"{edition.slug}#{edition.sections.get().anchor}")
    for question in data["questions"]:
        question["choices"][0] |= {"key": f"{KEY}_first", "text": f"{TEXT} first"}
        question["choices"][1] |= {"key": f"{KEY}_second", "text": f"{TEXT} second"}
    for rule, key in zip(data["rules"], ("danger", "danger", "often"), strict=False):
        rule["when"] = {"any": [f"{key}.{KEY}_{'first' if rule['id'] == 'E1' else 'second'}"]}
    return make_quiz_edition(rows.fill(Quiz(), parse(data))).slug


def everything_stored(*, without: str = "") -> str:
    """Every row of every table but one, as the database itself gives it."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        found = []
        for table in set(tables) - {without}:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += [f"{table}: {row}" for row in sorted(map(str, cursor.fetchall()))]
    assert {model._meta.db_table for model in apps.get_models()} <= set(tables)
    return "\n".join(sorted(found))


class Recorder(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record not in self.records:  # loggers pass records on to each other
            self.records.append(record)


@pytest.fixture
def records() -> Iterator[list[logging.LogRecord]]:
    """Everything that is logged, at every level, by whatever logger."""
    recorder, loggers = Recorder(), [logging.getLogger(name) for name in ("", "django", "django.server", "gunicorn")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(recorder)
        logger.setLevel(logging.DEBUG)
    yield recorder.records
    for logger, level in zip(loggers, levels, strict=True):
        logger.removeHandler(recorder)
        logger.setLevel(level)


@pytest.fixture
def slug() -> str:
    make_clinic()
    return canary_quiz()


def steps(client: Client, slug: str, headers: dict[str, str], *, last: bool = True) -> Iterator[Any]:
    """Each response of a walk that ticks the canary of every question, goes back, changes, errs, and sees the result."""
    base = f"/check/{slug}"
    yield client.get(f"{base}/")
    for key in ("danger", "often"):
        page = client.get(f"{base}/question/{key}/")
        yield page
        stamp = hidden_fields(page.content.decode())
        yield client.post(f"{base}/question/{key}/", {**stamp, "answer": ["none", f"{KEY}_second"]}, headers=headers)
        yield client.post(f"{base}/question/{key}/", {**stamp, "answer": f"{KEY}_second"}, headers=headers)
        yield client.post(f"{base}/question/{key}/", {"stamp": "1.x", "answer": f"{KEY}_second"}, headers=headers)
    yield client.get(f"{base}/question/danger/?change")
    yield client.post(f"{base}/question/danger/", {"change": "", "answer": f"{KEY}_second"}, headers=headers)
    yield client.get(f"{base}/answers/")
    yield client.get(f"{base}/result/", headers=headers)
    yield client.post(f"{base}/question/danger/", {"answer": f"{KEY}_first"}, headers=headers)
    yield client.get(f"{base}/result/")
    if last:
        yield client.post(f"{base}/start-again/")


@both
def test_the_walk_does_show_the_canary_to_the_patient(client, slug, headers):
    pages = list(steps(client, slug, headers, last=False))
    assert TEXT in pages[-1].content.decode()
    assert {page.status_code for page in pages} >= {200, 422, 409}


@both
def test_no_address_holds_an_answer(client, slug, headers):
    for page in steps(client, slug, headers):
        html = page.content.decode()
        addresses = re.findall(r'(?:href|src|action|hx-[a-z-]+)="([^"]*)"', html)
        addresses += [page.request["PATH_INFO"], page.request["QUERY_STRING"]]
        addresses += [page.get("Location", ""), page.get("HX-Push-Url", "")]
        assert not [address for address in addresses if has_canary(address)]


@both
def test_nothing_is_stored_not_in_a_row_a_session_or_a_cache(client, slug, headers):
    """But for the counts of a day, which know the check and the level of its results and no more."""
    counts = DailyCount._meta.db_table
    client.get(f"/check/{slug}/question/danger/")
    before = everything_stored(without=counts)
    for page in steps(client, slug, headers):
        assert "sessionid" not in page.cookies
    assert everything_stored(without=counts) == before
    counted = set(DailyCount.objects.values_list("kind", "key"))
    assert counted == {("check-started", slug), ("check-finished", f"{slug}/urgent")}


@both
def test_no_log_record_holds_an_answer(client, slug, headers, records):
    pages = list(steps(client, slug, headers))
    assert len(pages) > 10
    assert {record.name for record in records} >= {"django.request"}
    for record in records:
        assert not has_canary(logging.Formatter().format(record))
        assert not has_canary(JsonFormatter().format(record))
        assert not has_canary(vars(record))


@pytest.mark.parametrize(
    "log_format", [Config().access_log_format, gunicorn_config.access_log_format], ids=["default", "ours"]
)
@both
def test_the_access_log_of_the_server_holds_no_answer(slug, headers, log_format):
    class Environ(Client):
        seen: list[dict[str, Any]] = []

        def request(self, **request: Any) -> Any:
            self.seen.append(self._base_environ(**request))
            return super().request(**request)

    client, logger = Environ(), Logger(Config())
    list(steps(client, slug, headers))
    assert len(client.seen) > 10
    for environ in client.seen:
        line = log_format % logger.atoms_wrapper_class(_atoms(logger, environ))
        assert environ["PATH_INFO"] in line
        assert not has_canary(line)


def _atoms(logger: Logger, environ: dict[str, Any]) -> dict[str, Any]:
    query = f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else ""
    path = environ["PATH_INFO"] + query
    environ = {"RAW_URI": path, "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", **environ}
    response = type("Response", (), {"status": "200 OK", "sent": 1, "headers": []})()
    request = type("Request", (), {"headers": [(name, str(value)) for name, value in environ.items()]})()
    return logger.atoms(response, request, environ, timedelta(seconds=1))


def broken(*args: object) -> object:
    answer = args  # A variable of the frame that fails, as any code might have.
    raise RuntimeError(f"broken with {len(answer)}")


@pytest.mark.parametrize("place", ["checker.visits.walk", "checker.answers.save", "checker.views.check_answer"])
@both
def test_an_error_report_holds_no_answer(slug, headers, place, records, settings, mailoutbox):
    assert settings.DEBUG is False
    settings.ADMINS, settings.MAILERS = ["admin@example.org"], {"default": {"BACKEND": MAILBOX}}
    client = Client(raise_request_exception=False)
    client.post(f"/check/{slug}/question/danger/", {"answer": f"{KEY}_second"}, headers=headers)
    with patch(place, broken):
        page = client.post(f"/check/{slug}/question/often/", {"answer": f"{KEY}_second"}, headers=headers)
    assert page.status_code == 500
    assert not has_canary(page.content)
    assert {name: page[name] for name in PRIVATE} == PRIVATE
    [record] = [record for record in records if record.exc_info and record.name == "django.request"]
    assert "RuntimeError: broken" in logging.Formatter().format(record)
    AdminEmailHandler(include_html=True).emit(record)
    reports = [text for mail in mailoutbox for text in parts_of(mail)]
    reporter = ExceptionReporter(request_of(record), *record.exc_info)
    reports += [reporter.get_traceback_html(), reporter.get_traceback_text()]
    reports += [formatter.format(record) for formatter in (logging.Formatter(), JsonFormatter())]
    cookie = client.cookies["check"].value
    assert len(reports) >= 6
    for report in reports:
        assert "RuntimeError" in report
        assert not has_canary(report)
        assert cookie not in report


def parts_of(mail: EmailMessage) -> list[str]:
    return [mail.body, *(str(alternative[0]) for alternative in mail.alternatives)]


def request_of(record: logging.LogRecord) -> HttpRequest:
    return vars(record)["request"]


@both
def test_no_cookie_says_an_answer_and_none_is_left_after_start_again(client, slug, headers):
    for page in steps(client, slug, headers, last=False):
        for cookie in page.cookies.values():
            assert not has_canary(cookie.OutputString())
            assert set(page.cookies) == {"check"}
    assert client.cookies["check"].value
    left = client.post(f"/check/{slug}/start-again/").cookies
    assert (left["check"].value, left["check"]["max-age"], left["check"]["path"]) == ("", 0, f"/check/{slug}/")


@both
def test_every_response_but_the_start_is_private(client, slug, headers):
    for number, page in enumerate(steps(client, slug, headers)):
        held = {name: page.get(name) for name in PRIVATE}
        assert (held == PRIVATE) is (number > 0), page.request["PATH_INFO"]
    refused = client.post(f"/check/{slug}/question/danger/", headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403
    assert {name: refused[name] for name in PRIVATE} == PRIVATE


def test_the_stamp_of_a_form_tells_no_answer(client, slug):
    """Two patients with other answers have stamps that differ; neither is made of what it stands for."""
    stamps = set()
    for key in (f"{KEY}_second", "none"):
        client.post(f"/check/{slug}/question/danger/", {"answer": key})
        stamps.add(hidden_fields(client.get(f"/check/{slug}/question/often/").content.decode())["stamp"])
    assert len(stamps) == 2
    assert all(re.fullmatch(r"[0-9]+\.[0-9a-f]{20}", stamp) for stamp in stamps)


def test_the_summary_is_part_of_the_page_and_of_nothing_else(client, slug):
    list(steps(client, slug, {}, last=False))
    client.post(f"/check/{slug}/question/danger/", {"answer": f"{KEY}_second"})
    client.post(f"/check/{slug}/question/often/", {"answer": f"{KEY}_second"})
    html = client.get(f"/check/{slug}/result/").content.decode()
    summary = re.search(r'<pre class="summary" id="summary">(.*?)</pre>', html, re.DOTALL)[1]
    assert TEXT in words_of(summary)
    assert "hx-" not in html.partition('id="step"')[2]
    assert not re.search(r"fetch\(|XMLHttpRequest|sendBeacon|localStorage|sessionStorage|document\.cookie", script())
    assert json.loads(re.search(r"htmx-config\" content='(.*?)'", html)[1])["historyCacheSize"] == 0


def script() -> str:
    return Path(str(finders.find("js/check.js"))).read_text(encoding="utf-8")
