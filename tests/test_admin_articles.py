"""Every screen of the admin opens; and the screens where articles are written, published and taken back."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles import approval, publishing, rating
from articles.instruments import PEMAT, Mark
from articles.models import (
    Article,
    ArticleEdition,
    Clinic,
    ClinicalCode,
    Feedback,
    QualityRating,
    SearchPhrase,
    Section,
    Step,
    Submission,
    Topic,
)
from checker.models import QuizEdition
from tests.factories import (
    confirm,
    filled_form,
    make_article,
    make_clinic,
    make_edition,
    make_editor,
    make_phrase,
    make_place,
    make_quiz,
    make_quiz_edition,
    make_reviewer,
    make_section,
    make_submission,
    make_term,
)
from tests.staff import errors_at, html_of, submit, url

pytestmark = pytest.mark.django_db

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
every_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
FROZEN = [ArticleEdition, QuizEdition, Step, Submission]
NO_ADDING = {
    Clinic: "there is one",
    Section: "on its article's page",
    ArticleEdition: "published",
    QualityRating: "on the page of an edition",
    QuizEdition: "published",
    Submission: "on the screen of its article or self-check",
    Step: "by the steps themselves",
    Feedback: "by patients",
}


@pytest.fixture
def rows():
    """One row or more in every table that the admin shows."""
    make_clinic()
    make_term()
    make_phrase()
    make_place()
    make_editor()
    quiz = make_quiz_edition().quiz
    ArticleEdition.objects.get().article.feedback.create(edition=1, useful=True, words="Clear.")
    marks = {item.number: Mark.YES for _part, item in PEMAT.items}
    rating.rate(ArticleEdition.objects.get(), PEMAT, marks, by=make_editor())
    quiz.vignettes.create(name="V1", story="A story.", answers={"danger": ["cold"]}, min_level="urgent")
    make_submission()


@every_model
def test_a_list_opens_with_a_search_each_filter_and_each_order(admin_client, rows, model):
    response = admin_client.get(url(model, "changelist"), follow=True)
    assert response.status_code == 200
    if "cl" not in response.context:
        assert model is Clinic
        return
    shown = response.context["cl"]
    queries = [choice["query_string"] for spec in shown.filter_specs for choice in spec.choices(shown)]
    queries += ["?q=x", *(f"?o={column}" for column in range(len(shown.list_display)))]
    for query in queries:
        assert admin_client.get(url(model, "changelist") + query).status_code == 200, query


@every_model
def test_a_list_has_a_search_box_and_more_than_a_name(model):
    screen = admin.site._registry[model]
    assert screen.search_fields
    assert len(screen.list_display) > 1 or model in (Section, Group)


@every_model
def test_the_page_to_add_a_row_opens_where_rows_can_be_added(admin_client, rows, model):
    assert admin_client.get(url(model, "add")).status_code == (403 if model in NO_ADDING else 200)


@every_model
def test_the_page_of_a_row_opens(admin_client, rows, model):
    row = model._default_manager.first()
    response = admin_client.get(url(model, "change", row.pk))
    assert response.status_code == 200
    assert str(row) in html_of(response)


@every_model
def test_the_page_of_a_row_opens_for_an_editor_or_is_refused(client, rows, model):
    client.force_login(make_editor())
    row = model._default_manager.first()
    status = client.get(url(model, "change", row.pk)).status_code
    assert status == (403 if model in (User, Group) else 200)


WRONG_IDS = ["0", "-1", "999999", "9" * 40, "abc", "1.5", "1/2", "_3A", "²", "%00", "..", "' OR 1=1"]


@every_model
@pytest.mark.parametrize(
    "page", ["change", "delete", "history", "publish", "compare", "restore", "withdraw", "cancel", "evidence"]
)
def test_a_wrong_id_never_breaks_a_page(admin_client, rows, model, page):
    base = url(model, "changelist")
    for wrong in WRONG_IDS:
        response = admin_client.get(f"{base}{wrong}/{page}/")
        assert response.status_code in (302, 400, 403, 404), wrong


@every_model
def test_nobody_sees_anything_without_logging_in(client, rows, model):
    row = model._default_manager.first()
    pages = [url(model, "changelist"), url(model, "change", row.pk)]
    pages += [
        f"{url(model, 'changelist')}{row.pk}/{page}/"
        for page in ("publish", "compare", "restore", "withdraw", "evidence")
    ]
    for page in pages:
        for response in (client.get(page), client.post(page)):
            assert response.status_code == 302
            assert response["Location"].startswith(("/admin/login/", f"{page}change/"))


@pytest.mark.parametrize("model", FROZEN)
def test_what_is_frozen_has_no_way_to_add_change_or_delete(admin_client, rows, model):
    edition = model.objects.first()
    page = html_of(admin_client.get(url(model, "change", edition.pk)))
    assert 'name="_save"' not in page
    assert "deletelink" not in page
    for name in ("change", "delete"):
        assert admin_client.post(url(model, name, edition.pk), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in html_of(admin_client.get(url(model, "changelist")))
    assert admin_client.post(url(model, "add")).status_code == 403
    action = {"action": "delete_selected", "_selected_action": edition.pk, "post": "yes"}
    admin_client.post(url(model, "changelist"), action)
    assert model.objects.filter(pk=edition.pk).exists()


def test_the_publish_page_names_each_problem_with_a_link_to_its_place_and_refuses(editor):
    article = make_article(sections=2)
    Section.objects.filter(pk=article.sections.last().pk).update(body="<p>Call {nobody}.</p>")
    page = editor.get(url(Article, "publish", article.pk))
    change = url(Article, "change", article.pk)
    assert "“{nobody}” is not a placeholder" in html_of(page)
    assert f'href="{change}#sections-1"' in html_of(page)
    assert 'id="sections-1"' in html_of(editor.get(change))
    assert "findings__item--blocks" in html_of(submit(editor, article))
    assert not article.submissions.exists()


def test_bringing_an_edition_back_asks_first_and_then_does_it(editor):
    make_clinic()
    edition = make_edition()
    article = edition.article
    Article.objects.filter(pk=article.pk).update(title="Spoiled")
    make_section(article)
    page = url(ArticleEdition, "restore", edition.pk)
    assert "Replace the working copy" in html_of(editor.get(page))
    article.refresh_from_db()
    assert (article.title, article.sections.count()) == ("Spoiled", 2)
    assert confirm(editor, page)["Location"] == url(Article, "change", article.pk)
    article.refresh_from_db()
    assert (article.title, article.sections.count()) == (edition.title, 1)


def test_an_edition_that_cannot_come_back_says_why(editor):
    article = make_article()
    first = make_edition(article)
    make_quiz(first).outcomes.first().links.create(section=make_section(article, anchor="later"))
    page = confirm(editor, url(ArticleEdition, "restore", first.pk), follow=True)
    assert "“later” (the outcome “Call {emergency_number} now”" in html_of(page)
    assert article.sections.count() == 2


def test_withdrawing_asks_first_and_then_shows_patients_the_message(editor):
    make_clinic()
    edition = make_edition()
    page = url(ArticleEdition, "withdraw", edition.pk)
    assert "This cannot be undone" in html_of(editor.get(page))
    assert editor.get(f"/articles/{edition.slug}/").status_code == 200
    editor.post(page, {"message": "Call {clinic_phone}."})
    gone = editor.get(f"/articles/{edition.slug}/")
    assert gone.status_code == 410
    assert 'Call <a class="phone" href="tel:5550100">' in html_of(gone)
    assert "withdrawn already" in html_of(editor.post(page, follow=True))


@pytest.mark.parametrize("make", [make_edition, make_quiz_edition])
def test_a_message_is_shown_to_copy_when_somebody_else_has_withdrawn_it_first(editor, make):
    make_clinic()
    edition, first = make(), Client()
    page = url(type(edition), "withdraw", edition.pk)
    first.force_login(make_editor(first_name="Ada", last_name="First"))
    first.post(page, {"message": "Do not take it."})
    late = editor.post(page, {"message": "Call <us> first."})
    assert late.status_code == 409
    assert '<p class="change__text">Call &lt;us&gt; first.</p>' in late.content.decode()
    assert "Ada First has withdrawn it already" in html_of(late)
    assert "Patients read this message: “Do not take it.”" in html_of(late)
    assert "Withdraw now" not in html_of(late)
    assert type(edition).objects.get(pk=edition.pk).withdrawal.message == "Do not take it."


def test_where_readers_are_sent_is_not_lost_either(editor):
    edition = make_edition()
    publishing.withdraw(edition, by=None)
    late = html_of(editor.post(url(ArticleEdition, "withdraw", edition.pk), {"successor": "/articles/calf-pain/"}))
    assert "It has been withdrawn already" in late
    assert "Patients read a standard sentence." in late
    assert '<p class="change__text">/articles/calf-pain/</p>' in late


def test_a_message_that_was_sent_twice_is_not_said_to_be_unsent(editor):
    make_clinic()
    page = url(ArticleEdition, "withdraw", make_edition().pk)
    for _twice in range(2):
        response = editor.post(page, {"message": "Do not take it. "}, follow=True)
    assert "withdrawn already" in html_of(response)
    assert "was not sent" not in html_of(response)


@pytest.mark.parametrize("make", [make_edition, make_quiz_edition])
def test_withdrawing_a_replaced_edition_says_that_patients_go_on_reading_the_newer_one(editor, make):
    make_clinic()
    old = make()
    newer = make(getattr(old, old.parent_field))
    page = url(type(old), "withdraw", old.pk)
    asked = html_of(editor.get(page))
    assert "Patients stop seeing it at once" not in asked
    assert f"{newer} has taken its place, and stays as it is." in asked
    assert f'href="{url(type(old), "change", newer.pk)}">Open edition 2' in asked
    assert ("must start again" in asked) == (make is make_quiz_edition)
    done = html_of(editor.post(page, {"message": ""}, follow=True))
    assert f"Nothing else changed for patients: {newer} had taken its place." in done
    assert type(old).objects.live().filter(pk=newer.pk).exists()


def test_a_message_with_an_unknown_placeholder_is_refused_and_kept(editor):
    edition = make_edition()
    response = editor.post(url(ArticleEdition, "withdraw", edition.pk), {"message": "Call {nobody}."})
    assert "“{nobody}” is not a placeholder" in html_of(response)
    assert 'value="Call {nobody}."' in html_of(response)
    assert ArticleEdition.objects.live().exists()


def save(client, article, **typed):
    page = client.get(url(Article, "change", article.pk))
    return client.post(url(Article, "change", article.pk), filled_form(page) | typed)


def test_an_article_saved_as_it_stands_does_not_change(editor):
    article = make_article(sections=2)
    before = [*Article.objects.values("title", "slug", "summary", "topic"), *Section.objects.values()]
    assert save(editor, article).status_code == 302
    assert [*Article.objects.values("title", "slug", "summary", "topic"), *Section.objects.values()] == before


def test_an_article_can_be_written_anew_with_its_sections(editor):
    topic, audience = make_article().topic, make_article().audiences.get()
    form = filled_form(editor.get(url(Article, "add")))
    form |= {
        "title": "Calf pain",
        "slug": "calf-pain",
        "summary": "About it.",
        "topic": topic.pk,
        "audiences": [audience.pk],
    }
    form |= {"sections-TOTAL_FORMS": 1, "sections-0-order": 10, "sections-0-heading": "What it is"}
    form |= {
        "sections-0-anchor": "what",
        "sections-0-callout": "info",
        "sections-0-body": "<p>Pain.<script>x</script></p>",
    }
    form |= {"codes-TOTAL_FORMS": 1, "codes-0-system": "icd-10-cm", "codes-0-code": "r252"}
    response = editor.post(url(Article, "add"), form)
    assert response.status_code == 302, response.context["errors"]
    section = Section.objects.get(article__slug="calf-pain")
    assert (section.heading, section.body) == ("What it is", "<p>Pain.</p>")
    assert ClinicalCode.objects.get().code == "R25.2"


def test_a_save_that_fails_keeps_all_that_was_typed_in_every_section(editor):
    article = make_article(sections=2)
    typed = {"title": "", "summary": "A typed summary.", "sections-0-heading": "A typed heading"}
    typed |= {
        "sections-1-body": "<p>A typed text.</p>",
        "sections-1-review_note": "A typed note.",
        "sections-1-anchor": "1 bad",
    }
    response = save(editor, article, **typed)
    assert response.status_code == 200
    assert all(text in html_of(response) for text in typed.values())
    assert "This field is required." in errors_at(response, "title")
    assert errors_at(response, "sections-1-anchor")
    assert not Section.objects.filter(heading="A typed heading").exists()


@pytest.mark.parametrize(
    ("phrase", "error"),
    [("", "This field is required."), (" ", "This field is required."), ("of the", "Write at least one word")],
)
def test_a_search_phrase_that_says_nothing_gets_one_error(editor, phrase, error):
    errors = errors_at(editor.post(url(SearchPhrase, "add"), {"phrase": phrase, "means": "leg cramp"}), "phrase")
    assert error in errors
    assert errors.count("<li>") == 1


def test_a_new_section_in_a_save_that_fails_is_kept_too(editor):
    article = make_article()
    typed = {
        "sections-TOTAL_FORMS": 2,
        "sections-1-heading": "A typed heading",
        "sections-1-body": "<p>A typed text.</p>",
    }
    typed |= {
        "sections-1-order": "20",
        "sections-1-anchor": "",
        "sections-1-callout": "urgent",
        "sections-1-article": article.pk,
    }
    response = save(editor, article, **typed)
    assert response.status_code == 200
    assert errors_at(response, "sections-1-anchor")
    assert "A typed heading" in html_of(response)
    assert "<p>A typed text.</p>" in html_of(response)


@pytest.mark.parametrize("name", ["sections-0-anchor", "slug"])
def test_what_links_lead_to_is_fixed_once_published_and_says_so_at_its_field(editor, name):
    article = make_article()
    assert save(editor, article, **{name: "free-until-then"}).status_code == 302
    make_edition(article)
    response = save(editor, article, **{name: "too-late"})
    assert "published as “free-until-then”" in errors_at(response, name)
    article.refresh_from_db()
    assert "too-late" not in (article.slug, article.sections.get().anchor)


def test_an_unknown_placeholder_in_a_section_is_an_error_at_its_text(editor):
    response = save(editor, make_article(), **{"sections-0-body": "<p>Call {nobody}.</p>"})
    assert "“{nobody}” is not a placeholder" in errors_at(response, "sections-0-body")


def test_a_section_that_a_self_check_leads_to_cannot_be_deleted_in_its_article(editor):
    article = make_article()
    make_quiz(make_edition(article))
    response = save(editor, article, **{"sections-0-DELETE": "on"})
    assert response.status_code == 200
    assert "would require deleting the following protected related objects" in html_of(response)
    assert article.sections.count() == 1


def test_a_published_article_cannot_be_deleted_and_the_page_names_each_thing_once_and_what_to_do(editor):
    edition = make_edition()
    make_quiz(edition)
    address = url(Article, "delete", edition.article_id)
    page = html_of(editor.get(address))
    listed = re.search(r'<ul id="deleted-objects">(.*?)</ul>', page, re.DOTALL)[1]
    assert f"{edition}</a>" in listed
    assert listed.count("<li>") == 5
    assert listed.count("The outcome “Be seen today” of the self-check") == 1
    assert "Section to read" not in listed
    assert "open its newest edition and withdraw it" in page
    assert f'href="{url(Article, "change", edition.article_id)}">Back to editing' in page
    confirm(editor, address)
    assert Article.objects.filter(pk=edition.article_id).exists()


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (lambda article: article.sections.get().sources.get(), "Section “{section}” of “{article}” cites it"),
        (lambda article: article.audiences.get(), "Article “{article}” is written for it"),
        (lambda article: article.topic, "{article}</a>"),
    ],
    ids=["source", "audience", "topic"],
)
def test_what_articles_need_cannot_be_deleted_alone_or_in_a_list_and_the_page_names_them(editor, row, says):
    article = make_edition().article
    needed = row(article)
    said = says.format(article=article, section=article.sections.get())
    alone = url(type(needed), "delete", needed.pk)
    page = html_of(editor.get(alone))
    assert said in page
    assert f'href="{url(Article, "change", article.pk)}"' in page
    assert "your account" not in page
    assert "withdraw it" not in page
    confirm(editor, alone)
    several, action = url(type(needed), "changelist"), {"action": "delete_selected", "_selected_action": needed.pk}
    asked = editor.post(several, action)
    assert said in html_of(asked)
    assert "cannot be deleted, because of these:" in html_of(asked)
    editor.post(several, action | {"post": "yes", "seen": asked.context["seen"]})
    assert type(needed).objects.filter(pk=needed.pk).exists()


def test_a_source_that_nothing_cites_and_a_draft_are_deleted_without_words_of_tables(editor):
    article = make_article()
    source = article.sections.get().sources.get()
    page = html_of(editor.get(url(Article, "delete", article.pk)))
    assert f"{article.sections.get()}</a>" in page
    assert "relationship" not in page
    confirm(editor, url(Article, "delete", article.pk))
    confirm(editor, url(type(source), "delete", source.pk))
    assert not type(source).objects.exists()


def test_an_article_links_to_its_own_editions_and_to_what_patients_see(editor):
    edition, other = make_edition(), make_edition()
    page = html_of(editor.get(url(Article, "change", edition.article_id)))
    assert f'href="/articles/{edition.slug}/"' in page
    address = re.search(r'href="([^"]*articleedition/\?[^"]*)"', page)[1]
    editions = html_of(editor.get(address))
    assert edition.title in editions
    assert other.title not in editions


def test_renaming_a_topic_in_the_list_shows_at_once_to_patients(admin_client):
    make_clinic()
    topic = make_edition().topic
    assert topic.name in html_of(admin_client.get("/"))
    form = filled_form(admin_client.get(url(Topic, "change", topic.pk)))
    admin_client.post(url(Topic, "change", topic.pk), form | {"name": "Renamed"})
    assert "Renamed" in html_of(admin_client.get("/"))


def test_the_clinic_opens_at_once_and_cannot_be_doubled(editor):
    clinic = make_clinic()
    assert editor.get(url(Clinic, "changelist"))["Location"] == url(Clinic, "change", clinic.pk)
    form = filled_form(editor.get(url(Clinic, "change", clinic.pk)))
    response = editor.post(url(Clinic, "change", clinic.pk), form | {"phone": "call me"})
    assert "Write a phone number that can be dialled" in errors_at(response, "phone")


@pytest.mark.parametrize("status", ["live", "later", "withdrawn", "rubbish"])
def test_editions_can_be_listed_by_status(editor, status):
    live, withdrawn = make_edition(), make_edition()
    publishing.withdraw(withdrawn, by=None)
    later = make_edition(goes_live_at=timezone.now() + timezone.timedelta(days=1))
    wanted = {"live": [live], "later": [later], "withdrawn": [withdrawn]}.get(status, [live, withdrawn, later])
    shown = editor.get(url(ArticleEdition, "changelist", status=status))
    assert set(shown.context["cl"].queryset) == set(wanted)


every_list = pytest.mark.parametrize(
    "model", [model for model in MODELS if model is not Clinic], ids=lambda model: model._meta.label
)


@every_list
def test_a_search_in_a_list_that_finds_nothing_says_so_and_leads_back(admin_client, model):
    html = html_of(admin_client.get(url(model, "changelist", q="nothing-is-called-that")))
    assert "Nothing fits this search and these filters." in html
    assert '<a href="?">Show all</a>' in html


@every_list
def test_an_empty_list_says_so(admin_client, model):
    html = html_of(admin_client.get(url(model, "changelist")))
    there_are_always_some = model in (User, Group)
    assert (f"No {model._meta.verbose_name_plural} yet." in html) is not there_are_always_some


@pytest.mark.parametrize(
    ("system", "code", "words"),
    [
        ("icd-10-cm", "M77.4-", "This code is not complete"),
        ("icd-10-cm", "M77.40", "every longer code that begins with it"),
        ("snomed-ct", "55300003", "By exactly this code."),
    ],
)
def test_each_code_says_how_records_find_the_article(editor, system, code, words):
    article = make_article()
    article.codes.create(system=system, code=code)
    assert words in editor.get(url(Article, "change", article.pk)).content.decode()


def test_a_code_with_a_wrong_digit_is_refused_and_stays_as_it_was_typed(editor):
    typed = {"codes-TOTAL_FORMS": 1, "codes-0-system": "snomed-ct", "codes-0-code": "55300004"}
    response = save(editor, make_article(), **typed)
    assert "its last digit does not fit the others" in response.content.decode()
    assert 'value="55300004"' in response.content.decode()


@pytest.fixture
def ann():
    return make_editor(username="account-7", first_name="Ann", last_name="Other")


@pytest.mark.parametrize("make", [make_article, make_quiz])
def test_who_did_something_is_named_and_not_their_account(editor, ann, make):
    make_clinic()
    subject = make()
    approver = make_reviewer(username="account-8", first_name="Rita", last_name="Viewer")
    edition = approval.approve(make_submission(subject, by=ann), by=approver)
    waiting = make_submission(subject, by=ann)
    returned = make_submission(make(), by=ann)
    approval.give_back(returned, by=approver, comment="No.")
    pages = {
        url(type(edition), "changelist"): "Rita Viewer",
        url(type(edition), "change", edition.pk): "Rita Viewer",
        url(Submission, "changelist", q="Ann"): "Ann Other",
        url(Submission, "change", waiting.pk): "Ann Other",
        url(Submission, "change", returned.pk): "Rita Viewer",
        url(type(subject), "change", subject.pk): "Submitted by Ann Other",
        url(type(subject), "publish", subject.pk): "Ann Other",
        url(type(returned.subject), "change", returned.subject.pk): "Returned by Rita Viewer",
        reverse("admin:index"): "",
    }
    found = {address: html_of(editor.get(address)) for address in pages}
    assert [address for address, name in pages.items() if name not in found[address]] == []
    assert [address for address, page in found.items() if re.search(r"account-\d(?!\))", page)] == []


def test_an_author_is_chosen_by_name_and_account(editor, ann):
    make_editor(username="nameless", first_name="", last_name="")
    page = html_of(editor.get(url(Article, "change", make_article(author=ann).pk)))
    assert f'<option value="{ann.pk}" selected>Ann Other (account-7)</option>' in page
    assert ">nameless</option>" in page


def test_who_became_the_author_meanwhile_is_named(editor, ann):
    article = make_article()
    page = url(Article, "delete", article.pk)
    seen = editor.get(page).context["seen"]
    Article.objects.update(author=ann)
    told = html_of(editor.post(page, {"post": "yes", "seen": seen}))
    assert "<ins>" in told
    assert "Ann Other" in told
    assert "account-7" not in told
