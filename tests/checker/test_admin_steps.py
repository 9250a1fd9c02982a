"""The screens for order, copy, import and export."""

import re

import pytest

from articles.models import Presence
from articles.stale import name_of
from checker import rows
from checker.definition import to_yaml
from checker.models import Question, Quiz
from tests.factories import make_quiz
from tests.staff import html_of, url, without_permission

pytestmark = pytest.mark.django_db


def order_url(quiz, part="questions"):
    return f"{url(Quiz, 'change', quiz.pk).removesuffix('change/')}order/{part}/"


def sent_from(page):
    """What a browser would send from a page of these screens."""
    html = html_of(page)
    fields = dict(re.findall(r'<input type="(?:hidden|number)" name="([\w-]+)" value="([^"]*)"', html))
    text = re.search(r"<textarea[^>]* name=\"text\"[^>]*>\n(.*?)</textarea>", html, re.DOTALL)
    return fields | ({"text": text[1].replace("&quot;", '"').replace("&#x27;", "'")} if text else {})


def keys(quiz):
    return list(quiz.questions.values_list("key", flat=True))


def test_an_order_is_saved_by_numbers_and_by_buttons(editor):
    quiz = make_quiz()
    danger, often = quiz.questions.all()
    page = editor.get(order_url(quiz))
    done = editor.post(order_url(quiz), sent_from(page) | {f"place-{often.pk}": "1"})
    assert done["Location"] == f"{url(Quiz, 'change', quiz.pk)}#questions"
    assert keys(quiz) == ["often", "danger"]
    page = editor.get(order_url(quiz))
    moved = editor.post(order_url(quiz), sent_from(page) | {"move": f"up-{danger.pk}"}, follow=True)
    assert keys(quiz) == ["danger", "often"]
    assert re.search(rf'value="down-{danger.pk}" autofocus', html_of(moved))


@pytest.mark.parametrize(
    ("row", "place", "order"),
    [(0, "3", "BCAD"), (3, "1", "DABC"), (3, "2", "ADBC"), (1, "9", "ACDB"), (2, "3", "ABCD")],
)
def test_a_row_gets_the_place_that_was_typed(editor, row, place, order):
    quiz = make_quiz()
    for number, name in enumerate("ABCD"):
        quiz.vignettes.create(name=name, story="A story.", order=number, min_level="urgent")
    address, pk = order_url(quiz, "vignettes"), quiz.vignettes.all()[row].pk
    editor.post(address, sent_from(editor.get(address)) | {f"place-{pk}": place})
    assert "".join(quiz.vignettes.values_list("name", flat=True)) == order


def test_who_saved_the_order_has_left(editor):
    quiz = make_quiz()
    page = editor.get(order_url(quiz))
    assert Presence.objects.filter(what=name_of(quiz)).exists()
    editor.post(order_url(quiz), sent_from(page))
    assert not Presence.objects.filter(what=name_of(quiz)).exists()


def test_a_wrong_place_is_named_at_its_row_and_what_was_typed_is_kept(editor):
    quiz = make_quiz()
    often = quiz.questions.get(key="often")
    page = editor.post(order_url(quiz), sent_from(editor.get(order_url(quiz))) | {f"place-{often.pk}": "first"})
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {f"place-{often.pk}"}
    assert 'value="first"' in html_of(page)
    assert editor.get(order_url(quiz, "pages")).status_code == 404


def test_a_wrong_place_does_not_hide_that_somebody_else_changed_the_order(editor):
    quiz = make_quiz()
    danger, often = quiz.questions.all()
    typed = sent_from(editor.get(order_url(quiz))) | {f"place-{often.pk}": "first"}
    quiz.questions.filter(key="danger").update(order=1000)
    wrong = editor.post(order_url(quiz), typed)
    assert (wrong.status_code, wrong.context["seen"]) == (422, typed["seen"])
    assert [line["name"] for line in wrong.context["form"].lines()] == [danger.text, often.text]
    assert editor.post(order_url(quiz), sent_from(wrong) | {f"place-{often.pk}": "2"}).status_code == 302
    assert keys(quiz) == ["often", "danger"]


