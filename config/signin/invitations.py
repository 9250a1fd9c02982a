"""A link by which a person chooses a password: for a new account, or when one was forgotten. Nobody else ever knows it.

The token is Django's for resetting passwords: signed, good for a week (PASSWORD_RESET_TIMEOUT), void once the password is another.
"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from config.signin import events, notices
from config.signin.forms import ChoosePasswordForm
from config.signin.models import Notice


def invite(person: User, by: Any) -> str:
    """The path of a new link. The password until now, older links and all sign-ins of the person end at once."""
    person.set_unusable_password()
    person.save(update_fields=["password"])
    events.note(person, "link to choose a password made", f"by {by.get_username()}")
    if person.last_login:
        notices.tell(person, Notice.What.LINK)
    return reverse(
        "invitation", args=[urlsafe_base64_encode(force_bytes(person.pk)), default_token_generator.make_token(person)]
    )


class ChoosePasswordView(PasswordResetConfirmView):
    form_class = ChoosePasswordForm
    template_name = "signin/choose_password.html"
    success_url = reverse_lazy("account_login")

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("Your password is set. Now sign in with it."))
        return super().form_valid(form)

    def render_to_response(self, context: dict[str, Any], **response_kwargs: Any) -> HttpResponse:
        return super().render_to_response(context, status=200 if self.validlink else 410, **response_kwargs)
