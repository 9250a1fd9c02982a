"""Starts and results are counted once for each walk; no number is about few people."""

import pytest

from articles import insight
from articles.models import DailyCount
from checker import counts
from tests.factories import answer, make_clinic, make_editor, make_quiz_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def slug():
    make_clinic()
    return make_quiz_edition().slug


def numbers() -> dict[str, int]:
    return {f"{row.kind} {row.key}": row.number for row in DailyCount.objects.all()}


def walk(client, slug: str, *, htmx: bool = False) -> None:
    headers = {"HX_Request": "true"} if htmx else {}
    answer(client, slug, "danger", "none", **headers)
    answer(client, slug, "often", "daily", **headers)


both_ways = pytest.mark.parametrize("htmx", [False, True])


@both_ways
def test_a_walk_counts_one_start_and_one_result(client, slug, htmx):
    walk(client, slug, htmx=htmx)
    assert numbers() == {f"check-started {slug}": 1}
    for _reload in range(3):
        client.get(f"/check/{slug}/result/")
    assert numbers() == {f"check-started {slug}": 1, f"check-finished {slug}/routine": 1}


@both_ways
def test_an_emergency_counts_once_however_it_is_shown(client, slug, htmx):
    answer(client, slug, "danger", "cold", **({"HX_Request": "true"} if htmx else {}))
    for _reload in range(2):
        client.get(f"/check/{slug}/result/")
    assert numbers() == {f"check-started {slug}": 1, f"check-finished {slug}/emergency": 1}


def test_a_changed_answer_counts_no_second_result(client, slug):
    walk(client, slug)
    client.get(f"/check/{slug}/result/")
    answer(client, slug, "often", "rarely", change=True)
    client.get(f"/check/{slug}/result/")
    assert numbers() == {f"check-started {slug}": 1, f"check-finished {slug}/routine": 1}


def test_start_again_begins_a_new_walk(client, slug):
    walk(client, slug)
    client.post(f"/check/{slug}/start-again/")
    # The test client keeps a cookie that a browser deletes.
    del client.cookies["check"]
    walk(client, slug)
    assert numbers() == {f"check-started {slug}": 2}


def test_what_staff_try_out_is_not_counted(client, slug, monkeypatch):
    monkeypatch.setattr(counts, "PATIENTS", object())
    walk(client, slug)
    client.get(f"/check/{slug}/result/")
    assert numbers() == {}


@pytest.mark.parametrize("path", ["", "question/danger/", "answers/", "result/"])
def test_looking_counts_nothing(client, slug, path):
    client.get(f"/check/{slug}/{path}")
    assert numbers() == {}


def test_an_answer_that_cannot_be_taken_counts_nothing(client, slug):
    answer(client, slug, "danger")
    answer(client, slug, "danger", "swollen", "none")
    assert numbers() == {}


def test_a_result_fetched_ahead_is_not_counted(client, slug):
    walk(client, slug)
    response = client.get(f"/check/{slug}/result/", headers={"Sec-Purpose": "prefetch"})
    client.head(f"/check/{slug}/result/")
    assert "check" not in response.cookies
    assert numbers() == {f"check-started {slug}": 1}


def test_switched_off_nothing_is_counted_and_the_walk_is_the_same(client, slug, settings):
    settings.COUNT_VISITS = False
    walk(client, slug)
    assert client.get(f"/check/{slug}/result/").status_code == 200
    assert numbers() == {}


def test_a_count_that_fails_breaks_no_step(client, slug, monkeypatch):
    monkeypatch.setattr(type(DailyCount.objects), "add", None)
    walk(client, slug)
    assert client.get(f"/check/{slug}/result/").status_code == 200
    assert numbers() == {}


def test_levels_are_added_up_over_days_with_enough_results():
    days = [[6, 1], [9, 0], [7, 3]]
    panel = counts.by_level("quiz", "Quiz", days, [sum(day) for day in zip(*days, strict=True)])
    # The second day had four results: it is left out.
    assert panel.columns == (("Results", (5, 10, 5)),)
    assert counts.by_level("quiz", "Quiz", [[1], [1], [2]], [4]).is_empty


def test_staff_see_each_self_check_with_small_numbers_hidden(client, slug):
    DailyCount.objects.add("check-started", slug, by=3)
    for level, number in (("urgent", 2), ("routine", 20), ("self-care", 30)):
        DailyCount.objects.add("check-finished", f"{slug}/{level}", by=number)
    client.force_login(make_editor())
    panels = {panel.key: panel for panel in client.get("/admin/insight/").context["panels"]}
    begun, finished = panels[f"check-{slug}"].columns
    assert (begun[1][-1], finished[1][-1]) == (None, 52)
    assert panels[f"levels-{slug}"].columns[0][1] == (0, None, 0, 20, 30)


@pytest.mark.parametrize(("begun", "count", "shown"), [(0, 0, "&lt; 5"), (4, 0, "&lt; 5"), (5, 5, "5")])
def test_the_start_page_tells_how_many_were_begun_unless_they_are_few(client, slug, begun, count, shown):
    for day in insight.last_days(8)[:2]:
        DailyCount.objects.create(day=day, kind="check-started", key=slug, number=begun)
    client.force_login(make_editor())
    page = client.get("/admin/")
    task = next(task for task in page.context["tasks"] if task.key == "self-checks")
    assert task.count == count
    title = page.content.decode().partition('id="task_self-checks"')[2].partition("</h2>")[0]
    assert f"</span>{shown}</span>" in title
