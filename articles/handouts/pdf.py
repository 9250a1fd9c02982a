"""The PDF of a handout: tagged (PDF/UA-1), made from the very HTML of the print page, with what it may cost kept in bounds."""

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)

TYPESETTER = Path(__file__).with_name("typeset.py")
# Enough for `MOST_PARTS` long parts, and set within a second.
LONGEST = 400_000
MOST_SECONDS = 15
# One PDF is made at a time in a process; so many requests wait for their turn, no longer than this.
MOST_WAITING = 2
SECONDS_TO_WAIT = 3.0
LETTER_PAPER = {"US", "CA", "MX", "PH"}
# All that the typesetter gets to know of this process: no secret, no address of a database.
PASSED_ON = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH")

_room = threading.BoundedSemaphore(1 + MOST_WAITING)
_turn = threading.Lock()


class NoPdf(Exception):
    """There is no PDF of this handout; the text says why."""


class NotNow(NoPdf):
    """But there can be one in a moment."""


def is_installed() -> bool:
    return find_spec("typst") is not None and find_spec("fontpkg_atkinson_hyperlegible") is not None


def settings_of(title: str, clinic_name: str, language: str, large: bool) -> dict[str, Any]:
    """What the typesetter must know beside the text. `language` is a tag such as en-US."""
    lang, *more = language.split("-")
    region = next((part.upper() for part in more if len(part) == 2), None)
    page = _("Page %(page)s of %(pages)s") % {"page": "\n", "pages": "\n"}
    return {
        "title": title,
        "clinic": clinic_name,
        "lang": lang,
        "region": region,
        "large": large,
        "paper": "us-letter" if region in LETTER_PAPER else "a4",
        "page": page.split("\n"),
    }


def typeset(data: dict[str, Any]) -> bytes:
    """Raises NoPdf."""
    if not is_installed():
        raise NoPdf(_("This site makes no PDF files."))
    text = json.dumps(data, ensure_ascii=False)
    if len(text) > LONGEST:
        raise NoPdf(_("This handout is too long for a PDF file. Choose fewer parts."))
    with _a_turn():
        return _run(text)


@contextmanager
def _a_turn() -> Iterator[None]:
    if not _room.acquire(blocking=False):
        raise NotNow(_("Many people want a PDF file now."))
    try:
        if not _turn.acquire(timeout=SECONDS_TO_WAIT):
            raise NotNow(_("Many people want a PDF file now."))
        try:
            yield
        finally:
            _turn.release()
    finally:
        _room.release()


def _run(text: str) -> bytes:
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    # -P: the folder of the typesetter holds modules of ours, none that it may import.
    command = [sys.executable, "-P", str(TYPESETTER)]
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=MOST_SECONDS, env=environment)  # noqa: S603 - no part of it is typed
    except subprocess.TimeoutExpired:
        logger.warning("A handout was not set as PDF within %s seconds.", MOST_SECONDS)
        raise NotNow(_("Making the PDF file took too long.")) from None
    if done.returncode or not done.stdout:
        logger.warning("A handout could not be set as PDF: %s", done.stderr.decode(errors="replace")[-1000:])
        raise NoPdf(_("This handout has letters that our PDF maker cannot write."))
    return done.stdout
