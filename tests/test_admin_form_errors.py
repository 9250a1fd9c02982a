"""Every error of an admin form is named on top with its row and field, and leads there."""

import re
from html import unescape

import pytest
from django.urls import reverse

from articles import approval
from articles.models import ArticleEdition, Clinic, Source
from checker.models import Question
from tests.factories import (
    filled_form,
    make_article,
    make_clinic,
    make_edition,
    make_quiz,
    make_quiz_edition,
    make_reviewer,
    make_source,
    make_submission,
    make_topic,
)

pytestmark = pytest.mark.django_db


def change_url(row) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def sent(client, row, **typed):
    return client.post(change_url(row), filled_form(client.get(change_url(row))) | typed)


def listed(response) -> dict[str, str]:
    """{text of an error: id of the element it leads to}"""
    page = response.content.decode()
    found = re.findall(
        r'<li><a href="#([^"]*)">(.*?)</a></li>', page.partition('class="problems"')[2].partition("</ul>")[0]
    )
    ids = set(re.findall(r'\bid="([^"]*)"', page))
    assert {target for target, _text in found} <= ids, "an error leads nowhere"
    return {unescape(re.sub(r"<[^>]*>", "", text)): target for target, text in found}


def test_each_error_names_its_row_and_field_and_leads_there(editor):
    typed = {
        "title": "",
        "summary": "Call {nobody}.",
        "sections-0-order": "first",
        "sections-1-heading": "Calf pain",
        "sections-1-body": "<p>Call {nobody}.</p>",
        "sections-1-anchor": "1 bad",
    }
    found = listed(sent(editor, make_article(sections=3), **typed))
    assert found["Title: This field is required."] == "id_title"
    anchor = {text: target for text, target in found.items() if text.startswith("Section 2 (Calf pain), Anchor: ")}
    assert set(anchor.values()) == {"id_sections-1-anchor"}
    texts = {text.partition("” is not")[0]: target for text, target in found.items()}
    assert texts["Summary: “{nobody}"] == "id_summary"
    assert texts["Section 2 (Calf pain), Text: “{nobody}"] == "id_sections-1-body"
    assert any(text.startswith("Section 1 (") and "Order: Enter a whole number." in text for text in found)
    assert not any(text.startswith("Section 3") for text in found)


def test_a_group_of_boxes_and_a_new_row_can_be_gone_to(editor):
    new = {"codes-TOTAL_FORMS": 1, "codes-0-system": "icd-10-cm", "codes-0-code": "r 25"}
    found = listed(sent(editor, make_article(), audiences=[], **new))
    assert found["Written for: This field is required."] == "id_audiences"
    assert found["Clinical code 1 (r 25), Code: Use capitals, digits, points and hyphens."] == "id_codes-0-code"


def test_an_error_of_all_rows_together_leads_to_their_group(editor):
    article = make_article(sections=2)
    make_quiz(make_edition(article))
    found = listed(sent(editor, article, **{"sections-0-DELETE": "on"}))
    assert [target for text, target in found.items() if text.startswith("Sections: ")] == ["sections-group"]


def test_two_sections_with_one_anchor_are_told_by_their_rows(editor):
    article = make_article(sections=2)
    first = article.sections.first().anchor
    found = listed(sent(editor, article, **{"sections-1-anchor": first}))
    assert found
    assert all(text.startswith("Section") for text in found)


def test_every_form_of_the_admin_has_the_list(editor):
    question = Question.objects.filter(quiz=make_quiz()).first()
    wrong = {make_source(): {"ref": "1"}, make_clinic(): {"phone": "call me"}, question: {"choices-0-text": ""}}
    for row, typed in wrong.items():
        assert listed(sent(editor, row, **typed)), row


def test_a_name_that_was_typed_is_shown_as_text(editor):
    response = sent(
        editor, make_article(), **{"sections-0-heading": "<b>Legs</b> " + "x" * 100, "sections-0-anchor": ""}
    )
    page = response.content.decode()
    assert "Section 1 (&lt;b&gt;Legs&lt;/b&gt; " in page
    assert "<b>Legs" not in page


def test_a_form_without_errors_has_no_list(editor):
    for row in (make_article(), make_clinic(), make_source()):
        assert 'class="problems"' not in editor.get(change_url(row)).content.decode()
    assert Clinic.objects.exists()
    assert Source.objects.exists()


def page_of(row, step: str) -> str:
    return change_url(row).removesuffix("change/") + f"{step}/"


def waiting():
    return make_submission().subject


def used_edition():
    make_quiz_edition()
    return ArticleEdition.objects.get()


def seen_on(page) -> str:
    """What the page was opened on, if it says so in a hidden field."""
    found = re.search(r'name="seen" value="([^"]*)"', page.content.decode())
    return found[1] if found else ""


# What is sent to which page, and what the list of errors says and leads to.
STEPS = {
    "submit": (make_article, "publish", {"step": "submit", "goes_live_at_0": "x"}, {"What changed": "id_reason", "Goes live": "id_goes_live_at_0"}),
    "return": (waiting, "publish", {"step": "return"}, {"What must be mended": "id_return-comment"}),
    "invite": (waiting, "publish", {"step": "invite"}, {"For whom": "id_invite-invited"}),
    "withdraw": (used_edition, "withdraw", {"message": "{nobody}"}, {"Message to patients": "id_message"}),
    "copy a self-check": (make_quiz, "copy", {"title": "", "slug": "a b"}, {"Title": "id_title", "Address": "id_slug"}),
}  # fmt: skip


@pytest.mark.parametrize(("make", "page", "typed", "expected"), STEPS.values(), ids=STEPS)
def test_the_pages_of_single_steps_have_the_list_too(client, make, page, typed, expected):
    make_clinic()
    client.force_login(make_reviewer())
    row = make()
    submission = approval.waiting_for(row) if type(row) in approval.kinds else None
    sent = {"submission": submission.pk if submission else "", "seen": seen_on(client.get(page_of(row, page)))}
    response = client.post(page_of(row, page), sent | typed)
    assert response.status_code == 422
    found = {text.partition(":")[0]: target for text, target in listed(response).items()}
    assert expected.items() <= found.items()


def test_a_wrong_place_in_an_order_is_named_with_its_row(editor):
    quiz = make_quiz()
    question = quiz.questions.last()
    page = editor.post(page_of(quiz, "order/questions"), {f"place-{question.pk}": "first"})
    assert listed(page) == {f"{question}: Enter a whole number.": f"id_place-{question.pk}"}


def test_a_wrong_number_in_a_list_is_named_with_its_row(editor):
    topic = make_topic(name="Feet")
    address = reverse("admin:articles_topic_changelist")
    fields = {
        "form-TOTAL_FORMS": 1,
        "form-INITIAL_FORMS": 1,
        "form-0-id": topic.pk,
        "form-0-order": "x",
        "_save": "Save",
    }
    seen = editor.get(address).context["seen"]
    page = editor.post(address, fields | {"seen": seen})
    assert listed(page) == {"Feet, Order: Enter a whole number.": "id_form-0-order"}
    assert 'value="x"' in page.content.decode()
