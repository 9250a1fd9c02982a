"""What only a browser shows of a self-check: lost steps, two windows, printing, copying, names, narrow and forced views."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from checker import rows
from checker.definition import parse
from checker.models import Quiz
from checker.starter_files import definitions as starter_definitions
from tests.browser.steps import (
    CHECKS,
    NONE,
    answer,
    begin,
    both_ways,
    follow,
    go_to_answers,
    go_to_emergency,
    go_to_self_care,
    heading,
    see_result,
    sideways_scroll,
)
from tests.factories import make_quiz_data, make_quiz_edition

pytestmark = pytest.mark.browser
CHECK = "leg-cramps"
CANCER = "Cancer, now or in the past"
SWOLLEN = "One leg newly swollen: calf, thigh or whole leg"
DEFINITIONS = {definition.quiz: definition for definition in starter_definitions()}


def continue_(page: Page) -> None:
    page.get_by_role("button", name="Continue").click()


def expect_lost(page: Page) -> None:
    expect(page.get_by_role("alert")).to_contain_text("did not go through")
    expect(page.locator(".emergency-help").get_by_role("link", name="911")).to_be_visible()
    expect(page.get_by_label(CANCER, exact=True)).to_be_checked()


@pytest.mark.parametrize("status", [500, 403])
def test_a_step_that_fails_is_told_and_can_be_tried_again(page: Page, watch, axe, status):
    watch.expect(f"{status}: ", f"Response Status Error Code {status}")
    begin(page, CHECK)
    answer(page, CHECKS[CHECK])
    page.get_by_label(CANCER, exact=True).check()
    page.route("**/question/background/", lambda route: route.fulfill(status=status, body="Broken"))
    continue_(page)
    expect_lost(page)
    axe(page)
    page.get_by_role("button", name="Try again").click()
    expect_lost(page)
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    expect(heading(page)).to_have_text("Any of these in the last 7 days, even if better now?")
    page.go_back()
    expect(page.get_by_label(CANCER, exact=True)).to_be_checked()


def test_a_step_that_never_comes_back_is_told(page: Page, watch):
    watch.expect("htmx:timeout", "htmx:afterRequest")
    begin(page, CHECK)
    answer(page, CHECKS[CHECK])
    page.get_by_label(CANCER, exact=True).check()
    page.evaluate("htmx.config.timeout = 500")
    page.route("**/question/background/", lambda route: None)
    continue_(page)
    expect_lost(page)


def test_the_result_cannot_be_lost_either(page: Page, watch):
    watch.expect("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
    go_to_answers(page, CHECK)
    page.context.set_offline(True)
    page.get_by_role("link", name="See your result").click()
    expect(page.get_by_role("alert")).to_contain_text("did not go through")
    expect(heading(page)).to_have_text("Check your answers")
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(heading(page)).to_contain_text("Self-care")
    expect(heading(page)).to_be_focused()
    expect(page).to_have_url(f"/check/{CHECK}/result/")
    page.reload()
    expect(heading(page)).to_contain_text("Self-care")
    expect(page.get_by_role("banner")).to_be_visible()


@both_ways
def test_a_cookie_that_is_gone_in_the_middle_is_told_with_what_was_ticked(page: Page, watch, axe, javascript):
    watch.expect("409: ")
    begin(page, CHECK)
    answer(page, CHECKS[CHECK])
    answer(page, NONE)
    page.context.clear_cookies()
    answer(page, "Jaw newly stiff or hard to open, or spasms all over the body")
    expect(heading(page)).to_have_text("Your answers have changed")
    expect(page.locator(".card--emergency").get_by_role("link", name="911")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Jaw newly stiff")
    if javascript:
        axe(page)
    page.get_by_role("link", name="Go on").click()
    expect(heading(page)).to_contain_text("How old is the person")


def test_another_window_never_hides_a_danger_sign(page: Page, watch):
    watch.expect("409: ")
    begin(page, CHECK)
    answer(page, CHECKS[CHECK])
    other = page.context.new_page()
    other.goto(page.url)
    answer(page, CANCER)
    answer(other, NONE)
    answer(page, NONE)
    expect(heading(page)).to_have_text("Your answers have changed")
    expect(heading(page)).to_be_focused()
    expect(page.locator(".given__row").nth(1)).to_contain_text(NONE)


def test_a_double_click_is_one_step(page: Page):
    begin(page, CHECK)
    page.get_by_label(CHECKS[CHECK], exact=True).check()
    page.get_by_role("button", name="Continue").dblclick()
    expect(heading(page)).to_have_text("Which of these fit? Tick all that fit.")
    expect(page.locator(".error-summary")).to_have_count(0)


@both_ways
def test_back_twice_and_a_reload_show_the_right_question_with_its_answer(page: Page, javascript):
    begin(page, CHECK)
    answer(page, CHECKS[CHECK])
    answer(page, CANCER)
    answer(page, NONE)
    for text, choice in ((r"Any of these in the last 7 days, even", NONE), ("Which of these fit", CANCER)):
        page.go_back()
        expect(heading(page)).to_contain_text(text)
        expect(page.get_by_label(choice, exact=True)).to_be_checked()
        page.reload()
        expect(heading(page)).to_contain_text(text)
        expect(page.get_by_label(choice, exact=True)).to_be_checked()
    page.get_by_role("link", name="Back").click()
    expect(page.get_by_label(CHECKS[CHECK], exact=True)).to_be_checked()


def go_to_urgent(page: Page, slug: str) -> None:
    begin(page, slug)
    answer(page, CHECKS[slug])
    while heading(page).inner_text() != "Check your answers":
        is_there = page.get_by_label(SWOLLEN, exact=True).count()
        answer(page, SWOLLEN if is_there else NONE)
    see_result(page)
    expect(page.locator(".result .card--urgent")).to_be_visible()


@pytest.mark.parametrize("go", [go_to_emergency, go_to_urgent, go_to_self_care])
def test_a_result_prints_on_one_page_without_buttons(page: Page, go: Callable[..., None]):
    go(page, CHECK)
    expect(page.locator(".result")).to_be_visible()
    for size in ("A4", "Letter"):
        assert page.pdf(format=size).count(b"/Type /Page\n") == 1
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Your answers")).to_be_visible()
    expect(page.locator(".result__made")).to_be_visible()
    expect(page.locator("button:visible, .button:visible, nav:visible")).to_have_count(0)


def test_the_summary_can_be_copied_and_printed(page: Page, axe):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    go_to_urgent(page, CHECK)
    page.get_by_role("button", name="Copy the summary").click()
    expect(page.get_by_role("status")).to_have_text("Copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Leg cramps self-check, edition 1. Done on ")
    assert "Result: Urgent. Be seen today" in copied
    assert copied.count("\n- ") == 7
    page.evaluate("window.print = () => { window.printed = true }")
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.printed")
    page.get_by_text("Show the summary").click()
    axe(page)


def test_where_copying_is_refused_the_text_is_marked(page: Page):
    go_to_urgent(page, CHECK)
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()) }")
    page.get_by_role("button", name="Copy the summary").click()
    expect(page.get_by_role("status")).to_contain_text("copy it by hand")
    assert page.evaluate("getSelection().toString()").startswith("Leg cramps self-check")


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_a_script_the_summary_can_be_read_and_no_dead_button_shows(page: Page):
    go_to_urgent(page, CHECK)
    expect(page.get_by_role("button", name=re.compile("Print|Copy"))).to_have_count(0)
    page.get_by_text("Show the summary").click()
    expect(page.locator("#summary")).to_contain_text("Result: Urgent. Be seen today")


@pytest.mark.parametrize("slug", CHECKS)
def test_each_question_of_a_path_is_accessible_and_each_choice_has_its_name(page: Page, watch, axe, slug):
    watch.expect("422: ", "Response Status Error Code 422")
    questions = {question.text: question for question in DEFINITIONS[slug].questions}
    begin(page, slug)
    axe(page)
    answer(page, CHECKS[slug])
    while heading(page).inner_text() != "Check your answers":
        question = questions[heading(page).inner_text()]
        group = page.get_by_role("group", name=question.text)
        for choice in question.choices:
            box = group.get_by_role("checkbox", name=choice.text, exact=True)
            expect(box).to_have_accessible_description(choice.hint)
        assert group.get_by_role("checkbox").count() == len(question.choices)
        axe(page)
        continue_(page)
        expect(page.locator(".error-summary")).to_be_focused()
        axe(page)
        answer(page, NONE)
    axe(page)


STATES = [begin, go_to_answers, go_to_emergency, go_to_urgent, go_to_self_care]


@pytest.mark.browser_context_args(viewport={"width": 320, "height": 256})
@pytest.mark.parametrize("go", STATES)
def test_nothing_is_lost_at_400_percent_and_with_wide_text(page: Page, go):
    """320 by 256 is a window of 1280 by 1024 at 400 %. Spacing as in WCAG 1.4.12, by way of a sheet that the policy allows."""
    go(page, CHECK)
    page.evaluate(
        """() => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
                               p { margin-block-end: 2em !important }`);
            document.adoptedStyleSheets = [sheet];
        }"""
    )
    assert sideways_scroll(page) == 0
    cut = page.evaluate(
        """() => [...document.querySelectorAll('main *')].filter((each) => {
            const style = getComputedStyle(each);
            return !each.closest('.visually-hidden') && style.overflow === 'hidden' && each.scrollHeight > each.clientHeight;
        }).map((each) => each.outerHTML.slice(0, 80))"""
    )
    assert cut == []


@pytest.mark.parametrize("go", STATES)
def test_forced_colors_keep_every_state_apart(page: Page, go):
    page.emulate_media(forced_colors="active")
    go(page, CHECK)
    boxes = page.locator(".choice__input")
    if boxes.count():
        boxes.first.check()
        widths = [box.evaluate("box => getComputedStyle(box.closest('.choice')).borderTopWidth") for box in boxes.all()]
        assert widths[0] != widths[1]
    else:
        cards = page.locator(".card__word:visible")
        assert all(
            card.evaluate("card => parseFloat(getComputedStyle(card).borderTopWidth) > 0") for card in cards.all()
        )
    focused = page.get_by_role("main").get_by_role("link").first
    page.keyboard.press("Tab")
    focused.focus()
    assert focused.evaluate("link => getComputedStyle(link).outlineStyle") == "solid"


def canary_quiz() -> str:
    data = make_quiz_data("leg-emergencies#blood-clot-lung")
    for question in data["questions"]:
        question["choices"][1] |= {"key": "canary_key", "text": "Canary text"}
    for rule, key in (("U1", "danger"), ("R1", "often")):
        next(each for each in data["rules"] if each["id"] == rule)["when"] = {"any": [f"{key}.canary_key"]}
    return make_quiz_edition(rows.fill(Quiz(), parse(data))).slug


@both_ways
def test_a_canary_is_in_no_address_referer_storage_or_cookie(page: Page, context: BrowserContext, javascript):
    slug, seen = canary_quiz(), list[str]()

    def note(request: Any) -> None:
        headers = request.all_headers()
        seen.extend([request.url, headers.get("referer", "")])
        if "/question/" in request.url or "/result/" in request.url:
            assert "referer" not in headers or headers["referer"].endswith(f"/check/{slug}/")

    page.on("request", note)
    begin(page, slug)
    answer(page, "Canary text")
    answer(page, "Canary text")
    see_result(page)
    expect(page.locator(".result")).to_contain_text("Canary text")
    follow(page, page.locator(".cards__link").first)
    page.go_back()
    expect(page.locator(".result")).to_contain_text("Canary text")
    stored = (
        page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])") if javascript else ""
    )
    everything = [*seen, stored, *(f"{cookie}" for cookie in context.cookies())]
    assert len(seen) > 10
    assert not [each for each in everything if "canary" in each.lower()]
    follow(page, page.get_by_role("button", name="Start again and delete my answers"))
    expect(page.get_by_role("link", name="Start the self-check")).to_be_visible()
    assert context.cookies() == []
