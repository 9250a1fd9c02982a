"""Every step of signing in as a line in the log: whose account, what, and how it went. Never an address or what was typed.

What matters to the person is told to them too (config/signin/notices.py).
"""

import logging
from typing import Any

from allauth.account.signals import authentication_step_completed
from allauth.mfa import signals as mfa
from allauth.mfa.totp.internal.auth import validate_totp_code
from allauth.mfa.utils import decrypt
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from config.signin import devices, lifetimes, notices
from config.signin.models import Notice

logger = logging.getLogger("config.signin")


def note(who: Any, what: str, more: str = "") -> None:
    """`who` is a person, or the name that somebody typed: a name that no account has may be a password, and is left out."""
    if isinstance(who, str):
        known = get_user_model()._default_manager.filter(username__iexact=who).first()
        name = known.get_username() if known else "(no such account)"
    else:
        name = who.get_username() if who else "(nobody)"
    logger.info("Sign-in: %s: %s%s", name, what, f" ({more})" if more else "")


@receiver(user_logged_in)
def _signed_in(request: Any, user: Any, **kwargs: Any) -> None:
    lifetimes.begin(request.session)
    request.session[devices.DEVICE] = devices.device(request.headers.get("User-Agent", ""))
    note(user, "signed in")
    notices.show_unseen(request, user)


@receiver(user_logged_out)
def _signed_out(user: Any, **kwargs: Any) -> None:
    if user:
        note(user, "signed out")


@receiver(user_login_failed)
def _failed(credentials: dict[str, Any], **kwargs: Any) -> None:
    note(str(credentials.get("username", "")), "wrong name or password")


@receiver(authentication_step_completed)
def _step(user: Any, method: str, **kwargs: Any) -> None:
    again = "signed in again" if kwargs.get("reauthenticated") else "step completed"
    note(user, again, str(kwargs.get("type", method)))
    _tell(user, f"{kwargs.get('type')}-used")


@receiver(mfa.authentication_failed)
def _wrong_code(request: Any, user: Any, authenticator: Any, **kwargs: Any) -> None:
    if authenticator.type == "totp" and _is_right(authenticator, request.POST.get("code", "")):
        note(user, "code used again", authenticator.type)
        _tell(user, Notice.What.CODE_AGAIN)
    else:
        note(user, "wrong code", authenticator.type)


@receiver(mfa.authenticator_added)
def _added(request: Any, user: Any, authenticator: Any, **kwargs: Any) -> None:
    if request is not None and request.user == user:
        request.session[lifetimes.FACTOR_ADDED] = True
    note(user, "second factor added", authenticator.type)
    _tell(user, f"{authenticator.type}-added")


@receiver(mfa.authenticator_removed)
def _removed(user: Any, authenticator: Any, **kwargs: Any) -> None:
    note(user, "second factor removed", authenticator.type)
    _tell(user, f"{authenticator.type}-removed")


@receiver(mfa.authenticator_reset)
def _reset(user: Any, authenticator: Any, **kwargs: Any) -> None:
    note(user, "second factor renewed", authenticator.type)
    _tell(user, f"{authenticator.type}-renewed")


def password_changed(person: Any) -> None:
    """Called by a validator (config/signin/passwords.py). Whoever never signed in knows of their first password."""
    note(person, "password changed")
    if person.last_login:
        notices.tell(person, Notice.What.PASSWORD)


def _tell(person: Any, what: str) -> None:
    """Of the steps that people are told of; recovery codes that come and go with a factor are no news."""
    if what in Notice.What.values:
        notices.tell(person, what)


def _is_right(app: Any, code: str) -> bool:
    """Of an app's code that was refused: then it was used before."""
    return bool(validate_totp_code(decrypt(app.data["secret"]), code))
