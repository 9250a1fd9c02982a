from dataclasses import replace

import pytest
from hypothesis import given, settings

from checker.changed_parts import changed_parts
from checker.changes import Described, describe, summarize
from checker.comparison import compare
from checker.definition import Choice, Condition, Definition, Level, Link, Question, Vignette
from checker.finding import WHOLE, Place, answers_in_words
from tests.checker.brute_force import two_editions
from tests.checker.strategies import definitions
from tests.checker.test_comparison import HOT, NONE, SIGNS, WHO, quiz

STORY = Vignette("V1", "A hot leg.", (("signs", frozenset({"hot"})),), Level.URGENT)
OLD = replace(quiz(WHO, SIGNS, urgent="signs.hot"), vignettes=(STORY,))


def changed(part: str, number: int, **fields: object) -> Definition:
    """`OLD` with one of its parts changed: `changed("rules", 0, outcome="soon")`."""
    parts = list(getattr(OLD, part))
    parts[number] = replace(parts[number], **fields)
    return replace(OLD, **{part: tuple(parts)})


def all_changes(now: Definition) -> list[Described]:
    return describe(compare(OLD, now), OLD, now)


def test_a_loss_of_urgency_is_said_with_both_results_and_an_example_in_words() -> None:
    first = all_changes(changed("rules", 0, outcome="soon"))[0]
    assert first == Described(
        "less-urgent",
        "1 kind of answers now gets “soon” instead of “urgent”.",
        Place("rule", ("urgent",)),
        "outcome “urgent” (urgent), by rule urgent",
        "outcome “soon” (soon), by rule urgent",
        ("How old? “Young”", "Any of these? “Hot”"),
    )


def test_a_result_without_a_rule_is_said_in_words() -> None:
    flagged = replace(SIGNS, choices=(replace(HOT, red_flag=Level.EMERGENCY), *SIGNS.choices[1:]))
    (change, *_rest) = all_changes(replace(OLD, questions=(WHO, flagged)))
    assert change.kind == "more-urgent"
    assert change.now == "the built-in advice for “emergency”, since no rule decides"
    assert change.place == WHOLE


def test_the_summary_counts_kinds_of_answers() -> None:
    now = quiz(WHO, SIGNS)
    assert summarize(compare(OLD, now)) == (
        "1 kind of answers now gets a less urgent result.",
        "No answers now get a more urgent result.",
    )
    many = compare(quiz(WHO, SIGNS, urgent="signs.hot", soon="signs.cold"), now)
    assert summarize(many)[0] == "2 kinds of answers now get a less urgent result."


WARM = Choice("warm", "Warm")


@pytest.mark.parametrize(
    ("now", "message", "place"),
    [
        (replace(OLD, title="New"), "The self-check: the title changed.", WHOLE),
        (quiz(WHO), "Question “Any of these?” (signs) is no longer asked.", WHOLE),
        (replace(OLD, questions=(SIGNS, WHO)), "The order of the questions changed.", WHOLE),
        (changed("questions", 1, text="Any?"), "Question “Any?” (signs): its words changed.", Place("question", ("signs",))),
        (
            changed("questions", 1, show_if=Condition(always=True)),
            "Question “Any of these?” (signs): when it is asked changed.",
            Place("question", ("signs",)),
        ),
        (
            changed("questions", 1, choices=(HOT, WARM, NONE)),
            "Choice “Warm” (signs.warm) is new.",
            Place("choice", ("signs", "warm")),
        ),
        (
            changed("questions", 1, choices=(HOT, NONE)),
            "Choice “Cold” (signs.cold) is gone.",
            Place("question", ("signs",)),
        ),
        (
            changed("outcomes", 0, links=(Link("a", "b"),)),
            "Outcome “self-care” (self-care): the sections to read changed.",
            Place("outcome", ("self-care",)),
        ),
        (changed("rules", 0, outcome="soon"), "Rule urgent: what it leads to changed.", Place("rule", ("urgent",))),
        (replace(OLD, rules=OLD.rules[1:]), "Rule urgent is gone.", WHOLE),
    ],
)  # fmt: skip
def test_each_change_is_one_sentence_at_its_place(now: Definition, message: str, place: Place) -> None:
    assert (message, place) in [(each.message, each.place) for each in changed_parts(OLD, now)]


@pytest.mark.parametrize(
    ("now", "for_patients"),
    [
        (changed("rules", 0, rationale="A reason."), False),
        (changed("vignettes", 0, story="Another."), False),
        (replace(OLD, vignettes=()), False),
        (replace(OLD, outcomes=OLD.outcomes[::-1]), False),
        (changed("outcomes", 0, title="Rest"), True),
        (replace(OLD, intro="Other"), True),
    ],
)
def test_what_only_staff_see_is_told_apart(now: Definition, for_patients: bool) -> None:
    assert {each.for_patients for each in changed_parts(OLD, now)} == {for_patients}


def as_meant(definition: Definition) -> Definition:
    """With what is written in two ways and means one thing written in one: one choice in `any` or `all`."""

    def condition(old: Condition | None) -> Condition | None:
        return replace(old, any=(), all=old.any) if old and len(old.any) == 1 and not old.all else old

    questions = (replace(each, show_if=condition(each.show_if)) for each in definition.questions)
    rules = (replace(each, when=condition(each.when)) for each in definition.rules)
    stories = (replace(each, must_link=tuple(sorted(each.must_link))) for each in definition.vignettes)
    return replace(definition, questions=tuple(questions), rules=tuple(rules), vignettes=tuple(stories))


@given(two_editions())
@settings(deadline=None, max_examples=100)
def test_no_change_of_the_definition_goes_unsaid(editions: tuple[Definition, Definition]) -> None:
    old, new = editions
    assert (list(changed_parts(old, new)) == []) == (as_meant(old) == as_meant(new))


@given(definitions(), definitions())
@settings(deadline=None, max_examples=60)
def test_any_two_definitions_are_described(old: Definition, new: Definition) -> None:
    assert list(changed_parts(old, old)) == []
    for each in describe(compare(old, new), old, new):
        assert each.message.endswith(".")
        assert each.before != each.now or each.kind in ("added", "removed", "less-urgent", "more-urgent")


def test_answers_in_words_name_a_question_that_is_gone_and_say_none_of_these_once() -> None:
    gone = Question("gone", "multi", "Old one?", (Choice("yes", "Yes"), NONE))
    before = replace(OLD, questions=(gone, WHO, SIGNS))
    answers = {"gone": frozenset({"yes"}), "who": frozenset({"old"}), "signs": frozenset({"none"})}
    assert answers_in_words(answers, OLD, before) == (
        "How old? “Old”",
        "Old one? “Yes”",
        "To all other questions: “None of these”",
    )
    only_calm = {"signs": frozenset({"none"})}
    assert answers_in_words(only_calm, OLD) == ("To all questions: “None of these”",)


def test_new_words_are_told_where_they_stand_and_not_again_where_they_are_named() -> None:
    reworded = replace(SIGNS, text="Which of these?", choices=(replace(HOT, text="Hot to touch"), *SIGNS.choices[1:]))
    outcomes = tuple(replace(each, title=f"{each.title}!") for each in OLD.outcomes)
    messages = [each.message for each in all_changes(replace(OLD, questions=(WHO, reworded), outcomes=outcomes))]
    assert not [message for message in messages if message.startswith(("Rule", "Patient story"))]
    assert sum("its words changed" in message for message in messages) == 2
