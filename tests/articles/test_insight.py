"""What is counted, what never is, and what staff see of it."""

import datetime
import re
from html import unescape

import pytest
from django.core.signals import request_finished
from django.db import DatabaseError, close_old_connections
from django.http import HttpResponse
from django.utils import timezone

from articles import insight
from articles.models import DailyCount, Feedback
from articles.models.insight import DailyCountManager
from tests.factories import make_clinic, make_edition, make_editor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache():
    insight.cache.clear()


def counts() -> dict[tuple[str, str], int]:
    return {(row.kind, row.key): row.number for row in DailyCount.objects.all()}


def close(response: HttpResponse) -> None:
    """As a server does when all has been sent; but the test's own connection to the database stays open."""
    request_finished.disconnect(close_old_connections)
    response.close()
    request_finished.connect(close_old_connections)


def html_of(response) -> str:
    return " ".join(unescape(response.content.decode()).split())


def test_a_day_has_one_row_for_a_kind_and_a_key(set_clock):
    set_clock(timezone.now())
    for key in ("a", "a", "b", "a"):
        DailyCount.objects.add("kind", key)
    assert counts() == {("kind", "a"): 3, ("kind", "b"): 1}
    assert {row.day for row in DailyCount.objects.all()} == {timezone.localdate()}


def test_a_row_that_another_process_makes_at_the_same_moment_is_shared(monkeypatch):
    """Both have found no row; both make it; neither count is lost."""
    real = DailyCountManager.bulk_create

    def late(self, rows, **kwargs):
        monkeypatch.undo()
        DailyCount.objects.add("kind", "a")
        return real(self, rows, **kwargs)

    monkeypatch.setattr(DailyCountManager, "bulk_create", late)
    DailyCount.objects.add("kind", "a")
    assert counts() == {("kind", "a"): 2}


def test_counting_costs_one_query_once_the_day_has_begun(django_assert_num_queries):
    DailyCount.objects.add("kind", "a")
    with django_assert_num_queries(1):
        DailyCount.objects.add("kind", "a")


def test_numbers_come_by_key_and_day_in_one_query(django_assert_num_queries):
    days = insight.last_days(3)
    DailyCount.objects.create(kind="kind", key="a", day=days[0], number=7)
    DailyCount.objects.add("kind", "a")
    DailyCount.objects.create(kind="kind", key="a", day=days[0] - datetime.timedelta(days=1), number=9)
    with django_assert_num_queries(1):
        assert DailyCount.objects.by_key("kind", days) == {"a": [7, 0, 1]}


@pytest.mark.parametrize(
    ("method", "headers", "counted"),
    [
        ("get", {}, True),
        ("post", {}, True),
        ("head", {}, False),
        ("get", {"Sec-Purpose": "prefetch"}, False),
        ("get", {"Sec-Purpose": "prefetch;prerender"}, False),
        ("get", {"Purpose": "prefetch"}, False),
    ],
)
def test_only_a_page_that_somebody_asked_for_is_counted(rf, method, headers, counted):
    assert insight.is_counted(getattr(rf, method)("/", headers=headers)) is counted


def test_a_clinic_can_switch_counting_off(client, settings):
    settings.COUNT_VISITS = False
    client.get("/search/?q=zzzz")
    assert counts() == {}


def test_it_counts_when_the_response_has_been_sent(rf):
    response = HttpResponse("done")
    insight.count(rf.get("/"), response, "kind")
    assert counts() == {}
    close(response)
    assert counts() == {("kind", ""): 1}


def test_a_count_that_fails_breaks_no_page_and_says_nothing_of_what_it_was_about(rf, monkeypatch, caplog):
    def fail(self, row, by):
        raise DatabaseError(f"no room for {row}")

    monkeypatch.setattr(DailyCountManager, "_add", fail)
    response = HttpResponse("done")
    insight.count(rf.get("/"), response, "kind", "a-secret")
    close(response)
    assert response.content == b"done"
    assert [record.getMessage() for record in caplog.records] == ["A daily count was lost: DatabaseError"]


def search(client, query: str, times: int = 1) -> None:
    for _time in range(times):
        client.get("/search/", {"q": query})


def test_a_search_without_results_is_counted_and_one_with_results_is_not(client):
    make_clinic()
    edition = make_edition()
    search(client, edition.sections.get().heading)
    search(client, "")
    assert counts() == {}
    search(client, "zzzz")
    assert counts() == {("search-empty", ""): 1}


def test_words_are_kept_only_when_many_looked_for_them_on_one_day(client):
    search(client, "Sciatica", 4)
    assert counts() == {("search-empty", ""): 4}
    search(client, "the SCIATICA?")
    assert counts() == {("search-empty", ""): 5, ("search-words", "sciatica"): 5}
    search(client, "sciatica", 2)
    assert counts()["search-words", "sciatica"] == 7


