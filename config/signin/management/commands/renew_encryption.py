"""`manage.py renew_encryption`: after a change of SECRET_KEY, before the former one is taken out of SECRET_KEY_FALLBACKS."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt, encrypt
from cryptography.fernet import InvalidToken
from django.core.management import BaseCommand, CommandError
from django.db import transaction

# Where allauth keeps what it gives to the adapter to encrypt.
ENCRYPTED = ("secret", "seed")


class Command(BaseCommand):
    help = "Encrypt the keys of authenticator apps and recovery codes with the SECRET_KEY of today."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        renewed, unreadable = 0, []
        for factor in Authenticator.objects.select_for_update(of=["self"]).select_related("user"):
            try:
                fresh = {name: encrypt(decrypt(factor.data[name])) for name in ENCRYPTED if name in factor.data}
            except InvalidToken:
                unreadable.append(factor.user.get_username())
                continue
            if fresh:
                factor.data |= fresh
                factor.save(update_fields=["data"])
                renewed += 1
        self.stdout.write(f"Encrypted with the key of today: {renewed}.")
        if unreadable:
            names = ", ".join(sorted(set(unreadable)))
            raise CommandError(f"No key that is set can read the second factors of: {names}. Nothing was changed.")
