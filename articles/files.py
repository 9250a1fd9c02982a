"""Articles, and what they share, as YAML files that people read and compare.

One schema for the starter content and for import. Reading checks everything a file can be checked for by itself; `saving`
then makes rows of an article.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model

from articles import codes, placeholders, richtext
from articles.models import (
    Audience,
    Callout,
    Clinic,
    CodeSystem,
    GlossaryTerm,
    SearchPhrase,
    Source,
    Subtopic,
    Topic,
    content,
)
from articles.models.body import Place
from articles.parts import Part, Shape, dotted
from articles.pictures import PICTURES
from articles.yamlfile import FileError, Path, Problem, read

MOST_SECTIONS = 60
MOST_ITEMS = 60
MOST_SHARED = 1_000
LONGEST_BODY = 20_000

ARTICLE = Shape(
    "Article",
    ("slug", "title", "summary", "topic", "audiences", "sections"),
    ("review_months", "codes", "related"),
)
SECTION = Shape("Section", ("anchor", "heading", "callout", "body"), ("subtopic", "picture", "sources", "review_note"))
CODES = Shape("Codes", (), tuple(CodeSystem.values))
LABEL = Shape("Label", ("slug", "name"), ("description",))
SOURCE = Shape("Source", ("ref", "title", "organisation", "url", "how_read"), ("dated", "note"))
PLACE = Shape("Place", ("place", "sections"))
PHRASE = Shape("Phrase", ("phrase",), ("means", "everyday", "danger"))
TERM = Shape("Term", ("term", "meaning"))
CLINIC = Shape(
    "Clinic",
    ("name", "emergency_number"),
    ("phone", "address", "hours", "maternity_unit", "out_of_hours_line", "poison_center", "country", "language"),
)
REF = re.compile(r"[A-Z][A-Za-z0-9]*")
ANCHOR = re.compile(content.ANCHOR)


@dataclass(frozen=True)
class SectionFile:
    anchor: str
    heading: str
    callout: str
    body: str
    sources: tuple[str, ...] = ()
    review_note: str = ""
    picture: str = ""
    subtopic: str = ""


@dataclass(frozen=True)
class ArticleFile:
    """`codes` are (system, code) pairs; `topic`, `audiences` and `related` are slugs; `sources` are references."""

    slug: str
    title: str
    summary: str
    topic: str
    audiences: tuple[str, ...]
    sections: tuple[SectionFile, ...]
    review_months: int = 24
    codes: tuple[tuple[str, str], ...] = ()
    related: tuple[str, ...] = ()


@dataclass
class Reading:
    """One file being read: where each problem is, in the words of the person who wrote it."""

    name: str
    problems: list[Problem] = field(default_factory=list)
    line_of: Callable[[Path], int] = lambda path: 1

    def report(self, path: Path, message: str) -> None:
        self.problems.append(Problem(f"{self.name}, line {self.line_of(path)}: {dotted(path)}", message))

    def part(self, text: str, shape: Shape) -> Part:
        data, self.line_of = read(text, self.name)
        return Part(data, shape, (), shape.noun, self.report)

    def check(self, rows: Iterable[Model]) -> None:
        """Note what a form would refuse in rows that are still to be saved."""
        for row in rows:
            try:
                row.clean_fields()
            except ValidationError as error:
                self.problems += problems_of(error, f"{self.name}, {row}")

    def done(self) -> None:
        if self.problems:
            raise FileError(self.problems)


def load_article(text: str, name: str) -> ArticleFile:
    """The article in a file called `name`. Raises FileError with every problem and its line."""
    reading = Reading(name)
    part = reading.part(text, ARTICLE)
    given = part.part("codes", CODES)
    article = ArticleFile(
        slug=part.key("slug"),
        title=part.wanted_text("title"),
        summary=_filled_text(part, "summary"),
        topic=part.key("topic"),
        audiences=part.keys("audiences", MOST_ITEMS),
        sections=tuple(_section(each) for each in part.parts("sections", SECTION, MOST_SECTIONS, at_least=1)),
        review_months=part.number("review_months", 24, 60),
        codes=tuple((system, code) for system in CodeSystem.values for code in _codes(given, system)),
        related=part.keys("related", MOST_ITEMS) if part.settings.get("related") else (),
    )
    _check_once(part, "anchor", [section.anchor for section in article.sections])
    reading.done()
    return article


def _section(part: Part) -> SectionFile:
    anchor = part.key("anchor")
    if anchor:
        _fits(part, "anchor", anchor, ANCHOR)
    return SectionFile(
        anchor=anchor,
        heading=part.wanted_text("heading"),
        callout=part.one_of("callout", tuple(Callout.values)),
        body=_body(part),
        picture=part.one_of("picture", tuple(PICTURES)) if "picture" in part.settings else "",
        sources=tuple(ref for ref in part.texts("sources", MOST_ITEMS) if _fits(part, "sources", ref, REF)),
        review_note=part.lines("review_note", LONGEST_BODY),
        subtopic=part.one_of("subtopic", tuple(Subtopic.values)) if "subtopic" in part.settings else "",
    )


def _body(part: Part) -> str:
    """Rich text. What `richtext.clean` would take out is a problem here: a file must say what it means."""
    source = part.lines("body", LONGEST_BODY)
    clean = richtext.clean(source)
    if not richtext.to_text(clean):
        part.problem("body", '"body" is empty.')
    if lost := sorted({tag.lower() for tag in re.findall(r"</?([A-Za-z][A-Za-z0-9]*)", source)} - richtext.TAGS):
        part.problem("body", f'"body" has <{lost[0]}>. Use only {", ".join(sorted(richtext.TAGS))}.')
    for problem in placeholders.problems(clean):
        part.problem("body", f'"body": {problem}')
    return clean


def _filled_text(part: Part, key: str) -> str:
    text = part.wanted_text(key)
    for problem in placeholders.problems(text):
        part.problem(key, f'"{key}": {problem}')
    return text


def _codes(part: Part | None, system: str) -> tuple[str, ...]:
    if part is None:
        return ()
    found = part.texts(system, MOST_ITEMS)
    for code in found:
        if code and (problem := codes.problem(system, code)):
            part.problem(system, f'"{code}": {problem}')
    return found


def _fits(part: Part, key: str, value: str, pattern: re.Pattern[str]) -> bool:
    if pattern.fullmatch(value):
        return True
    part.problem(key, f'"{value}" is not of the right form for "{key}".')
    return False


def _check_once(part: Part, what: str, values: list[str]) -> None:
    for value in sorted({value for value in values if value and values.count(value) > 1}):
        part.problem("", f'the {what} "{value}" stands there twice.')


def problems_of(error: ValidationError, place: str) -> list[Problem]:
    """The form's own sentences, each with its field."""
    return [
        Problem(place, f"{name}: {message}" if name != NON_FIELD_ERRORS else message)
        for name, messages in error.message_dict.items()
        for message in messages
    ]


