"""What tests/checker/test_definition.py does not show by way of a self-check."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.yamlfile import FileError, NotText, Problem, read, shorten, write

words = st.sampled_from(
    ["yes", "no", "~", "1", "1e3", "2026-01-01", "# x", "a: b", "- a", "'", '"', "é", "&a", "!!str"]
)
texts = words | st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufeff\ufffe\uffff"), max_size=12
)
MARKS = [
    "a: ",
    "- ",
    "\n",
    "  ",
    "{",
    "}",
    "[",
    "]",
    "'",
    '"',
    "|",
    "&a",
    "*a",
    "!",
    "%",
    "#",
    "---",
    "? ",
    "\t",
    "é",
    "<<: ",
]
plain = st.recursive(
    texts | st.booleans() | st.integers(0, 999_999_999),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=12,
)  # fmt: skip


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("yes", True), ("Off", False), ("17", 17), ("0", 0), ('"17"', "17"), ("one two", "one two"), ("'it''s'", "it's"),
        ("|\n  a\n  b\n", "a\nb\n"), (">\n  a\n  b\n", "a b\n"), ("[a, 1]", ["a", 1]), ("{b: c}", {"b": "c"}),
    ],
)  # fmt: skip
def test_plain_values_are_read(value: str, expected: object) -> None:
    assert read(f"a: {value}", "x.yaml")[0] == {"a": expected}


@pytest.mark.parametrize(
    "value", ["", "~", "null", "1.5", "017", "-1", "1_000", "0x1f", "2026-01-01", "9999999999", ".inf"]
)
def test_a_value_that_people_and_yaml_read_differently_is_no_text(value: str) -> None:
    data, _line_of = read(f"a: {value}", "x.yaml")
    assert isinstance(data["a"], NotText)


def test_a_place_has_the_line_of_the_nearest_thing_around_it() -> None:
    _data, line_of = read("a: 1\nb:\n  - c: 2\n    d: 3\n", "x.yaml")
    places = [(), ("a",), ("b", 0), ("b", 0, "d"), ("b", 0, "missing", 7), ("b", 9)]
    assert [line_of(place) for place in places] == [1, 1, 3, 4, 3, 2]


def test_an_error_shows_every_problem_with_its_place() -> None:
    error = FileError([Problem("x.yaml, line 2", "One."), Problem("x.yaml, line 5", "Two.")])
    assert str(error) == "x.yaml, line 2: One.\nx.yaml, line 5: Two."


def test_all_slips_of_one_file_are_named_at_once() -> None:
    with pytest.raises(FileError) as error:
        read("a: &x 1\nb: !!str 2\na: 3\n", "x.yaml")
    assert [problem.place for problem in error.value.problems] == ["x.yaml, line 1", "x.yaml, line 2", "x.yaml, line 3"]


@pytest.mark.parametrize(
    ("text", "shown"), [("leg", "leg"), ("x" * 60, "x" * 60), ("x" * 61, "x" * 60 + "…"), ("a\x07\n", "a��")]
)
def test_a_quoted_text_is_short_and_can_be_shown(text: str, shown: str) -> None:
    assert shorten(text) == shown


@given(st.dictionaries(st.sampled_from(["title", "rules", "a"]), plain, min_size=1))
def test_what_was_written_is_read_again(data: dict[str, object]) -> None:
    assert read(write(data), "x.yaml")[0] == data


@given(st.text() | st.lists(st.sampled_from(MARKS), max_size=20).map("".join))
def test_any_text_is_read_or_refused_with_a_line(text: str) -> None:
    places = []
    try:
        read(text, "x.yaml")
    except FileError as error:
        places = [problem.place for problem in error.problems] or ["nowhere"]
    assert all(place.startswith("x.yaml, line ") for place in places)
