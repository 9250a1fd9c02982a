"""Self-checks as FHIR Questionnaires: sound by the rules of FHIR, and asking what the self-check asks."""

import pytest
from fhir.resources.R4B.questionnaire import Questionnaire
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse
from hypothesis import given, settings
from hypothesis import strategies as st

from checker import fhir, starter_files
from checker.definition import Level, Link
from checker.evaluation import walk
from checker.fhir import EXCLUSIVE, SUPPORT_LINK, Words
from tests.checker.fhir_interpreter import Filled, every_item
from tests.checker.strategies import Wordy, complete_answers, definitions, definitions_with
from tests.checker.takes import answers_to_everything

WORDS = Words(
    {level: level.name.capitalize() for level in Level},
    "If nothing above:",
    "Read:",
    address=lambda link: f"https://clinic.example/articles/{link.article}/#{link.anchor}",
)
STARTERS = starter_files.definitions()


def export(definition):
    return fhir.questionnaire(definition, WORDS, url="https://clinic.example/q", version="1", status="active")


def check_invariants(exported):
    """que-1 to que-12 of FHIR R4, as far as they concern what is used here, and where conditions lead."""
    items = list(every_item(exported["item"]))
    link_ids = [item["linkId"] for item in items]
    assert len(set(link_ids)) == len(link_ids)
    for number, item in enumerate(items):
        assert item["type"] != "group" or item["item"]
        assert item["type"] != "display" or not item.keys() & {"item", "required", "repeats"}
        assert not {"answerOption", "answerValueSet"} <= item.keys()
        assert "answerOption" not in item or item["type"] == "choice"
        assert item["type"] == "group" or item["text"].strip()
        when = item.get("enableWhen", [])
        assert len(when) < 2 or item["enableBehavior"] in ("all", "any")
        for each in when:
            assert each["operator"] in ("exists", "=", "!=")
            assert (each["operator"] == "exists") is isinstance(each.get("answerBoolean"), bool)
            assert ("answerCoding" in each) is (each["operator"] != "exists")
            asked = items[link_ids.index(each["question"])]
            assert asked["type"] == "choice"
            assert link_ids.index(each["question"]) < number
            codes = {option["valueCoding"]["code"] for option in asked["answerOption"]}
            assert each.get("answerCoding", {"code": min(codes)})["code"] in codes


@pytest.mark.parametrize("definition", STARTERS, ids=lambda each: each.quiz)
def test_the_starter_self_checks_are_sound_questionnaires(definition):
    check_invariants(export(definition))
    Questionnaire.model_validate(export(definition))


@given(definitions(Wordy))
@settings(max_examples=60, deadline=None)
def test_any_self_check_is_a_sound_questionnaire(definition):
    check_invariants(export(definition))
    Questionnaire.model_validate(export(definition))


def rules_shown(filled):
    """A result stands once for each question that can be the last one asked: at most one of these may show."""
    shown = [each.removeprefix("rule.").partition("@")[0] for each in filled.displays if each.startswith("rule.")]
    assert len(shown) == len(set(shown))
    return set(shown)


def assert_asks_the_same(definition, answers):
    found, exported = walk(definition, answers), export(definition)
    outcomes = {outcome.key: outcome for outcome in definition.outcomes}
    ends = {rule.id for rule in definition.rules if not rule.default and not rule.addon}
    for unanswered_differs in (True, False):
        filled = Filled(dict(answers), unanswered_differs).visit(exported["item"])
        assert list(filled.given) == [question.key for question in found.asked]
        assert filled.given == dict(found.answers)
        shown = rules_shown(filled)
        defaults = {rule.id for rule in definition.rules if rule.default}
        assert shown - defaults == {rule.id for rule in found.result.matched} - defaults
        assert {rule.id for rule in found.result.matched} <= shown
        if any(outcomes[rule.outcome].level is Level.EMERGENCY for rule in found.result.matched if rule.id in ends):
            assert not shown & defaults


@given(definitions_with(complete_answers))
@settings(max_examples=400, deadline=None)
def test_a_program_that_reads_the_export_asks_and_says_what_the_self_check_does(case):
    assert_asks_the_same(*case)


