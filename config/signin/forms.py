"""allauth's form for a new passkey, in plain words."""

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _


class AddPasskeyForm(AddWebAuthnForm):
    name = forms.CharField(required=False, max_length=100, label=_("Name"))
    passwordless = forms.BooleanField(
        required=False,
        label=_("Sign in with this passkey alone"),
        help_text=_("Then you type no name and no password. Your device asks for a finger, a face or a PIN instead."),
    )
