import re

import pytest

from articles.readability import measure
from articles.richtext import to_text
from tests.factories import make_clinic

pytestmark = pytest.mark.django_db
both = pytest.mark.parametrize("address", ["/privacy/", "/accessibility/"])


def main_of(client, address):
    html = client.get(address).content.decode()
    return re.search(r"<main[^>]*>(.*)</main>", html, re.DOTALL)[1]


@both
def test_the_notices_are_at_the_foot_of_every_page_and_set_no_cookie(client, address):
    make_clinic()
    assert f'href="{address}"' in client.get("/").content.decode()
    assert not client.get(address).cookies


@both
def test_they_are_in_words_of_grade_six(client, address):
    make_clinic(address="12 Main Street")
    assert measure(to_text(main_of(client, address))).grade <= 6


@both
def test_they_name_the_clinic_as_it_is_now(client, address):
    assert "Ask at the clinic" in main_of(client, address)
    make_clinic(name="Sunny <Clinic>", address="12 Main Street", phone="555-0100")
    html = main_of(client, address)
    assert "Sunny &lt;Clinic&gt;" in html
    assert "12 Main Street" in html
    assert "tel:5550100" in html.replace("-", "")


def test_what_is_counted_is_told_only_where_it_is(client, settings):
    assert "how many searches found nothing" in main_of(client, "/privacy/")
    settings.COUNT_VISITS = False
    html = main_of(client, "/privacy/")
    assert "searches" not in html
    assert "how many pages are asked for in an hour" in html


def test_the_days_are_those_of_the_settings(client, settings):
    settings.KEEP_FEEDBACK_DAYS, settings.KEEP_COUNTS_DAYS = 1, 99
    html = main_of(client, "/privacy/")
    assert "after 1 day." in html
    assert "after 99 days." in html


def test_they_claim_no_more_than_was_done(client):
    html = main_of(client, "/accessibility/").lower()
    assert "not had it checked by an outside expert" in html
    assert not re.search(r"fully|complies|compliant|conforms|certified|guarantee", html)
