"""“Where does it hurt?”: the picture of leg and foot, and what to read for each place."""

from dataclasses import dataclass
from typing import NamedTuple

from articles.live import Remembered
from articles.models import ArticleEdition, BodyPlace, EditionSection
from articles.models.body import Place


class Shape(NamedTuple):
    """A path of SVG in the picture, where its label stands, and where the line between them begins, if there is one."""

    outline: str
    label: tuple[int, int]
    line_from: tuple[int, int] | None = None


# From the top down in a picture of 372 by 452; `templates/articles/where_it_hurts.html` adds the knee.
SHAPES = {
    Place.WHOLE_LEG: Shape("M34 34 L22 34 L22 438 L34 438", (22, 22)),
    Place.THIGH: Shape("M58 40 C52 96 58 152 72 194 L140 194 C150 144 158 96 154 40 Z", (236, 100), (150, 96)),
    Place.SHIN: Shape("M108 224 L138 224 C140 264 130 314 124 342 L104 342 Z", (236, 226), (130, 250)),
    Place.CALF: Shape("M74 224 C52 254 58 304 84 342 L104 342 L108 224 Z", (236, 270), (92, 290)),
    Place.ANKLE: Shape("M84 342 C84 356 80 366 76 374 L128 374 C124 364 124 352 124 342 Z", (236, 310), (118, 356)),
    Place.TOP_OF_FOOT: Shape("M102 374 L128 374 C142 388 162 396 184 400 L184 410 L102 410 Z", (236, 344), (150, 392)),
    Place.TOES: Shape("M184 400 C200 402 216 412 216 426 C216 436 208 438 200 438 L184 438 Z", (236, 378), (206, 414)),
    Place.BALL_OF_FOOT: Shape("M152 410 L184 410 L184 438 L152 438 Z", (236, 412), (178, 420)),
    Place.SOLE: Shape("M76 374 C62 396 62 432 78 438 L152 438 L152 410 L102 410 L102 374 Z", (236, 444), (140, 434)),
}


@dataclass(frozen=True)
class ReadHere:
    heading: str
    title: str
    url: str
    callout: str


@dataclass(frozen=True)
class PlaceThatHurts:
    """A place with the live sections that speak about it, the most urgent first."""

    key: str
    name: str
    shape: Shape
    sections: tuple[ReadHere, ...]


URGENCY = ("emergency", "urgent", "see-a-doctor")


def _load() -> tuple[PlaceThatHurts, ...]:
    chosen = list(
        BodyPlace.sections.through.objects.values_list("bodyplace__place", "section__article", "section__anchor")
    )
    live = EditionSection.objects.live().filter(anchor__in={anchor for _place, _article, anchor in chosen})
    found = {(row.edition.article_id, row.anchor): row for row in live.select_related("edition")}
    places = []
    for place in Place:
        keys = [(article, anchor) for name, article, anchor in chosen if name == place]
        rows = sorted((found[key] for key in keys if key in found), key=_rank)
        sections = tuple(
            ReadHere(row.heading, row.edition.title, f"/articles/{row.edition.slug}/#{row.anchor}", row.callout)
            for row in rows
        )
        places.append(PlaceThatHurts(place.value, str(place.label), SHAPES[place], sections))
    return tuple(places)


def _rank(row: EditionSection) -> tuple[int, str, int]:
    urgency = URGENCY.index(row.callout) if row.callout in URGENCY else len(URGENCY)
    return urgency, row.edition.title, row.order


places = Remembered(_load, [ArticleEdition]).get