@pytest.mark.parametrize("definition", STARTERS, ids=lambda each: each.quiz)
def test_every_path_of_the_starter_self_checks_is_the_same_in_the_export(definition):
    keys = {question.key: question.choices[0].key for question in definition.questions}
    for answers in answers_to_everything(definition):
        assert_asks_the_same(definition, {key: answers.get(key) or frozenset([keys[key]]) for key in keys})


@given(st.sampled_from(STARTERS), st.data())
@settings(max_examples=60, deadline=None)
def test_random_answers_to_the_starter_self_checks_are_the_same_in_the_export(definition, data):
    assert_asks_the_same(definition, data.draw(complete_answers(definition)))


def assert_only_emergencies_before_the_last_answer(definition, answers):
    *before, last = [question.key for question in walk(definition, answers).asked]
    outcomes = {outcome.key: outcome for outcome in definition.outcomes}
    emergencies = {rule.id for rule in definition.rules if outcomes[rule.outcome].level is Level.EMERGENCY}
    filled = Filled({key: answers[key] for key in before}, unanswered_differs=True).visit(export(definition)["item"])
    assert rules_shown(filled) <= emergencies, last


@given(definitions_with(complete_answers))
@settings(max_examples=200, deadline=None)
def test_nothing_calm_is_said_before_the_last_question_is_answered(case):
    assert_only_emergencies_before_the_last_answer(*case)


@given(st.sampled_from(STARTERS), st.data())
@settings(max_examples=60, deadline=None)
def test_the_starter_self_checks_say_nothing_calm_before_the_last_answer(definition, data):
    assert_only_emergencies_before_the_last_answer(definition, data.draw(complete_answers(definition)))


@pytest.mark.parametrize("definition", STARTERS, ids=lambda each: each.quiz)
def test_the_starter_self_checks_are_not_too_deep_for_a_program_that_doubles_its_work_with_each_level(definition):
    def depth(items):
        return max((1 + depth(item.get("item", ())) for item in items), default=0)

    assert depth(export(definition)["item"]) <= 17


@given(definitions_with(complete_answers))
@settings(max_examples=60, deadline=None)
def test_a_response_holds_what_was_asked_and_nothing_of_the_person(case):
    definition, answers = case
    exported, given_answers = export(definition), walk(definition, answers).answers
    made = fhir.response(exported, given_answers, questionnaire="https://clinic.example/q|1", status="completed")
    QuestionnaireResponse.model_validate(made)
    assert not made.keys() & {"subject", "author", "source", "encounter", "basedOn", "partOf", "identifier"}
    found = {
        item["linkId"]: frozenset(each["valueCoding"]["code"] for each in item["answer"])
        for item in every_item(made["item"])
        if "answer" in item
    }
    assert found == dict(given_answers)
    assert all("answer" in item or item["item"] for item in every_item(made["item"]))


def test_none_of_these_and_the_sections_to_read_are_marked():
    exported = export(STARTERS[0])
    items = list(every_item(exported["item"]))
    options = [option for item in items for option in item.get("answerOption", ()) if "extension" in option]
    none_of_these = [each.exclusive_choice.key for each in STARTERS[0].questions if each.exclusive_choice]
    assert [option["valueCoding"]["code"] for option in options] == none_of_these
    assert all(option["extension"] == [{"url": EXCLUSIVE, "valueBoolean": True}] for option in options)
    first = next(item for item in items if item["linkId"] == "rule.E01")
    links = [each["valueUri"] for each in first["extension"] if each["url"] == SUPPORT_LINK]
    assert links
    assert all(link in first["text"] for link in links)
    assert first["text"].startswith("Emergency: ")


def test_a_section_that_cannot_be_read_is_not_linked():
    words = Words(WORDS.levels, "Else:", "Read:", address=lambda link: "")
    assert SUPPORT_LINK not in str(fhir.questionnaire(STARTERS[0], words, status="active"))
    assert isinstance(STARTERS[0].outcomes[0].links[0], Link)
