from dataclasses import replace
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from checker.definition import Choice, ChoiceRef, Condition, Definition, Level, Link, Outcome, Question, Rule
from checker.evaluation import AnswerError, Answers, Result, Walk, check_answer, holds, walk
from tests.checker.strategies import any_answers, complete_answers, definitions_with, valid_answers

NONE = Choice("none", "None of these", exclusive=True)
SINGLE = Question("who", "single", "How old?", (Choice("young", "Young"), Choice("old", "Old")))
MULTI = Question("signs", "multi", "Any of these?", (Choice("hot", "Hot"), Choice("cold", "Cold"), NONE))
MULTI_WITHOUT_NONE = Question("signs", "multi", "Any of these?", (Choice("hot", "Hot"), Choice("cold", "Cold")))
MORE = Question("more", "multi", "More?", (Choice("worse", "Worse"), NONE))
YOUNG_HOT: Answers = {"who": frozenset({"young"}), "signs": frozenset({"hot"})}
CALM: Answers = {"who": frozenset({"young"}), "signs": frozenset({"none"}), "more": frozenset({"none"})}
ALWAYS = Condition(always=True)


def when(*refs: str, **parts: tuple[ChoiceRef, ...]) -> Condition:
    """`when("who.old")` holds when one of the choices is chosen."""
    return Condition(any=tuple(ref(each) for each in refs), **parts)


def ref(text: str) -> ChoiceRef:
    return ChoiceRef(*text.split("."))


def outcome(level: Level, key: str = "", *links: str, addon: bool = False) -> Outcome:
    pairs = tuple(Link(*link.split("#")) for link in links)
    return Outcome(key or level.slug, level, "Title", ("Fact",), "", pairs, addon)


def make_definition(
    rules: tuple[Rule, ...], *outcomes: Outcome, questions: tuple[Question, ...] = (SINGLE, MULTI, MORE)
) -> Definition:
    """A self-check with an outcome for each level, and `outcomes`. Without rules there is no default."""
    every = (*(outcome(level) for level in Level), *outcomes)
    return Definition("quiz", "Title", 3, "Intro", ("Note",), questions, every, rules)


def flagged(question: Question, key: str, level: Level) -> Question:
    choices = tuple(
        Choice(each.key, each.text, red_flag=level if each.key == key else None) for each in question.choices
    )
    return Question(question.key, question.type, question.text, choices)


DEFAULT = Rule("D", ALWAYS, "self-care", default=True)


@pytest.mark.parametrize(
    ("question", "chosen", "sentence"),
    [
        (SINGLE, [], "Choose one answer."),
        (MULTI, [], "Choose at least one answer. If nothing fits, choose “None of these”."),
        (MULTI_WITHOUT_NONE, [], "Choose at least one answer."),
        (SINGLE, ["young", "old"], "Choose only one answer."),
        (SINGLE, ["ancient"], "That answer is not on the list. Choose again."),
        (MULTI, ["hot", "wet"], "That answer is not on the list. Choose again."),
        (MULTI, [""], "That answer is not on the list. Choose again."),
        (MULTI, ["none", "hot"], "You chose “None of these” and another answer. Untick one of them."),
    ],
)
def test_an_answer_that_cannot_be_taken_says_what_to_do(question: Question, chosen: list[str], sentence: str) -> None:
    with pytest.raises(AnswerError) as caught:
        check_answer(question, chosen)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("question", "chosen"),
    [(SINGLE, ["old"]), (MULTI, ["none"]), (MULTI, ["hot"]), (MULTI, ["cold", "hot", "hot"])],
)
def test_a_good_answer_is_taken_whole(question: Question, chosen: list[str]) -> None:
    assert check_answer(question, chosen) == set(chosen)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (ALWAYS, True),
        (when("who.young"), True),
        (when("who.old"), False),
        (when("who.old", "signs.hot"), True),
        (when("nowhere.asked"), False),
        (Condition(all=(ref("who.young"), ref("signs.hot"))), True),
        (Condition(all=(ref("who.young"), ref("signs.cold"))), False),
        (Condition(none_of=(ref("who.old"), ref("more.worse"))), True),
        (Condition(none_of=(ref("who.old"), ref("signs.hot"))), False),
        (Condition(any=(ref("who.young"),), all=(ref("signs.hot"),), none_of=(ref("who.old"),)), True),
        (Condition(any=(ref("who.old"),), all=(ref("signs.hot"),)), False),
        (Condition(any=(ref("who.young"),), all=(ref("signs.cold"),)), False),
        (Condition(any=(ref("who.young"),), none_of=(ref("signs.hot"),)), False),
    ],
)
def test_every_part_of_a_condition_must_hold(condition: Condition, expected: bool) -> None:
    assert holds(condition, YOUNG_HOT) is expected


