"""allauth's own screens show secrets and invite mistakes: the second factor is reset by a command instead."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin

admin.site.unregister([Authenticator, EmailAddress])
