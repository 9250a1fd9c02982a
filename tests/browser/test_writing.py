"""An editor writes an article: order, insert, paste, reading level, preview, and errors that can be found."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from articles.models import Article, Section
from checker.models import Quiz, QuizEdition
from tests.browser.conftest import Site, log_in
from tests.browser.steps import follow, heading, sideways_scroll, tab_to, without_javascript
from tests.factories import make_article

pytestmark = pytest.mark.browser

PASTES = Path(__file__).parent.parent / "pastes"
PASTED = (
    "<h3>Stretch the calf</h3><p>Stand <strong>facing a wall</strong>. <em>Keep</em> your heel down.</p>"
    "<ul><li>Hold for a short time.</li><li>Change legs.</li></ul>"
    '<p>Read <a href="https://example.org/calf">more</a>.</p><ol><li>First this.</li><li>Then that.</li></ol>'
)
PASTE = """(editor, html) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", "words");
  editor.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def article(site: Site) -> Article:
    """Its sections name no source: the references of the starter content and of the factories would clash."""
    article = make_article(sections=0)
    names = ["What it is", "What helps", "When to get help"]
    Section.objects.bulk_create(
        Section(article=article, order=10 * place, heading=name, anchor=f"part-{place}", body="<p>Rest your leg.</p>")
        for place, name in enumerate(names, start=1)
    )
    return article


def open_form(page: Page, article: Article, *rows: int):
    page.goto(f"/admin/articles/article/{article.pk}/change/")
    for row in rows:
        page.locator(f"#sections-{row} .fold").click()


def text_of(page: Page, row: int):
    return page.locator(f"#sections-{row}").get_by_role("textbox", name="Text")


def save(page: Page):
    follow(page, page.get_by_role("button", name="Save", exact=True).last)
    expect(page.locator(".messagelist .success")).to_be_visible()


def test_a_section_is_moved_by_keyboard_and_its_place_is_said(editor_page: Page, article: Article):
    page, (first, second, third) = editor_page, article.sections.all()
    open_form(page, article)
    down = page.get_by_role("button", name=f"Move down: {first.heading}")
    tab_to(page, down, most=120)
    page.keyboard.press("Enter")
    expect(down).to_be_focused()
    expect(page.locator("#order-status")).to_have_text(f"{first.heading} is now number 2 of 3.")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("#order-status")).to_have_text(f"{first.heading} stays number 3 of 3.")
    save(page)
    assert list(article.sections.all()) == [second, third, first]


def test_a_number_and_a_link_are_put_in_by_keyboard(editor_page: Page, article: Article, axe):
    page, section = editor_page, article.sections.first()
    open_form(page, article, 0)
    text_of(page, 0).fill("Call now: ")
    page.locator("#sections-0").get_by_role("button", name="Insert …").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="{poison_center}")).to_be_visible()
    axe(page)
    page.keyboard.press("Escape")
    expect(page.locator("#sections-0").get_by_role("button", name="Insert …")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("Search")).to_be_visible()
    dialog.get_by_label("Search").focus()
    # At once: a pause between two letters would bring hits, and then others in their place.
    page.keyboard.insert_text("emergency number")
    number = dialog.get_by_role("button", name="{emergency_number}")
    expect(dialog.get_by_role("button", name="{poison_center}")).to_have_count(0)
    tab_to(page, number, most=5)
    page.keyboard.press("Enter")
    expect(text_of(page, 0)).to_be_focused()
    page.keyboard.type(" or see ")
    page.locator("#sections-0").get_by_role("button", name="Insert …").press("Enter")
    dialog.get_by_label("Search").fill("does magnesium")
    expect(number).to_have_count(0)
    dialog.get_by_role("button", name="Does magnesium help?").press("Enter")
    expect(text_of(page, 0)).to_be_focused()
    page.keyboard.type(" now.")
    save(page)
    section.refresh_from_db()
    link = '<a href="/articles/night-leg-cramps/#magnesium">Does magnesium help?</a>'
    assert section.body == f"<p>Call now: {{emergency_number}} or see {link} now.</p>"


def test_the_level_follows_what_is_typed_and_names_what_is_hard(editor_page: Page, article: Article):
    page = editor_page
    open_form(page, article, 1)
    text_of(page, 1).fill("Ask a physiotherapist.")
    level = page.locator("#sections-1 [data-reading]")
    expect(level.locator("strong")).to_have_text("physiotherapist")
    text_of(page, 1).fill("You can walk and sit and lie and stand and run and go up and down and in and out and so on.")
    expect(level.get_by_role("listitem")).to_contain_text("You can walk")
    expect(page.locator(".field-reading_level_of_all [data-reading]")).to_contain_text("words")


