"""Staff see what is not published as patients would, and nobody else sees it."""

import re

import pytest
from django.urls import reverse

from articles.models import Article, ArticleEdition, Section
from checker.models import Question, Quiz, QuizEdition
from tests.factories import (
    filled_form,
    make_article,
    make_audience,
    make_clinic,
    make_edition,
    make_editor,
    make_quiz,
    make_quiz_edition,
    make_section,
    make_source,
    make_term,
)
from tests.staff import html_of

pytestmark = pytest.mark.django_db


def main_of(response) -> str:
    return html_of(response).partition("<main")[2].partition("</main>")[0]


@pytest.fixture(autouse=True)
def clinic():
    return make_clinic()


def change_url(article) -> str:
    return reverse("admin:articles_article_change", args=[article.pk])


def preview_url(article) -> str:
    return reverse("admin:articles_article_preview", args=[article.pk])


def preview(client, article, **typed):
    """The preview of the form with what was typed into it."""
    form = filled_form(client.get(change_url(article)))
    return client.post(preview_url(article), form | typed)


def test_a_preview_is_the_page_that_publishing_would_make(editor):
    make_term(term="Shin", meaning="The front of the leg.")
    article = make_article(sections=2)
    make_section(article, callout="emergency", body="<p>A cold shin? Call {emergency_number}.</p>").sources.add(
        make_source()
    )
    article.audiences.set([make_audience(), make_audience()])
    draft = main_of(editor.get(preview_url(article)))
    make_edition(article)
    live = main_of(editor.get(article.get_absolute_url()))
    assert draft == live
    assert "The front of the leg." in live


def test_a_preview_says_on_top_that_it_is_a_draft_and_the_live_page_does_not(editor):
    article = make_edition().article
    page = html_of(editor.get(preview_url(article)))
    assert "Draft. Patients do not see this." in page.partition("<main")[0]
    assert f'href="{change_url(article)}"' in page
    assert "<title>Draft: " in page
    assert "Draft" not in html_of(editor.get(article.get_absolute_url()))


def test_in_a_frame_a_preview_has_no_way_back_that_would_open_inside_it(editor):
    article = make_article()
    page = editor.get(preview_url(article), headers={"Sec-Fetch-Dest": "iframe"})
    assert change_url(article) not in html_of(page)


def test_what_is_typed_is_shown_before_it_is_saved_and_nothing_is_saved(editor):
    article = make_article(sections=2)
    before = [*Article.objects.values(), *Section.objects.values()]
    page = main_of(
        preview(
            editor,
            article,
            **{
                "title": "A typed title",
                "sections-0-body": "<p>A <b>typed</b> text.<script>x</script></p>",
                "sections-1-DELETE": "on",
            },
        )
    )
    assert "<h1>A typed title</h1>" in page
    assert "<p>A <strong>typed</strong> text.</p>" in page
    assert page.count('<section class="section ') == 1
    assert [*Article.objects.values(), *Section.objects.values()] == before
    assert not ArticleEdition.objects.exists()


def test_new_sections_stand_where_their_number_says(editor):
    article = make_article()
    new = {
        "sections-TOTAL_FORMS": 2,
        "sections-1-order": "0",
        "sections-1-heading": "Read this first",
        "sections-1-anchor": "first",
        "sections-1-callout": "info",
        "sections-1-body": "<p>First.</p>",
        "sections-1-article": article.pk,
    }
    page = main_of(preview(editor, article, **new))
    assert page.index('id="first"') < page.index(f'id="{article.sections.get().anchor}"')


def test_a_form_with_errors_is_shown_as_typed_with_each_error_on_top(editor):
    article = make_article(sections=2)
    page = preview(
        editor,
        article,
        **{"title": "", "sections-1-heading": "Calf pain", "sections-1-body": "<p>Call {nobody}.<img></p>", "sections-1-anchor": "1 bad"},
    )  # fmt: skip
    top, main = html_of(page).partition("<main")[0], main_of(page)
    assert "Title: This field is required." in top
    assert "Section 2 (Calf pain), Text: “{nobody}” is not a placeholder." in top
    assert "Section 2 (Calf pain), Anchor: " in top
    assert "<p>Call {nobody}.</p>" in main
    assert "Calf pain</h2>" in main


