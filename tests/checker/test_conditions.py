import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.conditions import from_lines, refs, to_lines

words = st.text("abcxyz019_-", min_size=1, max_size=8)
references = st.builds("{}.{}".format, words, words)
lists = st.lists(references, min_size=1, max_size=5)
parts = st.fixed_dictionaries({}, optional={"any": lists, "all": lists, "none_of": lists})
any_condition = parts.filter(bool) | st.just({"always": True}) | st.none()


@given(any_condition)
def test_any_condition_comes_back_from_its_lines(condition):
    assert from_lines(to_lines(condition)) == condition


@given(st.text())
def test_any_text_is_a_condition_or_a_value_error(text):
    try:
        condition = from_lines(text)
    except ValueError:
        return
    assert from_lines(to_lines(condition)) == condition


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("", None),
        (" \n ", None),
        ("always", {"always": True}),
        ("any: a.b, c.d", {"any": ["a.b", "c.d"]}),
        ("ANY: a.b c.d", {"any": ["a.b", "c.d"]}),
        ("none of: a.b", {"none_of": ["a.b"]}),
        ("none_of: a.b", {"none_of": ["a.b"]}),
        ("all: a.b\n\n  any : c.d ,e.f", {"all": ["a.b"], "any": ["c.d", "e.f"]}),
    ],
)
def test_what_staff_type_is_understood(text, condition):
    assert from_lines(text) == condition


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("leg.cold", "“leg.cold” must begin with “any:”"),
        ("some: leg.cold", "“some: leg.cold” must begin with “any:”"),
        ("always\nany: leg.cold", "“always” stands alone"),
        ("any: leg.cold\nany: leg.hot", "“any:” stands there twice"),
        ("any:", "“any:” names no answer"),
        ("any: , ,", "“any:” names no answer"),
        ("any: leg", "“leg” must be written as question.choice"),
        ("any: leg.cold.now", "“leg.cold.now” must be written as question.choice"),
        ("any: Leg.cold", "“Leg.cold” must be written as question.choice"),
    ],
)
def test_what_cannot_be_understood_is_named(text, sentence):
    with pytest.raises(ValueError, match="“") as error:
        from_lines(text)
    assert sentence in str(error.value)


def test_the_references_of_all_parts_are_found():
    assert refs({"any": ["a.b"], "all": ["c.d"], "none_of": ["e.f"]}) == ["a.b", "c.d", "e.f"]
    assert refs({"always": True}) == refs(None) == []
