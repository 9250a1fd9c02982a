"""Sign-in as on a server: a second factor for all staff, and asked again for what is sensitive."""

import pytest


@pytest.fixture(autouse=True)
def _as_on_a_server(settings, db):
    settings.STAFF_MFA = True
    settings.REAUTHENTICATE_SECONDS = 15 * 60


@pytest.fixture
def later(monkeypatch):
    """`later(minutes)` moves the clock of sessions and of limits."""
    import time

    now = [time.time()]
    monkeypatch.setattr("time.time", lambda: now[0])

    def move(minutes: float) -> None:
        now[0] += minutes * 60

    return move