def test_the_first_question_comes_first() -> None:
    assert walk(make_definition((DEFAULT,)), {}) == Walk((), {}, next=SINGLE)


def test_an_invalid_stored_answer_is_asked_again() -> None:
    stored = {**CALM, "signs": frozenset({"none", "hot"})}
    assert walk(make_definition((DEFAULT,)), stored).next == MULTI


def test_a_question_is_asked_only_when_its_condition_holds() -> None:
    hidden = Question("more", "multi", "More?", MORE.choices, show_if=when("who.old"))
    definition = make_definition((DEFAULT,), questions=(SINGLE, MULTI, hidden))
    assert [each.key for each in walk(definition, CALM).asked] == ["who", "signs"]
    assert walk(definition, {**CALM, "who": frozenset({"old"})}).asked == (SINGLE, MULTI, hidden)


def result_of(definition: Definition, answers: Answers = CALM) -> Result:
    result = walk(definition, answers).result
    assert result is not None
    return result


def test_a_default_counts_when_nothing_else_holds() -> None:
    result = result_of(make_definition((DEFAULT,)))
    assert (result.level, result.rule, result.matched) == (Level.SELF_CARE, DEFAULT, (DEFAULT,))


def test_a_default_does_not_count_beside_another_rule() -> None:
    default = Rule("D", ALWAYS, "urgent", default=True)
    rule = Rule("R", when("who.young"), "routine")
    assert result_of(make_definition((default, rule))).matched == (rule,)


def test_the_main_rule_is_the_first_of_the_highest_level_in_any_order() -> None:
    rules = [Rule(f"R{n}", ALWAYS, level) for n, level in enumerate(("routine", "soon", "soon", "self-care"))]
    result = result_of(make_definition(tuple(rules)))
    assert (result.rule, result.level, result.matched) == (rules[1], Level.SOON, tuple(rules))


def test_no_rule_at_all_fails_towards_help() -> None:
    result = result_of(make_definition(()))
    assert (result.level, result.outcome, result.rule, result.links) == (Level.URGENT, None, None, ())


def test_a_red_flag_above_the_rules_takes_their_outcome_but_not_their_links() -> None:
    home = outcome(Level.SELF_CARE, "home", "cramps#stretch")
    question = flagged(MORE, "worse", Level.SOON)
    definition = make_definition((Rule("D", ALWAYS, "home", default=True),), home, questions=(question,))
    result = result_of(definition, {"more": frozenset({"worse"})})
    assert (result.level, result.outcome, result.rule) == (Level.SOON, None, None)
    assert result.links == (Link("cramps", "stretch"),)


@pytest.mark.parametrize("flag", [Level.SELF_CARE, Level.SOON, Level.URGENT])
def test_a_red_flag_not_above_the_rules_leaves_their_outcome(flag: Level) -> None:
    definition = make_definition((Rule("U", ALWAYS, "urgent"),), questions=(flagged(MORE, "worse", flag),))
    result = result_of(definition, {"more": frozenset({"worse"})})
    assert (result.level, result.outcome) == (Level.URGENT, outcome(Level.URGENT))


def test_links_are_those_of_the_main_outcome_and_then_of_the_other_rules_without_repeats() -> None:
    outcomes = outcome(Level.ROUTINE, "r", "b#1", "a#1"), outcome(Level.SOON, "s", "a#1", "c#1")
    result = result_of(make_definition((Rule("R", ALWAYS, "r"), Rule("S", ALWAYS, "s")), *outcomes))
    assert [str(link) for link in result.links] == ["a#1", "c#1", "b#1"]


