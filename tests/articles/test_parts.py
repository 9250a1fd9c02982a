"""What tests/checker/test_definition.py does not show by way of a self-check."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.parts import ID, Part, Shape, dotted
from articles.yamlfile import Path

SHAPE = Shape("Thing", ("a",), ("b", "c"))
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd") | st.text(max_size=2), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


def read(value: object) -> tuple[Part, list[str]]:
    found: list[str] = []

    def report(path: Path, message: str) -> None:
        found.append(f"{dotted(path)}: {message}")

    return Part(value, SHAPE, (), "The thing", report), found


@pytest.mark.parametrize(
    ("path", "shown"),
    [((), "top level"), (("a",), "a"), (("a", 0, "b"), "a[0].b"), ((2, "x" * 80), f"[2].{'x' * 60}…")],
)
def test_a_place_is_shown_as_a_path(path: Path, shown: str) -> None:
    assert dotted(path) == shown


def test_settings_that_are_missing_or_unknown_are_named() -> None:
    _part, found = read({"b": "x", "d": "x"})
    assert found == [
        'd: The thing: "d" is not known. Use: a, b, c.',
        'top level: The thing: "a" is missing.',
    ]


@pytest.mark.parametrize(
    ("value", "lines", "problem"),
    [
        (" one\n\ttwo \n", "one\n\ttwo", ""),
        ("a\x07b", "a\x07b", "a character that cannot be shown"),
        ("a\u2028b", "a\u2028b", "a character that cannot be shown"),
        ("x" * 21, "x" * 21, "21 characters long. At most 20"),
        (5, "", "must be text"),
        (["x"], "", "must be text"),
    ],
)
def test_a_text_of_several_lines_is_read_or_named(value: object, lines: str, problem: str) -> None:
    part, found = read({"a": value})
    assert part.lines("a", 20) == lines
    assert len(found) == bool(problem)
    assert problem in "".join(found)


@pytest.mark.parametrize(
    ("value", "is_good"), [("S12", True), ("a_b-C", True), ("", False), ("S 1", False), ("é", False), (5, False)]
)
def test_an_id_may_have_capitals(value: object, is_good: bool) -> None:
    part, found = read({"a": value})
    assert part.key("a", ID) == (value if is_good else "")
    assert bool(found) is not is_good


def test_no_more_items_are_read_than_are_possible() -> None:
    part, found = read({"a": ["x", "y", "z"]})
    assert part.texts("a", 2) == ("x", "y")
    assert found == ['a: The thing: "a" has 3 entries. At most 2 are possible.']


@pytest.mark.parametrize(("value", "number"), [(1, 1), (60, 60), (0, 24), (61, 24), (True, 24), ("5", 24), (2.5, 24)])
def test_a_number_out_of_range_is_named_and_read_as_the_default(value: object, number: int) -> None:
    part, found = read({"a": value})
    assert part.number("a", 24, 60) == number
    assert bool(found) is (number == 24)


@given(anything)
def test_any_data_is_read_to_its_end(value: object) -> None:
    part, found = read(value)
    part.text("a"), part.wanted_text("a"), part.lines("a"), part.texts("a", 2), part.key("a"), part.keys("a", 2)
    part.flag("b"), part.number("b", 1, 9), part.one_of("b", ("x", "y")), part.pairs("b", 2, ".", "a.b")
    inner = part.part("c", SHAPE)
    assert (inner is None) == ("c" not in part.settings)
    assert all(isinstance(each, Part) for each in part.parts("c", SHAPE, 2))
    assert found or set(value) <= {"a", "b", "c"}