@pytest.mark.parametrize("name", ["word", "google-docs", "libreoffice"])
def test_what_a_word_processor_copies_is_pasted_clean(editor_page: Page, article: Article, name):
    page, section = editor_page, article.sections.first()
    open_form(page, article, 0)
    text_of(page, 0).fill("")
    text_of(page, 0).evaluate(PASTE, (PASTES / f"{name}.html").read_text(encoding="utf-8"))
    expect(text_of(page, 0)).to_contain_text("Then that.")
    save(page)
    section.refresh_from_db()
    assert section.body == PASTED


def test_the_preview_beside_the_form_shows_what_is_typed(editor_page: Page, article: Article, axe):
    page = editor_page
    open_form(page, article, 0)
    page.get_by_role("button", name="How it looks").click()
    shown = page.frame_locator("iframe[name=preview]")
    expect(shown.get_by_role("heading", level=1)).to_have_text(article.title)
    expect(shown.get_by_text("Draft. Patients do not see this.")).to_be_visible()
    expect(page.get_by_role("heading", name="How it looks to patients")).to_be_focused()
    expect(page.locator("iframe")).to_have_js_property("offsetWidth", 360)
    axe(page)
    text_of(page, 0).fill("Sip some water.")
    expect(shown.get_by_text("Sip some water.")).to_be_visible()
    page.get_by_role("button", name="Desktop").click()
    expect(page.locator("iframe")).to_have_js_property("offsetWidth", 1024)
    with page.expect_popup() as popup:
        shown.get_by_role("link", name="Search").click()
    expect(popup.value.get_by_role("searchbox")).to_be_visible()
    page.get_by_role("button", name="Close", exact=True).first.click()
    expect(page.get_by_role("button", name="How it looks")).to_be_focused()
    assert not Section.objects.filter(body__contains="Sip some water").exists()


@pytest.mark.parametrize("width", [768, 360])
def test_form_and_preview_fit_a_tablet_and_a_phone(editor_page: Page, article: Article, width):
    page = editor_page
    page.set_viewport_size({"width": width, "height": 900})
    open_form(page, article, 0)
    page.get_by_role("button", name="How it looks").click()
    expect(page.locator("iframe")).to_be_visible()
    assert sideways_scroll(page) == 0


def test_the_working_copy_of_a_self_check_is_played_beside_its_form(editor_page: Page, axe):
    page, quiz = editor_page, Quiz.objects.get(slug="ball-of-foot-pain")
    page.goto(f"/admin/checker/quiz/{quiz.pk}/change/")
    page.get_by_role("link", name="Try it as a patient would").click()
    shown = page.frame_locator("iframe[name=preview]")
    shown.get_by_role("link", name="Start the self-check").click()
    asked = [question.text for question in quiz.questions.all()[:3]]
    for text, choice in zip(asked, ("18 to 64 years", "None of these"), strict=False):
        expect(heading(shown)).to_have_text(text)
        shown.get_by_label(choice, exact=True).check()
        shown.get_by_role("button", name="Continue").click()
    expect(heading(shown)).to_have_text(asked[-1])
    axe(page)
    cookies = {cookie["path"] for cookie in page.context.cookies() if cookie["name"] == "check"}
    assert cookies == {"/admin/preview/check/ball-of-foot-pain/"}
    assert QuizEdition.objects.filter(quiz=quiz).count() == 1


def test_errors_are_listed_and_lead_into_a_folded_section(editor_page: Page, article: Article, axe):
    page = editor_page
    open_form(page, article, 1)
    page.get_by_label("Title").fill("")
    text_of(page, 1).fill("Call {nobody}.")
    follow(page, page.get_by_role("button", name="Save", exact=True).last)
    problems = page.locator(".problems")
    expect(problems).to_be_focused()
    axe(page)
    page.locator("#sections-1 .fold").click()
    expect(text_of(page, 1)).to_be_hidden()
    problems.get_by_role("link", name="“{nobody}” is not a placeholder").press("Enter")
    expect(text_of(page, 1)).to_be_focused()
    expect(text_of(page, 1)).to_have_text("Call {nobody}.")
    problems.get_by_role("link", name="Title: This field is required.").click()
    expect(page.get_by_label("Title")).to_be_focused()


@without_javascript
def test_without_a_script_the_preview_opens_a_window_and_nothing_is_lost(context, site: Site, article: Article):
    log_in(context, site, site.editor)
    page = context.new_page()
    open_form(page, article)
    page.get_by_label("Title").fill("Typed and not saved")
    with page.expect_popup() as popup:
        page.get_by_role("button", name="How it looks").click()
    expect(heading(popup.value)).to_have_text("Typed and not saved")
    expect(page.get_by_label("Title")).to_have_value("Typed and not saved")
    expect(page.locator("#sections-0 [data-reading]")).to_contain_text("words")
