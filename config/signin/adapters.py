"""What is said and allowed when staff sign in, where it is otherwise than allauth has it."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.ratelimit import truncate_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.signin import events, lifetimes, passwords


class StaffAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": gettext_lazy("This name and password do not go together. Check both."),
        "enter_current_password": gettext_lazy("This is not your password. Check it."),
        "too_many_login_attempts": gettext_lazy("That was wrong too many times. Wait 15 minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """A superuser makes accounts, in the admin."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            events.note(str(credentials.get("username", "")), "refused", "too many tries")
            raise

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Tries at an account are counted together. allauth counts those at each `Host` apart, and any port makes another."""
        return str(credentials.get("username", "")).lower()

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Somebody who has left, or was never staff, is told no more than somebody with a wrong password."""
        person = super().authenticate(request, **credentials)
        if person is not None and not (person.is_active and person.is_staff):
            events.note(person, "refused", "not active staff")
            return None
        if person is not None and passwords.is_breached(str(credentials.get("password", ""))):
            events.note(person, "must change a stolen password")
            lifetimes.ask_for_new_password(request, person)
        return person

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """A passkey comes here without a password."""
        if user.is_active and user.is_staff:
            return None
        events.note(user, "refused", "not active staff")
        messages.error(request, _("Only staff can sign in here."))
        return HttpResponseRedirect(reverse("account_login"))

    def get_client_ip(self, request: HttpRequest) -> str:
        """Limits need to tell senders apart, not to know them: a keyed digest that nobody can turn back."""
        address = truncate_ip(super().get_client_ip(request))
        return salted_hmac("config.signin.limits", address, algorithm="sha256").hexdigest()

    def is_safe_url(self, url: str | None) -> bool:
        """After signing in, people go on within the admin: to no other site, and to no page of patients."""
        return bool(url) and str(url).startswith("/admin/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("admin:index")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("mfa_index")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """The middleware has asked already; it keeps nothing of what was posted, as allauth would."""
        return not lifetimes.is_recent(self.request, lifetimes.TO_FILL_IN)

    def add_message(self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any) -> None:  # fmt: skip
        if message_template not in ("account/messages/logged_in.txt", "account/messages/logged_out.txt"):
            super().add_message(request, level, message_template, *args, **kwargs)


class StaffMFAAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This code is wrong or too old. Type the one that your app shows now."),
        "cannot_delete_authenticator": gettext_lazy("Add another second factor first: every account needs one."),
    }

    def get_totp_label(self, user: Any) -> str:
        return str(user.get_username())

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002 - allauth's name for it
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Passkey %(number)d") % {"number": number}

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        return not settings.STAFF_MFA or others.exclude(type="recovery_codes").exists()

    # A copy of the database alone must not be enough to make codes.

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> MultiFernet:
    """Made from SECRET_KEY; older keys in SECRET_KEY_FALLBACKS can still read."""
    keys = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    digests = [hashlib.sha256(b"config.signin.factors:" + key.encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