def import_url(quiz):
    return f"{url(Quiz, 'change', quiz.pk).removesuffix('change/')}import/"


def test_what_was_changed_while_the_text_was_written_is_not_taken_back_unseen(editor):
    quiz = make_quiz()
    text = to_yaml(rows.to_definition(quiz))
    confirm = editor.post(import_url(quiz), {"text": text.replace("Be seen today", "Be seen now"), "step": "check"})
    edit = editor.post(import_url(quiz), sent_from(confirm) | {"step": "edit"})
    quiz.questions.filter(key="often").update(text="How often, really?")
    page = editor.post(import_url(quiz), sent_from(edit) | {"step": "check"})
    assert page.status_code == 409
    assert [each.label for each in page.context["only_theirs"]] == ["Question"]


def test_a_text_for_a_self_check_that_somebody_deleted_is_kept_and_can_become_a_new_one(editor):
    quiz = make_quiz()
    address, text = import_url(quiz), to_yaml(rows.to_definition(quiz))
    confirm = editor.post(address, {"text": text, "step": "check"})
    quiz.delete()
    page = editor.post(address, sent_from(confirm) | {"step": "replace"})
    assert "Somebody deleted this self-check." in html_of(page)
    assert sent_from(page)["text"].strip() == text.strip()
    again = editor.post(page.context["action"], sent_from(page) | {"step": "check"})
    editor.post(page.context["action"], sent_from(again) | {"step": "replace"})
    assert to_yaml(rows.to_definition(Quiz.objects.get())) == text


def test_a_copy_asks_for_an_address_and_refuses_one_that_is_taken(editor):
    quiz = make_quiz()
    page = url(Quiz, "copy", quiz.pk)
    taken = editor.post(page, {"title": "My copy", "slug": quiz.slug})
    assert taken.status_code == 422
    assert "My copy" in html_of(taken)
    done = editor.post(page, {"title": "My copy", "slug": "my-copy"})
    copy = Quiz.objects.get(slug="my-copy")
    assert done["Location"] == url(Quiz, "change", copy.pk)
    assert copy.rules.count() == 4


def test_a_copied_question_needs_a_key_and_words_of_its_own(editor):
    quiz = make_quiz()
    page = url(Question, "copy", quiz.questions.get(key="danger").pk)
    assert 'value="danger-2"' in html_of(editor.get(page))
    same = editor.post(page, {"key": "often", "text": "Any of these now?"})
    assert same.context["form"].errors.keys() == {"key", "text"}
    done = editor.post(page, {"key": "danger-2", "text": "Any of these today?"})
    assert done["Location"] == url(Question, "change", quiz.questions.get(key="danger-2").pk)


def test_an_export_is_the_file_that_an_import_takes(editor):
    quiz = make_quiz()
    file = editor.get(url(Quiz, "export", quiz.pk))
    assert file["Content-Disposition"] == f'attachment; filename="{quiz.slug}.yaml"'
    assert html_of(file) == to_yaml(rows.to_definition(quiz))
    quiz.rules.filter(default=True).delete()
    assert editor.get(url(Quiz, "export", quiz.pk))["Location"] == f"{url(Quiz, 'change', quiz.pk)}#checks"