def test_an_article_that_was_never_saved_can_be_seen_too(editor):
    form = filled_form(editor.get(reverse("admin:articles_article_add")))
    page = editor.post(reverse("admin:articles_article_preview_new"), form | {"title": "Calf pain", "topic": ""})
    assert page.status_code == 200
    assert "<h1>Calf pain</h1>" in main_of(page)
    assert "Topic: This field is required." in html_of(page)
    assert not Article.objects.exists()


def test_a_form_that_was_cut_off_breaks_no_preview(editor):
    article = make_article()
    for sent in ({}, {"sections-TOTAL_FORMS": "x"}, {"sections-TOTAL_FORMS": "99999999"}):
        assert editor.post(preview_url(article), sent).status_code == 200


def test_a_preview_of_nothing_is_not_there(editor):
    for address in (
        "/admin/articles/article/preview/",
        "/admin/articles/article/999/preview/",
        "/admin/preview/check/nowhere/",
    ):
        assert editor.get(address).status_code == 404


PRIVATE = {"X-Frame-Options": "SAMEORIGIN", "X-Robots-Tag": "noindex"}


def is_for_this_site_alone(response) -> bool:
    policy = response["Content-Security-Policy"]
    kept = "no-store" in response["Cache-Control"] and "public" not in response["Cache-Control"]
    return kept and "frame-ancestors 'self'" in policy and PRIVATE.items() <= dict(response.items()).items()


def test_only_the_preview_may_stand_in_a_frame_and_only_the_form_may_hold_one(editor):
    article, quiz = make_article(), make_quiz()
    shown = [editor.get(preview_url(article)), preview(editor, article)]
    shown += [
        editor.get(f"/admin/preview/check/{quiz.slug}/"),
        editor.get(f"/admin/preview/check/{quiz.slug}/question/danger/"),
    ]
    assert all(is_for_this_site_alone(page) for page in shown)
    forms = [editor.get(change_url(article)), editor.get(reverse("admin:checker_quiz_change", args=[quiz.pk]))]
    assert all("frame-src 'self'" in form["Content-Security-Policy"] for form in forms)
    others = [*forms, editor.get(reverse("admin:articles_article_changelist")), editor.get("/")]
    for page in others:
        assert (page["X-Frame-Options"], "frame-ancestors 'none'" in page["Content-Security-Policy"]) == ("DENY", True)
    assert all("frame-src" not in page["Content-Security-Policy"] for page in [*shown, *others[2:]])


def pages_of_both(article, quiz) -> list[str]:
    check = f"/admin/preview/check/{quiz.slug}/"
    pages = [f"{check}{page}" for page in ("", "question/danger/", "answers/", "result/", "start-again/")]
    return [preview_url(article), reverse("admin:articles_article_preview_new"), *pages]


def test_nobody_sees_a_preview_without_logging_in(client):
    for page in pages_of_both(make_article(), make_quiz()):
        for response in (client.get(page), client.post(page, {"answer": ["cold"]})):
            assert response.status_code == 302
            assert response["Location"].startswith("/admin/login/")
            assert "check" not in response.cookies


def test_staff_without_the_right_to_see_it_are_refused(client):
    client.force_login(make_editor())
    person = make_editor()
    person.groups.clear()
    client.force_login(person)
    for page in pages_of_both(make_article(), make_quiz()):
        assert client.post(page).status_code == 403, page


