import datetime
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from articles import retention
from articles.models import ArticleEdition, DailyCount, Feedback, Step
from tests.factories import make_edition, make_reviewer

pytestmark = pytest.mark.django_db


def ago(days):
    return timezone.localdate() - datetime.timedelta(days=days)


@pytest.fixture
def edition(settings):
    settings.KEEP_FEEDBACK_DAYS, settings.KEEP_COUNTS_DAYS = 10, 20
    edition = make_edition(by=make_reviewer())
    for days in (9, 10, 11, 300):
        Feedback.objects.create(article=edition.article, edition=edition.number, useful=True, day=ago(days))
    DailyCount.objects.bulk_create([DailyCount(day=ago(days), kind="useful", number=3) for days in (20, 21, 500)])
    return edition


def run(**options):
    out = StringIO()
    call_command("clear_old", stdout=out, **options)
    return out.getvalue().splitlines()


def test_what_is_older_than_its_days_is_deleted_and_nothing_else(edition):
    editions, steps = ArticleEdition.objects.count(), Step.objects.count()
    assert run() == ["Feedback: 2 deleted (older than 10 days).", "Daily counts: 2 deleted (older than 20 days)."]
    assert sorted(Feedback.objects.values_list("day", flat=True)) == [ago(10), ago(9)]
    assert [count.day for count in DailyCount.objects.all()] == [ago(20)]
    assert (ArticleEdition.objects.count(), Step.objects.count()) == (editions, steps)
    assert run()[0] == "Feedback: 0 deleted (older than 10 days)."


@pytest.mark.usefixtures("edition")
def test_a_dry_run_deletes_nothing():
    assert run(dry_run=True)[0] == "Feedback: 2 would be deleted (older than 10 days)."
    assert Feedback.objects.count() == 4


def test_sessions_of_staff_that_are_over_go_too(client):
    client.force_login(make_reviewer())
    run()
    assert Session.objects.count() == 1
    Session.objects.update(expire_date=timezone.now())
    run(dry_run=True)
    assert Session.objects.count() == 1
    run()
    assert not Session.objects.exists()


@pytest.mark.usefixtures("edition")
def test_much_is_deleted_in_parts_with_a_line_for_each(monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 1)
    assert run()[:3] == ["Feedback: 1 so far …", "Feedback: 2 so far …", "Feedback: 2 deleted (older than 10 days)."]


@pytest.mark.usefixtures("edition")
def test_whoever_watches_the_site_is_told_when_it_does_not_run(client):
    assert client.get("/healthz/ready").json()["checks"]["retention"]["found"] == "run manage.py clear_old every day"
    run()
    assert client.get("/healthz/ready").json()["checks"]["retention"]["ok"]
