"""The screens where self-checks are written, published and taken back; tests/test_admin_articles.py opens every screen."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages

from articles import approval, drafts, stale
from checker import publishing, rows
from checker.definition import to_yaml
from checker.models import Choice, Outcome, OutcomeLink, Question, Quiz, QuizEdition, Rule, Vignette
from tests.factories import (
    answer,
    confirm,
    filled_form,
    make_article,
    make_clinic,
    make_editor,
    make_quiz,
    make_quiz_edition,
    make_section,
)
from tests.staff import errors_at, html_of, submit, url

pytestmark = pytest.mark.django_db


def save(client, row, **typed):
    address = url(type(row), "change", row.pk)
    return client.post(address, filled_form(client.get(address)) | typed)


def test_a_self_check_shows_all_its_parts_with_links_to_them(editor):
    quiz = make_quiz()
    story = quiz.vignettes.create(name="V1", story="A story.", answers={"danger": ["cold"]}, min_level="urgent")
    page = html_of(editor.get(url(Quiz, "change", quiz.pk)))
    for row in [*quiz.questions.all(), *quiz.outcomes.all(), *quiz.rules.all(), story]:
        assert f'href="{url(type(row), "change", row.pk)}"' in page
    for model in (Question, Outcome, Rule, Vignette):
        assert f'href="{url(model, "add", quiz=quiz.pk)}"' in page


@pytest.mark.parametrize("model", [Question, Outcome, Rule, Vignette])
def test_a_new_part_begins_in_its_check_and_at_the_end(editor, model):
    quiz = make_quiz()
    Vignette.objects.create(quiz=quiz, name="V1", story="A story.", order=40, min_level="urgent")
    last = model.objects.filter(quiz=quiz).last().order
    form = editor.get(url(model, "add", quiz=quiz.pk)).context["adminform"].form
    assert (form["quiz"].value(), form["order"].value()) == (str(quiz.pk), last + 10)


@pytest.mark.parametrize("wrong", ["abc", "²", "-1", "0", "999999", "1,2", "%00x"])
@pytest.mark.parametrize("model", [Question, Outcome, Rule, Vignette])
def test_a_wrong_check_in_the_address_of_a_new_part_is_ignored(editor, model, wrong):
    make_quiz()
    response = editor.get(url(model, "add", quiz=wrong), follow=True)
    assert response.status_code == 200


def test_saving_a_part_leads_back_to_its_check(editor):
    quiz = make_quiz()
    for row in (quiz.questions.first(), quiz.outcomes.first(), quiz.rules.first()):
        assert save(editor, row)["Location"] == url(Quiz, "change", quiz.pk)
    new = filled_form(editor.get(url(Rule, "add", quiz=quiz.pk)))
    new |= {"name": "U2", "when": "any: often.daily", "outcome": quiz.outcomes.get(key="ur").pk}
    assert editor.post(url(Rule, "add"), new)["Location"] == url(Quiz, "change", quiz.pk)
    assert Rule.objects.get(name="U2").when == {"any": ["often.daily"]}


def test_saving_every_part_as_it_stands_changes_nothing(editor):
    quiz = make_quiz()
    Vignette.objects.create(quiz=quiz, name="V1", story="A story.", answers={"danger": ["cold"]}, min_level="urgent")
    before = to_yaml(rows.to_definition(quiz))
    parts = [quiz, *quiz.questions.all(), *quiz.outcomes.all(), *quiz.rules.all(), *quiz.vignettes.all()]
    assert {save(editor, row).status_code for row in parts} == {302}
    assert to_yaml(rows.to_definition(Quiz.objects.get())) == before


def test_a_save_that_fails_keeps_what_was_typed_in_every_choice(editor):
    question = make_quiz().questions.get(key="danger")
    typed = {"show_if": "any: gone.gone", "choices-0-text": "A typed answer", "choices-1-key": "Not a key"}
    response = save(editor, question, **typed)
    assert response.status_code == 200
    assert all(text in html_of(response) for text in typed.values())
    assert "has no answer “gone.gone”" in errors_at(response, "show_if")
    assert errors_at(response, "choices-1-key")
    assert not Choice.objects.filter(text="A typed answer").exists()


def test_two_choices_with_one_key_are_refused_in_words(editor):
    question = make_quiz().questions.get(key="danger")
    response = save(editor, question, **{"choices-1-key": "cold"})
    assert response.status_code == 200
    assert question.choices.filter(key="swollen").exists()


def test_an_outcome_that_a_rule_leads_to_cannot_be_deleted_alone_and_the_page_names_the_rule(editor):
    outcome = make_quiz().outcomes.first()
    page = html_of(editor.get(url(Outcome, "delete", outcome.pk)))
    assert "cannot be deleted, because of these:" in page
    assert f'href="{url(Rule, "change", outcome.rules.get().pk)}">E1</a>' in page
    confirm(editor, url(Outcome, "delete", outcome.pk))
    assert Outcome.objects.filter(pk=outcome.pk).exists()


def test_a_self_check_goes_with_all_its_parts(editor):
    quiz, other = make_quiz(), make_quiz()
    confirm(editor, url(Quiz, "delete", quiz.pk))
    assert list(Quiz.objects.all()) == [other]
    assert set(Rule.objects.values_list("quiz", flat=True)) == {other.pk}


def test_a_published_self_check_cannot_be_deleted_and_the_page_names_its_editions(editor):
    edition = make_quiz_edition()
    page = html_of(editor.get(url(Quiz, "delete", edition.quiz_id)))
    assert "cannot be deleted, because of these:" in page
    assert f'href="{url(QuizEdition, "change", edition.pk)}">{edition}</a>' in page
    confirm(editor, url(Quiz, "delete", edition.quiz_id))
    assert Quiz.objects.filter(pk=edition.quiz_id).exists()


def delete_part(editor, row):
    confirm(editor, url(type(row), "delete", row.pk))


def delete_part_in_list(editor, row):
    address, action = url(type(row), "changelist"), {"action": "delete_selected", "_selected_action": [row.pk]}
    page = editor.post(address, action)
    editor.post(address, action | {"post": "yes", "seen": page.context["seen"]})


@pytest.mark.parametrize("part", ["questions", "outcomes", "rules", "vignettes"])
@pytest.mark.parametrize("delete", [delete_part, delete_part_in_list])
def test_deleting_a_part_is_an_edit_of_its_check(client, part, delete):
    person = make_editor()
    client.force_login(person)
    quiz = make_quiz()
    quiz.outcomes.create(key="spare", level="soon", title="Spare", order=1000)
    quiz.vignettes.create(name="V1", story="A story.", answers={"danger": ["cold"]}, min_level="urgent")
    before, seen = Quiz.objects.get().updated_at, stale.token(quiz)
    assert not drafts.of(person, Quiz.objects.all())
    delete(client, getattr(quiz, part).last())
    assert Quiz.objects.get().updated_at > before
    assert list(drafts.of(person, Quiz.objects.all())) == [quiz]
    assert approval.last_editor(quiz) == person
    with pytest.raises(stale.Stale):
        stale.guard(quiz, seen)


def quiz_with_names() -> Quiz:
    """Rules E1 and U1, a question and a patient story name answers of “danger”."""
    quiz = make_quiz()
    quiz.questions.filter(key="often").update(show_if={"none_of": ["danger.cold"]})
    quiz.vignettes.create(name="V1", story="A cold leg.", answers={"danger": ["cold"]}, min_level="emergency")
    quiz.vignettes.create(name="V2", story="A rare pain.", answers={"often": ["rarely"]}, min_level="self-care")
    return quiz


def links_to(page: str) -> list[str]:
    return re.findall(r'<a href="[^"]*/change/">((?:Question|Rule|Patient story) “[^<]*)</a>', page)


NAMING_COLD = ["Question “How often does it come?”", "Rule “E1: Call {emergency_number} now (em)”", "Patient story “V1: A cold leg.”"]  # fmt: skip
NAMING_SWOLLEN = ["Rule “U1: Be seen today (ur)”"]


def test_deleting_a_question_names_what_names_it_and_can_be_done_all_the_same(editor):
    quiz = quiz_with_names()
    danger = quiz.questions.get(key="danger")
    page = html_of(editor.get(url(Question, "delete", danger.pk)))
    assert sorted(links_to(page)) == sorted(NAMING_COLD + NAMING_SWOLLEN)
    assert "4 other parts name what you delete" in page
    assert "the checks will stop the working copy from being published" in page
    confirm(editor, url(Question, "delete", danger.pk))
    assert any(finding.blocks for finding in publishing.check(quiz))


def test_what_is_deleted_with_it_and_what_belongs_to_another_check_is_not_named(editor):
    quiz, other = quiz_with_names(), quiz_with_names()
    chosen = [*quiz.questions.values_list("pk", flat=True), other.questions.get(key="often").pk]
    asked = editor.post(url(Question, "changelist"), {"action": "delete_selected", "_selected_action": chosen})
    rules = [
        *NAMING_COLD[1:],
        *NAMING_SWOLLEN,
        "Rule “R1: Book a routine visit (ro)”",
        "Patient story “V2: A rare pain.”",
    ]
    assert sorted(links_to(html_of(asked))) == sorted([*rules, *rules[-2:]])


@pytest.mark.parametrize(("model", "key"), [(Question, "spare"), (Outcome, "spare"), (Rule, "E1"), (Vignette, "V1")])
def test_what_nothing_names_is_deleted_without_a_warning(editor, model, key):
    quiz = quiz_with_names()
    quiz.questions.create(key="spare", text="Spare?", order=1000)
    quiz.outcomes.create(key="spare", level="soon", title="Spare", order=1000)
    row = model.objects.get(**{"key" if model in (Question, Outcome) else "name": key})
    page = html_of(editor.get(url(model, "delete", row.pk)))
    assert "Are you sure" in page
    assert "name what you delete" not in page


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ({"choices-0-DELETE": "on"}, NAMING_COLD),
        ({"choices-1-DELETE": "on"}, NAMING_SWOLLEN),
        ({"choices-1-key": "puffy"}, NAMING_SWOLLEN),
        ({"key": "signs"}, NAMING_COLD + NAMING_SWOLLEN),
        ({"choices-2-DELETE": "on"}, []),
        ({"text": "Another text?"}, []),
    ],
)
def test_saving_a_question_says_what_names_an_answer_that_is_gone(editor, typed, named):
    question = quiz_with_names().questions.get(key="danger")
    address = url(Question, "change", question.pk)
    saved = editor.post(address, filled_form(editor.get(address)) | typed)
    said = [str(message) for message in get_messages(saved.wsgi_request) if message.level_tag == "warning"]
    assert sorted(links_to(" ".join(said))) == sorted(named)
    assert len(said) == bool(named)


def test_a_question_that_goes_to_another_check_is_missed_by_the_one_it_was_in(editor):
    question = quiz_with_names().questions.get(key="danger")
    other = Quiz.objects.create(slug="other", title="Other", intro="Hello.")
    saved = save(editor, question, quiz=other.pk)
    said = " ".join(str(message) for message in get_messages(saved.wsgi_request))
    assert sorted(links_to(said)) == sorted(NAMING_COLD + NAMING_SWOLLEN)


def test_sections_can_be_looked_up_by_heading_anchor_and_article(editor):
    section = make_section(make_article(sections=0, title="Night cramps"), heading="Stretch daily", anchor="daily")
    address = "/admin/autocomplete/?app_label=checker&model_name=outcomelink&field_name=section&term="
    for term in ("stretch", "daily", "night"):
        found = editor.get(address + term).json()["results"]
        assert [row["id"] for row in found] == [str(section.pk)]


def test_the_publish_page_links_each_problem_to_the_row_that_has_it(editor):
    quiz = make_quiz()
    quiz.vignettes.create(name="V1", story="A story.", answers={"danger": ["none"]}, min_level="urgent")
    quiz.outcomes.filter(key="ro").update(safety_net="")
    quiz.questions.filter(key="often").update(hint="{nobody}")
    Quiz.objects.filter(pk=quiz.pk).update(intro="{nobody}")
    page = editor.get(url(Quiz, "publish", quiz.pk))
    shown = {finding.url for finding in page.context["findings"]}
    places = [quiz.vignettes.get(), quiz.outcomes.get(key="ro"), quiz.questions.get(key="often"), quiz]
    assert shown == {url(type(row), "change", row.pk) for row in places}
    assert all(f'href="{address}"' in html_of(page) for address in shown)
    submit(editor, quiz)
    assert not quiz.submissions.exists()


@pytest.mark.parametrize(
    ("kind", "key", "change"),
    [
        ("questions", "often", {"show_if": {"any": ["danger.gone"]}}),
        ("questions", "danger", {"show_if": {"any": ["often.daily"]}}),
        ("questions", "danger", {"text": ""}),
        ("outcomes", "ro", {"title": ""}),
        ("rules", "R1", {"when": {"any": ["nowhere.daily"]}}),
        ("vignettes", "V1", {"answers": {"danger": ["gone"]}}),
    ],
)
def test_what_cannot_be_read_is_linked_to_its_row_too(editor, kind, key, change):
    quiz = make_quiz()
    quiz.vignettes.create(name="V1", story="A story.", answers={"danger": ["cold"]}, min_level="urgent")
    rows = getattr(quiz, kind).filter(**{"name" if kind in ("rules", "vignettes") else "key": key})
    rows.update(**change)
    page = editor.get(url(Quiz, "publish", quiz.pk))
    assert {finding.url for finding in page.context["findings"]} == {url(rows.model, "change", rows.get().pk)}


def test_a_choice_that_cannot_be_read_is_linked_to_its_place_on_the_page_of_its_question(editor):
    question = make_quiz().questions.get(key="often")
    question.choices.filter(key="daily").update(text="")
    [finding] = editor.get(url(Quiz, "publish", question.quiz_id)).context["findings"]
    assert finding.url == f"{url(Question, 'change', question.pk)}#choices-1"


def test_a_self_check_that_cannot_be_read_is_refused_with_its_problems(editor):
    quiz = Quiz.objects.create(slug="empty", title="Empty", intro="An introduction.")
    assert "needs at least 1" in html_of(submit(editor, quiz))
    assert not quiz.submissions.exists()


def test_an_edition_comes_back_only_after_the_question_was_answered(editor):
    edition = make_quiz_edition()
    edition.quiz.rules.all().delete()
    page = url(QuizEdition, "restore", edition.pk)
    assert editor.get(page).status_code == 200
    assert not edition.quiz.rules.exists()
    assert confirm(editor, page)["Location"] == url(Quiz, "change", edition.quiz_id)
    assert edition.quiz.rules.count() == 4


def test_an_edition_whose_section_is_gone_says_so_and_leaves_the_working_copy(editor):
    edition = make_quiz_edition()
    section = OutcomeLink.objects.first().section
    edition.quiz.rules.all().delete()
    edition.quiz.outcomes.all().delete()
    section.delete()
    page = confirm(editor, url(QuizEdition, "restore", edition.pk), follow=True)
    assert f"#{section.anchor} does not exist" in html_of(page)
    assert not edition.quiz.outcomes.exists()


def test_a_withdrawal_asks_first_and_then_stops_the_check(editor):
    make_clinic()
    edition = make_quiz_edition()
    page = url(QuizEdition, "withdraw", edition.pk)
    assert editor.get(page).status_code == 200
    assert editor.get(f"/check/{edition.slug}/").status_code == 200
    editor.post(page, {"message": "Call us."})
    assert "Call us." in html_of(editor.get(f"/check/{edition.slug}/"))
    assert answer(editor, edition.slug, "danger", "cold").status_code == 410


def test_an_edition_shows_its_frozen_definition(editor):
    edition = make_quiz_edition()
    page = html_of(editor.get(url(QuizEdition, "change", edition.pk)))
    assert to_yaml(rows.to_definition(edition.quiz)) in page


def test_the_address_is_fixed_once_published_and_the_error_stands_at_its_field(editor):
    quiz = make_quiz()
    assert save(editor, quiz, slug="free-until-then").status_code == 302
    make_quiz_edition(Quiz.objects.get(pk=quiz.pk))
    assert "published as “free-until-then”" in errors_at(save(editor, quiz, slug="too-late"), "slug")


def test_the_list_counts_parts_and_shows_what_is_live(editor):
    live, draft = make_quiz_edition().quiz, make_quiz()
    page = editor.get(url(Quiz, "changelist"))
    for quiz, icon in ((live, "yes"), (draft, "no")):
        row = re.search(rf"<tr>(?:(?!</tr>).)*{quiz.title}<.*?</tr>", html_of(page), re.DOTALL)[0]
        assert f"icon-{icon}.svg" in row
        assert re.findall(r'field-\w+_count">(\d+)<', row) == ["2", "4"]
    assert list(editor.get(url(Quiz, "changelist", live="yes")).context["cl"].queryset) == [live]
    assert list(editor.get(url(Quiz, "changelist", live="no")).context["cl"].queryset) == [draft]


def test_somebody_who_may_only_look_is_offered_nothing_to_add_or_to_order(client, editor):
    quiz = make_quiz()
    address = url(Quiz, "change", quiz.pk)
    offered = ["Add a question", "Add an outcome", "Add a rule", "Add a story", "Change the order"]
    assert all(words in html_of(editor.get(address)) for words in offered)
    client.force_login(viewer := make_editor())
    viewer.groups.clear()
    viewer.user_permissions.set(
        Permission.objects.filter(content_type__app_label="checker", codename__startswith="view")
    )
    page = html_of(client.get(address))
    assert quiz.questions.first().text in page
    assert not [words for words in offered if words in page]
