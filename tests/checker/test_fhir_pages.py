"""Where other systems and patients fetch FHIR, and where staff paste it."""

import json

import pytest
from django.urls import reverse

from checker import publishing
from checker.models import Quiz
from tests.checker.fhir_interpreter import every_item
from tests.checker.test_fhir import check_invariants
from tests.factories import answer, make_clinic, make_editor, make_quiz, make_quiz_edition, make_reviewer
from tests.staff import html_of, url

pytestmark = pytest.mark.django_db


def address(edition):
    return f"/fhir/Questionnaire/{edition.slug}"


def test_a_live_self_check_is_public_cacheable_and_sound(client):
    make_clinic(name="Sunny Clinic", emergency_number="112")
    edition = make_quiz_edition(by=make_reviewer())
    page = client.get(address(edition))
    found = page.json()
    assert page["Content-Type"] == "application/fhir+json"
    assert "public" in page["Cache-Control"]
    assert not page.cookies
    assert found["url"] == f"http://testserver{address(edition)}"
    assert (found["status"], found["version"], found["publisher"]) == ("active", "1", "Sunny Clinic")
    assert "approvalDate" in found
    assert "Call 112 now" in str(found)
    assert "{" not in found["description"]
    check_invariants(found)


def test_who_has_it_already_is_told_so_until_the_clinic_changes_its_number(client):
    clinic = make_clinic()
    edition = make_quiz_edition()
    tag = client.get(address(edition))["ETag"]
    assert client.get(address(edition), headers={"If-None-Match": tag}).status_code == 304
    clinic.emergency_number = "999"
    clinic.save()
    page = client.get(address(edition), headers={"If-None-Match": tag})
    assert page.status_code == 200
    assert "Call 999 now" in page.content.decode()


def test_its_sections_are_linked_where_they_can_be_read(client):
    edition = make_quiz_edition()
    links = [each["valueUri"] for item in every_item(client.get(address(edition)).json()["item"])
             if item["linkId"] == "rule.U1" for each in item["extension"]]  # fmt: skip
    assert len(links) == 1
    assert client.get(links[0].partition("#")[0]).status_code == 200


def test_a_draft_and_a_withdrawn_self_check_cannot_be_fetched(client):
    assert client.get(address(make_quiz())).status_code == 404
    edition = make_quiz_edition()
    publishing.withdraw(edition, by=make_reviewer(), message="Taken back.")
    page = client.get(address(edition))
    assert page.status_code == 410
    assert page.json()["resourceType"] == "OperationOutcome"
    assert "Text" not in page.content.decode()


def test_staff_fetch_the_draft_and_nobody_else(client):
    quiz = make_quiz()
    path = reverse("admin:checker_quiz_fhir", args=[quiz.pk])
    assert client.get(path).status_code == 302
    client.force_login(make_editor())
    page = client.get(path)
    assert page.json()["status"] == "draft"
    assert "no-store" in page["Cache-Control"]
    check_invariants(page.json())
    stranger = make_editor()
    stranger.groups.clear()
    client.force_login(stranger)
    assert client.get(path).status_code == 403


def result_path(edition):
    return f"/check/{edition.slug}/result/"


def test_a_patient_takes_along_what_was_asked_and_nothing_else(client):
    edition = make_quiz_edition()
    answer(client, edition.slug, "danger", "swollen")
    answer(client, edition.slug, "often", "daily")
    path = f"/check/{edition.slug}/response/"
    assert path in client.get(result_path(edition)).content.decode()
    page = client.get(path)
    found = page.json()
    assert page["Cache-Control"] == "no-store"
    assert page["Content-Disposition"].startswith("attachment")
    assert not page.cookies
    assert found["questionnaire"] == f"http://testserver{address(edition)}|1"
    assert not found.keys() & {"subject", "author", "source"}
    given = {item["linkId"]: [a["valueCoding"]["code"] for a in item["answer"]]
             for item in every_item(found["item"]) if "answer" in item}  # fmt: skip
    assert given == {"danger": ["swollen"], "often": ["daily"]}


def test_an_emergency_leaves_out_what_was_no_longer_asked_and_the_link(client):
    edition = make_quiz_edition()
    answer(client, edition.slug, "danger", "swollen")
    answer(client, edition.slug, "often", "daily")
    answer(client, edition.slug, "danger", "cold", change=True)
    assert "/response/" not in client.get(result_path(edition)).content.decode()
    found = client.get(f"/check/{edition.slug}/response/").json()
    assert [item["linkId"] for item in every_item(found["item"]) if "answer" in item] == ["danger"]


def test_before_the_end_there_are_no_answers_to_take_and_none_are_lost(client):
    edition = make_quiz_edition()
    answer(client, edition.slug, "danger", "swollen")
    page = client.get(f"/check/{edition.slug}/response/")
    assert page["Location"] == f"/check/{edition.slug}/question/often/"
    answer(client, edition.slug, "often", "daily")
    assert client.get(result_path(edition)).status_code == 200


def questionnaire_text(**fields):
    options = [{"valueCoding": {"code": code, "display": code}} for code in ("Yes!", "No!")]
    item = {
        "linkId": "a.b",
        "text": "Does it <b>hurt</b>?",
        "type": "choice",
        "required": True,
        "answerOption": options,
    }
    name = {"linkId": "n", "text": "Your name?", "type": "string"}
    return json.dumps({"resourceType": "Questionnaire", "title": "Pain", "name": "pain", "item": [item, name]} | fields)


def test_a_pasted_questionnaire_becomes_text_with_a_report_and_then_a_draft(client):
    client.force_login(make_editor())
    path = reverse("admin:checker_quiz_import_new")
    text = questionnaire_text()
    page = client.post(path, {"text": text, "step": "check"})
    assert page.status_code == 200
    assert "“Your name?” asks for “string”, not for a choice. It was left out." in html_of(page)
    assert page.context["pasted"] == text
    assert not Quiz.objects.exists()
    shown = page.context["text"]
    page = client.post(path, {"text": shown, "step": "check", "original": text})
    assert page.context["pasted"] == text
    page = client.post(path, {"text": shown, "step": "replace", "original": text})
    quiz = Quiz.objects.get()
    assert page["Location"] == url(Quiz, "change", quiz.pk)
    assert [question.text for question in quiz.questions.all()] == ["Does it <b>hurt</b>?"]
    assert not quiz.editions.exists()


def test_a_broken_questionnaire_is_kept_and_refused_with_a_sentence(client):
    client.force_login(make_editor())
    text = questionnaire_text()[:-1]
    page = client.post(reverse("admin:checker_quiz_import_new"), {"text": text, "step": "check"})
    assert page.status_code == 422
    assert page.context["text"] == text
    assert "cannot be read as JSON" in html_of(page)


def test_pasted_on_a_self_check_its_address_stays(client):
    client.force_login(make_editor())
    quiz = make_quiz()
    page = client.post(
        reverse("admin:checker_quiz_import", args=[quiz.pk]), {"text": questionnaire_text(), "step": "check"}
    )
    assert page.context["text"].startswith(f"quiz: {quiz.slug}\n")