def test_an_addon_adds_itself_and_its_links_and_leaves_the_default_in_place() -> None:
    pills = outcome(Level.URGENT, "pills", "pills#ask", addon=True)
    definition = make_definition((Rule("A", ALWAYS, "pills", addon=True), DEFAULT), pills)
    result = result_of(definition)
    assert (result.level, result.rule, result.addons) == (Level.SELF_CARE, DEFAULT, (pills,))
    assert result.links == (Link("pills", "ask"),)


def test_an_emergency_red_flag_ends_the_check_at_once() -> None:
    definition = make_definition((DEFAULT,), questions=(flagged(SINGLE, "old", Level.EMERGENCY), MULTI))
    stopped = walk(definition, {"who": frozenset({"old"})})
    assert [each.key for each in stopped.asked] == ["who"]
    assert stopped.result is not None
    assert (stopped.result.level, stopped.result.outcome) == (Level.EMERGENCY, None)


@pytest.mark.parametrize(
    ("condition", "asked"),
    [
        (when("who.young"), 1),
        (when("signs.hot"), 2),
        (Condition(all=(ref("signs.hot"), ref("who.young"))), 2),
        (Condition(any=(ref("more.worse"), ref("signs.hot"))), 2),
        (Condition(all=(ref("signs.hot"),), none_of=(ref("more.worse"),)), 2),
        (Condition(none_of=(ref("who.old"),)), 1),
        (ALWAYS, 1),
    ],
)
def test_an_emergency_rule_ends_the_check_as_soon_as_it_holds(condition: Condition, asked: int) -> None:
    rule = Rule("E", condition, "emergency")
    stopped = walk(make_definition((DEFAULT, rule)), {**YOUNG_HOT, "more": frozenset({"worse"})})
    assert (len(stopped.asked), stopped.result and stopped.result.rule) == (asked, rule)


def test_an_emergency_shows_the_first_rule_and_only_links_of_emergencies() -> None:
    lung, fit = outcome(Level.EMERGENCY, "lung", "em#lung"), outcome(Level.EMERGENCY, "fit", "em#fit")
    soon = outcome(Level.SOON, "s", "soon#1")
    rules = (
        Rule("S", ALWAYS, "s"),
        Rule("E1", when("who.young"), "fit"),
        Rule("E2", when("who.young"), "lung"),
    )
    result = result_of(make_definition(rules, lung, fit, soon))
    assert (result.outcome, result.matched) == (fit, rules[1:])
    assert [str(link) for link in result.links] == ["em#fit", "em#lung"]


@pytest.mark.parametrize("kind", ["default", "addon"])
def test_defaults_and_addons_never_end_the_check_early(kind: str) -> None:
    rule = Rule("X", ALWAYS, "x", default=kind == "default", addon=kind == "addon")
    definition = make_definition((DEFAULT, rule), outcome(Level.EMERGENCY, "x", addon=kind == "addon"))
    assert walk(definition, {"who": frozenset({"young"})}).next == MULTI


@given(definitions_with(any_answers))
def test_there_is_always_either_a_next_question_or_a_result(drawn: tuple[Definition, Answers]) -> None:
    walked = walk(*drawn)
    assert (walked.next is None) != (walked.result is None)


@given(definitions_with(any_answers))
def test_the_level_is_never_below_any_chosen_red_flag(drawn: tuple[Definition, Answers]) -> None:
    walked = walk(*drawn)
    assume(walked.result is not None)
    for question in walked.asked:
        for choice in question.choices:
            if choice.key in walked.answers[question.key] and choice.red_flag is not None:
                assert walked.result.level >= choice.red_flag


@given(definitions_with(complete_answers), st.data())
def test_ticking_a_red_flag_never_gives_less_than_that_flag(
    drawn: tuple[Definition, Answers], data: st.DataObject
) -> None:
    definition, answers = drawn
    asked = walk(definition, answers).asked
    red_flags = [(each, choice) for each in asked for choice in each.choices if choice.red_flag is not None]
    assume(red_flags)
    question, choice = data.draw(st.sampled_from(red_flags))
    others = data.draw(valid_answers(question)) if question.type == "multi" else frozenset()
    exclusive = question.exclusive_choice
    ticked = (others | {choice.key}) - ({exclusive.key} if exclusive else set())
    assert result_of(definition, {**answers, question.key: ticked}).level >= choice.red_flag


