"""A patient searches while typing, and finds by letter and by place."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_hits_come_while_typing_and_the_box_keeps_the_focus(page: Page):
    page.goto("/search/")
    box = page.get_by_role("searchbox")
    box.press_sequentially("charley hor")
    expect(page.locator(".hits__link").first).to_contain_text("cramp", ignore_case=True)
    expect(page.get_by_role("status")).to_contain_text("fit best")
    expect(page).to_have_url("/search/?q=charley%20hor")
    expect(page).to_have_title("Search: charley hor")
    expect(box).to_be_focused()
    box.fill("no chest pain")
    expect(page.locator("#results > :first-child")).to_contain_text("911")
    expect(page.get_by_role("status")).to_contain_text("Emergency help comes first.")
    assert page.context.cookies() == []
    page.reload()
    expect(page.locator("#results > :first-child")).to_contain_text("911")


def test_a_hit_opens_at_the_section_with_the_words_marked(page: Page):
    page.goto("/search/?q=metatarsalga")
    page.get_by_role("link", name="What is metatarsalgia?").click()
    expect(page.locator("#what-is-it")).to_be_in_viewport()
    page.wait_for_load_state()
    assert page.evaluate("location.hash") == "#what-is-it", "the browser took the words to mark for itself"


def test_a_place_is_reached_by_keyboard_in_the_picture(page: Page):
    page.goto("/where-it-hurts/")
    link = page.locator("svg").get_by_role("link", name="Calf")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#calf h2")).to_be_in_viewport()


ADDRESSES = ["/search/?q=no+chest+pain+metatarsalga", "/search/?q=charley+horse+xyzzy", "/a-z/", "/where-it-hurts/"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_to_find_things_on_is_accessible_light_and_dark(page: Page, axe, address):
    page.emulate_media(reduced_motion="reduce")
    page.goto(address)
    axe(page)
    page.emulate_media(color_scheme="dark")
    axe(page, "color-contrast")
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
