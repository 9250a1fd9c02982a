"""Steps that several browser tests take."""

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect

DANGER = "New or worse shortness of breath, chest pain, coughing blood, or fainting"
NONE = "None of these"
# The answer to the first question of each.
CHECKS = {"leg-cramps": "16 to 64 years", "ball-of-foot-pain": "18 to 64 years"}

without_javascript = pytest.mark.browser_context_args(java_script_enabled=False)
both_ways = pytest.mark.parametrize(
    "javascript", [True, pytest.param(False, marks=without_javascript)], ids=["htmx", "no-javascript"]
)


def follow(page: Page, control: Locator) -> None:
    """Press what leads to another page; comes back when that page is there whole.

    A click alone may come back while the page before still stands there, to be judged or typed into by mistake.
    """
    with page.expect_navigation():
        control.click()


def follow_with_enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def settled(page: Page) -> None:
    """Comes back when all of the page is there, and htmx knows each part that it has put in (and has moved the focus)."""
    page.wait_for_load_state()
    expect(page.locator(".htmx-added")).to_have_count(0)


def begin(page: Page, slug: str) -> None:
    page.goto(f"/check/{slug}/")
    follow(page, page.get_by_role("main").get_by_role("link", name="Start the self-check"))
    expect(page.get_by_role("button", name="Continue")).to_be_visible()


def heading(page: Page | FrameLocator) -> Locator:
    return page.get_by_role("heading", level=1)


def answer(page: Page, *choices: str) -> None:
    """Tick and continue; comes back when the next step shows."""
    asked = heading(page).inner_text()
    for choice in choices:
        page.get_by_label(choice, exact=True).check()
    page.get_by_role("button", name="Continue").click()
    expect(heading(page)).not_to_have_text(asked)
    settled(page)


def see_result(page: Page) -> None:
    page.get_by_role("link", name="See your result").click()
    expect(page.locator(".result")).to_be_visible()
    settled(page)


def go_to_emergency(page: Page, slug: str) -> None:
    begin(page, slug)
    answer(page, CHECKS[slug])
    answer(page, NONE)
    answer(page, DANGER)


def go_to_answers(page: Page, slug: str) -> None:
    """Answer "None of these" to all that can be answered so."""
    begin(page, slug)
    answer(page, CHECKS[slug])
    while heading(page).inner_text() != "Check your answers":
        answer(page, NONE)


def go_to_self_care(page: Page, slug: str) -> None:
    go_to_answers(page, slug)
    see_result(page)
    expect(page.locator(".card--self-care")).to_be_visible()


def tab_to(page: Page, target: Locator, most: int = 80) -> None:
    """Press Tab until the target has the focus."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{target} cannot be reached with Tab")


def sideways_scroll(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
