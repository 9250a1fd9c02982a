import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.search.query import LONGEST_QUERY, LONGEST_READ, MOST_ENDINGS, MOST_WORDS, Lexicon, Phrase, Query, parse
from articles.words import stem

WORDS = """
    cramp cramps cramping leg legs calf foot night pain chest metatarsalgia metatarsal stretch cotton pregnancy seizure
    blood clot numb feel
""".split()  # noqa: SIM905
PHRASES = [
    Phrase("charley horse", ("leg cramp",)),
    Phrase("charley", ("night",)),
    Phrase("pregnant legs", ("leg cramps pregnancy",)),
    Phrase("DVT", ("blood clot", "clot")),
    Phrase("chest pain", is_danger=True),
    Phrase("fit", ("seizure",), is_danger=True),
    Phrase("cannot feel leg", ("numb leg",), is_danger=True),
    Phrase("not waking", ("seizure",), is_danger=True),
]
LEXICON = Lexicon({word: stem(word) for word in WORDS}, PHRASES)


def read(text: str) -> Query:
    return parse(text, LEXICON)


def looked_for(text: str) -> list[set[str]]:
    """For each group the ways to say it, words of one way joined by +."""
    return [{"+".join(way.stems) for way in group} for group in read(text).groups]


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("night cramps in the calf", [{"night"}, {"cramp"}, {"calf"}]),
        ("what is my", []),
        ("30 and 5 pain", [{"pain"}]),
        ("", []),
        ("leg LEG Legs pain", [{"leg"}, {"pain"}]),
        ("pain without cramps", [{"pain"}, {"cramp"}]),
        ("metat pain", [{"metatars", "metatarsalgia"}, {"pain"}]),
        ("pain metat", [{"pain"}, {"metatars", "metatarsalgia"}]),
        ("str", [{"stretch"}]),
        ("s pain", [{"pain"}]),
        ("charley horse at night", [{"charley+hors", "leg+cramp"}, {"night"}]),
        ("charley", [{"charley", "night"}]),
        ("charley hor", [{"charley+hors", "leg+cramp"}]),
        ("hor charley", [{"hors"}, {"charley", "night"}]),
        ("pain DVT", [{"pain"}, {"dvt", "blood+clot", "clot"}]),
        ("legs pregnant", [{"leg"}, {"pregnanc"}]),
    ],
)
def test_what_is_looked_for(text: str, groups: list[set[str]]) -> None:
    assert looked_for(text) == groups


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("metatarsalga", "metatarsalgia"),
        ("Bad Metatarsalga!", "Bad metatarsalgia!"),
        ("chest pian", "chest pain"),
        ("chst pain", "chest pain"),
        ("lest pain", ""),
        ("charly hors", "charley hors"),
        ("sezure", "seizure"),
        ("metatarsalgia", ""),
        ("pian0 12345", ""),
        ("xylophone", ""),
        ("lag", ""),
    ],
)
def test_a_mistyped_word_is_taken_for_the_nearest_one(text: str, suggestion: str) -> None:
    assert read(text).suggestion == suggestion


def test_words_that_no_text_has_are_named() -> None:
    assert read("xylophone cramps").unknown == ("xylophone",)
    assert looked_for("xylophone cramps") == [{"cramp"}]


@pytest.mark.parametrize(
    "text",
    [
        "chest pain",
        "CHEST PAINS?",
        "no chest pain",
        "pain in my chest",
        "i have not got any pain at all in the chest",
        "chest pian",
        "fit",
        "having fits",
        "i cannot feel my leg",
        "can't feel legs",
        "can not feel my left leg",
        "unable to feel my leg",
        "I couldn't feel my leg",
        "he is not waking",
        "x " * 900 + "chest pain",
    ],
)
def test_danger_signs_are_seen_in_any_order_and_with_a_no(text: str) -> None:
    assert read(text).is_danger


@pytest.mark.parametrize(
    "text", ["chest", "pain", "leg pain", "i feel my leg", "waking at night", "outfit", "chest pai", "fi", ""]
)
def test_other_words_are_no_danger_signs(text: str) -> None:
    assert not read(text).is_danger


def test_a_phrase_with_a_no_means_nothing_without_it() -> None:
    assert read("waking").names == ()
    assert [phrase.text for phrase in read("not waking").names] == ["not waking"]


def test_a_danger_sign_can_have_nothing_to_look_for() -> None:
    query = parse("suicide", Lexicon({}, [Phrase("suicide", is_danger=True)]))
    assert query.is_danger


queries = st.text() | st.lists(st.sampled_from([*WORDS, "charley", "horse", "no", "'", '"', "*", "NEAR("])).map(
    " ".join
)


@given(queries)
def test_any_query_gives_few_groups_of_plain_stems(text: str) -> None:
    query = read(text)
    assert len(query.groups) <= MOST_WORDS
    for group in query.groups:
        assert 0 < len(group) <= MOST_ENDINGS + len(PHRASES)
        assert all(each.isalnum() for way in group for each in way.stems)


@given(queries, queries)
def test_nothing_that_is_typed_around_a_danger_sign_hides_it(before: str, after: str) -> None:
    assert read(f"{before[:800]} chest pain {after}").is_danger


@given(queries)
def test_only_the_beginning_is_looked_for(text: str) -> None:
    padding = "leg " * LONGEST_QUERY
    assert read(padding + text).groups == read(padding).groups
    assert read(padding * (LONGEST_READ // LONGEST_QUERY) + text).is_danger is False


@given(st.sampled_from(WORDS), st.integers(0, 20), st.characters(categories=["Ll"], max_codepoint=127))
def test_one_wrong_letter_in_a_long_word_is_put_right(word: str, place: int, letter: str) -> None:
    wrong = word[: place % len(word)] + letter + word[place % len(word) + 1 :]
    if len(word) > 6 and place % len(word) > 1:
        assert LEXICON.stem_of[(LEXICON.closest(wrong) or [word])[0]] == stem(word) or stem(wrong) in LEXICON.stems
