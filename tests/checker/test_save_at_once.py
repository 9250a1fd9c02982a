"""Two saves at the very same time, with real transactions: one goes through, the other is stopped."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from articles import stale
from articles.models import Article
from articles.roles import make_groups
from checker.models import Question
from tests.disk import on_disk
from tests.factories import filled_form, make_article, make_editor, make_quiz

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _real_transactions(transactional_db, tmp_path):
    with on_disk(tmp_path):
        # Emptying the database after another test took them away.
        make_groups()
        yield


def at_once(*jobs):
    """What the jobs give, each in a thread and a connection of its own, begun at the same moment."""
    together = Barrier(len(jobs))

    def run(job):
        try:
            together.wait()
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as threads:
        return list(threads.map(run, jobs))


def editor() -> Client:
    client = Client()
    client.force_login(make_editor())
    return client


CASES = {
    "article": (make_article, "title"),
    "section": (make_article, "sections-0-heading"),
    "question": (lambda: make_quiz().questions.first(), "text"),
    "choice": (lambda: make_quiz().questions.first(), "choices-0-text"),
}


@pytest.mark.parametrize(("make", "field"), CASES.values(), ids=CASES)
def test_exactly_one_of_two_saves_goes_through(make, field):
    row = make()
    address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    opened = [(client, filled_form(client.get(address))) for client in (editor(), editor())]
    saves = [
        lambda client=client, form=form, name=name: client.post(address, form | {field: name})
        for name, (client, form) in zip(("One", "Other"), opened, strict=True)
    ]
    pages = at_once(*saves)
    assert sorted(page.status_code for page in pages) == [302, 409]
    stopped = next(page for page in pages if page.status_code == 409)
    saved = "One" if pages[0].status_code == 302 else "Other"
    assert filled_form(opened[0][0].get(address))[field] == saved
    assert [conflict.theirs[0].after for conflict in stopped.context["conflicts"]] == [saved]


def test_a_save_and_a_deletion_at_once_never_both_go_through():
    article = make_article()
    change, delete = (reverse(f"admin:articles_article_{page}", args=[article.pk]) for page in ("change", "delete"))
    one, other = editor(), editor()
    form = filled_form(one.get(change)) | {"title": "Saved"}
    seen = other.get(delete).context["seen"]
    saved, deleted = at_once(lambda: one.post(change, form), lambda: other.post(delete, {"post": "yes", "seen": seen}))
    assert (saved.status_code, deleted.status_code) in [(302, 200), (409, 302)]
    assert Article.objects.filter(title="Saved").exists() is (saved.status_code == 302)


def test_a_question_and_the_whole_self_check_wait_for_each_other():
    """As when a question is saved while an edition comes back: both lock the self-check first."""
    question = make_quiz().questions.first()
    address = reverse("admin:checker_question_change", args=[question.pk])
    client = editor()
    form = filled_form(client.get(address)) | {"text": "Mine?"}
    quiz, seen = question.quiz, stale.token(question.quiz)

    def replace():
        try:
            with transaction.atomic():
                stale.guard(quiz, seen)
                Question.objects.filter(pk=question.pk).update(text="Theirs?")
        except stale.Stale:
            return False
        return True

    page, replaced = at_once(lambda: client.post(address, form), replace)
    assert (page.status_code, replaced) in [(302, False), (409, True)]
    assert User.objects.count() == 1