def test_an_import_shows_what_would_change_before_it_replaces_anything(editor):
    quiz = make_quiz()
    page, text = url(Quiz, "import", quiz.pk), to_yaml(rows.to_definition(quiz))
    new = text.replace("How often does it come?", "How often now?").replace("outcome: ro", "outcome: sc")
    confirm = editor.post(page, {"text": new, "step": "check"})
    assert "its words changed." in html_of(confirm)
    assert "1 kind of answers now gets a less urgent result." in html_of(confirm)
    assert to_yaml(rows.to_definition(quiz)) == text
    edit = editor.post(page, sent_from(confirm) | {"step": "edit"})
    assert sent_from(edit)["text"].strip() == new.strip()
    done = editor.post(page, sent_from(confirm) | {"step": "replace"})
    assert done["Location"] == url(Quiz, "change", quiz.pk)
    assert to_yaml(rows.to_definition(Quiz.objects.get())) == new


def test_a_text_with_problems_comes_back_whole_with_the_lines(editor):
    quiz = make_quiz()
    text = to_yaml(rows.to_definition(quiz)).replace("outcome: ur", "outcome: gone")
    page = editor.post(url(Quiz, "import", quiz.pk), {"text": text, "step": "replace"})
    assert page.status_code == 422
    assert re.search(r"the text, line \d+: rules\[1\]\.outcome", html_of(page))
    assert sent_from(page)["text"].strip() == text.strip()
    assert quiz.rules.get(name="U1").outcome.key == "ur"


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_empty_box_is_said_to_be_empty(editor, text):
    page = editor.post("/admin/checker/quiz/import/", {"text": text, "step": "check"})
    assert page.status_code == 422
    assert "the text, line 1: It is empty." in html_of(page)
    assert "file is" not in html_of(page)


def test_an_import_over_a_working_copy_with_problems_says_that_all_is_replaced(editor):
    quiz = make_quiz()
    page, text = url(Quiz, "import", quiz.pk), to_yaml(rows.to_definition(quiz))
    quiz.rules.filter(default=True).delete()
    confirm = editor.post(page, {"text": text, "step": "check"})
    assert "so it cannot be compared" in html_of(confirm)
    editor.post(page, sent_from(confirm) | {"step": "replace"})
    assert to_yaml(rows.to_definition(Quiz.objects.get())) == text


def test_a_new_self_check_comes_from_a_text(editor):
    quiz = make_quiz()
    text = to_yaml(rows.to_definition(quiz)).replace(quiz.slug, "a-new-one")
    page = "/admin/checker/quiz/import/"
    assert page in html_of(editor.get(url(Quiz, "changelist")))
    confirm = editor.post(page, {"text": text, "step": "check"})
    assert not Quiz.objects.filter(slug="a-new-one").exists()
    editor.post(page, sent_from(confirm) | {"step": "replace"})
    new = Quiz.objects.get(slug="a-new-one")
    assert to_yaml(rows.to_definition(new)) == text
    assert not new.editions.exists()


@pytest.mark.parametrize(
    ("codename", "steps"), [("change_quiz", ["import", "question"]), ("add_quiz", ["copy", "new"])]
)
def test_who_may_not_change_or_add_is_refused_and_offered_none_of_it(client, codename, steps):
    quiz = make_quiz()
    pages = {
        "import": url(Quiz, "import", quiz.pk),
        "question": url(Question, "copy", quiz.questions.first().pk),
        "copy": url(Quiz, "copy", quiz.pk),
        "new": "/admin/checker/quiz/import/",
    }
    without_permission(client, codename)
    for step in steps:
        assert client.get(pages[step]).status_code == 403
        assert client.post(pages[step], {"text": "x", "slug": "x", "title": "x", "step": "replace"}).status_code == 403
    offered = html_of(client.get(url(Quiz, "change", quiz.pk))) + html_of(client.get(url(Quiz, "changelist")))
    assert client.get(order_url(quiz)).status_code == (403 if codename == "change_quiz" else 200)
    assert not [step for step in steps if f'href="{pages[step]}"' in offered]


def test_the_page_of_a_self_check_that_is_gone_leads_back(editor):
    for step in ("import", "export", "copy"):
        assert editor.get(url(Quiz, step, 999)).status_code == 302
    assert editor.get(url(Question, "copy", 999)).status_code == 404
