"""What the page of a self-check shows beside its rows; tests/checker/test_flow.py tests the picture itself."""

import pytest

from checker import overview
from checker.finding import Place
from checker.models import Question, Quiz, Rule
from tests.factories import make_quiz, make_quiz_edition
from tests.staff import html_of, url

pytestmark = pytest.mark.django_db


def quiz_page(client, quiz):
    return html_of(client.get(url(Quiz, "change", quiz.pk)))


def test_the_picture_and_the_outline_link_every_question_outcome_rule_and_red_flag(editor):
    quiz = make_quiz()
    page = quiz_page(editor, quiz)
    picture = page[page.index('<svg class="flow__picture"') : page.index('class="flow__legend"')]
    outline = page[page.index('class="outline"') : page.index('id="questions"')]
    danger = quiz.questions.get(key="danger")
    wanted = [
        url(type(row), "change", row.pk) for rows in (quiz.questions, quiz.outcomes, quiz.rules) for row in rows.all()
    ]
    wanted += [f"{url(Question, 'change', danger.pk)}#choices-{number}" for number in (0, 1)]
    for address in wanted:
        assert f'href="{address}"' in picture
        assert f'href="{address}"' in outline


def test_the_checks_stand_on_the_page_with_links_to_the_places_to_mend(editor):
    quiz = make_quiz()
    assert "All checks passed." in quiz_page(editor, quiz)
    quiz.outcomes.filter(key="ro").update(safety_net="")
    page = quiz_page(editor, quiz)
    findings = page[page.index('class="findings"') : page.index('id="changes"')]
    assert "Must be mended" in findings
    assert f'href="{url(type(quiz.outcomes.first()), "change", quiz.outcomes.get(key="ro").pk)}"' in findings


def test_a_choice_is_mended_where_it_stands_among_the_choices(editor):
    quiz = make_quiz()
    quiz.rules.filter(name="E1").delete()
    danger = quiz.questions.get(key="danger")
    assert f'class="findings__link" href="{url(Question, "change", danger.pk)}#choices-0"' in quiz_page(editor, quiz)


def test_while_the_working_copy_cannot_be_read_the_page_says_so_and_shows_its_rows(editor):
    quiz = make_quiz()
    quiz.rules.filter(default=True).delete()
    page = quiz_page(editor, quiz)
    assert "no rule has default: true" in page
    assert "The picture appears when the problems above are mended." in page
    assert "flow__picture" not in page
    assert "A cold, pale leg" in page


def test_stories_show_what_they_get_and_whether_they_passed(editor):
    quiz = make_quiz()
    often = {"danger": ["none"], "often": ["daily"]}
    quiz.vignettes.create(name="V1", story="Daily cramps.", answers=often, min_level="routine", max_level="soon")
    quiz.vignettes.create(name="V2", story="Worse.", answers=often, min_level="urgent")
    quiz.vignettes.create(name="V3", story="Half.", answers={"danger": ["none"]}, min_level="urgent")
    page = quiz_page(editor, quiz)
    stories = page[page.index('id="stories"') :]
    assert (stories.count("Passed"), stories.count("Failed")) == (1, 2)
    assert "It gets “routine”, and its lowest safe level is “urgent”." in stories
    assert "It does not answer all questions on its way." in stories


def test_the_page_of_a_story_shows_what_it_gets(editor):
    quiz = make_quiz()
    story = quiz.vignettes.create(name="V1", story="A.", answers={"danger": ["swollen"]}, min_level="emergency")
    page = url(type(story), "change", story.pk)
    assert "It does not answer all questions on its way." in html_of(editor.get(page))
    quiz.vignettes.update(answers={"danger": ["swollen"], "often": ["daily"]})
    assert "It gets “urgent”, and its lowest safe level is “emergency”." in html_of(editor.get(page))
    quiz.rules.filter(default=True).delete()
    assert "not known yet" in html_of(editor.get(page))


def test_what_changes_for_patients_is_said_with_an_example_and_a_link(editor):
    quiz = make_quiz()
    assert "Patients cannot do this self-check yet" in quiz_page(editor, quiz)
    make_quiz_edition(quiz)
    assert "Nothing else differs." in quiz_page(editor, quiz)
    rule = quiz.rules.get(name="R1")
    Rule.objects.filter(pk=rule.pk).update(outcome=quiz.outcomes.get(key="sc"))
    Question.objects.filter(quiz=quiz, key="often").update(text="How often now?")
    page = quiz_page(editor, quiz)
    changes = page[page.index('id="changes"') : page.index('id="flow-heading"')]
    assert "1 kind of answers now gets a less urgent result." in changes
    assert "1 kind of answers now gets “self-care” instead of “routine”." in changes
    assert "<li>How often now? “Every day”</li>" in changes
    assert "(often): its words changed." in changes
    assert f'href="{url(Rule, "change", rule.pk)}"' in changes


def test_the_page_takes_few_queries_however_many_parts_there_are(editor, django_assert_max_num_queries):
    quiz = make_quiz_edition().quiz
    outcome = quiz.outcomes.get(key="ur")
    for number in range(30):
        quiz.rules.create(name=f"X{number}", outcome=outcome, when={"any": ["often.daily"]})
        quiz.vignettes.create(name=f"V{number}", story="A story.", answers={"danger": ["cold"]}, min_level="urgent")
    with django_assert_max_num_queries(60):
        quiz_page(editor, quiz)


def test_a_large_self_check_is_checked_on_a_page_of_its_own(editor, monkeypatch):
    monkeypatch.setattr(overview, "MOST_CHOICES_AND_RULES", 5)
    quiz = make_quiz()
    quiz.outcomes.filter(key="ro").update(safety_net="")
    page = quiz_page(editor, quiz)
    assert "Must be mended" not in page
    assert f'href="{url(Quiz, "checks", quiz.pk)}"' in page
    assert "Must be mended" in html_of(editor.get(url(Quiz, "checks", quiz.pk)))


def test_a_place_that_is_no_row_leads_to_the_self_check():
    quiz = make_quiz()
    addresses = overview.Addresses(quiz, lambda what, row: f"/{type(row).__name__}/{row.pk}")
    assert addresses(Place()) == addresses(Place("rule", ("gone",))) == f"/Quiz/{quiz.pk}"
    danger = quiz.questions.get(key="danger")
    assert addresses(Place("choice", ("danger", "gone"))) == f"/Question/{danger.pk}"
