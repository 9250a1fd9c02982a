"""Many articles for measuring, never for patients: made up about kettles and gardens, or read from a file.

They are written in bulk, working copy and edition alike, so that thousands take seconds.
"""

import json
import random
from collections.abc import Callable, Iterable, Iterator
from itertools import batched

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from articles import richtext
from articles.files import ANCHOR, ArticleFile, SectionFile, problems_of
from articles.models import (
    Article,
    ArticleEdition,
    Audience,
    Callout,
    Clinic,
    EditionSection,
    LiveVersion,
    Section,
    Topic,
)
from articles.parts import KEY
from articles.snapshot import reading_order
from articles.yamlfile import FileError, Problem, shorten

SECTIONS = 8
BATCH = 250
REASON = "Sample content for measuring."
TOPIC = ("sample", "Sample content")
AUDIENCE = ("everybody", "Everybody")
KEYS = ("slug", "title", "summary", "sections")
SECTION_KEYS = ("id", "heading", "html")

# Words of house and garden: nothing here can be taken for advice about a body.
_THINGS = """
    kettle bucket ladder window garden basket blanket candle carpet chair curtain fence hammer kitchen lantern mirror
    needle paint pencil pillow rope shelf shovel spoon stove table teapot thread umbrella wagon whistle button bottle
    barrel bench bridge broom brush cabin copper drawer feather flower gate jar lemon melon onion paper pepper pocket
    potato pumpkin radish ribbon river saddle seed silver stable string sugar ticket timber tomato tower tunnel violin
""".split()  # noqa: SIM905
_KINDS = "blue green small heavy round quiet narrow bright wooden empty simple gentle early yellow steady".split()  # noqa: SIM905
_SENTENCES = (
    "Put the {kind} {thing} beside the {other} and wait for {number} minutes.",
    "A {thing} lasts longer when the {other} stays dry.",
    "Most people keep {number} of them near the {other}.",
    "First wash the {thing} with cold water.",
    "Turn the {kind} {other} slowly until it clicks.",
    "If the {thing} is {kind}, use a {other} in its place.",
    "Ask a neighbor to hold the {thing} while you lift the {other}.",
    "Store the {other} upright, away from the {thing}.",
)
_HEADINGS = (
    "What is a {thing}?",
    "How do I clean the {thing}?",
    "Where does the {thing} go?",
    "When is a {kind} {thing} better?",
)


def made_up(number: int, seed: int = 1) -> Iterator[ArticleFile]:
    """`number` articles of eight sections each; the same ones for the same seed."""
    dice = random.Random(seed)  # noqa: S311 - the same texts each time
    for place in range(1, number + 1):
        kind, thing = dice.choice(_KINDS), dice.choice(_THINGS)
        yield ArticleFile(
            slug=f"sample-{place}-{thing}",
            title=f"The {kind} {thing}, part {place}",
            summary=_sentence(dice, thing),
            topic=TOPIC[0],
            audiences=(AUDIENCE[0],),
            sections=tuple(_made_up_section(dice, thing, number) for number in range(1, SECTIONS + 1)),
        )


def _made_up_section(dice: random.Random, thing: str, number: int) -> SectionFile:
    paragraphs = (" ".join(_sentence(dice, thing) for _ in range(dice.randint(2, 4))) for _ in range(2))
    items = "".join(f"<li>{_sentence(dice, thing)}</li>" for _ in range(dice.randint(2, 5)))
    return SectionFile(
        anchor=f"part-{number}",
        heading=dice.choice(_HEADINGS).format(thing=thing, kind=dice.choice(_KINDS)),
        callout=dice.choice([Callout.INFO, Callout.INFO, Callout.SELF_CARE, Callout.SEE_A_DOCTOR]).value,
        body=f"<p>{'</p><p>'.join(paragraphs)}</p><ul>{items}</ul>",
    )


def _sentence(dice: random.Random, thing: str) -> str:
    words = {"thing": thing, "other": dice.choice(_THINGS), "kind": dice.choice(_KINDS), "number": dice.randint(2, 40)}
    return dice.choice(_SENTENCES).format(**words)


def from_lines(lines: Iterable[str], name: str) -> Iterator[ArticleFile]:
    """One article a line, as JSON: `{slug, title, summary, sections: [{id, heading, html, callout}]}`; callout may be missing.

    Raises FileError at the first line that cannot be used, with its number and the reason.
    """
    seen: set[str] = set()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        place = f"{name}, line {number}"
        try:
            data = json.loads(line)
        except json.JSONDecodeError as error:
            raise _error(place, f"This is not JSON ({error.msg}).") from error
        article = _article(data, place)
        if article.slug in seen:
            raise _error(place, f"the slug “{article.slug}” stands there twice.")
        seen.add(article.slug)
        yield article