def test_a_new_day_begins_to_count_anew(client, set_clock):
    now = timezone.now()
    search(client, "sciatica", 4)
    set_clock(now + datetime.timedelta(days=1))
    search(client, "sciatica", 4)
    assert not DailyCount.objects.filter(kind="search-words").exists()


@pytest.mark.parametrize("query", ["555 0100", "ann@example.org", "x" * 26, "one two three four five", "leg2", "b"])
def test_what_does_not_look_like_words_is_never_kept(client, query):
    search(client, f"zzq {query}", 6)
    assert counts() == {("search-empty", ""): 6}


def test_nobody_fills_the_table_with_words(client, monkeypatch):
    monkeypatch.setattr(insight, "MOST_WORDS_A_DAY", 2)
    for word in ("aaaa", "bbbb", "cccc"):
        search(client, word, 6)
    assert [key for kind, key in counts() if kind == "search-words"] == ["aaaa", "bbbb"]


def test_the_cache_holds_no_words(client, monkeypatch):
    kept = []
    monkeypatch.setattr(insight.cache, "add", lambda key, *rest: kept.append(key))
    search(client, "sciatica")
    assert len(kept) == 1
    assert "sciatica" not in kept[0]


@pytest.fixture
def staff(client):
    client.force_login(make_editor())
    return client


INSIGHT = "/admin/insight/"


def test_the_page_is_for_staff_with_the_right_to_see_it(client, django_user_model):
    assert client.get(INSIGHT).status_code == 302
    client.force_login(django_user_model.objects.create_user("nobody", is_staff=True))
    assert client.get(INSIGHT).status_code == 403


def test_each_part_says_when_there_is_nothing(staff):
    html = html_of(staff.get(INSIGHT))
    assert html.count('class="panel__empty"') == html.count('<section class="panel') >= 4
    assert 'class="chart' not in html


def test_a_chart_has_a_name_a_description_and_the_same_numbers_in_a_table(staff):
    DailyCount.objects.add("useful", "yes", by=12)
    DailyCount.objects.add("useful", "no", by=3)
    html = html_of(staff.get(INSIGHT))
    panel = html.partition('<h2 id="useful">')[2].partition("</section>")[0]
    assert 'role="img" aria-labelledby="useful-name useful-text"' in panel
    assert '<title id="useful-name">Was this page useful?</title>' in panel
    assert re.search(r"</th><td>12</td><td>fewer than 5</td></tr>", panel)
    assert panel.count("<rect") == 2
    assert panel.count("chart__bar--few") == 1
    assert "style=" not in panel


def test_no_small_number_is_on_the_page(staff):
    days = insight.last_days(28)
    for place, day in enumerate(days):
        DailyCount.objects.create(kind="search-empty", day=day, number=place % 5)
    table = html_of(staff.get(INSIGHT)).partition('<h2 id="searches">')[2].partition("</table>")[0]
    assert set(re.findall(r"<td>(.*?)</td>", table)) == {"0", "fewer than 5"}


@pytest.mark.parametrize(("query", "days"), [("", 28), ("?weeks=12", 84), ("?weeks=4", 28), ("?weeks=x", 28)])
def test_staff_choose_how_far_back(staff, query, days):
    DailyCount.objects.add("search-empty", by=9)
    panel = staff.get(INSIGHT + query).context["panels"]
    assert {len(each.labels) for each in panel if each.by_day} == {days}


def test_feedback_is_shown_for_each_page_and_part_the_least_useful_first(staff):
    good, bad = make_edition().article, make_edition().article
    for article, anchor, useful in ((good, "", True), (good, "one", False), (bad, "two", False), (bad, "two", False)):
        Feedback.objects.create(article=article, anchor=anchor, useful=useful, edition=1)
    panel = next(each for each in staff.get(INSIGHT).context["panels"] if each.key == "pages")
    assert panel.labels == (f"{bad} #two", f"{good} #one", str(good))
    assert panel.columns == (("Yes", (0, 0, 1)), ("No", (2, 1, 0)))


def test_words_that_many_looked_for_in_vain_stand_on_the_start_page(staff):
    DailyCount.objects.add("search-words", "sciatica", by=9)
    task = next(task for task in staff.get("/admin/").context["tasks"] if task.key == "searches")
    assert [(row.text, row.note) for row in task.rows] == [("sciatica", "9 searches")]
    assert '<h2 id="words">' in html_of(staff.get(task.url))


def test_the_page_asks_little_however_much_was_counted(staff, django_assert_max_num_queries):
    days = insight.last_days(84)
    kinds = [("search-words", f"word {chr(97 + n % 26)}{chr(97 + n // 26)}") for n in range(100)]
    DailyCount.objects.bulk_create(
        DailyCount(day=day, kind=kind, key=key, number=9) for day in days for kind, key in kinds
    )
    with django_assert_max_num_queries(14):
        response = staff.get(f"{INSIGHT}?weeks=12")
    assert response.status_code == 200
