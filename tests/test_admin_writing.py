"""What helps editors write: reading level, the menu to insert, fixed anchors; for staff alone, and bounded."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles import approval
from articles.admin.levels import LONGEST
from articles.models import Section
from articles.placeholders import PLACEHOLDERS
from tests.factories import (
    filled_form,
    make_article,
    make_clinic,
    make_edition,
    make_editor,
    make_quiz,
    make_section,
    make_source,
    make_term,
)
from tests.staff import html_of

pytestmark = pytest.mark.django_db

LEVELS, INSERT = "/admin/writing/levels/", "/admin/writing/insert/"
LONG = "You can walk and sit and lie and stand and run and go up and down and in and out and so on."


@pytest.fixture
def editor(client):
    make_clinic()
    client.force_login(make_editor())
    return client


def change_page(client, article) -> str:
    return html_of(client.get(reverse("admin:articles_article_change", args=[article.pk])))


def row_of(page: str, number: int) -> str:
    return page.partition(f'id="sections-{number}"')[2].partition('<div class="inline-related')[0]


def test_each_section_shows_its_level_and_names_what_is_hard_without_a_script(editor):
    article = make_article()
    make_section(article, heading="Pain", body=f"<p>{LONG}</p><p>Ask a physiotherapist.</p>", order=1_000_000)
    page = change_page(editor, article)
    assert LONG in row_of(page, 1).partition("data-reading")[2]
    assert "<strong>physiotherapist</strong>" in row_of(page, 1)
    assert re.search(r"2\d words · grade \d+\.\d \(aim for 8 or less\)", row_of(page, 1))
    assert "No long sentences and no hard words." in row_of(page, 0)


def test_the_article_shows_its_level_as_a_whole(editor):
    article = make_article(sections=2)
    total = change_page(editor, article).partition("field-reading_level_of_all")[2].partition("</div>\n</div>")[0]
    assert "(aim for 6 or less)" in total


def test_the_page_to_add_an_article_has_no_words_yet(editor):
    assert html_of(editor.get(reverse("admin:articles_article_add"))).count("No words yet.") == 2


def test_what_is_typed_is_measured_section_by_section_and_as_a_whole(editor):
    typed = {"sections-0-heading": "Pain", "sections-0-body": f"<p>{LONG}</p>"}
    typed |= {"sections-3-heading": "Rest", "sections-3-body": "<p>Sit.<script>physiotherapist</script></p>"}
    found = editor.post(LEVELS, typed).json()
    assert set(found) == {"sections-0", "sections-3", "article"}
    assert LONG in found["sections-0"]
    assert "2 words" in found["sections-3"]
    assert "physiotherapist" not in found["sections-3"]
    assert "26 words" in found["article"]


def test_typed_words_come_back_as_text(editor):
    found = editor.post(LEVELS, {"sections-0-body": f"<p>&lt;b onclick=x&gt;{LONG[:-1]} physiotherapist.</p>"}).json()
    assert "&lt;b onclick=x&gt;" in found["sections-0"]
    assert "<b " not in found["sections-0"]


def test_a_number_counts_as_patients_read_it(editor):
    found = editor.post(LEVELS, {"sections-0-body": "<p>Call {maternity_unit}.</p>"}).json()
    assert "5 words" in found["sections-0"]


@pytest.mark.parametrize("name", ["sections-__prefix__-body", "sections-0-note", "x", "sections-99999-body"])
def test_fields_that_are_no_sections_are_left_alone(editor, name):
    assert set(editor.post(LEVELS, {name: "<p>Sit.</p>"}).json()) == {"article"}


def test_a_text_that_is_too_long_is_refused(editor):
    response = editor.post(LEVELS, {"sections-0-body": "a" * (LONGEST + 1)})
    assert (response.status_code, response.json()) == (413, {"problem": "This is too long to measure."})
    assert editor.post(LEVELS, {"sections-0-body": "a" * LONGEST}).status_code == 200


def test_only_staff_are_helped_and_only_from_the_form(editor, client):
    assert Client().post(LEVELS, {}).status_code == 302
    assert Client().get(INSERT).status_code == 302
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(make_editor())
    assert guarded.post(LEVELS, {}).status_code == 403
    assert editor.get(LEVELS).status_code == 405
    person = make_editor()
    person.groups.clear()
    client.force_login(person)
    assert (client.post(LEVELS, {}).status_code, client.get(INSERT).status_code) == (403, 403)


def items(response) -> dict[str, tuple[str, str]]:
    """{what is put in: (address of its link, what staff read beside it)}"""
    found = re.findall(
        r'data-text="([^"]*)"(?: data-url="([^"]*)")?><strong>.*?</strong> <span[^>]*>(.*?)</span>',
        response.content.decode(),
    )
    return {unescape(text): (url, unescape(about)) for text, url, about in found}


def test_every_placeholder_can_be_put_in_and_shows_what_patients_read(editor):
    found = items(editor.get(INSERT))
    assert {f"{{{name}}}" for name in PLACEHOLDERS} <= set(found)
    assert found["{maternity_unit}"] == ("", "your maternity unit (555-0101)")


def test_a_link_leads_to_a_section_that_patients_can_read_or_to_one_of_this_article(editor):
    edition, draft, other = make_edition(), make_article(), make_article()
    live, own, hidden = edition.sections.get(), draft.sections.get(), other.sections.get()
    found = items(editor.get(INSERT, {"article": draft.pk}))
    assert found[live.heading][0] == f"/articles/{edition.slug}/#{live.anchor}"
    assert found[own.heading][0] == f"/articles/{draft.slug}/#{own.anchor}"
    assert hidden.heading not in found


def test_a_word_of_the_glossary_comes_in_as_it_is_written_in_texts(editor):
    make_term(term="Seizure (fit, convulsion)", meaning="A sudden shaking.")
    make_term(term="ABI", meaning="A test.")
    found = items(editor.get(INSERT))
    assert found["seizure"] == ("", "A sudden shaking.")
    assert found["ABI"] == ("", "A test.")


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("maternity", {"{maternity_unit}"}),
        ("out of hours", {"{out_of_hours_line}"}),
        ("calf", {"Calf pain"}),
        ("SHAKING", {"seizure"}),
    ],
)
def test_a_search_leaves_what_fits(editor, query, wanted):
    article = make_article()
    Section.objects.filter(article=article).update(heading="Calf pain")
    make_edition(article)
    make_term(term="Seizure", meaning="A sudden shaking.")
    assert set(items(editor.get(INSERT, {"q": query}))) == wanted


def test_a_search_for_nothing_that_is_there_says_so(editor):
    assert "Nothing fits “<b>”." in html_of(editor.get(INSERT, {"q": "<b>"}))
    assert "<b>" not in editor.get(INSERT, {"q": "<b>"}).content.decode()


@pytest.mark.parametrize("article", ["", "x", "-1", "²", "9" * 40])
def test_a_wrong_article_breaks_no_menu(editor, article):
    assert editor.get(INSERT, {"article": article}).status_code == 200


def test_an_anchor_can_be_typed_until_it_is_published_and_then_says_why_not(editor):
    article = make_article()
    assert " readonly" not in row_of(change_page(editor, article), 0)
    make_edition(article)
    make_section(article, order=1_000_000)
    page = change_page(editor, article)
    assert re.search(r'name="sections-0-anchor"[^>]* readonly', row_of(page, 0))
    assert "Fixed: this section has been published" in row_of(page, 0)
    assert " readonly" not in row_of(page, 1)


def queries_of(client, article) -> int:
    with CaptureQueriesContext(connection) as queries:
        change_page(client, article)
    return len(queries)


def test_more_sections_ask_the_database_no_more_often(editor):
    few, many = make_article(sections=2), make_article(sections=12)
    for section in Section.objects.all():
        section.sources.add(make_source())
    make_edition(few)
    make_edition(many)
    # The first look at each also notes who has it open.
    change_page(editor, few), change_page(editor, many)
    assert queries_of(editor, many) == queries_of(editor, few)


@pytest.mark.parametrize("make", [make_article, make_quiz])
def test_an_address_can_be_typed_until_it_is_published_and_then_only_read(admin_client, make):
    make_clinic()
    subject = make()
    address = reverse(f"admin:{subject._meta.app_label}_{subject._meta.model_name}_change", args=[subject.pk])

    def field():
        return re.search(r"<input[^>]*name=\"slug\"[^>]*>", admin_client.get(address).content.decode())[0]

    assert "readonly" not in field()
    approval.kind_of(subject).publish(subject)
    assert "readonly" in field()
    assert "Fixed: it has been published" in admin_client.get(address).content.decode()


def test_a_wrong_address_that_was_sent_all_the_same_can_be_put_right(admin_client):
    make_clinic()
    article = make_edition().article
    address = reverse("admin:articles_article_change", args=[article.pk])
    page = admin_client.post(address, filled_form(admin_client.get(address)) | {"slug": "another"})
    [field] = re.findall(r"<input[^>]*name=\"slug\"[^>]*>", page.content.decode())
    assert 'value="another"' in field
    assert "readonly" not in field
