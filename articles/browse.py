"""Ways to find an article without typing: A to Z, and where it hurts."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from articles import body, live
from articles.live import Remembered
from articles.models import ArticleEdition, SearchPhrase
from articles.pages import kept_until_it_changes
from articles.words import fold

# So many entries stand on one page; more are a page for each letter.
MOST_ON_A_PAGE = 300
OTHER = "0-9"


@dataclass(frozen=True)
class Entry:
    """An article by its title, or another name that leads to a search; `means` says what our texts call it."""

    text: str
    url: str
    means: str = ""


type Letters = dict[str, list[Entry]]


def _load() -> Letters:
    entries = [
        Entry(edition.title, reverse("article", args=[edition.slug]))
        for edition in ArticleEdition.objects.live().only("title", "slug")
    ]
    if entries:
        entries += [
            Entry(phrase.phrase, f"{reverse('search')}?{urlencode({'q': phrase.phrase})}", phrase.means)
            for phrase in SearchPhrase.objects.other_names()
        ]
    letters: Letters = {}
    for entry in sorted(entries, key=lambda entry: (fold(entry.text), entry.text)):
        first = fold(entry.text)[:1]
        letters.setdefault(first if first.isalpha() else OTHER, []).append(entry)
    return letters


_letters = Remembered(_load, [ArticleEdition])


@require_safe
@kept_until_it_changes
def a_to_z(request: HttpRequest, letter: str = "") -> HttpResponse:
    letters = _letters.get(request.clinic.live_version)  # type: ignore[attr-defined]
    if letter and letter not in letters:
        raise Http404
    is_whole = not letter and sum(map(len, letters.values())) <= MOST_ON_A_PAGE
    first = letter or next(iter(letters), "")
    shown = letters if is_whole else {first: letters[first]} if first else {}
    context = {"letters": list(letters), "shown": list(shown.items()), "is_whole": is_whole, "letter": letter}
    return render(request, "articles/a_to_z.html", context)


@require_safe
@kept_until_it_changes
def where_it_hurts(request: HttpRequest) -> HttpResponse:
    version = request.clinic.live_version  # type: ignore[attr-defined]
    places = body.places(version)
    context = {"drawn": places, "places": [place for place in places if place.sections], "live": live.current(version)}
    return render(request, "articles/where_it_hurts.html", context)