def _error(place: str, message: str) -> FileError:
    return FileError([Problem(place, message)])


def _article(data: object, place: str) -> ArticleFile:
    values = _texts(data, KEYS[:3], place)
    assert isinstance(data, dict)  # _texts has looked
    sections = data.get("sections")
    if not isinstance(sections, list) or not sections:
        raise _error(place, "“sections” must be a list with at least one section.")
    found = tuple(_section(each, f"{place}, section {number}") for number, each in enumerate(sections, start=1))
    anchors = [section.anchor for section in found]
    if len(set(anchors)) < len(anchors):
        raise _error(place, "two sections have the same id.")
    if not KEY.fullmatch(values["slug"]):
        raise _error(place, f"the slug “{shorten(values['slug'])}” may hold only small letters, digits, - and _.")
    slug, title, summary = (values[key] for key in KEYS[:3])
    return ArticleFile(slug, title, summary, topic=TOPIC[0], audiences=(AUDIENCE[0],), sections=found)


def _section(data: object, place: str) -> SectionFile:
    values = _texts(data, SECTION_KEYS, place)
    assert isinstance(data, dict)  # _texts has looked
    callout = data.get("callout") or Callout.INFO.value
    if callout not in Callout.values:
        raise _error(place, f"“callout” must be one of {', '.join(Callout.values)}.")
    if not ANCHOR.fullmatch(values["id"]):
        raise _error(place, f"the id “{shorten(values['id'])}” must be small letters, digits and single hyphens.")
    return SectionFile(values["id"], values["heading"], callout, values["html"])


def _texts(data: object, keys: Iterable[str], place: str) -> dict[str, str]:
    if not isinstance(data, dict):
        raise _error(place, "this must be an object: {…}.")
    for key in keys:
        if not isinstance(data.get(key), str) or not data[key].strip():
            raise _error(place, f"“{key}” must be a text that is not empty.")
    return {key: data[key] for key in keys}


@transaction.atomic
def load(articles: Iterable[ArticleFile], progress: Callable[[int], None] = lambda number: None) -> int:
    """Write the articles, each with its live first edition. Gives their number. Raises FileError, with nothing written."""
    topic, _created = Topic.objects.get_or_create(slug=TOPIC[0], defaults={"name": TOPIC[1], "description": REASON})
    audience, _created = Audience.objects.get_or_create(slug=AUDIENCE[0], defaults={"name": AUDIENCE[1]})
    if not Clinic.objects.exists():
        Clinic(pk=1, name="Example Clinic", emergency_number="911").save()
    number = 0
    for batch in batched(articles, BATCH, strict=False):
        _write(batch, topic, audience)
        number += len(batch)
        progress(number)
    LiveVersion.objects.bump()
    return number


def _write(batch: Iterable[ArticleFile], topic: Topic, audience: Audience) -> None:
    now = timezone.now()
    rows, editions, sections, frozen = [], [], [], []
    for file in batch:
        article = Article(slug=file.slug, title=file.title, summary=file.summary, topic=topic)
        edition = ArticleEdition(
            article=article, number=1, reason=REASON, goes_live_at=now, published_at=now, slug=file.slug, title=file.title,
            summary=file.summary, topic=topic, audiences=[audience.slug],
        )  # fmt: skip
        rows.append(article)
        editions.append(edition)
        own = [
            Section(article=article, order=place * 10, anchor=each.anchor, heading=each.heading, callout=each.callout, body=richtext.clean(each.body))
            for place, each in enumerate(file.sections, start=1)
        ]  # fmt: skip
        _check(article, own)
        sections += own
        frozen += [
            EditionSection(edition=edition, order=order, anchor=each.anchor, heading=each.heading, callout=each.callout, body=each.body, text=richtext.to_text(each.body))
            for order, each in enumerate(reading_order(own))
        ]  # fmt: skip
    Article.objects.bulk_create(rows)
    Article.audiences.through.objects.bulk_create(
        Article.audiences.through(article=article, audience=audience) for article in rows
    )
    Section.objects.bulk_create(sections)
    ArticleEdition.objects.bulk_create(editions)
    EditionSection.objects.bulk_create(frozen)


def _check(article: Article, sections: list[Section]) -> None:
    """What a form would refuse. Relations are left out: their rows are not saved yet."""
    for row, name, without in [(article, "", ["topic"]), *((each, f", section {each.anchor}", ["article"]) for each in sections)]:  # fmt: skip
        try:
            row.clean_fields(exclude=without)
        except ValidationError as error:
            raise FileError(problems_of(error, f"Article {article.slug}{name}")) from error
