"""A patient takes a self-check: with htmx, without JavaScript, and with the network cut."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import (
    CHECKS,
    DANGER,
    NONE,
    answer,
    begin,
    both_ways,
    follow,
    go_to_answers,
    go_to_emergency,
    go_to_self_care,
    heading,
    sideways_scroll,
)

pytestmark = pytest.mark.browser
CHECK = "leg-cramps"
FIRST = CHECKS[CHECK]


@both_ways
@pytest.mark.parametrize("slug", CHECKS)
def test_an_emergency_answer_ends_the_check_at_once(page: Page, slug, javascript):
    go_to_emergency(page, slug)
    expect(heading(page)).to_contain_text("Emergency")
    expect(page.get_by_role("main").get_by_role("link", name="911").first).to_be_visible()
    expect(page).to_have_url(f"/check/{slug}/result/")


@both_ways
@pytest.mark.parametrize("slug", CHECKS)
def test_answers_without_a_sign_lead_to_self_care(page: Page, slug, javascript):
    go_to_self_care(page, slug)
    expect(heading(page)).to_contain_text("Try home care now")
    expect(page).to_have_url(f"/check/{slug}/result/")


@pytest.mark.parametrize("go", [go_to_emergency, go_to_self_care])
def test_every_link_of_a_result_opens_at_its_section(page: Page, go):
    go(page, CHECK)
    addresses = [link.get_attribute("href") for link in page.locator(".cards a").all()]
    assert addresses
    for address in addresses:
        page.goto(address)
        expect(page.locator(f"#{address.partition('#')[2]}")).to_be_in_viewport()


def test_a_step_is_one_request(page: Page):
    begin(page, CHECK)
    asked = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url.partition('localhost')[2]}"))
    answer(page, FIRST)
    answer(page, NONE)
    steps = [request.partition("/check/")[2] for request in asked if "/static/img/" not in request]
    assert steps == ["leg-cramps/question/who/", "leg-cramps/question/background/"]


def test_a_step_changes_focus_title_and_address(page: Page):
    begin(page, CHECK)
    expect(page).to_have_title(re.compile("^Question 1: "))
    expect(page).to_have_url(f"/check/{CHECK}/question/who/")
    answer(page, FIRST)
    expect(heading(page)).to_be_focused()
    expect(page).to_have_title(re.compile("^Question 2: "))
    expect(page).to_have_url(f"/check/{CHECK}/question/background/")


def test_back_shows_the_question_before_with_its_answer(page: Page):
    begin(page, CHECK)
    answer(page, FIRST)
    answer(page, "Cancer, now or in the past")
    page.go_back()
    expect(heading(page)).to_have_text("Which of these fit? Tick all that fit.")
    expect(page.get_by_label("Cancer, now or in the past", exact=True)).to_be_checked()
    expect(page.get_by_role("banner")).to_be_visible()
    page.go_back()
    expect(page.get_by_label(FIRST, exact=True)).to_be_checked()


def test_a_reload_shows_the_same_question(page: Page):
    begin(page, CHECK)
    answer(page, FIRST)
    asked = heading(page).inner_text()
    page.reload()
    expect(heading(page)).to_have_text(asked)


def test_none_of_these_and_another_answer_take_turns(page: Page):
    begin(page, CHECK)
    answer(page, FIRST)
    cancer, none = page.get_by_label("Cancer, now or in the past", exact=True), page.get_by_label(NONE, exact=True)
    cancer.check()
    none.check()
    expect(cancer).not_to_be_checked()
    cancer.check()
    expect(none).not_to_be_checked()


@both_ways
def test_an_answer_can_be_changed_from_the_list(page: Page, javascript):
    go_to_answers(page, CHECK)
    page.get_by_role("link", name="Change your answer to: Any of these in the last 7 days").click()
    expect(page.get_by_label(NONE, exact=True)).to_be_checked()
    page.get_by_label(NONE, exact=True).uncheck()
    answer(page, DANGER)
    expect(heading(page)).to_contain_text("Emergency")


def test_an_error_takes_the_focus(page: Page, watch, axe):
    watch.expect("422: ", "Response Status Error Code 422")
    begin(page, CHECK)
    page.get_by_role("button", name="Continue").click()
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile("^Error: Question 1: "))
    axe(page)
    summary.get_by_role("link").click()
    expect(page.locator("#choice-1")).to_be_focused()


def test_a_cut_network_is_told_and_nothing_ticked_is_lost(page: Page, watch, axe):
    watch.expect("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
    begin(page, CHECK)
    answer(page, FIRST)
    cancer = page.get_by_label("Cancer, now or in the past", exact=True)
    cancer.check()
    page.context.set_offline(True)
    page.get_by_role("button", name="Continue").click()
    lost = page.get_by_role("alert")
    expect(lost).to_contain_text("did not go through")
    expect(page.locator(".emergency-help").get_by_role("link", name="911")).to_be_visible()
    expect(cancer).to_be_checked()
    axe(page)
    page.context.set_offline(False)
    lost.get_by_role("button", name="Try again").click()
    expect(heading(page)).to_have_text("Any of these in the last 7 days, even if better now?")
    expect(lost).to_be_hidden()


def test_answers_live_in_one_cookie_of_the_check_and_nowhere_else(page: Page):
    go_to_self_care(page, CHECK)
    page.go_back()
    expect(heading(page)).to_have_text("Check your answers")
    stored = page.evaluate("({...localStorage, ...sessionStorage})")
    # htmx notes where it is, and no page of it: an address holds no answer.
    assert set(stored) <= {"htmx-current-path-for-history"}
    assert all(re.fullmatch(rf"/check/{CHECK}/[a-z_/]+/", address) for address in stored.values())
    [cookie] = page.context.cookies()
    assert (cookie["path"], cookie["httpOnly"], cookie["sameSite"]) == (f"/check/{CHECK}/", True, "Strict")


def test_start_again_forgets_every_answer(page: Page):
    go_to_emergency(page, CHECK)
    follow(page, page.get_by_role("link", name="See, change or delete your answers"))
    follow(page, page.get_by_role("button", name="Start again and delete my answers"))
    expect(page).to_have_url(f"/check/{CHECK}/")
    assert page.context.cookies() == []


@pytest.mark.browser_context_args(viewport={"width": 320, "height": 640})
@pytest.mark.parametrize("go", [begin, go_to_answers, go_to_emergency, go_to_self_care])
def test_no_step_scrolls_sideways_at_320_pixels(page: Page, go):
    go(page, CHECK)
    assert sideways_scroll(page) == 0


@pytest.mark.parametrize("go", [begin, go_to_answers, go_to_emergency, go_to_self_care])
def test_every_step_is_accessible(page: Page, axe, go):
    go(page, CHECK)
    axe(page)
    page.emulate_media(color_scheme="dark")
    # Without it, colors are measured on their way from light to dark.
    page.reload()
    axe(page, "color-contrast")


def test_a_check_whose_answers_cannot_be_read_says_so(page: Page, axe):
    begin(page, CHECK)
    answer(page, FIRST)
    [cookie] = page.context.cookies()
    page.context.add_cookies([cookie | {"value": "tampered"}])
    page.reload()
    expect(heading(page)).to_have_text("Please start again")
    axe(page)
