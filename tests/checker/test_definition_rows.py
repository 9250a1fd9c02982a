"""A definition as rows that can be merged: nothing is lost on the way, whoever changed what."""

from itertools import permutations

import pytest
from hypothesis import given, settings

from checker import definition_rows
from checker.definition import DefinitionError, dump, parse
from checker.definition_rows import IN_FULL, meet, to_data, to_rows
from tests.checker.strategies import definitions
from tests.checker.test_rows import in_one_order
from tests.factories import make_quiz_data


def data(**fields):
    return make_quiz_data("a#b", quiz="a-check", title="A check", **fields)


def together(merged, *states):
    return parse(to_data(merged.rows, *states))


def change(**parts):
    """The data with `question_often={"text": …}` for the question “often”, `None` to take a part away."""
    found = data()
    for name, new in parts.items():
        kind, _dash, key = name.partition("_")
        rows = found[f"{kind}s"]
        at = next(number for number, row in enumerate(rows) if key in (row.get("key"), row.get("id")))
        rows[at : at + 1] = [] if new is None else [rows[at] | new]
    return to_rows(found)


BEFORE = to_rows(data())


@given(definitions())
@settings(deadline=None, max_examples=40)
def test_any_definition_comes_back_from_its_rows(definition):
    rows = to_rows(dump(definition))
    assert in_one_order(parse(to_data(rows))) == in_one_order(definition)
    assert to_rows(to_data(rows)) == rows


@given(definitions(), definitions())
@settings(deadline=None, max_examples=40)
def test_who_alone_changed_it_gets_exactly_that(before, after):
    old, new = to_rows(dump(before)), to_rows(dump(after))
    for mine, theirs in ((new, old), (old, new)):
        merged = meet(old, mine, theirs)
        assert merged.conflicts == []
        assert in_one_order(together(merged, theirs, mine, old)) == in_one_order(after)


@given(definitions(), definitions(), definitions())
@settings(deadline=None, max_examples=40)
def test_of_any_three_no_part_of_either_is_lost_without_being_told(before, one, other):
    old, mine, theirs = (to_rows(dump(each)) for each in (before, one, other))
    merged = meet(old, mine, theirs)
    told = {each.row for each in [*merged.conflicts, *merged.only_mine, *merged.only_theirs]}
    for key in mine.keys() | theirs.keys():
        question = f"questions-{key.removeprefix('choices-').partition('.')[0]}"
        assert without_orders(mine.get(key)) == without_orders(theirs.get(key)) or {key, question} & told


def without_orders(row):
    return row and {name: value for name, value in row.items() if name not in (*definition_rows.LISTS, "choices")}


@given(definitions(), definitions())
@settings(deadline=None, max_examples=40)
def test_where_nobody_knows_what_was_before_nothing_is_taken_by_itself(one, other):
    merged = meet(None, to_rows(dump(one)), to_rows(dump(other)))
    assert merged.only_mine == merged.only_theirs == []


def test_changes_of_two_parts_fit_together():
    mine, theirs = (
        change(question_often={"text": "Mine?"}),
        change(rule_R1={"rationale": "Theirs"}, outcome_ro={"title": "Theirs"}),
    )
    merged = meet(BEFORE, mine, theirs)
    assert merged.conflicts == []
    found = together(merged, theirs, mine, BEFORE)
    assert found.questions[1].text == "Mine?"
    assert (found.rules[2].rationale, found.outcomes[2].title) == ("Theirs", "Theirs")


def test_a_question_that_one_drops_and_whose_choice_the_other_changes_is_asked_about_as_a_whole():
    choices = data()["questions"][0]["choices"]
    theirs = change(question_danger={"choices": [choices[0] | {"red_flag": "urgent"}, *choices[1:]]})
    mine = change(question_danger=None)
    merged = meet(BEFORE, mine, theirs)
    (conflict,) = [each for each in merged.conflicts if each.row == "questions-danger"]
    assert "urgent" in conflict.theirs[IN_FULL]
    merged.settle(conflict, conflict.theirs)
    found = together(merged, theirs, mine, BEFORE)
    assert [question.key for question in found.questions] == ["danger", "often"]
    assert found.questions[0].choices[0].red_flag.slug == "urgent"
    merged.settle(conflict, None)
    assert [row["key"] for row in to_data(merged.rows, theirs, mine, BEFORE)["questions"]] == ["often"]


def with_questions(order):
    found = data()
    found["questions"] += [dict(found["questions"][1], key=key, text=f"{key}?") for key in "ab"]
    by_key = {question["key"]: question for question in found["questions"]}
    return to_rows(found | {"questions": [by_key[key] for key in order]})


def keys(rows, *states):
    return [row["key"] for row in to_data(rows, *states)["questions"]]


def test_a_new_question_stands_where_it_was_put_in_an_order_that_somebody_else_changed():
    before, theirs = with_questions(["danger", "often", "a"]), with_questions(["often", "danger", "a"])
    mine = with_questions(["danger", "b", "often", "a"])
    merged = meet(before, mine, theirs)
    assert merged.conflicts == []
    assert keys(merged.rows, theirs, mine, before) == ["often", "danger", "b", "a"]


def test_two_orders_are_a_conflict_and_either_can_be_chosen():
    orders = [["danger", "often", "a", "b"], ["often", "danger", "a", "b"], ["danger", "often", "b", "a"]]
    before, mine, theirs = (with_questions(order) for order in orders)
    merged = meet(before, mine, theirs)
    (conflict,) = merged.conflicts
    assert (conflict.row, conflict.field) == ("", "questions")
    for chosen, order in ((conflict.mine, orders[1]), (conflict.theirs, orders[2])):
        merged.settle(conflict, chosen)
        assert keys(merged.rows, theirs, mine, before) == order


@pytest.mark.parametrize("order", permutations(["danger", "often", "a"]))
def test_an_order_only_one_changed_is_that_one(order):
    before, mine = with_questions(["danger", "often", "a"]), with_questions(order)
    assert keys(meet(before, mine, before).rows, before, mine, before) == list(order)


def test_what_does_not_fit_together_is_named():
    mine, theirs = change(outcome_ro=None, rule_R1=None), change(rule_U1={"outcome": "ro"})
    merged = meet(BEFORE, mine, theirs)
    with pytest.raises(DefinitionError, match='there is no outcome "ro"'):
        together(merged, theirs, mine, BEFORE)


def test_a_rule_is_an_add_on_as_its_outcome_is():
    addon = [{**each, "addon": True} if each["key"] == "ro" else each for each in data()["outcomes"]]
    rules = [{**each, "addon": True} if each["id"] == "R1" else each for each in data()["rules"]]
    theirs, mine = to_rows(data(outcomes=addon, rules=rules)), change(rule_R1={"rationale": "Mine"})
    found = together(meet(BEFORE, mine, theirs), theirs, mine, BEFORE)
    assert found.rules[2].addon
    assert found.rules[2].rationale == "Mine"


def test_every_setting_of_a_part_has_a_field():
    shapes = {"questions": "questions", "outcomes": "outcomes", "rules": "rules", "vignettes": "vignettes"}
    parts = data(
        vignettes=[
            {
                "id": "V1",
                "story": "S.",
                "answers": {},
                "min_level": "soon",
                "max_level": "urgent",
                "must_link": [],
                "basis": "B",
            }
        ]
    )
    for kind in shapes:
        assert {name for row in parts[kind] for name in row} - {"choices", "addon"} <= set(definition_rows.FIELDS[kind])
