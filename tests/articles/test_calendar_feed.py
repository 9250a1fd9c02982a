"""The calendar of publish, expiry and review dates: what it holds, and who can open it."""

import datetime

import icalendar
import pytest
from django.contrib.auth.models import Permission

from articles import publishing
from articles.models import CalendarFeed
from tests.factories import (
    make_article,
    make_clinic,
    make_edition,
    make_editor,
    make_quiz,
    make_quiz_edition,
    make_reviewer,
)

pytestmark = pytest.mark.django_db
NOON = datetime.datetime(2026, 5, 3, 12, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def editor(client, set_clock):
    set_clock(NOON)
    person = make_editor()
    client.force_login(person)
    return person


def address(client) -> str:
    client.post("/admin/reviews/", {"new": "x"})
    html = client.get("/admin/reviews/").content.decode()
    return html.split('readonly value="')[1].split('"')[0].removeprefix("http://testserver")


def events(client, url: str) -> dict[str, object]:
    response = client.get(url)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    found = icalendar.Calendar.from_ical(response.content).walk("VEVENT")
    assert len({str(event["UID"]) for event in found}) == len(found)
    return {str(event["SUMMARY"]): event["DTSTART"].dt for event in found}


def test_it_holds_go_lives_to_come_expiries_and_reviews_of_both_kinds(client, editor):
    make_clinic()
    reviewer = make_reviewer()
    make_edition(make_article(title="A"), by=reviewer, expires_at=NOON + 9 * DAY)
    make_edition(make_article(title="B"), goes_live_at=NOON + 3 * DAY)
    make_quiz_edition(make_quiz(title="Q"), by=reviewer)
    make_edition(make_article(title="Never approved"))
    due = datetime.date(2028, 5, 3)
    assert events(client, address(client)) == {
        "Review due: A": due,
        "Expires: A, edition 1": NOON + 9 * DAY,
        "Goes live: B, edition 1": NOON + 3 * DAY,
        "Review due: Q": due,
    }


def test_an_edition_that_was_replaced_or_withdrawn_has_no_dates(client, editor):
    article = make_article()
    make_edition(article, expires_at=NOON + DAY)
    make_edition(article)
    publishing.withdraw(make_edition(goes_live_at=NOON + DAY), by=None)
    assert events(client, address(client)) == {}


def test_it_opens_without_a_login_and_leads_to_the_admin(client, editor):
    make_edition(by=make_reviewer())
    url = address(client)
    client.logout()
    response = client.get(url)
    assert b"URL:http://testserver/admin/articles/article/" in response.content
    assert not response.cookies
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("no-store", "noindex")


def test_a_new_address_ends_the_old_one_and_switching_off_ends_it_for_good(client, editor):
    first = address(client)
    second = address(client)
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    client.post("/admin/reviews/", {"off": "x"})
    assert client.get(second).status_code == 404
    assert "Make a calendar address" in client.get("/admin/reviews/").content.decode()


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_the_address_of_somebody_who_left_no_longer_works(client, editor, change):
    url = address(client)
    type(editor).objects.filter(pk=editor.pk).update(**change)
    assert client.get(url).status_code == 404


def test_an_address_that_was_tampered_with_or_made_up_is_not_found(client, editor):
    url = address(client)
    other = make_editor()
    CalendarFeed.objects.create(user=other)
    for wrong in (
        url.replace(f"/{editor.pk}-", f"/{other.pk}-"),
        url[:-5] + "x.ics",
        "/calendar/x.ics",
        "/calendar/1-x:y.ics",
    ):
        assert client.get(wrong).status_code == 404, wrong


def test_it_holds_only_what_this_person_may_see(client, django_user_model):
    make_edition(make_article(title="A"), by=make_reviewer())
    person = django_user_model.objects.create_user("reader", password="x", is_staff=True)
    client.force_login(person)
    url = address(client)
    assert events(client, url) == {}
    person.user_permissions.add(Permission.objects.get(codename="view_article"))
    assert list(events(client, url)) == ["Review due: A"]


def test_the_number_of_queries_does_not_grow(client, editor, django_assert_max_num_queries):
    reviewer = make_reviewer()
    for _number in range(4):
        make_edition(by=reviewer)
    url = address(client)
    with django_assert_max_num_queries(6):
        assert len(events(client, url)) == 4
