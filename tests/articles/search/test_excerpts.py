from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.search.excerpts import EXCERPT, excerpt, fragment, marked, one_line
from articles.words import stem


def shown(pieces: list) -> str:
    return "".join(f"[{text}]" if is_marked else text for text, is_marked in pieces)


@pytest.mark.parametrize(
    ("text", "stems", "expected"),
    [
        ("Cramps: a cramp, cramping.", {"cramp"}, "[Cramps]: a [cramp], [cramping]."),
        ("Call {clinic_phone} now", {"call", "clinic"}, "[Call] {clinic_phone} now"),
        ("The foot and the feet", {"foot"}, "The [foot] and the [feet]"),
        ("Rest.", {"leg"}, "Rest."),
        ("", {"leg"}, ""),
    ],
)
def test_words_with_these_stems_are_marked(text: str, stems: set[str], expected: str) -> None:
    assert shown(marked(text, stems)) == expected


@pytest.mark.parametrize(
    ("text", "stems", "expected"),
    [
        ("Rest the leg.", {"leg"}, "Rest the [leg]."),
        ("Rest  the\tleg.\n\nSleep.", {"nowhere"}, "Rest the leg. Sleep."),
        (
            "Go for:\nsore legs\ngout (new.)\n3 or more\nRest.",
            {"leg"},
            "Go for: sore [legs], gout (new.) 3 or more. Rest.",
        ),
        ("", {"leg"}, ""),
        ("word " * 100, {"nowhere"}, "word " * 35 + "word …"),
    ],
)
def test_an_excerpt_of_a_short_text_is_the_text(text: str, stems: set[str], expected: str) -> None:
    assert shown(excerpt(text, stems)) == expected


def test_an_excerpt_begins_shortly_before_the_words_and_cuts_between_words() -> None:
    found = shown(excerpt("begin " * 50 + "calf " + "after " * 50, {"calf"}))
    assert found.startswith("… begin begin")
    assert found.endswith("after …")
    assert " [calf] " in found
    assert len(found) < EXCERPT + 20


def test_an_excerpt_stands_where_most_of_the_words_are() -> None:
    text = "A leg. " + "filler " * 60 + "The calf of a leg cramps. " + "filler " * 60
    assert "[calf] of a [leg] [cramps]" in shown(excerpt(text, {"leg", "calf", "cramp"}))


pieces = st.sampled_from(["leg", "legs", " ", "\n", "{clinic_phone}", "calf's", "é", "e\u0301", "-", "{", "x" * 90])


@given(st.lists(pieces, max_size=60).map("".join), st.sets(st.sampled_from(["leg", "calf", "e"])))
def test_an_excerpt_is_a_piece_of_the_text_and_cuts_no_placeholder(text: str, stems: set[str]) -> None:
    found = "".join(piece.text for piece in excerpt(text, stems))
    flat = one_line(text)
    inside = found.removeprefix("… ").removesuffix(" …")
    assert inside.strip() in flat
    assert inside.count("clinic_phone") == inside.count("{clinic_phone}")
    assert len(inside) <= EXCERPT + 100


def test_a_link_opens_at_the_section_and_marks_the_words_in_a_row() -> None:
    text = "First line.\nCall {clinic_phone} if the calf-muscle cramps, & more.\nCalf."
    assert fragment("what", text, {"calf", "cramp"}) == "what:~:text=calf%2Dmuscle%20cramps%2C%20%26%20more"
    assert fragment("what", text, {"nowhere"}) == "what"


def test_a_link_never_holds_a_placeholder_since_the_page_shows_a_number() -> None:
    assert fragment("what", "Call {clinic_phone} now or the calf hurts", {"call", "calf"}) == "what:~:text=calf%20hurts"


@given(st.lists(pieces, max_size=40).map("".join), st.sets(st.sampled_from(["leg", "calf"])))
def test_what_a_link_marks_stands_in_one_line_of_the_text(text: str, stems: set[str]) -> None:
    directive = fragment("a", text, stems).partition(":~:text=")[2]
    assert not directive or any(unquote(directive) in line for line in text.splitlines())
    assert "-" not in directive
    assert "&" not in directive
    assert bool(directive) <= any(stem(word) in stems for word in ("leg", "calfs"))
