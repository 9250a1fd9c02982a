"""Log lines: JSON, with the name of their request, and nothing about the reader."""

import datetime
import io
import json
import logging
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.urls import reverse
from gunicorn.config import Config
from gunicorn.glogging import SafeAtoms

from config.gunicorn import Log, access_log_format
from config.logs import JsonFormatter, request_id
from tests.factories import make_clinic

ROOT = Path(__file__).parent.parent


@pytest.fixture
def lines():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logging.getLogger("django").addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger("django").removeHandler(handler)


@pytest.mark.django_db
def test_a_line_says_what_happened_in_which_request(client, lines):
    make_clinic()
    response = client.get("/nowhere/?q=my+secret", headers={"X-Request-ID": "0123-abcd"}, REMOTE_ADDR="203.0.113.9")
    [line] = lines()
    assert (line["level"], line["logger"], line["message"]) == ("WARNING", "django.request", "Not Found: /nowhere/")
    assert line["request_id"] == response["X-Request-ID"] == "0123-abcd"
    assert not re.search("secret|203.0.113.9", json.dumps(line))


@pytest.mark.django_db
def test_a_link_that_opens_something_is_in_no_line(client, lines):
    make_clinic()
    client.get("/review/a:secret/")
    client.post("/calendar/my-secret.ics")
    assert [line["message"] for line in lines()] == [
        "Not Found: /review/...",
        "Method Not Allowed (POST): /calendar/...",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("given", ["", "short", "x" * 65, "a b c d e f g", "<script>aaaa"])
def test_a_name_that_could_harm_the_logs_is_replaced(client, given):
    make_clinic()
    assert re.fullmatch(r"[0-9a-f]{32}", client.get("/", headers={"X-Request-ID": given})["X-Request-ID"])


def test_an_error_is_told_with_its_traceback_on_one_line():
    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError as error:
        record = logging.LogRecord("legible", logging.ERROR, "", 1, "Broke\nhere", (), (type(error), error, None))
    text = JsonFormatter().format(record)
    assert "\n" not in text
    assert "ZeroDivisionError" in json.loads(text)["exception"]


def test_the_access_log_holds_neither_address_nor_query_nor_referrer_nor_browser():
    # gunicorn: h and {x-forwarded-for}i are addresses, r and q hold the query, f is the referrer, a the browser.
    assert set(re.findall(r"%\(([^)]*)\)s", access_log_format)) == {
        "t",
        "{x-request-id}o",
        "m",
        "U",
        "s",
        "B",
        "M",
    }


@pytest.mark.parametrize("file", ["compose.yaml", "docs/deployment.md"])
def test_the_proxy_logs_no_request_not_even_where_one_failed(file):
    """Caddy's line about an error would hold the reader's address and the words of a search."""
    [caddyfile] = re.findall(r"^ *\{\n *log \{.*?reverse_proxy", (ROOT / file).read_text(encoding="utf-8"), re.M | re.S)
    assert "request delete" in caddyfile
    assert len(re.findall(r"^ *log\b", caddyfile, re.M)) == 1


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/articles/leg-cramps/", "/articles/leg-cramps/"),
        ('/a\n{"time": 1}\\\xc3\xa9/', "/a%0A%7B%22time%22:%201%7D%5C%C3%A9/"),
        (reverse("review_link", args=["a:secret"]), "/review/..."),
        (reverse("calendar", args=["a:secret"]), "/calendar/..."),
        (reverse("invitation", args=["MQ", "secret"]), "/admin/choose-password/..."),
    ],
)
def test_a_line_of_the_access_log_is_json_whatever_was_asked_for(path, shown):
    asked = {"PATH_INFO": path, "REQUEST_METHOD": "GET", "RAW_URI": "/", "SERVER_PROTOCOL": "HTTP/1.1"}
    sent = SimpleNamespace(status="200 OK", sent=5, headers=[("X-Request-ID", "abc")])
    atoms = Log(Config()).atoms(sent, SimpleNamespace(headers=[]), asked, datetime.timedelta())
    line = json.loads(access_log_format % SafeAtoms(atoms))
    assert (line["path"], line["request_id"], line["status"]) == (shown, "abc", "200")


def test_what_gunicorn_refuses_is_told_without_who_sent_it_and_what():
    log = Log(Config())
    said = io.StringIO()
    log.error_log.handlers[-1].setStream(said)
    request_id.set("of-the-request-before")
    log.warning("Invalid request from ip=203.0.113.7: Unable to comply with expectation: 'a secret'")
    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError:
        log.exception("Error handling request %s %s", "GET", "/search/?q=secret")
    log.info("Listening at: %s", "http://127.0.0.1:8000")
    refused, broken, listening = map(json.loads, said.getvalue().splitlines())
    assert (refused["message"], refused["logger"], refused["level"]) == (
        "A request that is not HTTP was refused",
        "gunicorn.error",
        "WARNING",
    )
    assert broken["message"] == "Error handling a request"
    assert "ZeroDivisionError" in broken["exception"]
    assert listening["message"] == "Listening at: http://127.0.0.1:8000"
    for sensitive in ("203.0.113.7", "secret", "of-the-request-before"):
        assert sensitive not in said.getvalue()
