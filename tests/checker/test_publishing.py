import copy
from datetime import timedelta

import pytest
from django.utils import timezone

from articles import publishing as article_publishing
from articles.models.frozen import EditionIsFrozen
from articles.record import CannotPublish
from checker import publishing, rows
from checker.definition import DefinitionError, dump, parse
from checker.models import Choice, Outcome, Question, Quiz, Rule
from tests.factories import (
    make_article,
    make_edition,
    make_quiz,
    make_quiz_data,
    make_quiz_edition,
    make_reviewer,
    make_section,
)

pytestmark = pytest.mark.django_db


def story(**fields):
    values = {
        "id": "V1",
        "story": "A cold leg.",
        "answers": {"danger": ["cold"]},
        "min_level": "emergency",
        "must_link": [],
    }
    return values | fields


def quiz_with(change) -> Quiz:
    """A sound self-check after `change` was made to its data."""
    edition = make_edition()
    data = make_quiz_data(f"{edition.slug}#{edition.sections.get().anchor}", vignettes=[story()])
    change(data)
    return rows.fill(Quiz(), parse(data))


def set_in(*path):
    """A change to data: all but the last step lead to a place, the last is its new value."""

    def change(data):
        *steps, key, value = path
        for step in steps:
            data = data[step]
        data[key] = value

    return change


def findings_of(quiz: Quiz) -> list[tuple[str, str, str]]:
    """Kind and key of the row to mend, and the sentence."""
    return [(found.place.kind, "".join(found.place.keys), found.message) for found in publishing.check(quiz)]


def test_a_sound_self_check_has_no_findings():
    assert publishing.check(quiz_with(lambda data: None)) == []


QUIET = {"danger": ["none"], "often": ["rarely"]}
FINDINGS = [
    (
        set_in("outcomes", 0, "facts", ["A.", "B.", "C.", "D."]),
        "outcome",
        "em",
        "is an emergency and has more than three facts",
    ),
    (set_in("outcomes", 1, "safety_net", ""), "outcome", "ur", "does not say what would make it more urgent"),
    (set_in("outcomes", 2, "links", []), "outcome", "ro", "names no section to read"),
    (set_in("title", "A {clinic_name} check"), "", "", "title of the self-check cannot hold a placeholder"),
    (set_in("intro", "Call {nobody}."), "", "", "“{nobody}” is not a placeholder"),
    (set_in("result_notes", ["Call {"]), "", "", "A curly bracket has no partner"),
    (set_in("questions", 0, "text", "{x}?"), "question", "danger", "“{x}” is not a placeholder"),
    (set_in("questions", 1, "hint", "{x}"), "question", "often", "“{x}” is not a placeholder"),
    (set_in("questions", 1, "choices", 0, "text", "{x}"), "question", "often", "“{x}” is not a placeholder"),
    (set_in("questions", 1, "choices", 0, "hint", "{x}"), "question", "often", "“{x}” is not a placeholder"),
    (set_in("outcomes", 3, "title", "{x}"), "outcome", "sc", "“{x}” is not a placeholder"),
    (set_in("outcomes", 3, "facts", ["{x}"]), "outcome", "sc", "“{x}” is not a placeholder"),
    (set_in("outcomes", 3, "safety_net", "{x}"), "outcome", "sc", "“{x}” is not a placeholder"),
    (
        set_in("vignettes", 0, story(answers=QUIET)),
        "vignette",
        "V1",
        "gets “self-care”, and its lowest safe level is “emergency”",
    ),
    (
        set_in("vignettes", 0, story(min_level="routine", max_level="soon")),
        "vignette",
        "V1",
        "gets “emergency”, and its highest acceptable level is “soon”",
    ),
    (
        set_in("vignettes", 0, story(answers={"danger": ["none"]})),
        "vignette",
        "V1",
        "does not answer all questions on its way",
    ),
]


@pytest.mark.parametrize(("change", "kind", "key", "words"), FINDINGS)
def test_each_problem_is_found_by_the_name_of_its_row_and_blocks(change, kind, key, words):
    quiz = quiz_with(change)
    assert all(found.blocks for found in publishing.check(quiz))
    ((found_kind, found_key, message),) = findings_of(quiz)
    assert (found_kind, found_key) == (kind, key)
    assert words in message
    with pytest.raises(CannotPublish) as refused:
        publishing.publish(quiz, by=None)
    assert words in str(refused.value)
    assert not quiz.editions.exists()


def test_a_story_that_misses_a_section_it_must_lead_to_is_found():
    quiz = quiz_with(lambda data: None)
    quiz.vignettes.get().must_link.add(other := make_edition().article.sections.get())
    message = f"The patient story “V1” must link to {other.article.slug}#{other.anchor}, and does not."
    assert findings_of(quiz) == [("vignette", "V1", message)]


def test_a_structure_that_cannot_be_read_is_found_with_every_problem():
    quiz = make_quiz()
    Choice.objects.filter(question__quiz=quiz, key="daily").delete()
    quiz.rules.filter(default=True).delete()
    messages = " ".join(found.message for found in publishing.check(quiz))
    assert 'has no choice "daily"' in messages
    assert "no rule has default: true" in messages


