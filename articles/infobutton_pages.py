"""`/infobutton/`: a medical record asks with a code, and is led to the pages that patients read.

Public, without a cookie, and the same for everybody: what a request says about a person is not read (see `articles.infobutton`).
"""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import catalog, codes, placeholders
from articles.catalog import Item, MarkedSection
from articles.infobutton import (
    CODE,
    JSON,
    LANGUAGE,
    NAME,
    SCORE,
    SUBTOPIC,
    SYSTEM,
    Asked,
    Entry,
    Feed,
    NoTopic,
    Place,
    places,
    read,
    to_atom,
    to_json,
)
from articles.models import Clinic
from articles.pages import answered_anew
from articles.search.finding import find
from articles.words import stems
from config.shortcuts import site_address

# MedlinePlus Connect answers for the codes of these systems. A link only: nothing is asked there by this site.
MEDLINEPLUS = "https://connect.medlineplus.gov/application"
MEDLINEPLUS_SYSTEMS = (codes.ICD_10_CM, codes.SNOMED_CT)

type Found = Place[Item, MarkedSection]


@require_safe
def infobutton(request: HttpRequest) -> HttpResponse:
    try:
        asked = read(request.GET)
    except NoTopic as problem:
        return _no_topic(request, problem)
    as_page = not asked.media_type and wants_page(request)
    response = answered_anew(
        request, (asked, as_page), lambda: page(request, asked) if as_page else feed(request, asked), vary="Accept"
    )
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    if not as_page:
        response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def wants_page(request: HttpRequest) -> bool:
    """A browser names HTML among what it takes; a program that does not care what it gets, gets the feed."""
    return request.get_preferred_type(["text/xml", "application/atom+xml", JSON, "text/html"]) == "text/html"


def _no_topic(request: HttpRequest, problem: NoTopic) -> HttpResponse:
    if wants_page(request):
        context = {"title": _("This address asks about nothing"), "text": str(problem)}
        return render(request, "articles/problem.html", context, status=400)
    return HttpResponse(f"{problem}\n", content_type="text/plain; charset=utf-8", status=400)


def page(request: HttpRequest, asked: Asked) -> HttpResponse:
    """For a person. What was typed stands there only if it has the form of a code: an address must put no words on this page."""
    system, code = asked.system, codes.tidy(asked.system.key, asked.get(CODE)) if asked.system else ""
    known = system is not None and not codes.problem(system.key, code)
    context = {
        "asked": f"{system.name} {code}" if system and known else "",
        "found": find_places(asked, request.clinic.live_version),  # type: ignore[attr-defined]
        "elsewhere": medlineplus(asked) if known and system in MEDLINEPLUS_SYSTEMS else "",
    }
    return render(request, "articles/infobutton.html", context)


def medlineplus(asked: Asked) -> str:
    query = {SYSTEM: asked.get(SYSTEM), CODE: asked.get(CODE), LANGUAGE: asked.get(LANGUAGE)}
    return f"{MEDLINEPLUS}?{urlencode({name: value for name, value in query.items() if value})}"


def feed(request: HttpRequest, asked: Asked) -> HttpResponse:
    clinic: Clinic = request.clinic  # type: ignore[attr-defined]
    made = feed_for(asked, clinic, site_address(request))
    if asked.media_type == JSON:
        return JsonResponse(to_json(made))
    return HttpResponse(to_atom(made), content_type="text/xml; charset=utf-8")


def feed_for(asked: Asked, clinic: Clinic, site: str) -> Feed:
    found = find_places(asked, clinic.live_version)
    return Feed(
        title=clinic.name or _("Patient information"),
        subtitle=_("Pages for patients"),
        author=clinic.name or _("Patient information"),
        site=f"{site}/",
        id=f"{site}/infobutton/?{urlencode(asked.given)}",
        updated=max(
            (place.item.changed_at for place in found), default=catalog.current(clinic.live_version).changed_at
        ),
        language=clinic.language,
        categories=asked.given,
        entries=tuple(entry_of(place, asked, clinic, site) for place in found),
    )


def entry_of(place: Found, asked: Asked, clinic: Clinic, site: str) -> Entry:
    item, section = place.item, place.section
    return Entry(
        title=f"{item.title}: {section.heading}" if section else item.title,
        url=f"{site}/articles/{item.slug}/" + (f"#{section.anchor}" if section else ""),
        updated=item.changed_at,
        summary=summary_of(item, clinic),
        categories=tuple(_categories(place, asked)),
    )


def summary_of(item: Item, clinic: Clinic) -> SafeString:
    """What stands below the title, after what the page warns of: never one without the other."""
    warnings = format_html_join("", "<p><strong>{}</strong></p>", ((notice,) for notice in item.notices))
    return format_html("{}<p>{}</p>", warnings, placeholders.fill_line(item.summary, clinic))


def _categories(place: Found, asked: Asked) -> Iterator[tuple[str, str]]:
    if place.code:
        yield SYSTEM, asked.get(SYSTEM)
        yield CODE, place.code.rstrip("-.")
    if place.section:
        yield SUBTOPIC, asked.get(SUBTOPIC)
    if place.score is not None:
        yield SCORE, str(place.score)


def find_places(asked: Asked, live_version: int) -> list[Found]:
    """By the code if there is one, else by the words of its name."""
    if asked.by_code:
        found = of_code(asked.system, asked.get(CODE), live_version)
    else:
        found = of_words(asked.get(NAME), live_version)
    return places(found, asked.subtopic)


def of_code(system: codes.System | None, code: str, live_version: int) -> list[Found]:
    matches = catalog.current(live_version).index.find(system.key, code) if system else []
    return [Place(match.item, None, match.score, match.code) for match in matches]


def of_words(name: str, live_version: int) -> list[Found]:
    """The articles with a section that has every word of the name; unscored, since words are no code."""
    wanted = set(stems(name))
    hits = find(name, live_version).all_hits if wanted else []
    fitting = [hit for hit in hits if wanted <= set(stems(f"{hit.title} {hit.heading} {hit.text}"))]
    by_slug = catalog.current(live_version).by_slug
    return [Place(by_slug[slug], None, None) for slug in dict.fromkeys(hit.slug for hit in fitting) if slug in by_slug]
