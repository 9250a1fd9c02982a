import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.handouts.codes import LARGEST_NUMBER, LETTERS, LONGEST, NotACode, decode, encode

numbers = st.lists(st.integers(1, LARGEST_NUMBER), min_size=1, max_size=40).map(tuple)
some = st.lists(st.integers(1, 100_000), min_size=1, max_size=12).map(tuple)


@given(numbers)
def test_any_numbers_come_back_from_their_code_in_their_order(given):
    code = encode(given)
    assert decode(code) == given
    assert len(code.replace("-", "")) <= LONGEST


@settings(deadline=None)
@given(some, st.data())
def test_every_slip_of_one_letter_is_caught(given, data):
    letters = encode(given).replace("-", "")
    place = data.draw(st.integers(0, len(letters) - 1))
    for other in set(LETTERS) - {letters[place]}:
        with pytest.raises(NotACode):
            decode(letters[:place] + other + letters[place + 1 :])


@given(some, st.data())
def test_every_swap_of_two_letters_is_caught(given, data):
    letters = list(encode(given).replace("-", ""))
    one, two = data.draw(st.lists(st.integers(0, len(letters) - 3), min_size=2, max_size=2))
    if letters[one] == letters[two]:
        return
    letters[one], letters[two] = letters[two], letters[one]
    with pytest.raises(NotACode):
        decode("".join(letters))


@given(st.text(max_size=30) | st.text(alphabet=LETTERS, max_size=30))
def test_any_text_is_a_code_of_numbers_or_is_none(text):
    try:
        found = decode(text)
    except NotACode:
        return
    assert found == decode(encode(found))
    assert all(0 < number <= LARGEST_NUMBER for number in found)


@given(some)
def test_a_code_may_be_typed_as_it_is_read_from_paper(given):
    code = encode(given)
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert decode(typed) == decode(code.replace("-", "")) == given


def test_a_code_is_short_where_parts_are_neighbours():
    assert encode([3000, 3001, 3002]) == "GQQ1-2270"
    assert len(encode(range(3000, 3040))) < 60


@pytest.mark.parametrize("code", ["", "0", "00", "U22", "2" * (LONGEST + 1), "22\u00df", "-- --"])
def test_what_is_no_code_is_refused(code):
    with pytest.raises(NotACode):
        decode(code)
