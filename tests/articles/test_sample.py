"""Sample content for measuring: made up, or exactly what a file holds."""

import json
from typing import Any

import pytest

from articles import sample
from articles.models import Article, ArticleEdition, EditionSection, Section
from articles.yamlfile import FileError

SECTION = {"id": "first", "heading": "First", "html": "<p>One <b>two</b>.</p>", "callout": "urgent"}
ARTICLE = {"slug": "a-page", "title": "A page", "summary": "Short.", "sections": [SECTION]}


def lines(*articles: Any) -> list[str]:
    return [each if isinstance(each, str) else json.dumps(each) for each in articles]


def test_the_same_seed_makes_up_the_same_articles():
    first, again = list(sample.made_up(3)), list(sample.made_up(3))
    assert first == again
    assert [len(article.sections) for article in first] == [8, 8, 8]
    assert len({article.slug for article in first}) == 3


@pytest.mark.django_db
def test_made_up_articles_are_live(client):
    assert sample.load(sample.made_up(3)) == 3
    assert ArticleEdition.objects.live().count() == 3
    assert Section.objects.count() == EditionSection.objects.live().count() == 24
    assert client.get(Article.objects.all()[0].get_absolute_url()).status_code == 200


@pytest.mark.django_db
def test_exactly_what_a_file_holds_is_loaded(client):
    emergency = SECTION | {"id": "danger", "heading": "Danger", "callout": "emergency"}
    sample.load(sample.from_lines(lines(ARTICLE | {"sections": [SECTION, emergency]}, ""), "f.jsonl"))
    sections = EditionSection.objects.live()
    assert [(each.anchor, each.callout) for each in sections] == [("danger", "emergency"), ("first", "urgent")]
    assert {each.body for each in sections} == {"<p>One <strong>two</strong>.</p>"}
    assert "One" in client.get("/articles/a-page/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("{", "f.jsonl, line 2: This is not JSON"),
        ([1], "line 2: this must be an object"),
        (ARTICLE | {"slug": "A page"}, "line 2: the slug “A page” may hold only"),
        (ARTICLE | {"title": 7}, "line 2: “title” must be a text"),
        (ARTICLE | {"sections": []}, "line 2: “sections” must be a list"),
        (ARTICLE | {"slug": "b", "sections": [SECTION, SECTION]}, "two sections have the same id"),
        (ARTICLE | {"sections": [SECTION | {"callout": "loud"}]}, "section 1: “callout” must be one of emergency"),
        (ARTICLE | {"sections": [SECTION | {"id": "One Two"}]}, "section 1: the id “One Two” must be"),
        (ARTICLE | {"sections": [{"id": "a"}]}, "section 1: “heading” must be a text"),
        (ARTICLE, "line 2: the slug “a-page” stands there twice"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(wrong: Any, message: str):
    with pytest.raises(FileError, match=message):
        list(sample.from_lines(lines(ARTICLE, wrong), "f.jsonl"))


@pytest.mark.django_db
def test_a_text_that_does_not_fit_stops_everything():
    found = sample.from_lines(lines(ARTICLE, ARTICLE | {"slug": "b", "title": "x" * 200}), "f.jsonl")
    with pytest.raises(FileError, match="Article b: title: "):
        sample.load(found)
    assert not Article.objects.exists()
