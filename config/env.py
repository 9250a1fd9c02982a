"""Reading settings from the environment, with an error that says what to do."""

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def secret(name: str) -> str:
    """The value of the variable, or of the file that `<name>_FILE` names: as Docker, systemd and the agents of vaults hand
    over what must stand in no environment. Empty if neither is set."""
    value, file = os.environ.get(name, ""), os.environ.get(f"{name}_FILE", "")
    if not file:
        return value
    if value:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set. Keep one of them.")
    try:
        value = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}_FILE: {file} cannot be read ({type(error).__name__}).") from None
    if not value:
        raise ImproperlyConfigured(f"{name}_FILE: {file} is empty.")
    return value


def flag(name: str, default: bool) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    if value.strip().lower() not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} is “{value}”. Set it to 1 (on) or 0 (off).")
    return value.strip().lower() in TRUE


def number(name: str, default: int) -> int:
    value = os.environ.get(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is “{value}”. Set it to a whole number, such as {default}.") from None


def days(name: str, default: int, *, at_least: int = 0) -> int:
    value = number(name, default)
    if not at_least <= value <= 3650:
        raise ImproperlyConfigured(f"{name} is {value}. Set it to a number of days from {at_least} to 3650.")
    return value


def minutes(name: str, default: int, *, at_least: int = 0) -> int:
    value = number(name, default)
    if not at_least <= value <= 720:
        raise ImproperlyConfigured(f"{name} is {value}. Set it to a number of minutes from {at_least} to 720.")
    return value


def cache(url: str) -> dict[str, Any]:
    """Django's settings for `redis://host:port/number`; without an address, a table that a migration makes."""
    if not url:
        return {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "shared_cache",
            "OPTIONS": {"MAX_ENTRIES": 20_000},
        }
    if urlsplit(url).scheme not in ("redis", "rediss", "unix"):
        raise ImproperlyConfigured("REDIS_URL must begin with redis:// or rediss://, such as redis://host:6379/0.")
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": url,
        # A server that is away must not hold up whoever waits for a page.
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
    }


def site_url(name: str) -> str:
    """`https://host`, without a slash at its end; empty if it is not set."""
    value = os.environ.get(name, "").rstrip("/")
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query):
        raise ImproperlyConfigured(
            f"{name} is “{value}”. Give scheme and host only, such as https://health.example.org."
        )
    return value


def contact(name: str) -> str:
    """`mailto:somebody@host` or `https://…`; a bare e-mail address becomes the former. Empty if it is not set."""
    value = os.environ.get(name, "").strip()
    if re.fullmatch(r"[^\s:/@]+@[^\s:/@]+", value):
        return f"mailto:{value}"
    if value and not re.fullmatch(r"mailto:[^\s@]+@[^\s@]+|https://\S+", value):
        raise ImproperlyConfigured(
            f"{name} is “{value}”. Give an address such as security@clinic.example or https://clinic.example/security."
        )
    return value


def report_address(name: str) -> str:
    """Where browsers report breaches of the content security policy; empty if nowhere."""
    value = os.environ.get(name, "").strip()
    if value and (not value.startswith(("https://", "/")) or re.search(r"[\s;,]", value)):
        raise ImproperlyConfigured(f"{name} is “{value}”. Give an address such as https://reports.example.org/csp.")
    return value


def mailer(printed: bool) -> dict[str, Any]:
    """Django's settings for the mail server of the environment. Without one, mails are `printed` (for trials), or given
    to the machine's own: where there is none either, sending fails loudly instead of going nowhere."""
    host = os.environ.get("EMAIL_HOST", "")
    if not host and printed:
        return {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if not host:
        options = {"host": "localhost", "port": 25, "timeout": 20}
        return {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}
    security = os.environ.get("EMAIL_SECURITY", "starttls").strip().lower()
    if security not in ("starttls", "tls", "none"):
        raise ImproperlyConfigured(f"EMAIL_SECURITY is “{security}”. Set it to starttls, tls or none.")
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": host,
            "port": number("EMAIL_PORT", 465 if security == "tls" else 587),
            "username": os.environ.get("EMAIL_USER", ""),
            "password": secret("EMAIL_PASSWORD"),
            "use_tls": security == "starttls",
            "use_ssl": security == "tls",
            "timeout": 20,
        },
    }


def names(name: str, default: str = "") -> list[str]:
    return parts(os.environ.get(name, default))


def parts(value: str) -> list[str]:
    """What stands between commas."""
    return [part.strip() for part in value.split(",") if part.strip()]


def required(name: str, why: str) -> str:
    """A secret without which nothing starts."""
    value = secret(name)
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {why}")
    return value


def database(url: str, password: str = "") -> dict[str, Any]:
    """Django's settings for `sqlite:///path/to/file` or `postgres://user:password@host:port/name?option=value`; the
    password may be given apart, so that it changes without the address."""
    try:
        parts = urlsplit(url)
        port, in_url = parts.port, unquote(parts.password or "")
    except ValueError:
        raise ImproperlyConfigured("DATABASE_URL cannot be read. Its port must be a number.") from None
    if parts.scheme == "sqlite":
        return sqlite(parts.path.removeprefix("/") if parts.path.startswith("/./") else parts.path)
    if in_url and password:
        raise ImproperlyConfigured("DATABASE_URL has a password, and DATABASE_PASSWORD is set. Keep one of them.")
    if parts.scheme in {"postgres", "postgresql"}:
        options = dict(parse_qsl(parts.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": password or in_url,
            "HOST": unquote(parts.hostname or "") or options.pop("host", ""),
            "PORT": str(port or ""),
            # The pool keeps connections open by itself; Django refuses a second mechanism beside it.
            "CONN_MAX_AGE": 0,
            # A connection that the server has closed (a restart) is thrown away before it is used.
            "CONN_HEALTH_CHECKS": True,
            # Each failed try to connect waits twice as long as the one before; after 5 seconds a request begins anew.
            # Otherwise a server that was away for 14 seconds might not be asked again before 31 seconds are over.
            "OPTIONS": {**options, "pool": {"min_size": 1, "max_size": 8, "timeout": 10, "reconnect_timeout": 5}},
        }
    raise ImproperlyConfigured(
        "DATABASE_URL must begin with sqlite:/// or postgres://, such as postgres://user:password@host/legible."
    )


def sqlite(path: str) -> dict[str, Any]:
    """SQLite for many readers and several writers: without IMMEDIATE, writers that read first fail as “locked”."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        # Opening one costs more than most queries.
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=134217728;"
                "PRAGMA journal_size_limit=27103364;PRAGMA cache_size=2000;PRAGMA temp_store=MEMORY;"
            ),
        },
    }
