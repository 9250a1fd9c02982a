"""Alive, ready, and what the answers give away."""

import pytest
from django.db import OperationalError

from config import health
from tests.factories import make_edition, make_quiz_edition

pytestmark = pytest.mark.django_db


def test_a_process_is_alive_whatever_its_servers_do(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz/live")
    assert (response.status_code, response.content) == (200, b"alive\n")


def test_the_site_is_ready_when_everything_it_needs_answers(client):
    make_quiz_edition()
    response = client.get("/healthz/ready")
    assert (response.status_code, response.json()["ok"]) == (200, True)
    checks = {name: check["found"] for name, check in response.json()["checks"].items()}
    assert checks == {
        "database": "answers",
        "migrations": "all applied",
        "cache": "answers",
        "content": "1 articles live",
        "retention": "nothing is kept too long",
        "sign_off": "1 articles and 1 self-checks are live without approval",
    }
    assert "no-store" in response["Cache-Control"]


def test_a_site_without_content_says_so_but_staff_can_reach_it(client):
    response = client.get("/healthz/ready")
    assert response.status_code == 200
    assert response.json()["checks"]["content"] == {"ok": False, "found": "no article is live"}


def test_a_database_that_is_away_is_told_without_its_name(client, monkeypatch):
    def fails() -> str:
        raise OperationalError("could not connect to db.internal.example as legible")

    monkeypatch.setitem(health.CHECKS, "database", fails)
    response = client.get("/healthz/ready")
    assert response.status_code == 503
    checks = response.json()["checks"]
    assert checks.pop("database") == {"ok": False, "found": "OperationalError"}
    # Each of the others would wait for it anew: 50 seconds in all, in a thread that patients need.
    assert {check["found"] for check in checks.values()} == {"not asked, since the database does not answer"}
    assert "internal" not in response.content.decode()


def test_pages_serve_without_the_cache_so_the_site_stays_ready(client, monkeypatch):
    make_edition()
    monkeypatch.setattr("django.core.cache.cache.set", lambda *args: 1 / 0)
    response = client.get("/healthz/ready")
    assert response.status_code == 200
    assert response.json()["checks"]["cache"]["ok"] is False


def test_health_is_not_sent_to_https(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz/live").status_code == 200
    assert client.get("/").status_code == 301
