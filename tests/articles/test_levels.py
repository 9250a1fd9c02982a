import pytest

from articles.levels import level_of

LONG = "You can walk and sit and lie and stand and run and go up and down and in and out and so on."


def test_the_sentences_and_words_that_make_a_text_hard_are_named() -> None:
    level = level_of(["Heading", f"{LONG}\nA physiotherapist can help. Rest."], target=8)
    assert level.long_sentences == (LONG,)
    assert level.hard_words == ("physiotherapist",)
    assert level.reading.sentences == 4


@pytest.mark.parametrize(("target", "too_hard"), [(0, True), (30, False)])
def test_a_text_is_too_hard_above_its_target(target: float, too_hard: bool) -> None:
    assert level_of([f"{LONG} Ask a doctor."], target).too_hard is too_hard


def test_no_grade_is_below_zero() -> None:
    assert level_of(["Sit. Rest."], target=6).grade == 0


def test_no_text_is_not_hard() -> None:
    level = level_of([], target=6)
    assert (level.reading.words, level.too_hard, level.long_sentences, level.hard_words) == (0, False, (), ())
