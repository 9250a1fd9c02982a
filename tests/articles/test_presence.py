"""Who has what open: staff see it when they open it too, and it is forgotten soon."""

import datetime
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Presence
from articles.stale import name_of
from tests.factories import filled_form, make_article, make_editor, make_quiz

pytestmark = pytest.mark.django_db


def change(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def presence(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_presence", args=[row.pk])


def log_in(name):
    client = Client()
    client.force_login(make_editor(first_name=name, last_name="Editor"))
    return client


@pytest.fixture
def ann():
    return log_in("Ann")


@pytest.fixture
def bob():
    return log_in("Bob")


def shown(client, row):
    return unescape(client.get(change(row)).content.decode())


def test_who_opens_an_article_sees_who_has_it_open_but_not_themselves(ann, bob):
    article = make_article()
    assert "may be editing" not in shown(ann, article)
    assert "Ann Editor opened this just now" in shown(bob, article)
    assert "Ann Editor opened" not in shown(bob, make_article())


def test_minutes_are_told_and_a_quarter_of_an_hour_later_nobody_is_there(ann, bob, set_clock):
    article, now = make_article(), timezone.now()
    set_clock(now)
    shown(ann, article)
    set_clock(now + datetime.timedelta(minutes=3))
    assert "Ann Editor opened this 3 minutes ago" in shown(bob, article)
    set_clock(now + datetime.timedelta(minutes=16))
    assert "Ann Editor opened" not in shown(bob, article)
    assert Presence.objects.count() == 1


def test_a_page_that_stays_open_says_so(ann, bob, set_clock):
    article, now = make_article(), timezone.now()
    set_clock(now)
    shown(ann, article)
    set_clock(now + datetime.timedelta(minutes=14))
    assert ann.post(presence(article)).status_code == 204
    set_clock(now + datetime.timedelta(minutes=28))
    assert "Ann Editor opened this 28 minutes ago" in shown(bob, article)


def test_who_saved_has_left(ann, bob):
    article = make_article()
    ann.post(change(article), filled_form(ann.get(change(article))) | {"title": "New"})
    assert "Ann Editor opened" not in shown(bob, article)


def test_a_part_of_a_self_check_that_is_open_is_told_on_the_whole_one_and_not_on_the_other_parts(ann, bob):
    quiz = make_quiz()
    first, second = quiz.questions.all()
    shown(ann, first)
    assert "Ann Editor opened a part of this just now" in shown(bob, quiz)
    assert "Ann Editor opened" not in shown(bob, second)


def test_only_staff_who_may_edit_can_say_that_they_are_there(ann, client):
    article = make_article()
    assert ann.get(presence(article)).status_code == 405
    assert client.post(presence(article)).status_code == 302
    client.force_login(make_editor(is_staff=True))
    client.post(presence(article))
    assert not Presence.objects.exists()
    Article.objects.filter(pk=article.pk).delete()
    assert ann.post(presence(article)).status_code == 403


def test_a_person_has_a_thing_open_once(ann):
    article = make_article()
    for _opening in range(2):
        shown(ann, article)
    assert [str(row).endswith(name_of(article)) for row in Presence.objects.all()] == [True]


@pytest.mark.parametrize("page", ["import/", "order/questions/"])
def test_who_imports_or_orders_has_the_self_check_open_too(ann, bob, page):
    quiz = make_quiz()
    path = f"/admin/checker/quiz/{quiz.pk}/{page}"
    assert "may be editing" not in ann.get(path).content.decode()
    assert "Ann Editor opened this just now" in unescape(bob.get(path).content.decode())
    assert "Bob Editor opened this just now" in shown(ann, quiz)
