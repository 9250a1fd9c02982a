"""Scores of the two instruments, against cases worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.instruments import CDC, INSTRUMENTS, PEMAT, Mark, can_be_left_out, missing, mixed, scores

YES, NO, NA = Mark.YES, Mark.NO, Mark.NOT_APPLICABLE


def answers(instrument, mark=YES, **changed):
    """Every item answered the same way, but for `item_3=NO`."""
    given = {item.number: mark for _part, item in instrument.items}
    return given | {int(name.removeprefix("item_")): each for name, each in changed.items()}


def percents(instrument, **changed) -> list[float | None]:
    return [score.percent and round(score.percent, 1) for score in scores(instrument, answers(instrument, **changed))]


@pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=INSTRUMENTS)
def test_items_are_numbered_from_one_without_a_gap(instrument):
    numbers = [item.number for _part, item in instrument.items]
    assert numbers == list(range(1, {"pemat": 24, "cdc": 20}[instrument.key] + 1))


def test_the_items_that_may_be_left_out_are_those_of_the_instruments():
    pemat = [item.number for part, item in PEMAT.items if can_be_left_out(part, item)]
    assert pemat == [6, 8, 9, 11, 14, 15, 16, 17, 22, 23]
    assert [item.number for part, item in CDC.items if can_be_left_out(part, item)] == [15, 16, 17, 18, 19, 20]


# Worked out by hand: 17 items of understandability, 7 of actionability.
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, [100.0, 100.0]),
        ({"item_1": NO}, [94.1, 100.0]),  # 16 of 17
        ({"item_1": NO, "item_18": NO}, [94.1, 85.7]),  # 16 of 17, 6 of 7
        ({"item_14": NA, "item_15": NA, "item_16": NA, "item_17": NA}, [100.0, 100.0]),  # 13 of 13
        (
            {"item_14": NA, "item_15": NA, "item_16": NA, "item_17": NA, "item_11": NO, "item_13": NO},
            [84.6, 100.0],
        ),  # 11 of 13
        ({"item_22": NA, "item_23": NA, "item_21": NO, "item_24": NO}, [100.0, 60.0]),  # 3 of 5
    ],
)
def test_pemat_has_two_scores_of_what_applies(changed, expected):
    assert percents(PEMAT, **changed) == expected


ALL_NA = {f"item_{number}": NA for number in range(15, 21)}


# Worked out by hand: 20 items, of which item 17 costs its point with a yes.
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"item_17": NO}, 100.0),  # 20 of 20
        ({}, 95.0),  # 19 of 20
        (ALL_NA, 100.0),  # 14 of 14
        (ALL_NA | {"item_1": NO}, 71.4),  # 10 of 14: items 2 to 4 count as no
        (ALL_NA | {"item_12": NO}, 91.7),  # 11 of 12: items 13 and 14 do not count
        (ALL_NA | {"item_1": NO, "item_12": NO}, 58.3),  # 7 of 12
        ({"item_17": NO, "item_19": NA, "item_20": NA}, 100.0),  # 18 of 18
        ({"item_17": NO, "item_20": NO}, 95.0),  # 19 of 20
    ],
)
def test_the_cdc_index_is_one_score_with_its_skips(changed, expected):
    assert percents(CDC, **changed) == [expected]


@pytest.mark.parametrize(
    ("noes", "good", "goal"), [(0, True, True), (1, True, True), (2, True, False), (5, True, False), (6, False, False)]
)
def test_pemat_is_good_from_70_and_meets_our_goal_from_90(noes, good, goal):
    changed = {f"item_{number}": NO for number in range(1, noes + 1)}
    score = scores(PEMAT, answers(PEMAT, **changed))[0]
    assert (score.is_good, score.meets_goal) == (good, goal)  # 17, 16, 15, 12 and 11 of 17


def test_the_marks_are_met_exactly_not_by_rounding():
    assert scores(CDC, answers(CDC, item_17=NO, item_18=NO, item_5=NO))[0].is_good
    assert not scores(CDC, answers(CDC, item_17=YES, item_18=NO, item_5=NO))[0].is_good


def test_what_a_no_decides_needs_no_answer_and_all_else_does():
    given = {number: mark for number, mark in answers(CDC).items() if number not in (2, 3, 4, 13, 14)}
    assert missing(CDC, given) == [2, 3, 4, 13, 14]
    assert missing(CDC, given | {1: NO}) == [13, 14]
    assert missing(CDC, given | {1: NO, 12: NO}) == []
    assert scores(CDC, given | {1: NO, 12: NO})[0].applicable == 18
    assert missing(PEMAT, {}) == list(range(1, 25))


@pytest.mark.parametrize(
    ("changed", "parts"),
    [
        ({}, []),
        (ALL_NA, []),
        ({"item_15": NA}, ["Numbers"]),
        ({"item_15": NA, "item_16": NA, "item_17": NA}, []),
        ({"item_19": NA}, []),
        ({"item_18": NA}, ["Risk"]),
        ({"item_18": NA, "item_19": NA}, ["Risk"]),
    ],
)
def test_a_part_applies_as_a_whole_or_not_at_all(changed, parts):
    assert [part.name for part in mixed(CDC, answers(CDC, **changed))] == parts


@given(st.data(), st.sampled_from(list(INSTRUMENTS.values())))
def test_any_complete_answers_give_scores_from_0_to_100_and_a_better_one_never_lowers_them(data, instrument):
    marks = {
        item.number: data.draw(st.sampled_from([YES, NO, NA] if can_be_left_out(part, item) else [YES, NO]))
        for part, item in instrument.items
    }
    before = scores(instrument, marks)
    assert all(score.percent is None or 0 <= score.percent <= 100 for score in before)
    # Item 12 opens two more items, so a yes there may cost.
    better = data.draw(
        st.sampled_from(
            [
                item
                for _part, item in instrument.items
                if marks[item.number] == (YES if item.reverse else NO) and item.number != 12
            ]
            or [None]
        )
    )
    if better:
        after = scores(instrument, marks | {better.number: NO if better.reverse else YES})
        assert all((a.percent or 0) >= (b.percent or 0) for a, b in zip(after, before, strict=True))
