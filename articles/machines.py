"""Pages for machines: the map of the site, the feed of new editions, and short addresses that last."""

from collections.abc import Iterator
from itertools import batched
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, get_tag_uri
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import live, placeholders, registry
from articles.models import ArticleEdition, Clinic
from articles.pages import kept_until_it_changes
from articles.parts import UNWANTED

# As many as one file may hold, says sitemaps.org.
MOST_ADDRESSES = 50_000
MOST_ENTRIES = 50


class Place(NamedTuple):
    """`changed` is empty where no edition says when."""

    address: str
    changed: str = ""


@require_safe
@kept_until_it_changes
def sitemap(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """All addresses; where there are too many for one file, the list of the files that hold them."""
    files = list(batched(_places(request), MOST_ADDRESSES, strict=False))
    if number is None and len(files) > 1:
        numbers = range(1, len(files) + 1)
        addresses = [request.build_absolute_uri(reverse("sitemap_file", args=[each])) for each in numbers]
        return _xml(request, "articles/sitemap_index.xml", {"addresses": addresses})
    if number is not None and not 1 <= number <= len(files):
        raise Http404
    return _xml(request, "articles/sitemap.xml", {"places": files[(number or 1) - 1]})


def _places(request: HttpRequest) -> Iterator[Place]:
    version = request.clinic.live_version  # type: ignore[attr-defined]
    known = live.current(version)
    for name in ("home", "a_to_z", "where_it_hurts", "glossary"):
        yield Place(request.build_absolute_uri(reverse(name)))
    for name, labels in (("topic", known.topics), ("audience", known.audiences)):
        for label in labels:
            yield Place(request.build_absolute_uri(reverse(name, args=[label.slug])))
    for offer in registry.all_offers(version):
        yield Place(request.build_absolute_uri(offer.url))
    for article in known.by_slug.values():
        yield Place(request.build_absolute_uri(article.get_absolute_url()), article.changed_at.isoformat())


def _xml(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    return render(request, template, context, content_type="application/xml; charset=utf-8")


@require_safe
@kept_until_it_changes
def feed(request: HttpRequest) -> HttpResponse:
    """The newest editions that can be read now, as Atom. What was withdrawn is in it no more."""
    clinic: Clinic = request.clinic  # type: ignore[attr-defined]
    atom = Atom1Feed(
        title=_line(_("%(clinic)s: new and changed pages") % {"clinic": clinic.name}),
        link=request.build_absolute_uri("/"),
        description="",
        language=clinic.language,
        author_name=_line(clinic.name),
        feed_url=request.build_absolute_uri(request.path),
        feed_guid=request.build_absolute_uri(request.path),
    )
    for edition in ArticleEdition.objects.live().newest(MOST_ENTRIES):
        address = request.build_absolute_uri(reverse("article", args=[edition.slug]))
        atom.add_item(
            title=_line(edition.title),
            link=address,
            description=_summary(edition, clinic),
            unique_id=get_tag_uri(f"{address.removesuffix('/')}#edition-{edition.number}", edition.published_at),
            pubdate=edition.changed_at,
            updateddate=edition.changed_at,
        )
    return HttpResponse(atom.writeString("utf-8"), content_type=atom.content_type)


def _summary(edition: ArticleEdition, clinic: Clinic) -> str:
    """HTML: what the page is about, and what changed since the edition before."""
    texts = [placeholders.fill_text(edition.summary, clinic), edition.what_changed]
    return format_html_join("", "<p>{}</p>", ([_line(text)] for text in texts if text))


def _line(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return UNWANTED.sub("", text)


@require_safe
def short_address(request: HttpRequest, number: int) -> HttpResponse:
    """Leads to the article of that number for good: both its number and its address are fixed once it is published."""
    edition = get_object_or_404(ArticleEdition.objects.current().filter(article__pk=number))
    return redirect("article", edition.slug, permanent=True)
