"""Telling people what happened to their sign-in: by mail where a mail server is set, and at the next sign-in anyway.

allauth's own mails are off: they say address and browser, and go to a table of addresses that is not used here.
"""

import logging
from collections.abc import Iterable
from functools import partial
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from articles.models import Clinic
from config.signin.models import Notice

logger = logging.getLogger("config.signin")


def tell(person: Any, what: str, also_to: Iterable[str] = ()) -> None:
    """`what` is one of Notice.What. `also_to` are further addresses, such as the one that was taken away."""
    notice = Notice.objects.note(person, what)
    addresses = {address for address in (person.email, *also_to) if address}
    if settings.MAIL_NOTICES:
        for address in sorted(addresses):
            transaction.on_commit(partial(_mail, notice, address))


def show_unseen(request: HttpRequest, person: Any) -> None:
    """On the next page, once. They stay under *How you sign in*."""
    unseen = Notice.objects.unseen(person)
    lines = [_("%(when)s: %(what)s") % {"when": _when(notice), "what": notice} for notice in unseen]
    for line in lines:
        messages.info(request, line, fail_silently=True)
    if lines:
        messages.warning(
            request, _("Was one of these not you? Tell whoever looks after the site at once."), fail_silently=True
        )
        unseen.update(seen=True)


def text(notice: Notice) -> str:
    return "\n".join(
        [
            _("Hello %(name)s,") % {"name": notice.person.get_full_name() or notice.person.get_username()},
            "",
            str(notice),
            _("When: %(when)s") % {"when": _when(notice)},
            "",
            _("Was it you? Then there is nothing to do. If not, tell whoever looks after the site at once."),
            _("This mail has no link on purpose. Open the site the way you always do."),
        ]
    )


def _when(notice: Notice) -> str:
    local = timezone.localtime(notice.at)
    return f"{formats.date_format(local, 'j M Y, H:i')} ({local.tzname()})"


def _mail(notice: Notice, address: str) -> None:
    """A mail that cannot be sent is a line in the log: what was done stays done, and the notice waits for the next sign-in."""
    clinic = Clinic.objects.first()
    subject = " ".join(f"{clinic.name if clinic else 'Legible'}: {notice}".split())
    try:
        EmailMessage(subject, text(notice), to=[address]).send()
    except (OSError, SMTPException) as error:
        logger.error("Sign-in: %s: the mail was not sent (%s)", notice.person.get_username(), type(error).__name__)
