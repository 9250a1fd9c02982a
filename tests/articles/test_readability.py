import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.readability import Reading, hard_words, long_sentences, measure, sentences, syllables, words

SYLLABLE_TABLE = [
    *((word, 1) for word in ["a", "leg", "cramp", "calf", "foot", "toes", "aches", "stretched", "walked", "through", "nerve", "vein", "gout", "thigh", "locked", "breathe"]),
    *((word, 2) for word in ["muscle", "doctor", "numbness", "swollen", "tablet", "needed", "wanted", "table", "little", "ankle", "pressure"]),
    *((word, 2) for word in ["bunion", "callus", "fluid", "painful", "quinine", "cases", "fracture", "people", "sometimes", "caffeine", "urine"]),
    *((word, 3) for word in ["artery", "calcium", "medicine", "infection", "injury", "pregnancy", "exercise", "arthritis", "neuroma"]),
    *((word, 3) for word in ["thrombosis", "ultrasound", "hospital", "insulin", "surgery", "orthotic", "stenosis", "varicose", "tetanus"]),
    *((word, 4) for word in ["magnesium", "potassium", "diabetes", "emergency", "circulation", "dehydration", "neuropathy", "embolism"]),
    *((word, 4) for word in ["ibuprofen", "podiatrist", "electrolyte", "cholesterol", "claudication", "dialysis", "sciatica"]),
    ("paracetamol", 5),
    ("antibiotic", 5),
    ("physiotherapy", 6),
]  # fmt: skip
FIFTEEN_SHORT_WORDS = "The leg can ache now. Rest the leg at night. Stretch it when you can."


@pytest.mark.parametrize(("word", "count"), SYLLABLE_TABLE)
def test_syllables_are_counted_as_they_are_spoken(word: str, count: int) -> None:
    assert syllables(word) == count


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("MRI", 3),
        ("WHO", 5),
        ("37.5", 1),
        ("heart's", 1),
        ("heart’s", 1),
        ("Morton's", 2),
        ("X", 1),
        ("Leg", 1),
        ("", 1),
    ],
)
def test_acronyms_are_spelled_out_and_numbers_are_one(word: str, count: int) -> None:
    assert syllables(word) == count


def test_three_sentences_of_five_short_words_give_the_textbook_scores() -> None:
    reading = measure(FIFTEEN_SHORT_WORDS)
    assert reading == Reading(words=15, sentences=3, syllables=15)
    assert reading.grade == pytest.approx(0.39 * 5 + 11.8 - 15.59)


@pytest.mark.parametrize(
    ("reading", "grade"),
    [
        # 100 words in 10 sentences: 0.39 x 10 + 11.8 x 1.5 - 15.59.
        (Reading(100, 10, 150), 6.01),
        (Reading(600, 30, 900), 9.91),
        (Reading(1, 1, 1), -3.40),
    ],
)
def test_the_formula_agrees_with_examples_worked_by_hand(reading: Reading, grade: float) -> None:
    assert reading.grade == pytest.approx(grade)


@pytest.mark.parametrize("text", ["", " \n\n", "… – !?"])
def test_a_text_without_words_scores_nothing(text: str) -> None:
    reading = measure(text)
    assert (reading.grade, reading.words_per_sentence) == (0, 0)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Rest the leg\nDrink water\n\nCall us", 3),
        ("Rest the leg. Drink water! Call us?", 3),
        ("Take 2.5 mg at 8.30", 1),
        ("Take 2.5 mg. Then 3.5 mg.", 2),
        ("“Rest.” Then walk.", 2),
        ("Is it (very) hot?) Call.", 2),
        ("Wait... Then call.", 2),
        ("One\n- - -\nTwo", 2),
    ],
)
def test_a_block_ends_a_sentence_and_a_decimal_point_does_not(text: str, count: int) -> None:
    assert len(list(sentences(text))) == count


def test_a_list_reads_easier_than_the_same_words_in_one_sentence() -> None:
    signs = ["a cold leg", "a pale leg", "chest pain"]
    assert measure("\n".join(signs)).grade < measure(" ".join(signs)).grade


def test_words_keep_their_apostrophes_and_numbers_their_points() -> None:
    assert words("Don’t take 2.5 mg, it's café-au-lait.") == [
        "Don’t",
        "take",
        "2.5",
        "mg",
        "it's",
        "café",
        "au",
        "lait",
    ]


def test_a_sentence_is_long_from_21_words() -> None:
    twenty = " ".join(["leg"] * 20)
    assert long_sentences(f"{twenty}.\n{twenty} foot.") == [f"{twenty} foot."]


def test_hard_words_are_named_once_in_the_order_of_the_text() -> None:
    assert hard_words("Potassium and ibuprofen. POTASSIUM, potassium.") == ["potassium", "ibuprofen"]


@given(st.text())
def test_any_text_can_be_measured(text: str) -> None:
    reading = measure(text)
    assert 0 <= reading.words <= reading.syllables
    assert (reading.sentences > 0) == (reading.words > 0)
    assert reading.words_per_sentence >= 0
    assert len(hard_words(text)) + len(long_sentences(text)) <= 2 * reading.words


@given(st.lists(st.text("abcdehiklmnoprstuy.,!? 0123456789’", max_size=30), max_size=6))
def test_blocks_are_counted_apart(blocks: list[str]) -> None:
    parts = [measure(block) for block in blocks]
    whole = measure("\n".join(blocks))
    assert whole.sentences == sum(part.sentences for part in parts)
    assert whole.syllables == sum(part.syllables for part in parts)