def test_an_empty_self_check_is_refused_and_breaks_nothing():
    quiz = Quiz.objects.create(slug="empty", title="Empty", intro="An introduction.")
    assert {"needs at least 1" in found.message for found in publishing.check(quiz)} == {True}


def test_a_link_to_a_section_that_is_not_published_is_refused_by_its_name():
    quiz = quiz_with(lambda data: None)
    draft = make_section(make_article(), anchor="not-yet")
    quiz.outcomes.get(key="ro").links.create(section=draft)
    message = (
        f"Outcome “Book a routine visit” (ro) sends patients to {draft.article.slug}#not-yet, which is not published."
    )
    assert findings_of(quiz) == [("outcome", "ro", message)]
    article_publishing.publish(draft.article, by=None)
    assert publishing.check(quiz) == []


def test_a_link_to_a_withdrawn_article_is_refused():
    edition = make_edition()
    quiz = make_quiz(edition)
    article_publishing.withdraw(edition, by=None)
    assert {kind for kind, _key, _message in findings_of(quiz)} == {"outcome"}
    with pytest.raises(CannotPublish, match="which is not published"):
        publishing.publish(quiz, by=None)


def test_an_edition_holds_the_definition_and_its_numbers_count_up():
    quiz = make_quiz()
    first, second = make_quiz_edition(quiz), make_quiz_edition(quiz, reason="Second.")
    assert (first.number, second.number, second.reason) == (1, 2, "Second.")
    assert first.definition == dump(rows.to_definition(quiz))
    assert (first.slug, first.title) == (quiz.slug, quiz.title)


def test_later_changes_of_the_rows_change_nothing_in_an_edition():
    quiz = make_quiz()
    edition = make_quiz_edition(quiz)
    frozen = copy.deepcopy(edition.definition)
    Quiz.objects.filter(pk=quiz.pk).update(title="New")
    Question.objects.update(text="New?")
    Outcome.objects.update(title="New")
    Rule.objects.all().delete()
    edition.refresh_from_db()
    assert edition.definition == frozen
    assert edition.title != "New"


@pytest.mark.parametrize(
    "change", [lambda row: row.save(), lambda row: row.delete(), lambda row: type(row).objects.update(title="x")]
)
def test_an_edition_and_its_withdrawal_cannot_be_changed_or_deleted(change):
    edition = make_quiz_edition()
    for row in (edition, publishing.withdraw(edition, by=None)):
        with pytest.raises(EditionIsFrozen):
            change(row)


def test_publishing_without_approval_names_no_reviewer():
    edition = make_quiz_edition()
    assert not edition.is_approved
    assert (edition.approved_by, edition.last_reviewed) == (None, None)


def test_publishing_with_approval_names_the_reviewer(set_clock):
    set_clock(timezone.now())
    reviewer = make_reviewer()
    edition = make_quiz_edition(by=reviewer)
    assert (edition.approved_by, edition.reviewer_name) == (reviewer, "Rev Iewer")
    assert edition.last_reviewed == timezone.localdate()


def test_an_edition_for_later_does_not_replace_the_one_of_today():
    quiz = make_quiz()
    today = make_quiz_edition(quiz)
    make_quiz_edition(quiz, goes_live_at=timezone.now() + timedelta(days=1))
    assert list(type(today).objects.live()) == [today]


def test_an_edition_comes_back_into_the_working_copy_with_all_its_parts():
    quiz = quiz_with(lambda data: None)
    edition = make_quiz_edition(quiz)
    quiz.rules.all().delete()
    quiz.questions.all().delete()
    Quiz.objects.filter(pk=quiz.pk).update(title="Spoiled")
    restored = publishing.restore(edition)
    assert restored.pk == quiz.pk
    assert dump(rows.to_definition(Quiz.objects.get(pk=quiz.pk))) == edition.definition
    assert publishing.check(quiz) == []


def test_an_edition_whose_section_is_gone_does_not_come_back_and_says_why():
    linked = make_edition()
    quiz = make_quiz(linked)
    edition = make_quiz_edition(quiz)
    quiz.rules.all().delete()
    quiz.outcomes.all().delete()
    section = linked.article.sections.get()
    section.delete()
    with pytest.raises(DefinitionError, match=f"the section {linked.slug}#{section.anchor} does not exist"):
        publishing.restore(edition)
    assert quiz.questions.count() == 2


def test_withdrawing_stops_the_check_and_brings_no_older_edition_back():
    quiz = make_quiz()
    make_quiz_edition(quiz)
    newest = make_quiz_edition(quiz)
    withdrawal = publishing.withdraw(newest, by=None, message="Call us.")
    assert (withdrawal.edition, withdrawal.message) == (newest, "Call us.")
    assert not type(newest).objects.live().exists()
    again = make_quiz_edition(quiz)
    assert list(type(newest).objects.live()) == [again]
