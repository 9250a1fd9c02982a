"""What the computer suggests for a rating: always with its reason, and only for what it can count."""

from dataclasses import dataclass

import pytest

from articles.instruments import CDC, INSTRUMENTS, PEMAT, Mark, can_be_left_out
from articles.suggestions import BY_INSTRUMENT, for_cdc, for_pemat

YES, NO, NA = Mark.YES, Mark.NO, Mark.NOT_APPLICABLE


@dataclass
class Section:
    heading: str = "Home care"
    text: str = "Legs can hurt."
    body: str = "<p>Legs can hurt.</p>"
    callout: str = "info"
    drawings: tuple[str, ...] = ()


@pytest.mark.parametrize(
    ("number", "sections", "mark", "reason"),
    [
        (7, [Section()], YES, "No sum was found."),
        (7, [Section(text="Multiply it by 3.")], NO, "“Home care” says “Multiply”."),
        (7, [Section(text="Take 2 × 3 steps.")], NO, "2 × 3"),
        (8, [Section(text="word " * 150)], YES, "150 words"),
        (8, [Section(), Section("Long", text="word " * 151)], NO, "“Long”, has 151 words"),
        (9, [Section()], NO, "only one section"),
        (9, [Section(), Section()], YES, "Each of its 2 sections has a heading"),
        (11, [Section(), Section("Key points")], YES, "“Key points”"),
        (11, [Section()], NO, "No heading speaks of"),
        (12, [Section()], NO, "Boxes: 0. Lists: 0."),
        (12, [Section(body="<ul><li>a</li></ul>")], YES, "Lists: 1"),
        (12, [Section(callout="urgent")], YES, "Boxes: 1"),
        (15, [Section()], NA, "no pictures"),
        (15, [Section(drawings=("calf", "thigh")), Section()], YES, "Drawings: 2. Each has a caption."),
        (17, [Section()], NA, "no tables"),
        (18, [Section()], NO, "No sentence was found"),
        (
            18,
            [Section(text="It hurts. Stretch the calf.\nCall us.")],
            YES,
            "2 sentences begin with an action, such as “Stretch the calf”",
        ),
    ],
)
def test_a_suggestion_for_pemat_says_what_was_counted(number, sections, mark, reason):
    suggestion = for_pemat(sections)[number]
    assert suggestion.mark is mark
    assert reason in suggestion.reason


def test_whether_drawings_help_and_are_clear_is_left_to_the_person_who_rates():
    assert {14, 16}.isdisjoint(for_pemat([Section(drawings=("calf",))]))


@pytest.mark.parametrize(
    ("number", "sections", "mark"),
    [
        (5, [Section(text="Rest.")], YES),
        (8, [Section(body="<ol><li>a</li></ol>")], YES),
        (8, [Section()], NO),
        (9, [Section(), Section()], YES),
        (10, [Section("Call 911", callout="emergency"), Section("In short")], YES),
        (10, [Section(), Section("In short")], NO),
        (12, [Section()], NO),
        (17, [Section()], NO),
        (17, [Section(text="Calculate it.")], YES),
    ],
)
def test_a_suggestion_for_the_cdc_index_too(number, sections, mark):
    assert for_cdc(sections)[number].mark is mark


@pytest.mark.parametrize("instrument", [PEMAT, CDC], ids=lambda each: each.key)
def test_every_suggestion_is_for_an_item_and_an_answer_that_the_item_has(instrument):
    assert BY_INSTRUMENT.keys() == INSTRUMENTS.keys()
    items = {item.number: can_be_left_out(part, item) for part, item in instrument.items}
    for number, suggestion in BY_INSTRUMENT[instrument.key]([Section(), Section()]).items():
        assert suggestion.mark is not NA or items[number]
        assert suggestion.reason
