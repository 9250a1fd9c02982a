from dataclasses import replace

import pytest
from hypothesis import given, settings

from checker.definition import ChoiceRef, Condition, Definition, Level, Outcome, Rule
from checker.evaluation import walk
from checker.finding import Place
from checker.flow import LANES, Cell, Flow, flow_of
from checker.flow_outline import outline_of
from checker.flow_picture import CHIP, Node, Picture, draw
from checker.starter_files import definitions as starter_definitions
from tests.checker.brute_force import every_run, small_definitions
from tests.checker.strategies import definitions
from tests.checker.test_comparison import SIGNS, WHO, quiz

NAMES = {lane: lane.title() for lane in LANES}


def link(place: Place) -> str:
    return f"/{place.kind}/{'/'.join(place.keys)}"


def cells(definition: Definition, number: int) -> dict[str, Cell]:
    return {cell.lane: cell for cell in flow_of(definition).steps[number].cells}


def with_rule(when: Condition, outcome: str) -> Definition:
    base = quiz(WHO, SIGNS)
    return replace(base, rules=(Rule("R", when, outcome), *base.rules))


HOT, OLD_AGE = ChoiceRef("signs", "hot"), ChoiceRef("who", "old")


@pytest.mark.parametrize(
    ("when", "outcome", "how"),
    [
        (Condition(any=(HOT,)), "urgent", ["", "decides"]),
        (Condition(all=(HOT, OLD_AGE)), "urgent", ["counts", "decides"]),
        (Condition(any=(HOT, OLD_AGE)), "urgent", ["counts", "decides"]),
        (Condition(any=(HOT, OLD_AGE)), "emergency", ["decides", "decides"]),
        (Condition(any=(HOT,), all=(OLD_AGE,)), "emergency", ["counts", "decides"]),
        (Condition(any=(HOT,), none_of=(OLD_AGE,)), "urgent", ["against", "decides"]),
    ],
)
def test_a_rule_stands_at_each_question_it_names(when: Condition, outcome: str, how: list[str]) -> None:
    definition = with_rule(when, outcome)
    found = [cells(definition, number).get(outcome) for number in (0, 1)]
    assert [cell.feeds[0].how if cell else "" for cell in found] == how


@given(small_definitions())
@settings(deadline=None, max_examples=100)
def test_wherever_an_emergency_rule_can_end_the_check_it_is_drawn_as_deciding(definition: Definition) -> None:
    deciding = {
        (step.question.key, feed.rule.id)
        for step in flow_of(definition).steps
        for cell in step.cells
        for feed in cell.feeds
        if feed.how == "decides"
    } | {(step.question.key, feed.rule.id) for step in flow_of(definition).steps for feed in free_rules(definition)}
    for answers, result in every_run(definition):
        last = walk(definition, answers).asked[-1]
        # A default never ends a check: it counts where the check ends by itself.
        ending = [rule for rule in result.matched if not rule.default]
        early = last != definition.questions[-1]
        if early and result.level is Level.EMERGENCY and ending and not flagged(last, answers[last.key]):
            assert any((last.key, rule.id) in deciding for rule in ending)


def free_rules(definition: Definition):
    return [feed for cell in flow_of(definition).anyway for feed in cell.feeds]


def flagged(question, chosen) -> bool:
    return any(choice.key in chosen and choice.red_flag is Level.EMERGENCY for choice in question.choices)


@given(definitions())
@settings(deadline=None, max_examples=60)
def test_every_part_of_any_definition_is_drawn_and_said(definition: Definition) -> None:
    flow = flow_of(definition)
    wanted = {f"/question/{question.key}" for question in definition.questions}
    wanted |= {f"/outcome/{outcome.key}" for outcome in definition.outcomes}
    wanted |= {f"/rule/{rule.id}" for rule in definition.rules}
    wanted |= {
        f"/choice/{question.key}/{choice.key}"
        for question in definition.questions
        for choice in question.choices
        if choice.red_flag
    }
    drawn = {node.href for node in draw(flow, link, NAMES).nodes if not node.repeat}
    assert drawn - {"//"} >= wanted
    assert said(flow) >= wanted


def said(flow: Flow) -> set[str]:
    outline = outline_of(flow, link, NAMES)
    entries = [*outline.questions, *(entry for lane in outline.lanes for entry in lane.entries)]
    lines = [*outline.anyway, *(line for entry in entries for line in entry.lines)]
    return {each.href for each in (*entries, *lines)}


def overlaps(one: Node, other: Node) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def nothing_overlaps(picture: Picture) -> bool:
    return not any(overlaps(a, b) for n, a in enumerate(picture.nodes) for b in picture.nodes[n + 1 :])


@pytest.mark.parametrize("definition", starter_definitions(), ids=lambda definition: definition.quiz)
def test_in_the_picture_of_a_starter_self_check_nothing_overlaps(definition: Definition) -> None:
    picture = draw(flow_of(definition), link, NAMES)
    assert nothing_overlaps(picture)
    assert all(node.x + node.width <= picture.width for node in picture.nodes)
    assert all(node.y + node.height <= picture.height for node in picture.nodes)
    assert all(node.height >= CHIP for node in picture.nodes)


@given(definitions())
@settings(deadline=None, max_examples=40)
def test_in_any_picture_nothing_overlaps(definition: Definition) -> None:
    assert nothing_overlaps(draw(flow_of(definition), link, NAMES))


def test_a_conditional_question_is_drawn_with_a_way_round_it() -> None:
    conditional = replace(SIGNS, show_if=Condition(any=(OLD_AGE,)))
    picture = draw(flow_of(quiz(WHO, conditional)), link, NAMES)
    assert len(picture.ways_round) == 1
    (node,) = (node for node in picture.nodes if node.kind == "question-if")
    assert node.label.endswith("asked only if “Old” (who.old)")
    assert "Only if “Old” (who.old)" in [text.text for text in node.texts]


def test_the_heading_of_a_lane_fits_above_it() -> None:
    names = NAMES | {"emergency": "Emergency: now", "soon": "Soon: a few days to two weeks"}
    bands = {band.name: band for band in draw(flow_of(starter_definitions()[1]), link, names).bands}
    assert (bands["emergency"].label, bands["emergency"].note) == ("Emergency", "now, ends the check at once")
    assert (bands["soon"].label, bands["soon"].note) == ("Soon", "a few days to two weeks")
    assert bands["self-care"].note == ""


def test_what_is_cut_in_the_picture_is_whole_in_its_label() -> None:
    long = " ".join(["words"] * 40)
    outcomes = (Outcome("long", Level.URGENT, long), *quiz(WHO).outcomes)
    picture = draw(flow_of(replace(quiz(WHO), outcomes=outcomes)), link, NAMES)
    (node,) = (node for node in picture.nodes if node.href == "/outcome/long")
    assert long in node.label
    assert any(text.text.endswith("…") for text in node.texts)


def test_the_outline_says_conditions_flags_and_rules_in_words() -> None:
    flow = flow_of(with_rule(Condition(any=(HOT,), none_of=(OLD_AGE,)), "urgent"))
    outline = outline_of(flow, link, NAMES)
    assert outline.questions[0].lines[0].text == (
        "Rule R: it holds only without some of these answers. Leads to outcome “urgent” (urgent)."
    )
    (urgent,) = (lane for lane in outline.lanes if lane.lane == "urgent")
    assert urgent.entries[0].lines[0].text == "Rule R: if “Hot” (signs.hot), and none of “Old” (who.old)."
    assert outline.lanes[-1].entries[0].lines[0].text == "Rule D: always. Counts only if no other rule holds."
