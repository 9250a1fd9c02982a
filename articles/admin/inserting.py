"""What can be put into a text with two keys: the clinic's numbers, links to sections, and words of the glossary."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.models import EditionSection, GlossaryTerm, Section
from articles.placeholders import PLACEHOLDERS, fill_text
from articles.terms import spellings

MOST = 12
LONGEST_QUERY = 100


@dataclass(frozen=True)
class Item:
    """`text` is what comes into the text, as a link if there is a `url`; `name` and `about` are what staff see."""

    name: str
    about: str
    text: str
    url: str = ""


@require_safe
def insert_view(request: HttpRequest) -> HttpResponse:
    """The lists of the menu, for the words in its search box. `article` is the one that is being written."""
    if not request.user.has_perm("articles.view_article"):
        raise PermissionDenied
    query = " ".join(request.GET.get("q", "")[:LONGEST_QUERY].split())
    article = request.GET.get("article", "")
    groups = [
        (_("The clinic's numbers and names"), numbers(query, request)),
        (
            _("Links to sections"),
            sections(query, int(article) if article.isascii() and article.isdecimal() and len(article) < 19 else None),
        ),
        (_("Words explained"), words(query)),
    ]
    context = {"groups": groups, "query": query, "found": any(items for _name, items in groups)}
    return render(request, "admin/articles/_insert_items.html", context)


def numbers(query: str, request: HttpRequest) -> list[Item]:
    """Each placeholder with what patients read in its place today."""
    clinic = request.clinic  # type: ignore[attr-defined]
    items = [Item(f"{{{name}}}", fill_text(f"{{{name}}}", clinic), f"{{{name}}}") for name in PLACEHOLDERS]
    return [
        item for item in items if query.lower() in f"{item.name.replace('_', ' ')} {item.name} {item.about}".lower()
    ]


def sections(query: str, article: int | None) -> list[Item]:
    """The sections that patients can read, those of the article that is being written first."""
    own = Section.objects.filter(article=article, heading__icontains=query).select_related("article")
    live = EditionSection.objects.live().exclude(edition__article=article).order_by("edition__title", "order")
    wanted = Q(heading__icontains=query) | Q(edition__title__icontains=query)
    found = [(row.heading, row.article.title, row.article.slug, row.anchor) for row in own[:MOST]]
    found += live.filter(wanted).values_list("heading", "edition__title", "edition__slug", "anchor")[
        : MOST - len(found)
    ]
    return [Item(heading, title, heading, f"/articles/{slug}/#{anchor}") for heading, title, slug, anchor in found]


def words(query: str) -> list[Item]:
    terms = GlossaryTerm.objects.filter(Q(term__icontains=query) | Q(meaning__icontains=query))[:MOST]
    return [
        Item(row.term, row.meaning, first.lower() if not first.isupper() else first)
        for row in terms
        if (first := next(iter(spellings(row.term)), ""))
    ]
