"""What waits for a reviewer and what came back from one stands on the start page."""

import pytest

from articles import approval, waiting
from articles.models import Article
from checker.models import Quiz
from tests.factories import make_article, make_editor, make_quiz, make_reviewer, make_submission
from tests.staff import html_of, url

pytestmark = pytest.mark.django_db


def tasks_of(rf, person) -> dict:
    request = rf.get("/admin/")
    request.user = person
    return {task.key: task for task in waiting.tasks(request)}


def test_what_waits_is_there_for_reviewers_and_leads_to_the_review(rf):
    first, second = make_submission(), make_submission(make_quiz())
    task = tasks_of(rf, make_reviewer())["waiting-for-review"]
    assert task.count == 2
    assert [row.url for row in task.rows] == [
        url(Article, "publish", first.object_id),
        url(Quiz, "publish", second.object_id),
    ]
    assert task.rows[0].note.startswith("by Ed Itor, ")
    assert "waiting-for-review" not in tasks_of(rf, make_editor())


def test_nobody_is_asked_to_approve_their_own_work(rf, settings):
    reviewer = make_reviewer()
    make_submission(by=reviewer)
    assert tasks_of(rf, reviewer)["waiting-for-review"].count == 0
    settings.FOUR_EYES = False
    assert tasks_of(rf, reviewer)["waiting-for-review"].count == 1


def test_what_was_returned_waits_for_who_submitted_it_until_it_is_submitted_again(rf):
    editor, reviewer, article = make_editor(), make_reviewer(), make_article()
    submission = make_submission(article, by=editor)
    approval.give_back(submission, by=reviewer, comment="The dose is wrong.")
    task = tasks_of(rf, editor)["returned-to-me"]
    assert [row.url for row in task.rows] == [url(Article, "change", article.pk)]
    assert tasks_of(rf, make_editor())["returned-to-me"].count == 0
    make_submission(article, by=make_editor())
    assert tasks_of(rf, editor)["returned-to-me"].count == 0


def test_the_list_shows_the_same(client):
    reviewer = make_reviewer()
    mine, other = make_submission(by=reviewer), make_submission()
    client.force_login(reviewer)
    page = html_of(client.get(url(type(mine), "changelist", mine="review")))
    assert other.title in page
    assert mine.title not in page


def test_the_tasks_take_the_same_queries_for_any_number(rf, django_assert_num_queries):
    reviewer = make_reviewer()
    for number in (1, 4):
        for _count in range(number):
            make_submission()
            approval.give_back(make_submission(by=reviewer), by=make_reviewer(), comment="No.")
        tasks_of(rf, reviewer)
        with django_assert_num_queries(4):
            tasks_of(rf, reviewer)
