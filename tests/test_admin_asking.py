"""“Ask like a record”: staff see what a medical record gets for a code."""

import json
from html import unescape

import pytest
from django.contrib.auth.models import User

from articles.admin import asking
from tests.factories import make_article, make_clinic, make_edition, make_editor, make_reviewer, make_section

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    make_clinic()
    client.force_login(make_editor())
    return client


def make_coded(*codes: str, **fields) -> None:
    article = make_article(**fields)
    for code in codes:
        article.codes.create(system="icd-10-cm", code=code)
    make_edition(article)


def answer(client, **query) -> str:
    response = client.get("/admin/ask/", query)
    assert response.status_code == 200
    return unescape(response.content.decode())


def test_before_a_code_is_given_there_is_only_the_form(editor):
    html = answer(editor)
    assert 'name="code"' in html
    assert "The answer for" not in html


def test_the_answer_shows_what_was_found_and_the_requests_to_copy(editor):
    make_coded("M77.40", title="Foot pain", slug="foot-pain")
    make_coded("M77.4-", title="Feet")
    html = answer(editor, system="icd-10-cm", code="m7740")
    assert "The answer for ICD-10-CM M77.40" in html
    assert '<a href="/articles/foot-pain/">Foot pain</a></th><td>M77.40</td><td>1.0</td>' in html
    assert "<td>M77.4-</td><td>0.8</td>" in html
    address = (
        "http://testserver/infobutton/?mainSearchCriteria.v.cs=2.16.840.1.113883.6.90&mainSearchCriteria.v.c=M77.40"
    )
    assert f"readonly>{address}&knowledgeResponseType=text%2Fxml</textarea>" in html
    assert editor.get(f"{address}&knowledgeResponseType=application/json").json()["feed"]["id"]["_value"] in html


def test_what_is_shown_is_what_the_request_gets(editor):
    make_coded("M77.40", title="Foot <pain> & more")
    page = editor.get("/admin/ask/", {"system": "icd-10-cm", "code": "M77.40"})
    for _name, url, text in page.context["requests"]:
        sent = editor.get(url)
        assert json.loads(text) == sent.json() if "json" in url else text == sent.content.decode()


def test_a_subtopic_leads_to_sections(editor):
    article = make_article(title="Foot pain", slug="foot-pain", sections=0)
    make_section(article, heading="Rest", anchor="rest", subtopic="therapy")
    article.codes.create(system="icd-10-cm", code="M77.40")
    make_edition(article, by=make_reviewer(first_name="Ana", last_name="Bo"))
    html = answer(editor, system="icd-10-cm", code="M77.40", subtopic="therapy")
    assert '<a href="/articles/foot-pain/#rest">Foot pain: Rest</a>' in html
    assert "Ana Bo" in html


def test_a_code_that_nobody_has_is_told_so(editor):
    assert "No article that patients can read has this code" in answer(editor, system="snomed-ct", code="55300003")


def test_a_code_of_a_wrong_form_is_asked_for_all_the_same_with_a_word_about_it(editor):
    html = answer(editor, system="snomed-ct", code="55300004")
    assert "its last digit does not fit the others" in html
    assert "The answer for SNOMED CT 55300004" in html


@pytest.mark.parametrize(
    "query",
    [
        {"code": ""},
        {"code": "M77"},
        {"code": "M77", "system": "loinc"},
        {"code": "x" * 41, "system": "icd-10"},
        {"code": "\x01", "system": "icd-10"},
    ],
)
def test_what_cannot_be_asked_comes_back_with_the_error(editor, query):
    html = answer(editor, **query)
    assert "Please correct the error below." in html
    assert f'value="{query["code"]}"' in html or not query["code"]


def test_a_code_without_anything_that_is_compared_is_an_empty_answer(editor):
    assert "No article that patients can read" in answer(editor, system="icd-10-cm", code="-")


def test_it_is_for_staff_who_may_see_articles(client):
    assert client.get("/admin/ask/").status_code == 302
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    assert client.get("/admin/ask/").status_code == 403


def test_the_page_of_an_article_leads_there(editor):
    article = make_article()
    code = article.codes.create(system="icd-10-cm", code="M77.4-")
    html = unescape(editor.get(f"/admin/articles/article/{article.pk}/change/").content.decode())
    assert f'href="{asking.address(code.system, code.code)}"' in html
    assert 'href="/admin/ask/"' in html


def test_the_answer_costs_the_same_for_one_article_and_for_many(editor, django_assert_max_num_queries):
    for _number in range(4):
        make_coded("M77.40")
    answer(editor, system="icd-10-cm", code="M77.40")
    with django_assert_max_num_queries(6):
        answer(editor, system="icd-10-cm", code="M77.40")
