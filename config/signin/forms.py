"""allauth's forms in plain words, and a meter for new passwords."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from config.signin import passwords

ADVICE = _(
    "12 letters or more; spaces and signs count too. Three odd words are strong, and easy to keep in mind. Not your name, not words "
    "of the clinic, and no password that you use elsewhere."
)


class ChangePasswordForm(account.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_plain_words(self, oldpassword=_("Your password now"))


class ChoosePasswordForm(account.SetPasswordForm):
    """For somebody who has no password yet, or not any more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_plain_words(self)


def _in_plain_words(form: Any, **labels: Any) -> None:
    for name, label in {**labels, "password1": _("New password"), "password2": _("New password once more")}.items():
        form.fields[name].label = label
        form.fields[name].help_text = ADVICE if name == "password1" else ""
        del form.fields[name].widget.attrs["placeholder"]
    if form.user:  # nobody, where a link is wrong
        form.fields["password1"].widget.attrs["data-meter"] = passwords.meter(form.user)


class AddPasskeyForm(AddWebAuthnForm):
    name = forms.CharField(required=False, max_length=100, label=_("Name"))
    passwordless = forms.BooleanField(
        required=False,
        label=_("Sign in with this passkey alone"),
        help_text=_("Then you type no name and no password. Your device asks for a finger, a face or a PIN instead."),
    )
