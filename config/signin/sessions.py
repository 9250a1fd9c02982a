"""Where a person is signed in, to see and to end.

The sessions say it themselves, so there is no other table; what they know of a device is two words, and no address.
"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.decorators import login_required
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from config.signin import devices, events, lifetimes


@dataclass(frozen=True)
class SignIn:
    session_key: str  # never shown: it opens the admin
    device: str
    began: datetime.datetime
    seen: datetime.datetime
    is_this: bool

    @property
    def name(self) -> str:
        """What stands for it in the form."""
        return salted_hmac("config.signin.sessions", self.session_key, algorithm="sha256").hexdigest()


def of(request: HttpRequest) -> list[SignIn]:
    """All of the person that still hold, this one first, then the latest seen. Sessions of staff are few: each is read."""
    found = []
    for session in Session.objects.filter(expire_date__gt=timezone.now()):
        data = session.get_decoded()
        if _holds(data, request.user):
            began, seen = (
                datetime.datetime.fromtimestamp(data[key], datetime.UTC) for key in (lifetimes.BEGAN, lifetimes.SEEN)
            )
            is_this = session.session_key == request.session.session_key
            found.append(
                SignIn(session.session_key, data.get(devices.DEVICE) or devices.device(""), began, seen, is_this)
            )
    return sorted(found, key=lambda each: (each.is_this, each.seen), reverse=True)


def _holds(data: dict[str, Any], person: Any) -> bool:
    is_theirs = data.get(SESSION_KEY) == str(person.pk) and data.get(HASH_SESSION_KEY) == person.get_session_auth_hash()
    return is_theirs and not lifetimes.why_over(data)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """A post ends one of the others, or all of them."""
    found = of(request)
    if request.method == "POST":
        end = request.POST.get("end", "")
        ended = [each.session_key for each in found if not each.is_this and end in ("others", each.name)]
        Session.objects.filter(session_key__in=ended).delete()
        if ended:
            events.note(request.user, "ended sign-ins elsewhere", str(len(ended)))
        text = ngettext("%(number)d sign-in was ended.", "%(number)d sign-ins were ended.", len(ended))
        messages.success(request, text % {"number": len(ended)})
        return HttpResponseRedirect(reverse("account_sessions"))
    return render(request, "signin/sessions.html", {"sign_ins": found, "others": len(found) - 1})
