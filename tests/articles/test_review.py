"""When a review falls due, is overdue, and too old: for patients, for staff, and for what a process keeps in memory."""

import datetime

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from articles import due, live
from articles.models import ArticleEdition, Clinic
from articles.review import Review, first_day_after, last_due_in
from checker.live import current as current_quizzes
from checker.models import QuizEdition
from config import env
from tests.factories import (
    answer,
    make_article,
    make_clinic,
    make_edition,
    make_editor,
    make_quiz,
    make_quiz_edition,
    make_reviewer,
)

NOON = datetime.datetime(2026, 5, 3, 12, tzinfo=datetime.UTC)
DUE = datetime.date(2028, 5, 3)
DAY = datetime.timedelta(days=1)


@pytest.mark.parametrize(
    ("after", "expected"),
    [(-1, ""), (0, ""), (1, "overdue"), (30, "overdue"), (31, "notice"), (365, "notice"), (366, "limit")],
)
def test_a_review_is_overdue_then_noticed_then_past_its_limit(after, expected):
    review = Review(DUE, DUE + after * DAY, 30, 365)
    state = "limit" if review.is_past_limit else "notice" if review.shows_notice else "overdue"
    assert (state if review.is_overdue else "") == expected


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2900, 1, 1)), st.integers(0, 3650))
def test_the_earliest_due_day_still_to_come_is_exactly_that(today, delay):
    due_day = last_due_in(today, delay)
    assert first_day_after(due_day, delay) > today
    assert first_day_after(due_day - DAY, delay) <= today


def approved(set_clock, **fields) -> ArticleEdition:
    set_clock(NOON)
    make_clinic()
    return make_edition(make_article(**fields), by=make_reviewer())


def at(set_clock, days_after_due: int) -> None:
    set_clock(NOON.replace(year=DUE.year) + days_after_due * DAY)


@pytest.mark.django_db
def test_patients_read_a_notice_after_the_grace_and_not_to_rely_on_it_past_the_limit(client, set_clock):
    url = approved(set_clock).get_absolute_url()
    for days_after, sentence in [
        (0, None),
        (30, None),
        (31, "This was due to be checked by May 3, 2028. It may be out of date."),
        (366, "Do not rely on this page alone. No clinician has checked it since May 3, 2026."),
    ]:
        at(set_clock, days_after)
        page = client.get(url)
        assert page.status_code == 200
        html = page.content.decode()
        assert ('class="notice"' in html) is bool(sentence)
        assert sentence is None or (
            sentence in html and 'Call the clinic on <a class="phone" href="tel:5550100">' in html
        )
    assert html.index("Do not rely") < html.index('class="section ')


@pytest.mark.django_db
def test_what_nobody_approved_has_no_review_date_and_only_says_that(client, set_clock):
    set_clock(NOON)
    edition = make_edition()
    assert edition.review is None
    at(set_clock, 3000)
    html = client.get(edition.get_absolute_url()).content.decode()
    assert html.count('class="notice') == 1
    assert "not yet approved by a clinician" in html


@pytest.fixture
def check(set_clock) -> QuizEdition:
    approved(set_clock)
    return make_quiz_edition(make_quiz(), by=make_reviewer())


@pytest.mark.django_db
def test_an_approved_self_check_is_due_again_after_its_months(check):
    assert check.next_review_due == DUE


@pytest.mark.django_db
def test_a_self_check_shows_a_notice_at_its_start_and_result_after_the_grace(client, set_clock, check):
    at(set_clock, 31)
    assert b"It may be out of date." in client.get(f"/check/{check.slug}/").content
    answer(client, check.slug, "danger", "cold")
    html = client.get(f"/check/{check.slug}/result/").content.decode()
    assert html.index("Call <a") < html.index("It may be out of date.")


@pytest.mark.django_db
def test_a_self_check_past_its_limit_is_offered_nowhere_and_says_why_and_whom_to_call(client, set_clock, check):
    article = check.definition["outcomes"][0]["links"][0].split("#")[0]
    pages = ["/", f"/articles/{article}/"]
    at(set_clock, 365)
    assert all(check.title in client.get(page).content.decode() for page in pages)
    at(set_clock, 366)
    assert not any(f"/check/{check.slug}/" in client.get(page).content.decode() for page in pages)
    gone = client.get(f"/check/{check.slug}/")
    assert gone.status_code == 410
    assert b"This self-check is too old to rely on" in gone.content
    assert b'href="tel:5550100"' in gone.content
    assert b'href="tel:911"' in gone.content


@pytest.mark.django_db
def test_a_patient_mid_way_past_the_limit_is_told_and_their_answers_are_deleted(client, set_clock, check):
    answer(client, check.slug, "danger", "none")
    at(set_clock, 366)
    page = answer(client, check.slug, "often", "daily", HX_Request="true")
    assert page.status_code == 410
    assert page.content.startswith(b"<title>This self-check is too old to rely on</title>")
    assert page.cookies["check"].value == ""


