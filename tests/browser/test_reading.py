"""A patient reads an article, by mouse and by keyboard, and searches."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import (
    both_ways,
    follow,
    follow_with_enter,
    heading,
    sideways_scroll,
    tab_to,
    without_javascript,
)

pytestmark = pytest.mark.browser
ARTICLE = "/articles/leg-cramps-what-to-do-now/"
NARROW = [
    "/",
    "/topics/leg-cramps/",
    ARTICLE,
    "/articles/leg-emergencies/",
    "/search/?q=cramp",
    "/where-it-hurts/",
    "/check/leg-cramps/",
]
# The spacing that WCAG 1.4.12 lets a reader set.
SPACED = """() => {
  const spacing = new CSSStyleSheet();
  spacing.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
    p { margin-block-end: 2em !important }`);
  document.adoptedStyleSheets = [spacing];
}"""


def test_an_article_is_read_by_click_and_leaves_no_cookie(page: Page):
    page.goto("/")
    main = page.get_by_role("main")
    main.get_by_role("link", name="Leg cramps", exact=True).click()
    expect(heading(page)).to_have_text("Leg cramps")
    main.get_by_role("link", name="Leg cramps: what to do right now").click()
    expect(heading(page)).to_have_text("Leg cramps: what to do right now")
    assert page.context.cookies() == []


def test_an_article_is_read_by_keyboard_alone(page: Page):
    page.goto("/")
    main = page.get_by_role("main")
    for name in ("Leg cramps", "Leg cramps: what to do right now"):
        tab_to(page, main.get_by_role("link", name=name, exact=True))
        follow_with_enter(page)
        expect(heading(page)).to_have_text(name)


def test_the_skip_link_comes_first_and_leads_to_the_text(page: Page):
    page.goto(ARTICLE)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_a_contents_link_jumps_to_its_section(page: Page):
    page.goto(ARTICLE)
    last = page.locator("section.section").last
    expect(last).not_to_be_in_viewport()
    page.locator(".contents a").last.click()
    expect(last).to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(last.locator(":focus")).to_have_count(1)
    expect(page).to_have_url(f"{ARTICLE}#{last.get_attribute('id')}")


@without_javascript
def test_reading_needs_no_javascript(page: Page):
    page.goto(ARTICLE)
    page.locator(".contents a").last.click()
    expect(page.locator("section.section").last).to_be_in_viewport()


def test_print_shows_the_text_and_no_navigation(page: Page):
    page.goto(ARTICLE)
    page.emulate_media(media="print")
    expect(page.locator("section.section").first).to_be_visible()
    for part in page.locator("nav, .no-print").all():
        expect(part).to_be_hidden()


@both_ways
def test_a_word_is_explained_in_place_by_keyboard(page: Page, axe, javascript):
    page.goto("/articles/leg-emergencies/")
    word = page.get_by_role("button", name="rhabdomyolysis", exact=True)
    meaning = page.get_by_text("Fast muscle breakdown that can harm the kidneys.").first
    expect(meaning).to_be_hidden()
    word.focus()
    page.keyboard.press("Enter")
    expect(meaning).to_be_in_viewport(ratio=1)
    if javascript:
        axe(page)
    page.keyboard.press("Escape")
    expect(meaning).to_be_hidden()
    expect(word).to_be_focused()


def test_the_contents_stay_in_sight_and_say_where_the_reader_is(page: Page):
    page.goto("/articles/leg-emergencies/")
    contents = page.get_by_role("navigation", name="On this page")
    for anchor in ("blood-clot-leg", "muscle-breakdown"):
        page.locator(f"#{anchor}").evaluate("section => section.scrollIntoView()")
        expect(contents.locator(f"a[href='#{anchor}']")).to_have_css("font-weight", "700")
        expect(contents).to_be_in_viewport()


@both_ways
def test_a_reader_says_whether_a_page_was_useful(page: Page, watch, axe, javascript):
    watch.expect("422: ")
    page.goto(ARTICLE)
    follow(page, page.get_by_role("link", name="No", exact=True))
    expect(page.get_by_label("No", exact=True)).to_be_checked()
    page.get_by_label("What was good").fill("a@b.cd")
    page.wait_for_timeout(1_100)
    follow(page, page.get_by_role("button", name="Send"))
    expect(page.get_by_role("alert")).to_contain_text("Please take out phone numbers")
    if javascript:
        axe(page)
    page.get_by_label("What was good").fill("More pictures, please.")
    page.wait_for_timeout(1_100)
    page.get_by_role("button", name="Send").click()
    expect(heading(page)).to_have_text("Thank you")
    assert page.context.cookies() == []


def test_a_search_leads_to_the_section(page: Page):
    page.goto("/")
    page.get_by_role("searchbox").fill("calf stretch")
    follow_with_enter(page)
    expect(page.get_by_role("status")).to_contain_text("found")
    hit = page.locator(".hits a").first
    anchor = hit.get_attribute("href").partition("#")[2].partition(":~:")[0]
    hit.click()
    expect(page.locator(f"#{anchor}")).to_be_in_viewport()
    assert page.context.cookies() == []


def test_a_search_without_hits_offers_the_topics(page: Page):
    page.goto("/search/?q=zzzz")
    expect(page.get_by_role("main").get_by_role("link", name="Leg cramps")).to_be_visible()


@pytest.mark.browser_context_args(viewport={"width": 320, "height": 640})
@pytest.mark.parametrize("address", NARROW)
def test_no_page_scrolls_sideways_at_320_pixels_however_its_text_is_spaced(page: Page, address):
    page.goto(address)
    assert sideways_scroll(page) == 0
    page.evaluate(SPACED)
    assert sideways_scroll(page) == 0


RECORD = "/infobutton/?mainSearchCriteria.v.cs=2.16.840.1.113883.6.90&mainSearchCriteria.v.c="
PAGES = {
    "home": "/",
    "topic": "/topics/leg-cramps/",
    "audience": "/for/pregnancy/",
    "article": ARTICLE,
    "emergencies": "/articles/leg-emergencies/",
    "feedback": f"{ARTICLE}feedback/",
    "thanks for feedback": f"{ARTICLE}feedback/thanks/",
    "glossary": "/glossary/",
    "privacy": "/privacy/",
    "accessibility": "/accessibility/",
    "search": "/search/",
    "search with hits": "/search/?q=cramp",
    "search without hits": "/search/?q=zzzz",
    "self-check": "/check/leg-cramps/",
    "from a health record": f"{RECORD}R25.2&subTopic.v.c=Q000628",
    "from a health record, nothing found": f"{RECORD}E11.9",
}


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES)
def test_every_page_is_accessible(page: Page, axe, address):
    page.goto(address)
    axe(page)


@pytest.mark.browser_context_args(color_scheme="dark")
@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES)
def test_every_page_can_be_read_in_dark_colors(page: Page, axe, address):
    page.goto(address)
    axe(page, "color-contrast")


def test_the_page_for_an_unknown_address_is_accessible(page: Page, axe, watch):
    watch.expect("404: ")
    page.goto("/articles/leg-crampz/")
    axe(page)
