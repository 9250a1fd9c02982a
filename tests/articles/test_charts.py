"""Small numbers stay hidden, and bars stand where they belong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.charts import BOTTOM, LEFT, SMALLEST, TOP, WIDTH, about, bar_chart, shown, top_of_scale


@pytest.mark.parametrize(("number", "seen"), [(0, 0), (1, None), (4, None), (5, 5), (200, 200)])
def test_one_to_four_are_hidden(number, seen):
    assert shown(number) == seen


@given(st.integers(0, 9000))
def test_a_part_of_a_total_is_hidden_when_small_and_else_shown_within_two(number):
    seen = about(number)
    assert (seen is None) is (0 < number < SMALLEST)
    assert seen is None or (seen % 5 == 0 and abs(seen - number) <= 2)


@given(st.lists(st.lists(st.integers(0, 900).map(shown), min_size=7, max_size=7), max_size=3))
def test_every_bar_stands_within_the_chart_and_none_stands_for_nobody(columns):
    chart = bar_chart(columns)
    assert len(chart.bars) == sum(number != 0 for column in columns for number in column)
    for bar in chart.bars:
        assert bar.x >= LEFT
        assert bar.x + bar.width <= WIDTH + 0.2
        assert bar.y >= TOP - 0.1
        assert bar.y + bar.height == pytest.approx(BOTTOM, abs=0.2)


def test_a_taller_bar_is_a_greater_number_and_a_hidden_one_is_low():
    low, high, few = bar_chart([[10, 40, None]]).bars
    assert high.height == pytest.approx(4 * low.height, abs=0.5)
    assert few.few
    assert few.height < low.height


@given(st.integers(0, 10**9))
def test_the_scale_reaches_the_highest_number_and_not_far_beyond(number):
    assert number <= top_of_scale(number) <= max(10, 2.5 * number)
