"""A reader makes a handout, prints it, and opens it again by its code."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.steps import both_ways, follow, heading, sideways_scroll

pytestmark = pytest.mark.browser
ARTICLE = "/articles/night-leg-cramps/"


@both_ways
def test_a_reader_makes_a_handout_and_opens_it_again_by_its_code(page: Page, axe, javascript):
    page.goto(ARTICLE)
    follow(page, page.get_by_role("link", name="Make a handout"))
    page.get_by_text("Add or remove articles").click()
    page.get_by_label("Leg and body emergencies that can feel like a cramp").check()
    follow(page, page.get_by_role("button", name="Show their parts"))
    page.get_by_label("What helps?").check()
    if javascript:
        axe(page)
    follow(page, page.get_by_role("button", name="Make the handout"))
    expect(heading(page)).to_have_text("Patient information")
    expect(page.locator(".section").first).to_have_class("section section--emergency")
    expect(page.locator(".section--self-care")).to_contain_text("What helps?")
    if javascript:
        axe(page)
    address = page.url
    page.goto("/handout/")
    page.get_by_label("Type its code").fill(address.rstrip("/").rpartition("/")[2].lower())
    page.get_by_role("button", name="Open").click()
    expect(page).to_have_url(address)
    assert page.context.cookies() == []


def test_a_handout_is_printed_on_numbered_pages_and_without_what_is_for_the_screen(page: Page, tmp_path: Path):
    page.goto("/handout/?article=night-leg-cramps")
    page.get_by_label("What helps?").check()
    follow(page, page.get_by_role("button", name="Make the handout"))
    expect(page.locator(".section").first).to_be_visible()
    page.pdf(path=tmp_path / "printed.pdf", format="A4")
    printed = PdfReader(tmp_path / "printed.pdf")
    for number, sheet in enumerate(printed.pages, start=1):
        assert f"{number} / {len(printed.pages)}" in sheet.extract_text()
    words = " ".join(" ".join(sheet.extract_text() for sheet in printed.pages).split())
    assert words.count("Whom to call") == 1
    assert words.index("Quinine: signs of harm") < words.index("What helps?")
    assert "Change what is in it" not in words


@pytest.mark.browser_context_args(viewport={"width": 320, "height": 640}, color_scheme="dark")
def test_choosing_and_reading_fit_a_small_dark_screen(page: Page, axe, watch):
    watch.expect("404: ")
    for address in ("/handout/?article=night-leg-cramps&q=cramp", "/h/2222-2222/"):
        page.goto(address)
        assert sideways_scroll(page) == 0
        axe(page)
    page.goto("/handout/?article=night-leg-cramps")
    follow(page, page.get_by_role("button", name="Make the handout"))
    assert sideways_scroll(page) == 0
    axe(page, "color-contrast")
