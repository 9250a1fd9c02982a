"""Where a self-check is taken: by patients below /check/, or by staff who try the working copy below /admin/."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from checker import live


class Place:
    """Its addresses, the path its cookie is limited to, and which self-checks can be taken there."""

    # What the names of its addresses begin with, and what keeps its signatures apart from those of other places.
    prefix = ""

    def url(self, page: str, *args: str) -> str:
        return reverse(f"{self.prefix}{page}", args=args)

    def quizzes(self, request: HttpRequest) -> live.LiveQuizzes:
        version: int = request.clinic.live_version  # type: ignore[attr-defined]
        return live.current(version)


PATIENTS = Place()


def place_of(request: HttpRequest) -> Place:
    """Patients' pages, unless a view for staff has said otherwise (see checker.preview)."""
    place: Any = getattr(request, "place", PATIENTS)
    return place if isinstance(place, Place) else PATIENTS
