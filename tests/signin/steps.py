"""What people do at the sign-in pages."""

import time
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.models import User
from django.test import Client

PASSWORD = "a-long-password"


def log_in(client: Client, person: User | str, password: str = PASSWORD, **more: Any) -> Any:
    return client.post("/admin/login/", {"login": str(person), "password": password, **more})


def add_app(person: User) -> str:
    """Set up an authenticator app, with recovery codes, as the pages do; gives its key."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(person, secret)
    RecoveryCodes.activate(person)
    return secret


def code_of(secret: str, steps: int = 0) -> str:
    """What the app shows now, or some steps of 30 seconds from now."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + steps))


def type_code(client: Client, code: str) -> Any:
    return client.post("/admin/sign-in/code/", {"code": code})


def signed_in(client: Client, person: User) -> Client:
    """In by password and code."""
    secret = add_app(person)
    log_in(client, person)
    assert type_code(client, code_of(secret)).status_code == 302
    return client
