"""The site's addresses, and one whose view does as little as a view can."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500"]

BYTES = b"x" * 9_000


def constant(request: HttpRequest) -> HttpResponse:
    return HttpResponse(BYTES, headers={"Content-Encoding": "identity"})


urlpatterns = [path("constant/", constant), *urlpatterns]
