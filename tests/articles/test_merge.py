"""What comes of two people's changes of the same thing, for any states."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.merge import Change, Conflict, in_place, merge, orders_together, together

values = st.sampled_from(["", "a", "b", "c"]) | st.lists(st.sampled_from("123"), unique=True).map(sorted)
rows = st.fixed_dictionaries({"text": st.sampled_from(["a", "b", "c"]), "chosen": st.just(["1"]) | values})
keys = st.sampled_from(["", "sections-1", "sections-2", "sections-3"])
states = st.dictionaries(keys, rows)


def place(conflict):
    return conflict.row, conflict.field


def plain(state):
    return {key: dict(row) for key, row in state.items()}


@given(states, states)
def test_who_alone_changed_something_gets_exactly_that(before, after):
    for merged in (merge(before, after, before), merge(before, before, after)):
        assert merged.rows == plain(after)
        assert merged.conflicts == []


@given(states, states)
def test_what_both_changed_alike_is_no_conflict(before, after):
    merged = merge(before, after, after)
    assert (merged.rows, merged.conflicts) == (plain(after), [])
    assert merged.only_mine == merged.only_theirs == []


@given(states, states, states)
def test_it_does_not_matter_who_saved_first(before, one, other):
    mine, theirs = merge(before, one, other), merge(before, other, one)
    swapped = [replace(each, mine=each.theirs, theirs=each.mine) for each in theirs.conflicts]
    assert sorted(mine.conflicts, key=place) == sorted(swapped, key=place)
    for conflict in mine.conflicts:
        mine.settle(conflict, conflict.mine)
        theirs.settle(conflict, conflict.mine)
    # The same part added by both has the key of whoever saved first.
    one_result, other_result = (
        sorted(str(sorted(row.items())) for row in each.rows.values()) for each in (mine, theirs)
    )
    assert one_result == other_result


@given(states, states, states)
def test_nobodys_own_change_of_a_field_is_lost(before, one, other):
    merged = merge(before, one, other)
    open_fields = {(each.row, each.field) for each in merged.conflicts}
    for key in before.keys() & one.keys() & other.keys():
        for name, was in before[key].items():
            if one[key][name] == was and (key, name) not in open_fields:
                assert merged.rows[key][name] == other[key][name]
            if other[key][name] == was and (key, name) not in open_fields:
                assert merged.rows[key][name] == one[key][name]


@given(states, states, states)
def test_every_difference_is_told(before, one, other):
    merged = merge(before, one, other)
    told = {each.row for each in [*merged.conflicts, *merged.only_mine, *merged.only_theirs]}
    differ = {key for key in one.keys() | other.keys() | before.keys() if one.get(key) != other.get(key)}
    # Both added the very same part under keys of their own: no difference to tell.
    new_in_one, new_in_other = ({key: row for key, row in rows.items() if key not in before} for rows in (one, other))
    twins = {key for key, row in new_in_one.items() if row in new_in_other.values()} | {
        key for key, row in new_in_other.items() if row in new_in_one.values()
    }
    assert differ - twins <= told


@given(states, states)
def test_where_nobody_knows_what_was_before_every_difference_is_a_conflict(one, other):
    merged = merge(dict.fromkeys([*one, *other]), one, other)
    assert merged.only_mine == merged.only_theirs == []
    assert {each.row for each in merged.conflicts} == {
        key for key in one.keys() | other.keys() if one.get(key) != other.get(key)
    }


BEFORE = {"": {"title": "Cramps"}, "sections-1": {"heading": "Rest", "body": "Rest the leg."}}


def test_two_changes_of_one_field_are_a_conflict_and_theirs_stands_until_somebody_chose():
    merged = merge(BEFORE, BEFORE | {"": {"title": "Leg cramps"}}, BEFORE | {"": {"title": "Night cramps"}})
    conflict = Conflict("", "title", "Cramps", "Leg cramps", "Night cramps")
    assert merged.conflicts == [conflict]
    assert merged.rows[""]["title"] == "Night cramps"
    merged.settle(conflict, "Leg cramps at night")
    assert merged.rows[""]["title"] == "Leg cramps at night"


@pytest.mark.parametrize("mine_is_gone", [True, False])
def test_taking_away_a_section_that_the_other_changed_is_a_conflict(mine_is_gone):
    changed = BEFORE | {"sections-1": {"heading": "Rest", "body": "Stretch the leg."}}
    gone = {"": BEFORE[""]}
    merged = merge(BEFORE, *((gone, changed) if mine_is_gone else (changed, gone)))
    (conflict,) = merged.conflicts
    assert (conflict.row, conflict.field) == ("sections-1", "")
    merged.settle(conflict, None)
    assert "sections-1" not in merged.rows
    merged.settle(conflict, changed["sections-1"])
    assert merged.rows["sections-1"] == changed["sections-1"]


def test_new_sections_of_both_are_kept_and_the_same_new_section_only_once():
    mine, theirs = {"heading": "Mine"}, {"heading": "Theirs"}
    both = merge({}, {"sections-new0": mine}, {"sections-7": theirs})
    assert list(both.rows.values()) == [theirs, mine]
    assert both.only_mine == [Change("sections-new0", "", None, mine)]
    assert merge({}, {"sections-new0": mine}, {"sections-7": mine}).rows == {"sections-7": mine}
    assert len(merge({}, {"codes-new0": mine}, {"sections-7": mine}).rows) == 2


def test_sources_that_both_added_are_all_kept_and_one_that_either_took_out_is_out():
    before, mine, theirs, both = ({"": {"sources": list(refs)}} for refs in ("12", "23", "124", "234"))
    merged = merge(before, mine, theirs)
    assert (merged.rows, merged.conflicts) == (both, [])


words = st.lists(st.sampled_from("abcd"), max_size=8)


@given(words, words)
def test_a_text_that_only_one_changed_is_theirs_whole(before, after):
    assert together(before, after, before) == together(before, before, after) == after
    assert together(before, after, after) in (after, None)


@given(words, words, words)
def test_both_texts_in_one_do_not_depend_on_who_is_first_and_hold_every_new_word(before, one, other):
    both = together(before, one, other)
    assert both == together(before, other, one)
    if both is not None:
        for word in set(one) | set(other):
            assert both.count(word) >= min(1, max(one.count(word), other.count(word)) - before.count(word))


def test_changes_far_apart_make_one_text_and_changes_that_touch_do_not():
    before = list("rest. call.")
    assert together(before, list("Rest. call."), list("rest. call us.")) == list("Rest. call us.")
    assert together(before, list("Rest. call."), list("test. call.")) is None


orders = st.permutations("abcdef")


@given(orders, orders)
def test_an_order_that_one_changed_is_that_one(before, after):
    assert orders_together(before, after, before) == orders_together(before, before, after) == list(after)


@given(orders, orders, orders)
def test_two_orders_in_one_lose_and_double_no_row(before, mine, theirs):
    both = orders_together(before, mine, theirs)
    assert both is None or sorted(both) == sorted(before)


def test_a_row_that_i_moved_stands_behind_the_one_that_i_put_it_behind():
    assert orders_together("abcd", "abdc", "bacd") == list("bdac")
    assert orders_together("abcd", "dabc", "abdc") is None


@given(st.lists(st.sampled_from("abcdef"), unique=True), st.lists(st.sampled_from("abcdef"), unique=True))
def test_what_only_another_list_has_stands_behind_what_is_before_it_there(order, other):
    found = in_place(order, other)
    assert [key for key in found if key in order] == order
    assert sorted(found) == sorted({*order, *other})
    if not set(order) & set(other):
        assert found == [*other, *order]


states_with_a_choice = st.tuples(states, states, states)


@given(states_with_a_choice)
def test_leaving_out_all_that_one_changed_leaves_what_the_other_did(three):
    before, mine, theirs = three
    merged = merge(before, mine, theirs)
    only_mine = list(merged.only_mine)
    merged.leave_out(only_mine, [])
    for change in only_mine:
        row = merged.rows.get(change.row)
        assert (row if not change.field else row[change.field]) == (
            theirs.get(change.row) if not change.field else theirs[change.row][change.field]
        )
