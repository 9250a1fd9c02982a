"""How long a sign-in holds: 12 hours at most, 30 minutes without a sign of life, 15 minutes for what is sensitive.

Kept in the session, in seconds since 1970. An open form says once a minute that it is looked at (admin-presence.js), so
nobody who writes a long text is signed out in the middle of it.
"""

import time
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

BEGAN, SEEN, FACTOR_ADDED, STOLEN, OPENED = "signed_in_at", "seen_at", "factor_added", "stolen_password", "opened"
# A page that was opened in time may be sent off later than that.
TO_FILL_IN = 45 * 60


def begin(session: SessionBase) -> None:
    session[BEGAN] = session[SEEN] = int(time.time())


def why_over(session: SessionBase | dict[str, Any]) -> str:
    """Why this sign-in holds no longer, in a sentence for the person; empty if it does."""
    now = time.time()
    if now - session.get(BEGAN, 0) > settings.SESSION_COOKIE_AGE:
        return _("Please sign in again: it was long ago.")
    if now - session.get(SEEN, 0) > settings.STAFF_IDLE_SECONDS:
        return _("Please sign in again: nothing happened here for a while.")
    return ""


def still_here(session: SessionBase) -> None:
    """Noted once a minute at most: it costs a write."""
    if time.time() - session.get(SEEN, 0) > 60:
        session[SEEN] = int(time.time())


def used_second_factor(request: HttpRequest) -> bool:
    """In this very session: used when signing in, or added in it."""
    records = get_authentication_records(request, request.user)
    return bool(request.session.get(FACTOR_ADDED)) or any(record["method"] == "mfa" for record in records)


def is_recent(request: HttpRequest, grace: int = 0) -> bool:
    """Whether the person proved not long ago that it is them. With REAUTHENTICATE_MINUTES=0 nobody is asked twice."""
    if not settings.REAUTHENTICATE_SECONDS:
        return True
    records = get_authentication_records(request, request.user)
    newest = max((record["at"] for record in records), default=0)
    return time.time() - newest < settings.REAUTHENTICATE_SECONDS + grace


def note_opened(request: HttpRequest) -> None:
    """A sensitive page was opened in time: it alone may be sent off later. Noted once a minute at most: it costs a write."""
    now, noted = int(time.time()), request.session.get(OPENED, {})
    if settings.REAUTHENTICATE_SECONDS and now - noted.get(request.path, 0) > 60:
        fresh = {path: at for path, at in noted.items() if now - at < TO_FILL_IN}
        request.session[OPENED] = {**fresh, request.path: now}


def was_opened(request: HttpRequest) -> bool:
    return bool(time.time() - request.session.get(OPENED, {}).get(request.path, 0) < TO_FILL_IN)


def ask_for_new_password(request: HttpRequest, person: Any) -> None:
    """From now on, until the password is another: Django's digest of it in a session changes with it."""
    request.session[STOLEN] = person.get_session_auth_hash()


def needs_new_password(request: HttpRequest) -> bool:
    return bool(request.session.get(STOLEN) == request.user.get_session_auth_hash())  # type: ignore[union-attr]


def again_url(address: str) -> str:
    return f"{reverse('account_reauthenticate')}?{urlencode({'next': address})}"


def ask_again(request: HttpRequest) -> SafeString | str:
    """What to tell somebody who wants to do what is sensitive, and signed in too long ago; empty if they did not."""
    if is_recent(request):
        return ""
    return format_html(
        '{} <a href="{}" target="_blank">{}</a>',
        _("Show that it is you, then press the button once more. What you typed stays here."),
        again_url(request.path),
        _("Sign in again (opens a new tab)"),
    )
