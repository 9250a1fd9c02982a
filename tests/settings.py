"""Settings for the tests: as in production, but for what a test cannot have."""

import os

os.environ.setdefault("SECRET_KEY", "tests-only-" + "x" * 50)
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")
os.environ.setdefault("HTTPS", "0")
# Most tests are about what people do once they are signed in; tests/signin/ has both on.
os.environ.setdefault("STAFF_MFA", "0")
os.environ.setdefault("REAUTHENTICATE_MINUTES", "0")

from config.settings import *  # noqa: F403
from config.settings import STATIC_ROOT, STORAGES

STATIC_ROOT.mkdir(parents=True, exist_ok=True)
# The manifest needs `collectstatic` first.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
