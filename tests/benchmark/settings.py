"""Production's settings, and one more address: a view that returns constant bytes."""

from config.settings import *  # noqa: F403
from config.settings import STORAGES

ROOT_URLCONF = "tests.benchmark.urls"
# The manifest needs `collectstatic`; no static file is measured.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
