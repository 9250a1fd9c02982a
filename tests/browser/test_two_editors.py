"""Two people edit one section: the second sees both texts, puts them together and saves; nothing is lost."""

import pytest
from playwright.sync_api import Page, expect

from articles.models import Article
from checker import rows
from checker.definition import to_yaml
from checker.models import Question, Quiz
from tests.browser.conftest import Site, Watch, log_in
from tests.browser.steps import follow, follow_with_enter, heading, sideways_scroll

pytestmark = pytest.mark.browser


def type_into_section(page: Page, article: Article, where: str, text: str) -> None:
    page.goto(f"/admin/articles/article/{article.pk}/change/")
    page.locator("#sections-0").get_by_role("button", name="Section:").click()
    written = page.locator("#sections-0").get_by_role("textbox", name="Text")
    written.click()
    expect(written).to_be_focused()
    page.keyboard.press(where)
    page.keyboard.type(text)


def save(page: Page) -> None:
    follow(page, page.get_by_role("button", name="Save", exact=True).last)


def test_two_people_edit_one_section_and_both_texts_are_kept(
    editor_page: Page, new_context, site: Site, watch: Watch, axe
):
    watch.expect("409: ", "422: ")
    article = Article.objects.get(slug="leg-cramps-in-older-people")
    section = article.sections.first()
    article.sections.filter(pk=section.pk).update(body="<p>Rest the leg.</p><p>Walk a little.</p><p>Call us.</p>")
    first, context = editor_page, new_context(base_url=site.url)
    watch.over(context)
    log_in(context, site, site.reviewer)
    second = context.new_page()
    type_into_section(first, article, "Control+Home", "Now: ")
    type_into_section(second, article, "Control+End", " Today.")
    expect(second.locator(".state--others")).to_contain_text("Ed Itor opened this")
    second.get_by_label("Title").fill("Two editors at once")
    first.get_by_label("Title").fill("Both editors")
    save(first)
    expect(first.locator(".messagelist .success")).to_be_visible()

    save(second)
    expect(heading(second)).to_have_text("Somebody else changed this")
    expect(second.locator("ins", has_text="Today.")).to_be_visible()
    axe(second)
    second.reload()
    follow(second, second.get_by_role("button", name="Put both together"))
    second.locator(".errornote").get_by_role("link", name="Title").click()
    second.get_by_role("group", name="Title").get_by_role("radio", name="These words:").check()
    second.get_by_role("textbox", name="These words: Title").fill("Two editors, one page")
    second.get_by_label("Both changes together:").check()
    second.set_viewport_size({"width": 360, "height": 800})
    assert sideways_scroll(second) == 0
    axe(second)
    follow(second, second.get_by_role("button", name="Put both together"))

    expect(second.get_by_role("status")).to_contain_text("Nothing is saved yet.")
    expect(second.get_by_label("Title", exact=False).first).to_have_value("Two editors, one page")
    expect(second.locator("#sections-0").get_by_role("textbox", name="Text")).to_contain_text("Call us. Today.")
    save(second)
    expect(second.locator(".messagelist .success")).to_be_visible()
    article.refresh_from_db()
    assert article.title == "Two editors, one page"
    section.refresh_from_db()
    assert section.body == "<p>Now: Rest the leg.</p><p>Walk a little.</p><p>Call us. Today.</p>"


def test_an_import_that_meets_another_change_is_put_together_by_keyboard(editor_page: Page, watch: Watch, axe):
    watch.expect("409: ", "422: ")
    page, quiz = editor_page, Quiz.objects.get(slug="leg-cramps")
    question, other = quiz.questions.all()[:2]
    text = to_yaml(rows.to_definition(quiz)).replace(question.text, "Who has the leg cramps?")
    page.goto(f"/admin/checker/quiz/{quiz.pk}/import/")
    page.get_by_label("The self-check as text").fill(text)
    follow(page, page.get_by_role("button", name="Show what would change"))
    Question.objects.filter(pk=question.pk).update(text="Whose leg cramps are they?")
    Question.objects.filter(pk=other.pk).update(hint="A new hint.")
    follow(page, page.get_by_role("button", name="Replace the working copy"))

    expect(page.locator("ins", has_text="A new hint.")).to_be_visible()
    page.get_by_role("button", name="Save both together").focus()
    follow_with_enter(page)
    page.locator(".errornote").get_by_role("link").press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Mine")).to_be_checked()
    axe(page)
    page.set_viewport_size({"width": 360, "height": 800})
    assert sideways_scroll(page) == 0
    page.get_by_role("button", name="Save both together").focus()
    follow_with_enter(page)
    expect(page.locator(".messagelist .success")).to_be_visible()
    question.refresh_from_db()
    other.refresh_from_db()
    assert (question.text, other.hint) == ("Who has the leg cramps?", "A new hint.")
