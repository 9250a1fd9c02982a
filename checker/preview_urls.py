"""The addresses at which staff try out a self-check: the pages of patients, below /admin/ (see checker.preview)."""

from django.urls import path

from checker import urls
from checker.preview import tried_out

urlpatterns = [
    path(str(page.pattern), tried_out(page.callback), name=f"preview_{page.name}") for page in urls.urlpatterns
]
