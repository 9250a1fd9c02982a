"""Whom to tell of a weakness: RFC 9116."""

import datetime

import pytest

from tests.factories import make_clinic

ADDRESS = "/.well-known/security.txt"
pytestmark = pytest.mark.django_db


def test_without_a_contact_there_is_no_such_file(client):
    make_clinic()
    assert client.get(ADDRESS).status_code == 404


def test_it_says_whom_to_tell_and_until_when_that_is_good(client, settings, set_clock):
    settings.SECURITY_CONTACT, settings.SITE_URL = "mailto:security@clinic.example", "https://clinic.example"
    set_clock(datetime.datetime(2026, 5, 3, 12, 30, tzinfo=datetime.UTC))
    response = client.get(ADDRESS)
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().splitlines() == [
        "Contact: mailto:security@clinic.example",
        "Expires: 2026-08-01T00:00:00Z",
        "Canonical: https://clinic.example/.well-known/security.txt",
    ]


def test_it_names_no_host_that_a_request_made_up(client, settings):
    settings.SECURITY_CONTACT, settings.SITE_URL = "mailto:security@clinic.example", ""
    assert b"Canonical" not in client.get(ADDRESS).content
    assert client.post(ADDRESS).status_code == 405
