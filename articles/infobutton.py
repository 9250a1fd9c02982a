"""HL7 Infobutton as MedlinePlus Connect speaks it: what was asked, and the answer as Atom and as JSON.

The order of elements and the names of categories are those of OpenInfobutton's KnowledgeResponse.xsd.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from xml.etree import ElementTree

from articles.codes import System, system_called
from articles.parts import SPACES, UNWANTED

SYSTEM, CODE, NAME = "mainSearchCriteria.v.cs", "mainSearchCriteria.v.c", "mainSearchCriteria.v.dn"
SUBTOPIC = "subTopic.v.c"
RECIPIENT, LANGUAGE = "informationRecipient", "informationRecipient.languageCode.c"
RESPONSE_TYPE = "knowledgeResponseType"
SCORE = "relevanceScore"
# What an answer depends on, and how much of each is read. Whatever else a request says, above all about the person, is
# not looked at: not age, sex, place, or who asks.
READ = {SYSTEM: 64, CODE: 40, NAME: 200, SUBTOPIC: 20, "subTopic.v.cs": 64, "subTopic.v.dn": 100, RECIPIENT: 10, LANGUAGE: 20}  # fmt: skip
RECIPIENTS = ("PAT", "PROV", "PAYOR")
ATOM, JSON = "text/xml", "application/json"
# Subheadings of MeSH, and the subtopic of a section that each asks for.
SUBTOPICS = {"Q000628": "therapy", "Q000175": "diagnosis", "Q000209": "etiology"}
# How much the whole of an article counts where a section was asked for, and it has none.
WITHOUT_SECTION = 0.5
MOST_ENTRIES = 50


class NoTopic(ValueError):
    """The request does not say what it is about; the text says what is missing."""

    def __init__(self) -> None:
        super().__init__(f"The request names no topic. Give {SYSTEM} and {CODE}, or {NAME}.")


@dataclass(frozen=True)
class Asked:
    """A request, with nothing in it but what the answer depends on: equal ones get the same answer.

    `given` are (parameter, value) pairs in one order. `media_type` is "" where the request does not say one we have.
    """

    given: tuple[tuple[str, str], ...]
    media_type: str = ""

    def get(self, parameter: str) -> str:
        return dict(self.given).get(parameter, "")

    @property
    def system(self) -> System | None:
        return system_called(self.get(SYSTEM))

    @property
    def by_code(self) -> bool:
        return bool(self.get(SYSTEM) and self.get(CODE))

    @property
    def subtopic(self) -> str:
        return SUBTOPICS.get(self.get(SUBTOPIC).upper(), "")


def read(parameters: Mapping[str, str]) -> Asked:
    """Raises NoTopic."""
    values = {name: _line(parameters.get(name, ""))[:longest].strip() for name, longest in READ.items()}
    if values[RECIPIENT] not in RECIPIENTS:
        values[RECIPIENT] = ""
    given = tuple((name, value) for name, value in values.items() if value)
    media_type = parameters.get(RESPONSE_TYPE, "").strip().lower()
    asked = Asked(given, media_type if media_type in (ATOM, JSON) else "")
    if not (asked.by_code or asked.get(NAME)):
        raise NoTopic
    return asked


def _line(text: str) -> str:
    """On one line, without characters that XML cannot hold."""
    return SPACES.sub(" ", UNWANTED.sub(" ", text)).strip()


class Marked(Protocol):
    """A section that says what it is about."""

    @property
    def subtopic(self) -> str: ...


class HasSections[S: Marked](Protocol):
    @property
    def marked(self) -> Sequence[S]: ...


@dataclass(frozen=True)
class Place[I, S]:
    """An article, or one section of it. `score` is None where nothing was measured: it was found by words."""

    item: I
    section: S | None
    score: float | None
    code: str = ""


def places[S: Marked, I: HasSections[Any]](found: Iterable[Place[I, S]], subtopic: str) -> list[Place[I, S]]:
    """The articles; or, if a subtopic is asked for, their sections of that kind, and after them articles without one."""
    if not subtopic:
        return list(found)[:MOST_ENTRIES]
    chosen = [each for place in found for each in _of_subtopic(place, subtopic)]
    return sorted(chosen, key=lambda place: (place.section is None, -(place.score or 0)))[:MOST_ENTRIES]


def _of_subtopic[S: Marked, I: HasSections[Any]](place: Place[I, S], subtopic: str) -> Iterator[Place[I, S]]:
    sections = [section for section in place.item.marked if section.subtopic == subtopic]
    for section in sections:
        yield Place(place.item, section, place.score, place.code)
    if not sections:
        yield Place(place.item, None, place.score and round(place.score * WITHOUT_SECTION, 2), place.code)


type Categories = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Entry:
    """`summary` is HTML; `categories` are (scheme, term) pairs. The address never changes, so it is the id too."""

    title: str
    url: str
    updated: datetime.datetime
    summary: str
    categories: Categories


@dataclass(frozen=True)
class Feed:
    title: str
    subtitle: str
    author: str
    site: str
    id: str
    updated: datetime.datetime
    language: str
    categories: Categories
    entries: tuple[Entry, ...]


def to_atom(feed: Feed) -> bytes:
    root = ElementTree.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": feed.language})
    _add(root, "title", feed.title)
    _add(root, "subtitle", feed.subtitle)
    author = _add(root, "author")
    _add(author, "name", feed.author)
    _add(author, "uri", feed.site)
    _add(root, "updated", moment(feed.updated))
    _add_categories(root, feed.categories)
    _add(root, "id", feed.id)
    for entry in feed.entries:
        element = _add(root, "entry", **{"xml:lang": feed.language})
        _add(element, "title", entry.title)
        _add(element, "link", **_link(entry, feed.language))
        _add(element, "id", entry.url)
        _add(element, "updated", moment(entry.updated))
        _add(element, "summary", entry.summary, type="html")
        _add_categories(element, entry.categories)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _add(parent: ElementTree.Element, tag: str, text: str = "", **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, tag, {name: _line(value) for name, value in attributes.items()})
    element.text = _line(text)
    return element


def _add_categories(parent: ElementTree.Element, categories: Categories) -> None:
    for scheme, term in categories:
        _add(parent, "category", scheme=scheme, term=term)


def _link(entry: Entry, language: str) -> dict[str, str]:
    return {"href": entry.url, "rel": "alternate", "type": "text/html", "hreflang": language, "title": entry.title}


def to_json(feed: Feed) -> dict[str, Any]:
    """The same as the Atom feed: text as `{"_value": …}`, attributes as plain keys, what may come often as a list."""
    return {
        "feed": {
            "lang": feed.language,
            "title": _value(feed.title),
            "subtitle": _value(feed.subtitle),
            "author": {"name": _value(feed.author), "uri": _value(feed.site)},
            "updated": _value(moment(feed.updated)),
            "category": _as_json(feed.categories),
            "id": _value(feed.id),
            "entry": [
                {
                    "lang": feed.language,
                    "title": _value(entry.title),
                    "link": [_link(entry, feed.language)],
                    "id": _value(entry.url),
                    "updated": _value(moment(entry.updated)),
                    "summary": _value(entry.summary, type="html"),
                    "category": _as_json(entry.categories),
                }
                for entry in feed.entries
            ],
        }
    }


def _value(text: str, type: str = "text") -> dict[str, str]:  # noqa: A002
    return {"_value": _line(text), "type": type}


def _as_json(categories: Categories) -> list[dict[str, str]]:
    return [{"scheme": scheme, "term": term} for scheme, term in categories]


def moment(at: datetime.datetime) -> str:
    """As Atom writes it: in UTC, to the second."""
    return f"{at.astimezone(datetime.UTC):%Y-%m-%dT%H:%M:%SZ}"
