"""Fixtures for all tests."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings

import articles.handouts.views
import articles.live
import articles.pages
import articles.starter_content
import checker.starter_content
import config.alarms
from tests.factories import make_editor, make_reviewer

# A busy machine is slow, not wrong; and what a fixture gives is not changed by our examples. In CI (which Hypothesis sees
# by itself) the examples are the same each time. A test that gives `suppress_health_check` takes all of it upon itself.
settings.register_profile(
    "legible", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.load_profile("legible")


@pytest.fixture(autouse=True)
def _nothing_remembered():
    """What a process keeps in memory about live content, or has counted, belongs to the database of one test."""
    articles.live.forget_all()
    articles.pages.pages.forget()
    articles.handouts.views.kept.forget()
    config.alarms.held.forget()


@pytest.fixture(scope="module")
def starter(django_db_setup, django_db_blocker):
    """The starter content, loaded once for a module. What its tests change is undone after each of them."""
    with django_db_blocker.unblock():
        loaded = transaction.atomic()
        loaded.__enter__()
        articles.starter_content.load()
        checker.starter_content.load()
    yield
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        loaded.__exit__(None, None, None)


@pytest.fixture
def set_clock(monkeypatch):
    """`set_clock(moment)` makes it that moment for everything that asks `timezone.now()`."""
    return lambda moment: monkeypatch.setattr("django.utils.timezone.now", lambda: moment)


@pytest.fixture
def editor(client, db):
    """A client that an editor has signed in with."""
    client.force_login(make_editor())
    return client


@pytest.fixture
def reviewer(client, db):
    """The same client, for a reviewer: whoever asks last is signed in."""
    client.force_login(make_reviewer())
    return client
