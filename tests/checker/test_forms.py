import pytest
from django.forms import model_to_dict

from checker.forms import OutcomeForm, QuestionForm, QuizForm, RuleForm, VignetteForm
from tests.factories import make_quiz, make_quiz_edition

pytestmark = pytest.mark.django_db


def filled(form_class, row, **typed):
    """The form as a browser sends it: every field as the page shows it, but for what is typed."""
    shown = form_class(instance=row)
    values = {bound.html_name: bound.value() for bound in shown}
    sent = {name: "" if value is None else value for name, value in values.items() if value is not False}
    return form_class({**sent, **typed}, instance=row)


@pytest.fixture
def quiz():
    return make_quiz()


def make_story(quiz):
    return quiz.vignettes.create(
        name="V1", story="A cold leg.", answers={"danger": ["cold", "swollen"], "often": ["daily"]}, min_level="urgent"
    )


FORMS = [
    (QuizForm, lambda quiz: quiz),
    (QuestionForm, lambda quiz: quiz.questions.first()),
    (OutcomeForm, lambda quiz: quiz.outcomes.first()),
    (RuleForm, lambda quiz: quiz.rules.first()),
    (VignetteForm, make_story),
]
every_form = pytest.mark.parametrize(("form_class", "row_of"), FORMS)


@every_form
def test_a_form_that_nobody_typed_in_changes_nothing(quiz, form_class, row_of):
    row = row_of(quiz)
    form = filled(form_class, row)
    assert form.is_valid(), form.errors
    assert form.changed_data == []
    before = model_to_dict(row)
    form.save()
    assert model_to_dict(type(row).objects.get(pk=row.pk)) == before


ERRORS = [
    (QuestionForm, "show_if", "any: leg.cold", "This self-check has no answer “leg.cold”."),
    (QuestionForm, "show_if", "any: danger.gone, danger.cold", "This self-check has no answer “danger.gone”."),
    (QuestionForm, "show_if", "danger.cold", "“danger.cold” must begin with “any:”"),
    (QuestionForm, "text", "Call {nobody}?", "“{nobody}” is not a placeholder"),
    (QuestionForm, "key", "Two words", "Use small letters"),
    (RuleForm, "when", "any: danger.gone", "This self-check has no answer “danger.gone”."),
    (RuleForm, "when", "", "This field is required."),
    (RuleForm, "when", "sometimes", "“sometimes” must begin with “any:”"),
    (OutcomeForm, "facts", "A.\nB.\nC.\nD.", "An emergency has at most three facts"),
    (OutcomeForm, "facts", "A.\nCall {nobody}.", "“{nobody}” is not a placeholder"),
    (OutcomeForm, "title", "Call {emergency_number", "A curly bracket has no partner"),
    (OutcomeForm, "safety_net", "Call {nobody}.", "“{nobody}” is not a placeholder"),
    (OutcomeForm, "level", "later", "is not one of the available choices"),
    (QuizForm, "intro", "Call {nobody}.", "“{nobody}” is not a placeholder"),
    (QuizForm, "result_notes", "Call {nobody}.", "“{nobody}” is not a placeholder"),
    (QuizForm, "estimated_minutes", "0", "greater than or equal to 1"),
    (RuleForm, "when", "any: danger.colt", "Did you mean “danger.cold”?"),
    (VignetteForm, "answers", ["danger.gone"], "This self-check has no answer “danger.gone”."),
    (VignetteForm, "answers", ["danger"], "This self-check has no answer “danger”."),
    (VignetteForm, "answers", ["danger.none", "danger.cold"], "“Any of these now?”: You chose “None of these”"),
    (VignetteForm, "answers", ["often.rarely", "often.daily"], "“How often does it come?”: Choose only one answer."),
    (VignetteForm, "answers", [], "Tick the answers that the patient gives."),
]


@pytest.mark.parametrize(("form_class", "field", "typed", "sentence"), ERRORS)
def test_what_cannot_be_saved_is_an_error_beside_its_field_that_keeps_the_text(
    quiz, form_class, field, typed, sentence
):
    form = filled(form_class, dict(FORMS)[form_class](quiz), **{field: typed})
    assert not form.is_valid()
    assert list(form.errors) == [field]
    assert sentence in form.errors[field][0]
    assert form[field].value() == typed


def test_a_rule_cannot_lead_to_the_outcome_of_another_self_check(quiz):
    foreign = make_quiz().outcomes.first()
    form = filled(RuleForm, quiz.rules.first(), outcome=foreign.pk)
    assert form.errors == {"outcome": ["This outcome belongs to another self-check."]}


def test_a_condition_is_checked_against_the_quiz_that_was_chosen(quiz):
    quiz.questions.get(key="danger").choices.filter(key="cold").update(key="icy")
    form = filled(RuleForm, quiz.rules.first(), when="any: danger.icy", quiz=make_quiz().pk)
    assert "has no answer “danger.icy”" in form.errors["when"][0]


def test_four_facts_are_fine_below_an_emergency(quiz):
    assert filled(OutcomeForm, quiz.outcomes.get(key="ur"), facts="A.\nB.\nC.\nD.").is_valid()


def test_lines_and_conditions_are_saved_as_the_definition_wants_them(quiz):
    rule = filled(RuleForm, quiz.rules.first(), when="ANY: danger.cold danger.swollen\n\nnone of: often.daily").save()
    assert rule.when == {"any": ["danger.cold", "danger.swollen"], "none_of": ["often.daily"]}
    outcome = filled(OutcomeForm, quiz.outcomes.first(), facts=" A. \n\n B.").save()
    assert outcome.facts == ["A.", "B."]
    question = filled(QuestionForm, quiz.questions.last(), show_if="any: danger.cold").save()
    assert question.show_if == {"any": ["danger.cold"]}
    assert filled(QuestionForm, question, show_if="").save().show_if is None
    story = filled(VignetteForm, make_story(quiz), answers=["often.daily", "danger.swollen", "danger.cold"]).save()
    assert story.answers == {"danger": ["cold", "swollen"], "often": ["daily"]}


def test_a_story_is_ticked_question_by_question_and_what_is_gone_stays_to_be_unticked(quiz):
    story = make_story(quiz)
    quiz.questions.get(key="danger").choices.filter(key="swollen").delete()
    page = str(VignetteForm(instance=story)["answers"])
    assert page.count("<fieldset") == 3
    assert "<legend>How often does it come? (one answer)</legend>" in page
    assert page.index("No longer in this self-check") < page.index('value="danger.swollen"')
    assert page.count(" checked") == 3


def test_a_story_without_a_self_check_says_how_to_go_on(quiz):
    assert "Choose the self-check above and save" in str(VignetteForm()["answers"])
    typed = VignetteForm({"quiz": quiz.pk, "name": "V1"})
    assert 'value="danger.cold"' in str(typed["answers"])
    assert "Choose the self-check above" in str(VignetteForm({"quiz": "²"})["answers"])


def test_a_condition_lists_the_answers_that_it_can_name_with_their_words(quiz):
    page = str(RuleForm(instance=quiz.rules.first())["when"])
    assert "<code>danger.cold</code> A cold, pale leg" in page


def test_the_address_of_a_self_check_is_fixed_once_published(quiz):
    assert filled(QuizForm, quiz, slug="free-until-then").is_valid()
    quiz.refresh_from_db()
    make_quiz_edition(quiz)
    form = filled(QuizForm, quiz, slug="too-late")
    assert form.errors == {"slug": [f"This self-check has been published as “{quiz.slug}”. Its address is fixed."]}