@pytest.mark.django_db
def test_a_newer_review_brings_it_back(client, set_clock, check):
    at(set_clock, 366)
    assert client.get(f"/check/{check.slug}/").status_code == 410
    make_quiz_edition(check.quiz, by=make_reviewer())
    assert client.get(f"/check/{check.slug}/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Auckland"])
def test_what_is_remembered_never_outlives_a_moment_when_patients_are_told_something_else(settings, set_clock, zone):
    settings.TIME_ZONE = zone
    edition = approved(set_clock)
    moments = [NOON]
    while moment := live.next_change(ArticleEdition, moments[-1]):
        moments.append(moment)
    assert len(moments) == 3

    def seen(moment):
        set_clock(moment)
        review = edition.review
        return review.shows_notice, review.is_past_limit

    before = [seen(moment - datetime.timedelta(seconds=1)) for moment in moments[1:]]
    after = [seen(moment) for moment in moments[1:]]
    assert before == [(False, False), (True, False)]
    assert after == [(True, False), (True, True)]


@pytest.mark.django_db
def test_a_remembered_list_of_checks_forgets_one_at_its_limit(set_clock, check):
    version = Clinic.objects.current().live_version
    at(set_clock, 365)
    assert current_quizzes(version).live() == [check]
    at(set_clock, 366)
    assert current_quizzes(version).live() == []


@pytest.mark.django_db
def test_reviews_of_both_kinds_come_in_order_of_how_long_they_wait(set_clock, check, django_assert_num_queries):
    later = make_edition(make_article(review_months=30), by=make_reviewer())
    make_edition(make_article(review_months=60), by=make_reviewer())
    at(set_clock, 1)
    with django_assert_num_queries(2):
        found = due.reviews([ArticleEdition, QuizEdition], 200)
        assert [due.change_url(edition) for edition in found]
    assert [edition.next_review_due for edition in found] == [DUE, DUE, later.next_review_due]


@pytest.mark.django_db
def test_the_start_page_tells_staff_at_once_what_is_overdue_and_due_soon(client, set_clock):
    edition = approved(set_clock, title="An old text")
    editor = make_editor()
    for days_after, text in [
        (-31, "No review is overdue."),
        (-30, "by May 3, 2028"),
        (0, "by May"),
        (1, "since May 3, 2028"),
    ]:
        at(set_clock, days_after)
        client.force_login(editor)  # a session ends after some hours
        html = client.get("/admin/").content.decode()
        assert text in html
        assert (f'{due.change_url(edition)}">An old text' in html) is (days_after > -31)


@pytest.mark.django_db
@pytest.mark.parametrize(("days_after", "found"), [(-31, ""), (-30, "soon"), (0, "soon"), (1, "overdue")])
def test_lists_show_and_filter_what_is_overdue_and_due_soon(client, set_clock, check, days_after, found):
    make_edition()
    at(set_clock, days_after)
    client.force_login(make_editor())
    for path, wanted in [("articles/article", ArticleEdition), ("checker/quiz", QuizEdition)]:
        approved_ones = wanted.objects.exclude(next_review_due=None).values_list("title", flat=True)
        for choice in ("overdue", "soon"):
            page = client.get(f"/admin/{path}/?review={choice}")
            assert [str(row) for row in page.context["cl"].queryset] == [t for t in approved_ones if choice == found]
        assert (">overdue</span>" in client.get(f"/admin/{path}/").content.decode()) is (found == "overdue")
    never = client.get("/admin/articles/article/?review=none").context["cl"].queryset
    assert {row.editions.get().next_review_due for row in never} == {None}


@pytest.mark.django_db
def test_the_page_of_an_article_says_when_its_review_is_overdue_and_what_follows(client, set_clock):
    edition = approved(set_clock)
    editor = make_editor()
    for days_after, sentence in [
        (1, "From June 3, 2028 patients are told"),
        (31, "From May 4, 2029 they are told not to rely on it"),
        (366, "patients are told not to rely on it"),
    ]:
        at(set_clock, days_after)
        client.force_login(editor)
        html = client.get(due.change_url(edition)).content.decode()
        assert "Its review has been overdue since May 3, 2028." in html
        assert sentence in html


@pytest.mark.django_db
def test_the_page_of_review_dates_lists_each_in_its_group(client, set_clock, check, django_assert_max_num_queries):
    at(set_clock, 31)
    client.force_login(make_editor())
    with django_assert_max_num_queries(8):
        html = client.get("/admin/reviews/").content.decode()
    assert "Overdue (2)" in html
    assert html.count("It may be out of date") == 2
    assert "None." in html


@pytest.mark.django_db
def test_the_page_of_review_dates_is_for_staff(client):
    assert client.get("/admin/reviews/").status_code == 302


def test_days_from_the_environment_must_make_sense(monkeypatch):
    for value in ("-1", "29", "3651"):
        monkeypatch.setenv("REVIEW_LIMIT_DAYS", value)
        with pytest.raises(ImproperlyConfigured, match="number of days from 30 to 3650"):
            env.days("REVIEW_LIMIT_DAYS", 365, at_least=30)
    monkeypatch.setenv("REVIEW_LIMIT_DAYS", "30")
    assert env.days("REVIEW_LIMIT_DAYS", 365, at_least=30) == 30
