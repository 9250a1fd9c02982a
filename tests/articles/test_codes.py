"""The form of clinical codes, and what stands above them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles import codes
from articles.starter_content import article_files

DIGITS = st.text("0123456789", min_size=1, max_size=17)


@pytest.mark.parametrize(
    ("system", "code"),
    [
        ("icd-10-cm", "M77"),
        ("icd-10-cm", "M77.40"),
        ("icd-10-cm", "M84.374A"),
        ("icd-10-cm", "T79.A2XA"),
        ("icd-10-cm", "C7A.00"),
        ("icd-10-cm", "M77.4-"),
        ("icd-10-cm", "M10.-"),
        ("icd-10", "M77.4"),
        ("icd-10", "R25"),
        ("snomed-ct", "55300003"),
    ],
)
def test_codes_of_the_right_form_have_no_problem(system, code):
    assert codes.problem(system, code) == ""


@pytest.mark.parametrize(
    ("system", "code", "words"),
    [
        ("icd-10-cm", "r25.2", "Use capitals"),
        ("icd-10-cm", "R 25", "Use capitals"),
        ("icd-10-cm", "77.40", "a letter, a digit and one more"),
        ("icd-10-cm", "M7.740", "a letter, a digit and one more"),
        ("icd-10-cm", "M77.40123", "up to four more"),
        ("icd-10-cm", "55300003", "a letter, a digit and one more"),
        ("icd-10", "M84.374A", "one or two digits"),
        ("snomed-ct", "R25.2", "6 to 18 digits"),
        ("snomed-ct", "055300003", "the first is not 0"),
        ("snomed-ct", "55300004", "last digit does not fit"),
        ("snomed-ct", "55030003", "last digit does not fit"),
        ("snomed-ct", "1234567013", "names no concept"),
    ],
)
def test_the_problem_of_a_code_is_said_in_words(system, code, words):
    assert words in codes.problem(system, code)


def test_every_starter_code_has_the_right_form():
    found = [(article.slug, *pair) for article in article_files() for pair in article.codes]
    assert found
    assert [each for each in found if codes.problem(*each[1:])] == []


@given(DIGITS)
def test_any_number_has_one_check_digit(number):
    assert sum(codes.has_right_check_digit(number + digit) for digit in "0123456789") == 1


@given(DIGITS, st.data())
def test_a_wrong_digit_and_two_swapped_ones_are_always_noticed(number, data):
    whole = next(number + digit for digit in "0123456789" if codes.has_right_check_digit(number + digit))
    place = data.draw(st.integers(0, len(whole) - 2))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != whole[place]]))
    assert not codes.has_right_check_digit(f"{whole[:place]}{other}{whole[place + 1 :]}")
    swapped = f"{whole[:place]}{whole[place + 1]}{whole[place]}{whole[place + 2 :]}"
    assert swapped == whole or not codes.has_right_check_digit(swapped)


@pytest.mark.parametrize(
    ("typed", "code"),
    [("m7740", "M77.40"), (" m77.40 ", "M77.40"), ("m10-", "M10.-"), ("M77", "M77"), ("r 25", "R 25"), ("", "")],
)
def test_a_code_is_written_as_its_system_writes_it(typed, code):
    assert codes.tidy("icd-10-cm", typed) == code
    assert codes.tidy("icd-10-cm", code) == code


def test_a_system_is_known_by_key_oid_and_uri():
    for system in codes.SYSTEMS:
        assert {codes.system_called(name) for name in (system.key, system.oid, system.uri)} == {system}
    assert codes.system_called("2.16.840.1.113883.6.1") is None


@pytest.mark.parametrize(
    ("system", "code", "expected"),
    [
        ("icd-10-cm", "m77.40", ["M7740", "M774", "M77"]),
        ("icd-10-cm", "M77.4-", ["M774", "M77"]),
        ("icd-10-cm", "M7", ["M7"]),
        ("snomed-ct", "55300003", ["55300003"]),
        ("icd-10-cm", " -. ", []),
    ],
)
def test_a_code_is_followed_by_its_parents(system, code, expected):
    assert list(codes.steps(system, code)) == expected


INDEX = codes.Index(
    [
        ("icd-10-cm", "M77", "category"),
        ("icd-10-cm", "M77.4-", "both feet"),
        ("icd-10-cm", "M77.40", "one foot"),
        ("icd-10-cm", "M77.41", "other foot"),
        ("snomed-ct", "55300003", "cramp"),
    ]
)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("M77.40", [("one foot", "M77.40", 1.0), ("both feet", "M77.4-", 0.8), ("category", "M77", 0.6)]),
        ("m7742", [("both feet", "M77.4-", 0.8), ("category", "M77", 0.6)]),
        ("M77.4", [("both feet", "M77.4-", 1.0), ("category", "M77", 0.75)]),
        ("M77", [("category", "M77", 1.0)]),
        ("M7", []),
        ("55300003", []),
    ],
)
def test_the_code_itself_comes_first_and_then_its_parents(code, expected):
    assert [(match.item, match.code, match.score) for match in INDEX.find("icd-10-cm", code)] == expected


@given(st.sampled_from([system.key for system in codes.SYSTEMS]), st.text(max_size=30))
def test_any_text_can_be_looked_up(system, text):
    scores = [match.score for match in INDEX.find(system, text)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
