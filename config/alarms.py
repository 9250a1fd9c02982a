"""What is unusual: counted over the last hour by all processes together, and said in the log when it is too much.

Only kinds and numbers are kept: nobody's address, name or page. A process adds up in its memory, and writes to the shared
cache every ten seconds at most, after an answer was sent: a flood costs nothing more than itself. Two processes that write
in the same moment may lose a few. `manage.py alarms` sends the mail.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable
from threading import Lock
from typing import Any

from allauth.mfa.signals import authentication_failed
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.core.cache import cache
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from config.shortcuts import once_sent

REQUESTS, REFUSED, ERRORS, SIGN_INS, FOUR_EYES = "requests", "refused", "errors", "sign-ins", "four-eyes"
WORDS = {
    REQUESTS: "requests",
    REFUSED: "requests refused (wrong, forbidden or too many)",
    ERRORS: "errors of the server",
    SIGN_INS: "wrong passwords or codes",
    FOUR_EYES: "tries to approve what somebody else must approve",
}
AN_HOUR, SLOT = 3600, 600
# Seconds between two writes of a process: where something unusual waits to be written, and where nothing does.
SOON, LATE = 10, 60

logger = logging.getLogger(__name__)


class Held:
    """What this process has counted and not written yet."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.forget()

    def forget(self) -> None:
        self._counts: Counter[str] = Counter()
        self._written_at = time.monotonic()

    def add(self, kind: str) -> None:
        with self._lock:
            self._counts[kind] += 1

    def is_due(self) -> bool:
        waits = SOON if len(self._counts) > (REQUESTS in self._counts) else LATE
        return time.monotonic() - self._written_at >= waits

    def write(self) -> None:
        with self._lock:
            counts, self._counts = self._counts, Counter()
            self._written_at = time.monotonic()
        try:
            _add(counts)
        except Exception as error:  # whatever the server of the cache says
            with self._lock:
                self._counts.update(counts)
            logger.warning("Unusual events cannot be counted: the cache does not answer (%s)", type(error).__name__)


held = Held()


def count_answers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        held.add(REQUESTS)
        if response.status_code >= 500:
            held.add(ERRORS)
        elif response.status_code in (400, 403, 429):
            held.add(REFUSED)
        if held.is_due():
            once_sent(response, held.write)
        return response

    return middleware


@receiver(user_login_failed)
@receiver(authentication_failed)
def _wrong(**kwargs: Any) -> None:
    held.add(SIGN_INS)


def last_hour() -> dict[str, int]:
    """How often each kind happened in the last 50 to 60 minutes, as far as processes have written it."""
    now = int(time.time()) // SLOT
    keys = {_key(kind, slot): kind for kind in WORDS for slot in range(now - AN_HOUR // SLOT + 1, now + 1)}
    numbers = dict.fromkeys(WORDS, 0)
    for key, number in cache.get_many(keys).items():
        numbers[keys[key]] += number
    return numbers


def too_many() -> dict[str, str]:
    """For each kind of which there is too much, a sentence."""
    limits = settings.ALARM_LIMITS
    return {
        kind: f"{number} {WORDS[kind]} in the last hour; the limit is {limits[kind]}."
        for kind, number in last_hour().items()
        if limits[kind] and number >= limits[kind]
    }


def _add(counts: Counter[str]) -> None:
    slot = int(time.time()) // SLOT
    keys = {kind: _key(kind, slot) for kind in counts}
    known = cache.get_many(keys.values())
    cache.set_many({key: known.get(key, 0) + counts[kind] for kind, key in keys.items()}, 2 * AN_HOUR)
    for kind, sentence in too_many().items():
        if cache.add(f"alarms:said:{kind}", True, AN_HOUR):
            logger.error("Alarm: %s", sentence)


def _key(kind: str, slot: int) -> str:
    return f"alarms:{kind}:{slot}"