def answer(client, quiz, question, *chosen, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(f"/admin/preview/check/{quiz.slug}/question/{question}/", {"answer": chosen}, headers=named)


def test_a_self_check_that_was_never_published_is_walked_to_its_result(editor):
    quiz = make_quiz()
    start = editor.get(f"/admin/preview/check/{quiz.slug}/")
    assert "Draft. Patients do not see this." in html_of(start)
    assert f'href="/admin/preview/check/{quiz.slug}/question/danger/"' in main_of(start)
    assert answer(editor, quiz, "danger", "none")["Location"].endswith(
        f"/admin/preview/check/{quiz.slug}/question/often/"
    )
    assert answer(editor, quiz, "often", "daily")["Location"] == f"/admin/preview/check/{quiz.slug}/answers/"
    answers = html_of(editor.get(f"/admin/preview/check/{quiz.slug}/answers/"))
    assert f'href="/admin/preview/check/{quiz.slug}/result/"' in answers
    result = html_of(editor.get(f"/admin/preview/check/{quiz.slug}/result/"))
    assert "Book a routine visit" in main_of_text(result)
    assert not QuizEdition.objects.exists()


def main_of_text(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]


def test_no_page_of_a_preview_leads_or_posts_to_the_pages_of_patients(editor):
    quiz = make_quiz_edition().quiz
    pages = [
        editor.get(f"/admin/preview/check/{quiz.slug}/"),
        editor.get(f"/admin/preview/check/{quiz.slug}/question/danger/"),
    ]
    pages += [
        answer(editor, quiz, "danger", HX_Request="true"),
        answer(editor, quiz, "danger", "none", HX_Request="true"),
    ]
    pages += [answer(editor, quiz, "often", "daily", HX_Request="true")]
    pages += [editor.get(f"/admin/preview/check/{quiz.slug}/{page}/") for page in ("answers", "result")]
    for page in pages:
        assert not re.search(rf'(href|action|hx-[a-z]+)="/check/{quiz.slug}/', html_of(page))
    assert pages[-3]["HX-Push-Url"] == f"/admin/preview/check/{quiz.slug}/answers/"


def test_answers_of_a_preview_stay_below_its_own_path(editor):
    quiz = make_quiz_edition().quiz
    cookie = answer(editor, quiz, "danger", "none").cookies["check"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (
        f"/admin/preview/check/{quiz.slug}/",
        True,
        "Strict",
    )
    gone = editor.post(f"/admin/preview/check/{quiz.slug}/start-again/")
    assert gone["Location"] == f"/admin/preview/check/{quiz.slug}/"
    assert gone.cookies["check"]["path"] == f"/admin/preview/check/{quiz.slug}/"


def test_a_cookie_of_one_place_says_nothing_in_the_other(editor):
    quiz = make_quiz_edition().quiz
    trial = answer(editor, quiz, "danger", "none").cookies["check"].value
    # The test client keeps one cookie of that name and sends it everywhere, as no browser would.
    assert "Please start again" in html_of(editor.get(f"/check/{quiz.slug}/question/danger/"))
    editor.cookies.pop("check")
    patient = editor.post(f"/check/{quiz.slug}/question/danger/", {"answer": ["none"]}).cookies["check"].value
    assert patient != trial
    assert "Please start again" in html_of(editor.get(f"/admin/preview/check/{quiz.slug}/question/danger/"))


def test_what_was_changed_since_the_live_edition_is_asked_and_old_answers_do_not_count(editor):
    quiz = make_quiz_edition().quiz
    answer(editor, quiz, "danger", "none")
    Question.objects.filter(quiz=quiz, key="danger").update(text="Is your leg cold?")
    assert "Please start again" in html_of(editor.get(f"/admin/preview/check/{quiz.slug}/answers/"))
    editor.cookies.pop("check")
    assert "Is your leg cold?" in html_of(editor.get(f"/admin/preview/check/{quiz.slug}/question/danger/"))
    assert "Is your leg cold?" not in html_of(editor.get(f"/check/{quiz.slug}/question/danger/"))


def test_a_result_leads_to_a_section_that_is_not_published_yet_in_its_own_preview(editor):
    article = make_article()
    quiz = make_quiz(make_edition())
    quiz.outcomes.get(key="em").links.create(section=article.sections.get(), order=99)
    answer(editor, quiz, "danger", "cold")
    result = main_of(editor.get(f"/admin/preview/check/{quiz.slug}/result/"))
    assert f'href="{preview_url(article)}#{article.sections.get().anchor}"' in result


def test_a_self_check_that_cannot_be_read_says_what_to_mend(editor):
    quiz = Quiz.objects.create(slug="empty", title="Empty", intro="Hello.")
    page = html_of(editor.get(f"/admin/preview/check/{quiz.slug}/"))
    assert "cannot be tried yet" in page
    assert "<li>" in main_of_text(page)


def test_another_site_cannot_answer_in_a_preview(editor):
    quiz = make_quiz()
    assert answer(editor, quiz, "danger", "none", Sec_Fetch_Site="cross-site").status_code == 403


def test_both_forms_offer_the_preview(editor):
    article, quiz = make_article(), make_quiz()
    form = html_of(editor.get(change_url(article)))
    assert f'formaction="{preview_url(article)}"' in form
    # The first button is the one that Enter presses.
    assert re.search(r'<(?:input|button) type="submit"[^>]*', form.partition('id="article_form"')[2])[0].endswith(
        'name="_save"'
    )
    assert f'href="/admin/preview/check/{quiz.slug}/"' in html_of(
        editor.get(reverse("admin:checker_quiz_change", args=[quiz.pk]))
    )
