"""What is unusual: counted by all processes together, said in the log once an hour, and mailed."""

import logging
import time
from smtplib import SMTPException

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command

from config import alarms, health
from tests.factories import make_article, make_clinic, make_editor, make_reviewer, make_submission
from tests.signin.steps import log_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _limits(settings):
    cache.clear()
    settings.ALARM_LIMITS = dict.fromkeys(alarms.WORDS, 3)
    settings.OPERATOR_EMAILS = ["ops@clinic.example"]
    make_clinic()


@pytest.fixture
def said(caplog):
    caplog.set_level(logging.ERROR, logger="config.alarms")
    return lambda: [record.getMessage() for record in caplog.records if record.name == "config.alarms"]


@pytest.fixture
def set_time(monkeypatch):
    start = time.time() // alarms.SLOT * alarms.SLOT
    return lambda minutes: monkeypatch.setattr(alarms.time, "time", lambda: start + minutes * 60)


def happen(kind: str, times: int) -> None:
    """In a process that then writes what it holds."""
    process = alarms.Held()
    for _time in range(times):
        process.add(kind)
    process.write()


def mail(capsys) -> str:
    call_command("alarms")
    return capsys.readouterr().out


@pytest.mark.parametrize("kind", alarms.WORDS)
def test_what_happens_too_often_is_an_error_in_the_log_once_an_hour(kind, said):
    happen(kind, 2)
    assert said() == []
    happen(kind, 1)
    happen(kind, 5)
    assert said() == [f"Alarm: 3 {alarms.WORDS[kind]} in the last hour; the limit is 3."]


def test_processes_add_up_over_the_last_hour_and_no_longer(set_time):
    set_time(0)
    happen("errors", 2)
    set_time(45)
    happen("errors", 1)
    assert alarms.last_hour()["errors"] == 3
    set_time(70)
    assert alarms.last_hour()["errors"] == 1
    set_time(110)
    assert alarms.too_many() == {}


def test_a_limit_of_0_never_alarms(settings, said):
    settings.ALARM_LIMITS["errors"] = 0
    happen("errors", 50)
    assert (said(), alarms.too_many()) == ([], {})


def test_the_operators_get_one_mail_an_hour(capsys, mailoutbox):
    assert "Nothing unusual" in mail(capsys)
    happen("errors", 3)
    happen("sign-ins", 4)
    assert "Mailed to 1." in mail(capsys)
    assert "Mailed" not in mail(capsys)
    [sent] = mailoutbox
    assert sent.to == ["ops@clinic.example"]
    assert sent.subject == "Legible: 3 errors of the server in the last hour; the limit is 3."
    assert "- 4 wrong passwords or codes in the last hour" in sent.body


def test_a_mail_that_cannot_be_sent_is_tried_again(capsys, mailoutbox, monkeypatch):
    happen("errors", 3)

    def refuse(*_args, **_kwargs):
        raise SMTPException("no")

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", refuse)
        with pytest.raises(CommandError, match="could not be sent"):
            call_command("alarms")
    assert "Mailed to 1." in mail(capsys)


def test_without_an_address_the_command_says_what_it_found(settings, capsys, mailoutbox):
    settings.OPERATOR_EMAILS = []
    happen("errors", 3)
    assert mail(capsys) == "3 errors of the server in the last hour; the limit is 3.\n"
    assert mailoutbox == []


def counted() -> dict[str, int]:
    alarms.held.write()
    return {kind: number for kind, number in alarms.last_hour().items() if number and kind != alarms.REQUESTS}


def test_refused_requests_and_errors_are_counted(client, monkeypatch):
    client.get("/")
    client.get("/nowhere/")
    assert counted() == {}
    client.get("/", headers={"Host": "evil.example"})
    monkeypatch.setitem(health.CHECKS, "database", lambda: 1 / 0)
    assert client.get("/healthz/ready").status_code == 503
    assert counted() == {"refused": 1, "errors": 1}


def test_wrong_passwords_are_counted(client):
    log_in(client, make_editor(), "wrong-password")
    log_in(client, "nobody-here", "wrong-password")
    assert counted() == {"sign-ins": 2}


def test_approving_ones_own_work_is_refused_and_counted(client):
    reviewer = make_reviewer()
    waiting = make_submission(make_article(), by=reviewer)
    client.force_login(reviewer)
    form = {
        "step": "approve",
        "agrees": "yes",
        "name": "Dr. Else",
        "role": "GP",
        "said": "now",
        "submission": waiting.pk,
    }
    assert client.post(f"/admin/articles/article/{waiting.object_id}/publish/", form).status_code == 409
    assert counted() == {"four-eyes": 1}


def test_a_process_writes_every_ten_seconds_at_most_and_after_the_answer(
    client, monkeypatch, django_assert_num_queries
):
    now = [1000.0]
    monkeypatch.setattr(alarms.time, "monotonic", lambda: now[0])
    alarms.held.forget()
    written = []
    monkeypatch.setattr(alarms, "_add", written.append)
    for seconds, unusual in ((5, True), (9, True), (10, True), (19, True), (69, False), (70, False)):
        now[0] = 1000.0 + seconds
        client.get("/", headers={"Host": "evil.example"} if unusual else {})
    assert written == [{"requests": 3, "refused": 3}, {"requests": 2, "refused": 1}]


def test_where_the_cache_is_away_nothing_breaks_and_nothing_is_lost(monkeypatch, caplog):
    alarms.held.add("errors")
    with monkeypatch.context() as patch:
        patch.setattr(cache, "get_many", lambda *_args, **_more: 1 / 0)
        alarms.held.write()
    assert "Unusual events cannot be counted: the cache does not answer (ZeroDivisionError)" in caplog.text
    assert counted() == {"errors": 1}
