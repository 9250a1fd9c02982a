import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.words import LONGEST_WORD, STOP_WORDS, fold, folded_words, stem, stems, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Leg CRAMPS", ["leg", "cramps"]),
        ("X-ray", ["x", "ray"]),
        ("can't, can’t, cannot", ["cannot", "cannot", "cannot"]),
        ("Morton's neuroma", ["mortons", "neuroma"]),
        ("œdème", ["oedeme"]),
        ("e\u0301clair", ["eclair"]),
        ("ﬁt", ["fit"]),
        ("\U0001d400\u00df\u2460", ["ass1"]),
        ("a_b 50%", ["a", "b", "50"]),
        ("Call {clinic_phone} now", ["call", "now"]),
        ("دوالي", ["دوالي"]),
        ("👩‍⚕️ \t\x00!?'", []),
        ("", []),
    ],
)
def test_the_words_of_a_text(text: str, expected: list[str]) -> None:
    assert folded_words(text) == expected


@pytest.mark.parametrize(
    "forms",
    [
        "cramp cramps cramping cramped",
        "foot feet",
        "child children",
        "swell swollen swelling swells",
        "pregnancy pregnant",
        "seizure seizures",
        "diabetes diabetic",
        "numb numbness",
        "tear torn tore",
        "vein veins",
    ],
)
def test_forms_of_one_word_have_one_stem(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize(("one", "other"), [("calf", "calm"), ("cramp", "crab"), ("toe", "tore"), ("fit", "foot")])
def test_other_words_have_other_stems(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_stems_leave_out_words_that_say_nothing() -> None:
    assert stems("What is the pain in my leg?") == ["pain", "leg"]
    assert all(fold(word) == word for word in STOP_WORDS)


@given(st.text())
def test_any_text_has_words_of_letters_and_digits_where_they_say_they_are(text: str) -> None:
    end = 0
    for word in words(text):
        assert end <= word.start < word.end <= len(text)
        assert 0 < len(word.folded) <= LONGEST_WORD
        assert word.folded.isalnum()
        assert " " not in stem(word.folded)
        end = word.end


@given(st.text())
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    assert all(fold(word) == word for word in folded_words(text))
