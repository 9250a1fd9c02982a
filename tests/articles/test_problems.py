"""What a check found is kept, so that the start page and lists need not check again."""

import pytest

from articles import problems
from articles.models import Article, LastCheck
from articles.publishing import Finding
from checker.models import Quiz
from tests.factories import filled_form, make_article, make_clinic, make_edition, make_editor, make_quiz

pytestmark = pytest.mark.django_db
BAD, LOOK = Finding("It is wrong."), Finding("Look at it.", blocks=False)


def test_the_newest_check_of_a_working_copy_replaces_the_one_before():
    article = make_article()
    for findings, kept in (([BAD, LOOK, BAD], (2, 1, "It is wrong.")), ([LOOK], (0, 1, "")), ([], (0, 0, ""))):
        problems.keep(article, findings)
        row = LastCheck.objects.get()
        assert (row.must_mend, row.worth_a_look, row.first) == kept


def test_those_with_something_to_mend_are_found_among_their_own_kind():
    make_clinic()
    bad, fine, unknown = make_article(), make_article(), make_article()
    quiz = make_quiz(make_edition())
    for working_copy, findings in ((bad, [BAD]), (fine, [LOOK]), (quiz, [BAD])):
        problems.keep(working_copy, findings)
    assert list(problems.having(Article.objects.all())) == [bad]
    assert unknown not in problems.having(Article.objects.all())
    assert list(problems.having(Quiz.objects.all())) == [quiz]


@pytest.fixture
def staff(client):
    client.force_login(make_editor())
    return client


def task(client, key: str):
    return next(task for task in client.get("/admin/").context["tasks"] if task.key == key)


def test_saving_an_article_checks_it_and_the_start_page_tells(staff):
    article = make_article()
    url = f"/admin/articles/article/{article.pk}/change/"
    typed = {"sections-0-body": '<p><a href="/articles/nowhere/">x</a></p>'}
    assert staff.post(url, filled_form(staff.get(url)) | typed).status_code == 302
    found = task(staff, "problems-article")
    assert (found.count, found.rows[0].url) == (1, url)
    assert "leads to an article that is not published" in found.rows[0].note
    assert list(staff.get(found.url).context["cl"].queryset) == [article]
    staff.post(url, filled_form(staff.get(url)) | {"sections-0-body": "<p>Rest.</p>"})
    assert task(staff, "problems-article").count == 0


def test_the_screen_that_publishes_keeps_what_it_found(staff):
    article = make_article(sections=0)
    staff.get(f"/admin/articles/article/{article.pk}/publish/")
    assert LastCheck.objects.get().first == "The article has no sections."


def test_the_page_of_a_self_check_keeps_what_it_found(staff):
    make_clinic()
    quiz = make_quiz(make_edition(), intro="Call {nobody}.")
    staff.get(f"/admin/checker/quiz/{quiz.pk}/change/")
    found = task(staff, "problems-quiz")
    assert [row.text for row in found.rows] == [str(quiz)]
    assert "“{nobody}” is not a placeholder" in found.rows[0].note


def check(client, *articles):
    chosen = {"action": "check_now", "_selected_action": [article.pk for article in articles]}
    return client.post("/admin/articles/article/", chosen, follow=True).content.decode()


def test_staff_check_those_they_choose(staff, monkeypatch):
    good, bad = make_article(), make_article(sections=0)
    assert "1 of 2 must be mended." in check(staff, good, bad)
    assert "Checked: nothing must be mended." in check(staff, good)
    assert list(problems.having(Article.objects.all())) == [bad]
    monkeypatch.setattr("articles.admin.problems.MOST_AT_ONCE", 1)
    assert "Choose 1 at most" in check(staff, good, bad)


def test_an_article_that_is_gone_is_no_task(staff):
    article = make_article()
    problems.keep(article, [BAD])
    article.delete()
    assert task(staff, "problems-article").count == 0