@given(definitions_with(complete_answers))
def test_the_level_is_never_below_any_rule_that_holds(drawn: tuple[Definition, Answers]) -> None:
    definition, answers = drawn
    walked = walk(definition, answers)
    levels = {each.key: each.level for each in definition.outcomes}
    for rule in definition.rules:
        if not rule.addon and not rule.default and holds(rule.when, walked.answers):
            assert walked.result.level >= levels[rule.outcome]


@given(definitions_with(complete_answers))
def test_the_check_goes_on_exactly_as_long_as_there_is_no_emergency(
    drawn: tuple[Definition, Answers],
) -> None:
    definition, answers = drawn
    walked = walk(definition, answers)
    for number in range(len(walked.asked)):
        given_so_far = {each.key: walked.answers[each.key] for each in walked.asked[: number + 1]}
        stopped = is_emergency(definition, given_so_far)
        assert stopped <= (number + 1 == len(walked.asked))
        assert not stopped or walked.result.level is Level.EMERGENCY


def is_emergency(definition: Definition, answers: Answers) -> bool:
    """The plain way: every emergency rule and every red flag against all answers so far."""
    levels = {each.key: each.level for each in definition.outcomes}
    rules = [rule for rule in definition.rules if not rule.default and not rule.addon]
    chosen = [c for q in definition.questions for c in q.choices if c.key in answers.get(q.key, ())]
    return any(choice.red_flag is Level.EMERGENCY for choice in chosen) or any(
        levels[rule.outcome] is Level.EMERGENCY and holds(rule.when, answers) for rule in rules
    )


@given(definitions_with(complete_answers))
def test_without_an_emergency_every_question_with_a_true_condition_is_asked(
    drawn: tuple[Definition, Answers],
) -> None:
    definition, answers = drawn
    walked = walk(definition, answers)
    assume(not is_emergency(definition, walked.answers))
    for question in definition.questions:
        shown = question.show_if is None or holds(question.show_if, walked.answers)
        assert (question in walked.asked) == shown


@given(definitions_with(any_answers))
def test_answers_that_the_walk_did_not_take_change_nothing(drawn: tuple[Definition, Answers]) -> None:
    definition, answers = drawn
    walked = walk(definition, answers)
    assert walked.answers.items() <= answers.items()
    assert walk(definition, walked.answers) == walked


@given(definitions_with(complete_answers), st.data())
def test_answers_to_hidden_questions_have_no_effect(drawn: tuple[Definition, Answers], data: st.DataObject) -> None:
    definition, answers = drawn
    walked = walk(definition, answers)
    hidden = [question for question in definition.questions if question not in walked.asked]
    assume(hidden)
    others = {question.key: data.draw(valid_answers(question)) for question in hidden}
    assert walk(definition, {**answers, **others}) == walked


@given(definitions_with(complete_answers))
def test_step_by_step_is_the_same_as_all_at_once(drawn: tuple[Definition, Answers]) -> None:
    definition, answers = drawn
    so_far: dict[str, frozenset[str]] = {}
    while question := walk(definition, so_far).next:
        so_far[question.key] = answers[question.key]
    assert walk(definition, so_far) == walk(definition, answers)


@given(definitions_with(complete_answers), st.randoms(use_true_random=False))
def test_the_order_of_the_rules_never_changes_the_level(drawn: tuple[Definition, Answers], random: Random) -> None:
    definition, answers = drawn
    rules = list(definition.rules)
    random.shuffle(rules)
    shuffled = with_rules(definition, rules)
    assert result_of(shuffled, answers).level is result_of(definition, answers).level


@given(definitions_with(complete_answers))
def test_addons_never_change_the_level(drawn: tuple[Definition, Answers]) -> None:
    definition, answers = drawn
    without = with_rules(definition, [rule for rule in definition.rules if not rule.addon])
    assert result_of(without, answers).level is result_of(definition, answers).level


def with_rules(definition: Definition, rules: list[Rule]) -> Definition:
    return replace(definition, rules=tuple(rules))