def load_labels(text: str, name: str) -> tuple[list[Topic], list[Audience]]:
    reading = Reading(name)
    part = reading.part(text, Shape("File", ("topics", "audiences")))
    topics = [
        Topic(slug=each.key("slug"), name=each.wanted_text("name"), description=each.text("description"), order=number)
        for number, each in enumerate(part.parts("topics", LABEL, MOST_ITEMS))
    ]
    audiences = [
        Audience(slug=each.key("slug"), name=each.wanted_text("name"), order=number)
        for number, each in enumerate(part.parts("audiences", LABEL, MOST_ITEMS))
    ]
    reading.check([*topics, *audiences])
    reading.done()
    return topics, audiences


def load_sources(text: str, name: str) -> list[Source]:
    reading = Reading(name)
    part = reading.part(text, Shape("File", ("sources",)))
    sources = [
        Source(
            ref=each.key("ref", REF),
            title=each.wanted_text("title"),
            organisation=each.wanted_text("organisation"),
            url=each.wanted_text("url"),
            dated=each.text("dated"),
            how_read=each.one_of("how_read", tuple(Source.HowRead.values)),
            note=each.lines("note", LONGEST_BODY),
        )
        for each in part.parts("sources", SOURCE, MOST_SHARED)
    ]
    reading.check(sources)
    reading.done()
    return sources


def load_glossary(text: str, name: str) -> list[GlossaryTerm]:
    reading = Reading(name)
    part = reading.part(text, Shape("File", ("glossary",)))
    terms = [
        GlossaryTerm(term=each.wanted_text("term"), meaning=each.wanted_text("meaning"))
        for each in part.parts("glossary", TERM, MOST_SHARED)
    ]
    reading.check(terms)
    reading.done()
    return terms


def load_places(text: str, name: str) -> dict[str, list[tuple[str, str]]]:
    """For each place of the body the (slug, anchor) pairs of the sections about it."""
    reading = Reading(name)
    part = reading.part(text, Shape("File", ("places",)))
    found = [
        (each.one_of("place", tuple(Place.values)), each.pairs("sections", MOST_SHARED, "#", "slug#anchor"))
        for each in part.parts("places", PLACE, len(Place))
    ]
    _check_once(part, "place", [place for place, _sections in found])
    reading.done()
    return dict(found)


def load_phrases(text: str, name: str) -> list[SearchPhrase]:
    reading = Reading(name)
    part = reading.part(text, Shape("File", ("phrases",)))
    phrases = [
        SearchPhrase(
            phrase=each.wanted_text("phrase"),
            means=each.text("means"),
            is_everyday=each.flag("everyday"),
            is_danger=each.flag("danger"),
        )
        for each in part.parts("phrases", PHRASE, MOST_SHARED)
    ]
    _check_once(part, "phrase", [phrase.phrase for phrase in phrases])
    reading.check(phrases)
    reading.done()
    return phrases


def load_clinic(text: str, name: str) -> Clinic:
    reading = Reading(name)
    part = reading.part(text, CLINIC)
    fields = {key: part.text(key) for key in (*CLINIC.required, *CLINIC.optional) if key in part.settings}
    clinic = Clinic(pk=1, **fields)
    reading.check([clinic])
    reading.done()
    return clinic
