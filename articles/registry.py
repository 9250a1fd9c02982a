"""Where another app says what depends on a section, and what fits beside an article.

An app appends its functions when the apps are ready; `articles` itself knows no other app.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Use:
    """Something that leads to a section: `what` names it, `url` is where staff change it.

    Without an anchor it leads to the article as a whole. `breaks`: patients would meet a gap there if the section went.
    """

    anchor: str
    what: str
    url: str
    breaks: bool = True


@dataclass(frozen=True)
class PlacedLink:
    """A link inside this site: `place` names the text that holds it, `url` is where staff change that text."""

    place: str
    url: str
    address: str
    live: bool


@dataclass(frozen=True)
class Offer:
    """Something a patient can do: a self-check, by title and address."""

    title: str
    url: str
    text: str = ""


# kinds of editions of which pages are made: time alone may change which of them are live
editions: list[Any] = []
# article primary key -> what uses its sections
users: list[Callable[[int], list[Use]]] = []
# all links inside this site that another app holds
links: list[Callable[[], Iterable[PlacedLink]]] = []
# article slug, live version -> what fits beside the article
companions: list[Callable[[str, int], list[Offer]]] = []
# live version -> all that is on offer, for the home page
offers: list[Callable[[int], list[Offer]]] = []


def uses_of(article_pk: int) -> list[Use]:
    return [use for find in users for use in find(article_pk)]


def companions_of(slug: str, live_version: int) -> list[Offer]:
    return [offer for find in companions for offer in find(slug, live_version)]


def all_offers(live_version: int) -> list[Offer]:
    return [offer for find in offers for offer in find(live_version)]
