"""Reading settings from the environment, with an error that says what to do."""

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


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


def number(name: str, default: int, *, at_least: int = 0, at_most: int = 10**12, of_what: str = "whole number") -> int:
    value = os.environ.get(name, str(default))
    try:
        found = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is “{value}”. Set it to a whole number, such as {default}.") from None
    if not at_least <= found <= at_most:
        raise ImproperlyConfigured(f"{name} is {found}. Set it to a {of_what} from {at_least} to {at_most}.")
    return found


def days(name: str, default: int, *, at_least: int = 0) -> int:
    return number(name, default, at_least=at_least, at_most=3650, of_what="number of days")


def minutes(name: str, default: int, *, at_least: int = 0) -> int:
    return number(name, default, at_least=at_least, at_most=720, of_what="number of minutes")


def text(name: str, default: str) -> str:
    value = os.environ.get(name, default).strip()
    if not value:
        raise ImproperlyConfigured(f"{name} is empty. Give it a value, such as {default}, or take it out.")
    return value


def log_level(name: str) -> str:
    value = text(name, "INFO").upper()
    if value not in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"):
        raise ImproperlyConfigured(f"{name} is “{value}”. Set it to DEBUG, INFO, WARNING, ERROR or CRITICAL.")
    return value


def hosts(name: str, default: str) -> list[str]:
    """The site's names. Django allows none of them where the list is empty, and all where one is “*”."""
    found = names(name, default)
    if not found:
        raise ImproperlyConfigured(f"{name} is not set. Give it the site's host name, such as health.example.org.")
    for host in found:
        if not re.fullmatch(r"\.?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]", host.lower()):
            raise ImproperlyConfigured(
                f"{name} has “{host}”. Give host names alone, without https:// and port, such as health.example.org."
            )
    return found


def cache(url: str) -> dict[str, Any]:
    """Django's settings for `redis://host:port/number`; without an address, a table that a migration makes."""
    if not url:
        return {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "shared_cache",
            "OPTIONS": {"MAX_ENTRIES": 20_000},
        }
    parts = urlsplit(url)
    if parts.scheme not in ("redis", "rediss", "unix"):
        raise ImproperlyConfigured("REDIS_URL must begin with redis:// or rediss://, such as redis://host:6379/0.")
    if not _has_port(parts) or (parts.scheme != "unix" and not parts.hostname):
        raise ImproperlyConfigured("REDIS_URL cannot be read. It names a host and a port, as redis://host:6379/0 does.")
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": url,
        # A server that is away must not hold up whoever waits for a page.
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
    }


def _has_port(parts: SplitResult) -> bool:
    """Whether what stands in the place of a port, if anything, is one."""
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


def site_url(name: str) -> str:
    """`https://host`, without a slash at its end; empty if it is not set."""
    value = os.environ.get(name, "").rstrip("/")
    parts = urlsplit(value)
    is_address = re.fullmatch(r"https?://[^\s/?#@\\]+", value) and parts.hostname and _has_port(parts)
    if value and not is_address:
        raise ImproperlyConfigured(f"{name}: give scheme and host only, such as https://health.example.org.")
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
            "port": number("EMAIL_PORT", 465 if security == "tls" else 587, at_least=1, at_most=65_535),
            "username": os.environ.get("EMAIL_USER", ""),
            "password": secret("EMAIL_PASSWORD"),
            "use_tls": security == "starttls",
            "use_ssl": security == "tls",
            "timeout": 20,
        },
    }


def sender(name: str, default: str) -> str:
    value = text(name, default)
    if not re.fullmatch(r"[^@\r\n]+@[^@\s]+", value):
        raise ImproperlyConfigured(f"{name} is “{value}”. Give an e-mail address, such as legible@clinic.example.")
    return value


def addresses(name: str) -> list[str]:
    found = names(name)
    for address in found:
        if not re.fullmatch(r"[^\s@]+@[^\s@]+", address):
            raise ImproperlyConfigured(f"{name} has “{address}”. Give e-mail addresses, separated by commas.")
    return found


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


def key(name: str, why: str) -> str:
    """A secret that signs: what is short can be guessed by whoever has one signed value. `check --deploy` asks for 50."""
    value = required(name, why)
    if len(value.strip()) < 16:
        raise ImproperlyConfigured(f"{name} is too short to be safe. {why}")
    return value


def database(url: str, password: str = "") -> dict[str, Any]:
    """Django's settings for `sqlite:///path/to/file` or `postgres://user:password@host:port/name?option=value`; the
    password may be given apart, so that it changes without the address."""
    try:
        parts = urlsplit(url)
        port, in_url = parts.port, unquote(parts.password or "")
    except ValueError:
        raise ImproperlyConfigured("DATABASE_URL cannot be read. Its port must be a number.") from None
    if parts.scheme in ("sqlite", "postgres", "postgresql") and not parts.path.strip("/"):
        raise ImproperlyConfigured("DATABASE_URL names no database, as postgres://user:password@host/legible does.")
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
