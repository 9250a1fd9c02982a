import logging

import pytest
from django.core.cache import cache

from tests.factories import make_editor
from tests.signin.steps import add_app, code_of, log_in, type_code


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO, "config.signin")
    return lambda: [
        each.getMessage().removeprefix("Sign-in: ") for each in caplog.records if each.name == "config.signin"
    ]


def test_every_step_of_signing_in_is_in_the_log_with_whose_account_and_how_it_went(client, lines):
    secret = add_app(make_editor(username="ed"))
    log_in(client, "ED", "wrong")
    log_in(client, "ed")
    type_code(client, "000000")
    type_code(client, code_of(secret))
    client.post("/admin/logout/")
    assert lines() == [
        "ed: wrong name or password",
        "ed: step completed (password)",
        "ed: wrong code (totp)",
        "ed: step completed (totp)",
        "ed: signed in",
        "ed: signed out",
    ]


def test_a_lock_out_is_in_the_log(client, lines):
    cache.clear()
    make_editor(username="ed")
    for _ in range(6):
        log_in(client, "ed", "wrong")
    assert lines()[-1] == "ed: refused (too many tries)"


def test_what_was_typed_is_not_in_the_log_nor_where_it_came_from(client, lines, caplog):
    log_in(client, "my-secret-password", "my-secret-password", next="/admin/?q=secret")
    assert lines() == ["(no such account): wrong name or password"]
    assert "secret" not in caplog.text
    assert "127.0.0.1" not in caplog.text


def test_the_limits_keep_no_address(client, monkeypatch):
    kept = []
    real = cache.set
    monkeypatch.setattr(cache, "set", lambda key, *rest: (kept.append(key), real(key, *rest)))
    log_in(client, "ed", "wrong")
    assert any(":ip:" in key for key in kept)
    assert not any("127.0.0.1" in key for key in kept)


def test_a_new_password_is_in_the_log(lines):
    person = make_editor(username="ed")
    person.set_password("three odd words here")
    person.save()
    assert lines()[-1] == "ed: password changed"
