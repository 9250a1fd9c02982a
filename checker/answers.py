"""A patient's answers: one small signed cookie in their browser, and nowhere else.

The cookie holds the edition and one bit for each choice, so it says nothing without that edition's definition. It is
signed, sent only below the check's own path, hidden from scripts, and worthless after 24 hours.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from checker.definition import Definition
from checker.places import PATIENTS, Place

COOKIE = "check"
HOURS_24 = 24 * 3600
LONGEST = 1024


@dataclass(frozen=True)
class Saved:
    """What a cookie says: an edition's primary key, the answers as bits, and whether a result was counted."""

    edition: int
    bits: int
    counted: bool = False


class Unreadable(Exception):
    """The cookie is too old, was changed, or is none of ours."""


def pack(definition: Definition, answers: Mapping[str, frozenset[str]]) -> int:
    """One bit for each choice of each question, in their order, set where it was chosen."""
    bits, place = 0, 0
    for question in definition.questions:
        for choice in question.choices:
            if choice.key in answers.get(question.key, ()):
                bits |= 1 << place
            place += 1
    return bits


def unpack(definition: Definition, bits: int) -> dict[str, frozenset[str]]:
    """The answers that `pack` was given; questions without an answer are left out."""
    answers, place = {}, 0
    for question in definition.questions:
        chosen = []
        for choice in question.choices:
            if bits >> place & 1:
                chosen.append(choice.key)
            place += 1
        if chosen:
            answers[question.key] = frozenset(chosen)
    return answers


def _signer(slug: str, place: Place) -> signing.TimestampSigner:
    """An answer given in one place, or in one check, says nothing in another."""
    return signing.TimestampSigner(salt=f"checker.{place.prefix}answers.{slug}")


def read(request: HttpRequest, slug: str, place: Place = PATIENTS) -> Saved | None:
    """What the browser brought for this check; None if it brought nothing. Raises Unreadable."""
    value = request.COOKIES.get(COOKIE)
    if value is None:
        return None
    if len(value) > LONGEST:
        raise Unreadable
    try:
        edition, encoded, *counted = _signer(slug, place).unsign(value, max_age=HOURS_24).split(".")
        raw = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        return Saved(int(edition), int.from_bytes(raw), bool(counted))
    except (signing.BadSignature, Base64Error, ValueError) as error:
        raise Unreadable from error


def stamp(slug: str, saved: Saved, place: Place = PATIENTS) -> str:
    """What a form was made from: an edition, and a keyed digest of the answers before it, which tells none of them.

    Sent back with the form, it shows whether another window has changed those answers in between.
    """
    salt = f"checker.{place.prefix}stamp.{slug}"
    digest = salted_hmac(salt, f"{saved.edition}.{saved.bits}", algorithm="sha256").hexdigest()
    return f"{saved.edition}.{digest[:20]}"


def form_edition(request: HttpRequest) -> int | None:
    """The edition that a sent form says it was made from. Anybody can say anything."""
    edition = request.POST.get("stamp", "").partition(".")[0]
    return int(edition) if re.fullmatch(r"[0-9]{1,19}", edition) else None


def begun(request: HttpRequest, slug: str, place: Place = PATIENTS) -> Saved | None:
    """The edition that the first form of a check was made from; no cookie tells of it yet. None for any other form."""
    edition = form_edition(request)
    if edition is None:
        return None
    saved = Saved(edition, 0)
    return saved if constant_time_compare(request.POST["stamp"], stamp(slug, saved, place)) else None


def save(response: HttpResponse, slug: str, saved: Saved, place: Place = PATIENTS) -> None:
    raw = saved.bits.to_bytes((saved.bits.bit_length() + 7) // 8 or 1)
    encoded = urlsafe_b64encode(raw).decode().rstrip("=")
    response.set_cookie(
        COOKIE,
        _signer(slug, place).sign(f"{saved.edition}.{encoded}{'.c' if saved.counted else ''}"),
        max_age=HOURS_24,
        path=place.url("check", slug),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def forget(response: HttpResponse, slug: str, place: Place = PATIENTS) -> None:
    response.delete_cookie(COOKIE, path=place.url("check", slug), samesite="Strict")
