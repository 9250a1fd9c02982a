"""FHIR Questionnaires that are pasted: what comes along asks the same, and what does not is named."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker import fhir, starter_files
from checker.definition import Level, parse
from checker.evaluation import walk
from checker.fhir_import import NOT_ASKED_FOR, NotAQuestionnaire, from_json, looks_like_fhir
from tests.checker.strategies import Plain, complete_answers, definitions
from tests.checker.test_fhir import WORDS


def pasted(**fields):
    return json.dumps(
        {"resourceType": "Questionnaire", "title": "Pain", "url": "https://x.example/q/Knee Pain"} | fields
    )


def choice(link_id, *codes, **fields):
    options = [{"valueCoding": {"code": code, "display": code.upper()}} for code in codes]
    return {
        "linkId": link_id,
        "text": f"{link_id}?",
        "type": "choice",
        "required": True,
        "answerOption": options,
    } | fields


def imported(*items):
    return from_json(pasted(item=list(items)), "Be seen today")


@given(definitions(Plain, most_vignettes=0), st.data())
@settings(max_examples=200, deadline=None)
def test_what_was_exported_asks_the_same_when_it_comes_back(definition, data):
    found = from_json(json.dumps(fhir.questionnaire(definition, WORDS)), "Be seen today")
    back = parse(found.data)
    assert [each.key for each in back.questions] == [each.key for each in definition.questions]
    assert [each.choices[0].text for each in back.questions] == ["Text"] * len(back.questions)
    assert [each.exclusive_choice and each.exclusive_choice.key for each in back.questions] == [
        each.exclusive_choice and each.exclusive_choice.key for each in definition.questions
    ]
    answers = data.draw(complete_answers(definition))
    asked = [question.key for question in walk(definition, answers).asked]
    again = [question.key for question in walk(back, answers).asked]
    # A condition that does not fit is named, and then asks more, never less.
    assert asked == again or (set(asked) <= set(again) and any("condition" in line for line in found.report))


@pytest.mark.parametrize("definition", starter_files.definitions(), ids=lambda each: each.quiz)
def test_a_starter_self_check_comes_back_with_all_its_questions(definition):
    back = parse(from_json(json.dumps(fhir.questionnaire(definition, WORDS)), "Be seen today").data)
    assert [(q.key, q.type, q.text) for q in back.questions] == [(q.key, q.type, q.text) for q in definition.questions]
    assert back.intro == definition.intro


def test_the_only_result_is_the_careful_one_until_staff_write_others():
    found = imported(choice("a", "x", "y"))
    result = walk(parse(found.data), {"a": frozenset("x")}).result
    assert (result.level, result.outcome.title) == (Level.URGENT, "Be seen today")
    assert found.report == [NOT_ASKED_FOR]
    assert found.data["quiz"] == "knee-pain"


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ({"linkId": "t", "text": "Your name?", "type": "string"}, "“Your name?” asks for “string”, not for a choice. It was left out."),
        (choice("v", answerValueSet="http://x"), "“v?” takes its answers from a value set. It was left out."),
        (choice("o", "a"), "“o?” has fewer than two answers. It was left out."),
        (choice("r", "a", "b", required=False), "“r?” need not be answered there. Here each question needs an answer."),
        (choice("f", "a", "b", type="open-choice"), "“f?” also takes free text. Only its answers to choose from came along."),
        ({"linkId": "d", "text": "Take care.", "type": "display"}, "The text “Take care.” was left out."),
        (choice("w", "a", "b", enableWhen=[{"question": "nowhere", "operator": "exists", "answerBoolean": True}]), "A condition of “w?” does not fit here. It was left out."),
        (choice("l", "a", "b", enableWhen={"question": "a", "operator": "exists", "answerBoolean": True}), "A condition of “l?” does not fit here. It was left out."),
        (choice("g", "a", "b", enableWhen=[{"question": "a", "operator": ">", "answerInteger": 3}]), "A condition of “g?” does not fit here. It was left out."),
    ],
)  # fmt: skip
def test_what_does_not_come_along_is_named(item, said):
    assert said in imported(choice("a", "x", "y"), item).report


def test_no_question_is_lost_where_two_have_the_same_link_id_or_none():
    none = {key: value for key, value in choice("", "x", "y").items() if key != "linkId"}
    depends = {"enableWhen": [{"question": "a", "operator": "=", "answerCoding": {"code": "x"}}]}
    found = imported(
        choice("a", "x", "y"),
        choice("a", "p", "q", text="Again?"),
        choice("b", "x", "y", **depends),
        none | {"text": "One?"},
        none | {"text": "Two?", "enableWhen": [{"operator": "exists", "answerBoolean": True}]},
    )
    asked = parse(found.data).questions
    assert [question.text for question in asked] == ["a?", "Again?", "b?", "One?", "Two?"]
    assert found.data["questions"][2]["show_if"] == {"all": ["a.x"]}
    assert found.report == [
        NOT_ASKED_FOR,
        "“Again?” has the same linkId as a question before it. Conditions on it were taken for the first.",
        "A condition of “Two?” does not fit here. It was left out.",
    ]


@pytest.mark.parametrize("wrong", [{"answerOption": 5}, {"answerOption": True}, {"item": 5}, {"item": {"a": 1}}])
def test_what_should_be_a_list_and_is_none_is_left_out(wrong):
    assert imported(choice("a", "x", "y"), choice("b", "x", "y") | wrong).report


def test_conditions_of_groups_and_yes_or_no_come_along():
    yes = {"question": "ill", "operator": "=", "answerBoolean": True}
    not_x = {"question": "a", "operator": "!=", "answerCoding": {"code": "x"}}
    group = {"linkId": "g", "type": "group", "enableWhen": [yes], "item": [choice("b", "p", "q", enableWhen=[not_x])]}
    ill = {"linkId": "ill", "text": "Ill?", "type": "boolean", "required": True}
    found = imported(choice("a", "x", "y"), ill, group)
    assert found.data["questions"][2]["show_if"] == {"all": ["ill.yes"], "none_of": ["a.x"]}
    assert found.report == [NOT_ASKED_FOR]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"resourceType": "Questionnaire",', "cannot be read as JSON. Look at line 1."),
        ('{"resourceType": "Patient"}', "no Questionnaire"),
        ('{"resourceType": "Questionnaire"}', "no question with answers"),
        ('{"resourceType": "Questionnaire", "item": ' + "[" * 100_000, "cannot be read as JSON"),
    ],
)
def test_what_is_no_questionnaire_is_refused_with_a_sentence(text, said):
    assert looks_like_fhir(text)
    with pytest.raises(NotAQuestionnaire, match=said):
        from_json(text, "Be seen today")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["item", "type", "linkId", "text", "answerOption", "valueCoding", "code", "display", "extension", "enableWhen", "question", "operator", "answerBoolean", "url"]),
        inner | st.sampled_from(["choice", "group", "display", "boolean", "exists", "="]), max_size=6),
    max_leaves=25,
)  # fmt: skip


@given(json_values)
@settings(max_examples=300, deadline=None)
def test_no_data_breaks_the_reading(items):
    try:
        found = from_json(pasted(item=[choice("a", "x", "y"), items], title=items, description=items), "Be seen today")
    except NotAQuestionnaire:
        return
    assert parse(found.data).questions
