import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.terms import pattern, spellings, used_terms


@pytest.mark.parametrize(
    ("term", "words"),
    [
        ("Gout", ["Gout"]),
        ("Seizure (fit, convulsion)", ["Seizure", "fit", "convulsion"]),
        ("DVT (deep vein thrombosis)", ["DVT", "deep vein thrombosis"]),
        ("Ulcer (", ["Ulcer"]),
    ],
)
def test_a_term_lists_its_other_names_in_brackets(term: str, words: list[str]) -> None:
    assert spellings(term) == words


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("Seizure (fit)", "a seizure.", True),
        ("Seizure (fit)", "SEIZURE first, then seizures", True),
        ("Seizure (fit)", "None of these fits you", False),
        ("DVT (deep vein thrombosis)", "a deep vein thrombosis", True),
        ("Seizure (fit)", "a fitting shoe", False),
        ("Seizure (fit)", "un-fit", False),
        ("Bunion", "bunionectomy", False),
        ("Callus", "calluses", True),
        ("Ball of the foot", "The ball of the foot hurts", True),
        ("Ball of the foot", "ball of the\nfoot", False),
        ("PAD (artery disease)", "PAD is rare", True),
        ("PAD (artery disease)", "wear a pad", False),
        ("C++ (x)", "use C++ now", True),
    ],
)
def test_a_term_is_found_as_a_whole_word(term: str, text: str, found: bool) -> None:
    assert bool(pattern(term).search(text)) is found


def test_only_the_words_in_use_are_kept_in_the_order_of_the_glossary() -> None:
    glossary = [("Ulcer", "An open sore."), ("Gout", "Crystals."), ("Bunion", "A bump.")]
    assert used_terms(["A bunion", "or ulcers."], glossary) == [glossary[0], glossary[2]]


@given(st.text(min_size=1).map(lambda term: term.replace("(", "").strip()).filter(bool), st.text())
def test_any_term_is_found_where_it_stands_alone(term: str, text: str) -> None:
    assert used_terms([text, term], [(term, "x")]) == [(term, "x")]
