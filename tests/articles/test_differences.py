"""What changed between two states of an article."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.differences import compare, readable, words

TEXTS = st.text(st.sampled_from("ab ,.\n'’é•"), max_size=40)


def section(anchor: str, **fields: Any) -> dict[str, Any]:
    values = {"heading": anchor.title(), "callout": "info", "body": f"<p>About {anchor}.</p>", "sources": ["S1"]}
    return {"anchor": anchor, **values, **fields}


def article(*sections: dict[str, Any], **fields: Any) -> dict[str, Any]:
    values = {
        "slug": "a",
        "title": "A",
        "summary": "S.",
        "topic": "t",
        "audiences": ["adults"],
        "related": [],
        "codes": [],
    }
    return {**values, **fields, "sections": list(sections)}  # fmt: skip


def shown(before: str, after: str) -> str:
    marks = {"same": "{}", "added": "[+{}]", "removed": "[-{}]"}
    return "".join(marks[piece.kind].format(piece.text) for piece in words(before, after))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Call now.", "Call now.", "Call now."),
        ("Call today.", "Call now.", "Call [-today][+now]."),
        ("Rest.", "Rest. Call.", "Rest.[+ Call.]"),
        ("", "New", "[+New]"),
        ("Don’t run", "Don’t walk", "Don’t [-run][+walk]"),
    ],
)
def test_words_are_compared_as_words(before, after, expected):
    assert shown(before, after) == expected


@given(TEXTS, TEXTS)
def test_the_pieces_give_back_any_two_texts(before, after):
    pieces = words(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after


def test_very_long_texts_are_compared_line_by_line():
    before, after = "one two\n" * 2000, "one two\n" * 2000 + "three four\n"
    assert shown(before, after).endswith("[+three four\n]")


def test_equal_states_have_no_changes():
    changes = compare(article(section("a"), section("b")), article(section("a"), section("b")))
    assert not changes
    assert changes.unchanged_sections == 2


def test_changed_fields_are_named_with_both_texts():
    [change] = compare(article(section("a")), article(section("a"), title="B")).fields
    assert (change.label, change.before, change.after) == ("Title", "A", "B")


def test_sections_that_came_went_changed_and_moved_are_told_apart():
    before = article(section("a"), section("b"), section("c"), section("gone"))
    after = article(section("c"), section("new"), section("a"), section("b", heading="Better"))
    kinds = {change.anchor: change.kind for change in compare(before, after).sections}
    assert kinds == {"c": "moved", "new": "added", "b": "changed", "gone": "removed"}


def test_a_section_that_went_shows_all_it_said():
    [change] = compare(article(section("a")), article()).sections
    assert {field.name: (field.before, field.after) for field in change.fields} == {
        "heading": ("A", ""),
        "callout": ("info", ""),
        "body": ("About a.", ""),
        "sources": ("S1", ""),
    }


def test_links_and_list_items_can_be_seen():
    body = '<p>See <a href="/articles/x/#y">this</a>.</p><ul><li>One</li><li>Two</li></ul>'
    assert readable(body) == "See this [/articles/x/#y].\n• One\n• Two"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>Call now.</p>", "<p><strong>Call</strong> now.</p>"),
        ('<p><a href="/a/">Go</a></p>', '<p><a href="/b/">Go</a></p>'),
        ("<p>One</p>", "<h3>One</h3>"),
        ("<p>a &lt; b</p>", "<p>a &lt; c</p>"),
    ],
)
def test_every_change_of_a_body_can_be_seen(before, after):
    [change] = compare(article(section("a", body=before)), article(section("a", body=after))).sections
    [field] = change.fields
    assert field.before != field.after
    assert any(piece.kind != "same" for piece in field.pieces)


@given(st.permutations(["a", "b", "c", "d"]))
def test_an_order_is_said_to_have_changed_exactly_if_it_did(order):
    before = article(*(section(anchor) for anchor in "abcd"))
    after = article(*(section(anchor) for anchor in order))
    assert bool(compare(before, after)) == (order != ["a", "b", "c", "d"])


def test_a_subtopic_that_came_is_a_change_of_its_section():
    [change] = compare(article(section("rest")), article(section("rest", subtopic="therapy"))).sections
    assert [(each.label, each.before, each.after) for each in change.fields] == [
        ("What records may ask for", "", "therapy")
    ]


NAMES = {
    "callout": {"info": "Information", "urgent": "Urgent: be seen today"},
    "topic": {"t": "Leg cramps", "u": "Leg cramps"},
    "audiences": {"adults": "Adults", "a-b": "a, b", "a": "a", "b": "b"},
    "codes": {"icd-10": "ICD-10"},
}


def test_keys_are_shown_as_the_words_that_staff_know():
    before = article(section("a"))
    after = article(section("a", callout="urgent"), audiences=["adults", "new"], codes=[["icd-10", "M77.4"]])
    changes = compare(before, after, NAMES)
    [kind] = changes.sections[0].fields
    assert (kind.before, kind.after) == ("Information", "Urgent: be seen today")
    said = [(field.before, field.after) for field in changes.fields]
    assert said == [("Adults", "Adults, new"), ("", "ICD-10 M77.4")]


@pytest.mark.parametrize("changed", [{"topic": "u"}, {"audiences": ["a", "b"]}])
def test_where_names_do_not_tell_two_things_apart_their_keys_do(changed):
    [field] = compare(article(audiences=["a-b"]), article(**{"audiences": ["a-b"]} | changed), NAMES).fields
    assert field.before != field.after
