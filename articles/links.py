"""Which texts lead where inside this site: what leads to an article, and which links lead nowhere."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from django.db.models import Q
from django.urls import reverse

from articles import live, registry, richtext
from articles.models import Article, ArticleEdition, ArticleWithdrawal, Clinic, EditionSection, Section
from articles.publishing import Anchors, link_problem, live_anchors
from articles.registry import PlacedLink, Use


@dataclass(frozen=True)
class Page:
    """A part of an article, as an address names it; no anchor stands for the whole article."""

    article: str
    anchor: str = ""


def page_of(address: str) -> Page | None:
    """The page that an address leads to: /articles/calf-pain/#rest, alone or after a host, or calf-pain#rest."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return None
    path = [step for step in parts.path.split("/") if step]
    if len(path) == 2 and path[0] == "articles":
        return Page(path[1], parts.fragment)
    if len(path) == 1 and not parts.netloc and not parts.scheme and not parts.path.startswith("/"):
        return Page(path[0], parts.fragment)
    return None


def uses(article_pk: int) -> list[Use]:
    """What other articles, live or as working copies, and withdrawn ones lead to this article."""
    slug = Article.objects.values_list("slug", flat=True).get(pk=article_pk)
    linking = Q(body__contains=f'href="/articles/{slug}')
    frozen = EditionSection.objects.live().filter(linking).exclude(edition__article=article_pk)
    drafts = Section.objects.filter(linking).exclude(article=article_pk)
    said = [
        (section, anchor)
        for section in frozen.select_related("edition").defer("edition__sources", "edition__glossary")
        for anchor in _anchors_of(section.body, slug)
    ]
    found = [
        Use(
            anchor,
            f"“{section.heading}” in the live edition of “{section.edition.title}”",
            _change_url(section.edition.article_id),
        )
        for section, anchor in said
    ]
    known = {(section.edition.article_id, section.anchor, anchor) for section, anchor in said}
    # A draft is checked when it is published, and a list of related articles leaves out what is not live.
    found += [
        Use(
            anchor,
            f"“{section.heading}” in the working copy of “{section.article}”",
            _change_url(section.article_id),
            breaks=False,
        )
        for section in drafts.select_related("article")
        for anchor in _anchors_of(section.body, slug)
        if (section.article_id, section.anchor, anchor) not in known
    ]
    found += [
        Use("", f"the related articles of “{article}”", _change_url(article.pk), breaks=False)
        for article in Article.objects.filter(related=article_pk)
    ]
    sent = ArticleWithdrawal.objects.filter(successor=article_pk, edition__in=ArticleEdition.objects.current())
    found += [
        Use(
            withdrawal.successor_anchor,
            f"the page of “{withdrawal.edition.title}”, which was withdrawn",
            reverse("admin:articles_articleedition_change", args=[withdrawal.edition_id]),
            breaks=False,
        )
        for withdrawal in sent.select_related("edition")
    ]
    return found


def _change_url(article_pk: int) -> str:
    return reverse("admin:articles_article_change", args=[article_pk])


def _anchors_of(body: str, slug: str) -> list[str]:
    """The anchors of the article `slug` that a text links to, each once; "" for the article as a whole."""
    pages = [page_of(address) for address in richtext.links(body) if address.startswith("/")]
    return list(dict.fromkeys(page.anchor for page in pages if page and page.article == slug))


@dataclass(frozen=True)
class BrokenLink:
    link: PlacedLink
    problem: str


def broken() -> list[BrokenLink]:
    """Every internal link of live editions and working copies that leads nowhere now, live ones first.

    A few queries, however many texts there are.
    """
    # Asked for only if there is a link that needs it.
    anchors, pages = cache(live_anchors), cache(_other_pages)
    found: dict[tuple[str, str], BrokenLink] = {}
    for link in sorted(all_links(), key=lambda link: not link.live):
        if problem := _problem(link.address, anchors, pages):
            found.setdefault((link.place, link.address), BrokenLink(link, problem))
    return list(found.values())


def all_links() -> Iterator[PlacedLink]:
    yield from _links_of_editions()
    yield from _links_of_drafts()
    for find in registry.links:
        yield from find()


def _links_of_editions() -> Iterator[PlacedLink]:
    sections = EditionSection.objects.live().filter(body__contains="<a ")
    rows = sections.values_list("body", "heading", "edition__title", "edition__article_id")
    for body, heading, title, article in rows:
        yield from _links_in(body, f"“{heading}” in “{title}”", article, live=True)


def _links_of_drafts() -> Iterator[PlacedLink]:
    sections = Section.objects.filter(body__contains="<a ")
    for body, heading, title, article in sections.values_list("body", "heading", "article__title", "article_id"):
        yield from _links_in(body, f"“{heading}” in “{title}”", article, live=False)
    related = Article.related.through.objects.filter(from_article__editions__in=ArticleEdition.objects.live())
    for title, article, slug in related.values_list("from_article__title", "from_article_id", "to_article__slug"):
        yield PlacedLink(f"Related articles of “{title}”", _change_url(article), f"/articles/{slug}/", live=False)


def _links_in(body: str, place: str, article: int, *, live: bool) -> Iterable[PlacedLink]:
    url = _change_url(article)
    return (PlacedLink(place, url, address, live) for address in richtext.links(body) if address.startswith("/"))


def _other_pages() -> set[str]:
    """The addresses of labels and of what other apps offer, as far as patients can open them now."""
    version = Clinic.objects.current().live_version
    known = live.current(version)
    labels = [f"/topics/{label.slug}/" for label in known.topics] + [f"/for/{label.slug}/" for label in known.audiences]
    return {*labels, *(offer.url for offer in registry.all_offers(version))}


def _problem(address: str, anchors: Callable[[], Anchors], pages: Callable[[], set[str]]) -> str:
    """Why an internal link leads nowhere now, as a sentence; or nothing."""
    if problem := link_problem(address, anchors()):
        return problem[0].upper() + problem[1:]
    path = [step for step in urlsplit(address).path.split("/") if step]
    if path and path[0] in ("topics", "for", "check") and f"/{'/'.join(path[:2])}/" not in pages():
        return f"The link “{address}” leads to a page that is not there now."
    return ""
