"""The start page says what to do today, for few queries however much there is."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles import approval, drafts, today
from articles.models import Article, ArticleEdition
from articles.today import Row, Task
from checker.models import Quiz
from tests.factories import (
    confirm,
    filled_form,
    make_article,
    make_clinic,
    make_edition,
    make_editor,
    make_quiz,
    make_quiz_edition,
    make_reviewer,
    make_topic,
)


def task(key: str, count: int = 0, **fields) -> Task:
    return Task(key, f"Title of {key}", count, f"/{key}/", f"Nothing in {key}.", **fields)


def test_tasks_come_in_the_order_of_the_page_whoever_gives_them(monkeypatch, rf):
    given = [[task("unknown"), task("feedback")], [task("waiting-for-review")], []]
    monkeypatch.setattr(today, "providers", [lambda request, tasks=tasks: tasks for tasks in given])
    found = [each.key for each in today.tasks(rf.get("/admin/"))]
    assert found == ["waiting-for-review", "feedback", "unknown"]


@pytest.fixture
def tasks_are(monkeypatch):
    return lambda *tasks: monkeypatch.setattr(today, "providers", [lambda request: tasks])


@pytest.mark.django_db
def test_a_task_shows_its_count_its_first_rows_and_where_all_are(admin_client, tasks_are):
    tasks_are(task("some", 7, rows=tuple(Row(f"Row {number}", f"/row/{number}/", "because") for number in range(7))))
    html = admin_client.get("/admin/").content.decode()
    assert html.count('class="task__row"') == 5
    assert '<a href="/row/4/">Row 4</a> <span class="task__note">because</span>' in html
    assert 'href="/some/">Show all 7<span class="visually-hidden">: Title of some</span>' in html
    assert "Nothing in some" not in html


@pytest.mark.django_db
def test_a_task_with_nothing_to_do_says_so(admin_client, tasks_are):
    tasks_are(task("none", serious=True))
    html = admin_client.get("/admin/").content.decode()
    assert "Nothing in none." in html
    assert '<span class="visually-hidden">: </span>0</span>' in html
    assert "task--serious" not in html
    assert "Show all" not in html


@pytest.mark.django_db
def test_what_is_serious_stands_out_while_there_is_some(admin_client, tasks_are):
    tasks_are(task("bad", 1, serious=True))
    assert "task--serious" in admin_client.get("/admin/").content.decode()


@pytest.mark.django_db
def test_drafts_are_what_was_saved_after_the_newest_edition_was_made():
    never_published, untouched, touched = make_article(), make_edition().article, make_edition().article
    touched.save()
    later = make_article()
    make_edition(later, goes_live_at=timezone.now() + timezone.timedelta(days=1))
    assert set(drafts.changed(Article.objects.all())) == {never_published, touched}
    assert untouched not in drafts.changed(Article.objects.all())


@pytest.mark.django_db
@pytest.mark.parametrize("make", [make_article, make_quiz])
def test_a_cancelled_edition_leaves_a_draft_behind(make):
    subject = make()
    copies = type(subject).objects.all()
    edition = make_edition if make is make_article else make_quiz_edition
    edition(subject)
    subject.save()
    planned = edition(subject, goes_live_at=timezone.now() + timedelta(days=7))
    assert subject not in drafts.changed(copies)
    approval.cancel(planned, by=make_reviewer())
    assert subject in drafts.changed(copies)


@pytest.mark.django_db
def test_my_drafts_are_those_i_am_the_author_of(client):
    me = make_editor()
    mine, other = make_article(author=me), make_article(author=make_editor())
    client.force_login(me)
    for which, expected in (("mine", {mine}), ("all", {mine, other}), ("rubbish", {mine, other})):
        shown = client.get(f"/admin/articles/article/?draft={which}").context["cl"].queryset
        assert set(shown) == expected
    counts = {each.key: each.count for each in client.get("/admin/").context["tasks"]}
    assert (counts["my-drafts-article"], counts["all-drafts-article"]) == (1, 2)


@pytest.mark.django_db
def test_my_drafts_of_self_checks_are_those_of_which_i_saved_a_part(client):
    make_clinic()
    mine, other, published = make_quiz(), make_quiz(), make_quiz_edition().quiz
    client.force_login(make_editor())
    outcome = mine.outcomes.first()
    page = reverse("admin:checker_outcome_change", args=[outcome.pk])
    assert client.post(page, filled_form(client.get(page)) | {"title": "Changed"}).status_code == 302
    for which, expected in (("mine", {mine}), ("all", {mine, other})):
        shown = client.get(f"/admin/checker/quiz/?draft={which}").context["cl"].queryset
        assert set(shown) == expected
    counts = {each.key: each.count for each in client.get("/admin/").context["tasks"]}
    assert (counts["my-drafts-quiz"], counts["all-drafts-quiz"]) == (1, 2)
    assert published not in drafts.changed(Quiz.objects.all())


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["questions", "outcomes", "rules", "vignettes"])
def test_a_published_self_check_is_a_draft_again_when_a_part_is_saved(admin_client, part):
    make_clinic()
    quiz = make_quiz_with_story()
    assert not drafts.changed(Quiz.objects.all())
    row = getattr(quiz, part).first()
    page = reverse(f"admin:checker_{row._meta.model_name}_change", args=[row.pk])
    assert admin_client.post(page, filled_form(admin_client.get(page))).status_code == 302
    assert list(drafts.changed(Quiz.objects.all())) == [quiz]


@pytest.mark.django_db
def test_a_published_self_check_is_a_draft_again_when_a_part_is_deleted(admin_client):
    make_clinic()
    quiz = make_quiz_with_story()
    delete = reverse("admin:checker_vignette_delete", args=[quiz.vignettes.get().pk])
    assert confirm(admin_client, delete).status_code == 302
    assert list(drafts.changed(Quiz.objects.all())) == [quiz]


def make_quiz_with_story() -> Quiz:
    """Published, with a patient story that was there already."""
    quiz = make_quiz()
    quiz.vignettes.create(name="V1", story="A story.", answers={"danger": ["cold"]}, min_level="urgent")
    return make_quiz_edition(quiz).quiz


@pytest.mark.django_db
def test_who_begins_an_article_is_its_author_unless_they_say_otherwise(client):
    me = make_editor()
    client.force_login(me)
    form = client.get("/admin/articles/article/add/").context["adminform"].form
    assert form["author"].value() == me.pk


@pytest.mark.django_db
def test_somebody_without_rights_to_articles_sees_no_tasks(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("nobody", is_staff=True))
    assert client.get("/admin/").context["tasks"] == []


def make_many(number: int) -> None:
    topic = make_topic()
    values = [
        {"slug": f"many-{n}", "title": f"Many {n}", "summary": "A summary.", "topic": topic} for n in range(number)
    ]
    articles = Article.objects.bulk_create(Article(**each) for each in values)
    now = timezone.now()
    ArticleEdition.objects.bulk_create(
        ArticleEdition(article=article, number=1, goes_live_at=now, **each)
        for article, each in zip(articles[: number // 2], values, strict=False)
    )


@pytest.mark.django_db
def test_the_start_page_asks_little_with_a_thousand_articles(client, django_assert_max_num_queries):
    client.force_login(make_editor())
    make_many(1000)
    client.get("/admin/")
    with django_assert_max_num_queries(MOST_QUERIES):
        tasks = client.get("/admin/").context["tasks"]
    assert {task.key: task.count for task in tasks}["all-drafts-article"] == 500


# Session, person, rights (2), clinic and recent actions, then two or three for each task.
MOST_QUERIES = 40
