"""How a text would look to patients if it were published as it stands, saved or only typed. Staff alone see it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.csp import CSP
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override

from articles import freezing, live, registry
from articles.freezing import Written
from articles.models import Audience
from articles.reading import ReadingArticle

type View = Callable[..., HttpResponse]
type Policy = dict[str, list[str]]

# The preview stands in a frame of a page of this site, and nowhere else.
FRAMED = cast(Policy, settings.SECURE_CSP | {"frame-ancestors": [CSP.SELF]})
# For the page that holds the frame.
FRAMING = cast(Policy, settings.SECURE_CSP | {"frame-src": [CSP.SELF]})


@dataclass(frozen=True)
class Draft:
    """What the banner of a preview says: where staff change the text, and what is wrong with it."""

    change_url: str
    problems: Sequence[str] = ()
    framed: bool = False


def mark_as_draft(request: HttpRequest, change_url: str, problems: Sequence[str] = ()) -> None:
    """From here on every page of this request says on top that it is a draft."""
    framed = request.headers.get("Sec-Fetch-Dest") == "iframe"
    request.draft = Draft(change_url, problems, framed)  # type: ignore[attr-defined]


def unpublished(view: View) -> View:
    """Kept by no cache, found by no search engine, shown in frames of this site alone."""

    @wraps(view)
    @xframe_options_sameorigin
    @csp_override(FRAMED)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return wrapped


class DraftArticle(ReadingArticle):
    """The names of its audiences come from their table: an audience has no live article until the first is published."""

    @property
    def audience_names(self) -> list[str]:
        return list(Audience.objects.filter(slug__in=self.edition.audiences).values_list("name", flat=True))


def show_article(request: HttpRequest, written: Written, number: int) -> HttpResponse:
    """The article page, made from what was written as if it went live now as edition `number`."""
    now = timezone.now()
    edition = freezing.edition_of(written, number=number, goes_live_at=now, published_at=now)
    version = request.clinic.live_version  # type: ignore[attr-defined]
    page = DraftArticle(edition, freezing.sections_of(written, edition), live.current(version))
    offers = registry.companions_of(edition.slug, version)
    return render(request, "articles/article.html", {"page": page, "edition": edition, "offers": offers})
