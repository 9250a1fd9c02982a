import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import Client

from articles import differences, freezing, pictures, publishing, snapshot
from articles.models import ArticleEdition, Section
from articles.pictures import PICTURES, Drawing
from tests.factories import make_article, make_clinic, make_edition, make_section

FOLDER = Path(__file__).parents[2] / "templates" / "articles" / "pictures"
DRAWINGS = {drawing.key: drawing for picture in PICTURES.values() for drawing in picture.drawings}
SVG = "{http://www.w3.org/2000/svg}"
every_drawing = pytest.mark.parametrize("drawing", DRAWINGS.values(), ids=DRAWINGS)


def test_every_file_is_a_drawing_that_staff_can_choose() -> None:
    assert {path.stem for path in FOLDER.glob("*.svg")} == set(DRAWINGS)


@every_drawing
def test_a_drawing_tells_what_it_shows(drawing: Drawing) -> None:
    svg = ElementTree.fromstring(render_to_string(drawing.template, {"drawing": drawing}))
    assert (svg.findtext(f"{SVG}title"), svg.findtext(f"{SVG}desc")) == (str(drawing.name), str(drawing.seen))
    assert svg.get("role") == "img"
    assert svg.find(f"{SVG}text") is None


@every_drawing
def test_a_drawing_has_no_style_no_script_and_loads_nothing(drawing: Drawing) -> None:
    source = (FOLDER / f"{drawing.key}.svg").read_text(encoding="utf-8")
    assert not any(word in source for word in ("style", "script", "href", "url(", "<image"))


@pytest.mark.django_db
def test_a_picture_is_frozen_with_its_section_and_shown_below_its_text(client: Client) -> None:
    make_clinic()
    article = make_article(sections=0)
    make_section(article, picture="calf-wall")
    edition = make_edition(article)
    Section.objects.update(picture="")
    html = client.get(edition.get_absolute_url()).content.decode()
    assert html.count("<svg") == 1
    assert str(pictures.CALF_WALL.caption) in html


@pytest.mark.django_db
def test_bringing_an_edition_back_brings_its_pictures_back() -> None:
    article = make_article(sections=0)
    make_section(article, picture="toes-up")
    edition = make_edition(article)
    Section.objects.update(picture="")
    publishing.restore(edition)
    assert Section.objects.get().picture == "toes-up"
    assert snapshot.of_article(article)["sections"] == snapshot.of_edition(edition)["sections"]


@pytest.mark.django_db
def test_choosing_a_picture_is_a_change_that_staff_see() -> None:
    article = make_article(sections=0)
    section = make_section(article)
    before = snapshot.of_article(article)
    section.picture = "toes-up"
    section.save()
    (change,) = differences.compare(before, snapshot.of_article(article)).sections[0].fields
    assert (change.label, change.before, change.after) == ("Picture", "", "toes-up")


@pytest.mark.django_db
def test_a_text_without_pictures_keeps_the_fingerprint_it_had_before_there_were_any() -> None:
    assert "picture" not in snapshot.of_article(make_article())["sections"][0]


@pytest.mark.django_db
def test_a_picture_that_this_program_no_longer_has_leaves_the_text_alone() -> None:
    article = make_article(sections=0)
    make_section(article, picture="gone-since")
    (section,) = freezing.sections_of(freezing.stored(article), ArticleEdition())
    assert section.drawings == ()
