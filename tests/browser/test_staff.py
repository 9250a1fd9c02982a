"""Staff write, publish and withdraw in the admin."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from articles.models import Article, ArticleEdition, Section
from checker.models import Choice, Outcome, Question, Quiz, Rule
from tests.browser.conftest import Site, log_in
from tests.browser.steps import follow, follow_with_enter, heading, tab_to

pytestmark = pytest.mark.browser


def change_url(row) -> str:
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"


def open_section(page: Page, number: int):
    """The row of a section, opened."""
    row = page.locator(f"#sections-{number}")
    row.get_by_role("button", name="Section:").click()
    return row


def save(page: Page):
    follow(page, page.get_by_role("button", name="Save", exact=True).last)
    expect(page.locator(".messagelist .success")).to_be_visible()


def test_an_editor_logs_in(page: Page, site: Site):
    page.goto("/admin/")
    page.get_by_label("Username").fill(site.editor.username)
    page.get_by_role("textbox", name="Password").fill("a-long-password")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("What to do today")


def test_an_edited_section_reaches_patients_only_when_it_is_approved(editor_page: Page, site: Site):
    page, article = editor_page, Article.objects.get(slug="night-leg-cramps")
    page.goto(change_url(article))
    editor = open_section(page, 0).get_by_role("textbox", name="Text")
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    page.keyboard.type("Sip some ")
    page.keyboard.press("Control+b")
    page.keyboard.type("cool water")
    page.keyboard.press("Enter")
    page.locator("#sections-0").get_by_role("button", name="unordered list").click()
    page.keyboard.type("a small glass")
    save(page)
    page.goto(article.get_absolute_url())
    expect(page.get_by_text("cool water")).to_have_count(0)

    page.goto(change_url(article))
    follow(page, page.get_by_role("link", name="Check and submit"))
    page.get_by_label("What changed").fill("What to drink.")
    follow(page, page.get_by_role("button", name="Submit for review"))
    expect(page.locator(".state--waiting")).to_contain_text("Waits for review. Submitted by Ed Itor")
    page.goto(article.get_absolute_url())
    expect(page.get_by_text("cool water")).to_have_count(0)

    log_in(page.context, site, site.reviewer)
    page.goto(change_url(article))
    follow(page, page.get_by_role("link", name="Open the review"))
    follow(page, page.get_by_role("button", name="Approve, goes live now"))
    follow(page, page.get_by_role("link", name="See it as patients do"))
    expect(page.locator(".prose strong", has_text="cool water")).to_be_visible()
    expect(page.locator(".prose li", has_text="a small glass")).to_be_visible()
    expect(page.locator(".facts")).to_contain_text("Rev Iewer")
    expect(page.get_by_text("not yet approved by a clinician")).to_have_count(0)


def test_the_order_of_sections_is_a_number(editor_page: Page):
    page, article = editor_page, Article.objects.get(slug="leg-cramps-in-children")
    first, second = article.sections.all()[:2]
    page.goto(change_url(article))
    page.locator("#sections-1").get_by_label("Order:", exact=True).fill("1")
    save(page)
    assert list(article.sections.all()[:2]) == [second, first]


def test_a_section_is_dragged_to_its_place(editor_page: Page):
    page, article = editor_page, Article.objects.get(slug="leg-cramps-in-pregnancy")
    first, second = article.sections.all()[:2]
    page.goto(change_url(article))
    page.locator("#sections-1").scroll_into_view_if_needed()
    handle = page.locator("#sections-0 .admin-ordering-field-input-wrapper").bounding_box()
    below = page.locator("#sections-1").bounding_box()
    page.mouse.move(handle["x"] + 5, handle["y"] + handle["height"] / 2)
    page.mouse.down()
    page.mouse.move(handle["x"] + 5, below["y"] + below["height"], steps=10)
    page.mouse.up()
    save(page)
    assert list(article.sections.all()[:2]) == [second, first]


def test_a_new_section_has_an_anchor_from_its_heading(editor_page: Page):
    page, article = editor_page, Article.objects.get(slug="preventing-leg-cramps")
    page.goto(change_url(article))
    page.get_by_role("button", name="Add another Section").click()
    row = page.locator(f"#sections-{article.sections.count()}")
    row.get_by_label("Heading").press_sequentially("A good shoe")
    row.get_by_role("textbox", name="Text").fill("Wear a shoe that fits.")
    save(page)
    assert article.sections.filter(anchor="a-good-shoe", body="<p>Wear a shoe that fits.</p>").exists()


def test_sections_fold_by_keyboard_and_stay_open_after_saving(editor_page: Page):
    page, article = editor_page, Article.objects.get(slug="varicose-veins-and-leg-cramps")
    page.goto(change_url(article))
    button = page.locator("#sections-1").get_by_role("button", name="Section:")
    expect(page.locator("#sections-1").get_by_label("Heading")).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    follow(page, page.get_by_role("button", name="Save and continue editing").first)
    expect(page.locator(".messagelist .success")).to_be_visible()
    expect(page.locator("#sections-1").get_by_label("Heading")).to_be_visible()
    expect(page.locator("#sections-0").get_by_label("Heading")).to_be_hidden()


def test_publishing_is_refused_with_a_link_to_the_place(editor_page: Page, axe):
    page, article = editor_page, Article.objects.get(slug="ball-of-foot-pain-diagnosis")
    section = article.sections.all()[2]
    Section.objects.filter(pk=section.pk).update(body='<p><a href="/articles/nowhere/">Read more</a></p>')
    page.goto(f"/admin/articles/article/{article.pk}/publish/")
    finding = page.locator(".findings__item--blocks")
    expect(finding).to_contain_text("leads to an article that is not published")
    expect(page.get_by_role("button", name="Submit for review")).to_have_count(0)
    axe(page)
    follow(page, finding.get_by_role("link", name="Go there"))
    row = page.locator("#sections-2")
    expect(row).to_be_in_viewport()
    expect(row.get_by_label("Heading")).to_have_value(section.heading)
    expect(row.get_by_role("button", name="Section:")).to_be_focused()


def test_a_wrong_date_is_refused_and_nothing_typed_is_lost(editor_page: Page, watch, axe):
    watch.expect("422: ")
    page, article = editor_page, Article.objects.get(slug="ball-of-foot-pain-diabetes")
    page.goto(f"/admin/articles/article/{article.pk}/publish/")
    page.get_by_label("What changed").fill("Next month.")
    page.get_by_role("group", name="Goes live").get_by_label("Date").fill("2020-01-01")
    page.get_by_role("group", name="Goes live").get_by_label("Time").fill("08:00")
    page.get_by_role("button", name="Submit for review").click()
    expect(page.locator(".errorlist")).to_contain_text("This moment has passed")
    expect(page.get_by_label("What changed")).to_have_value("Next month.")
    expect(page).to_have_title(re.compile("^Error: "))
    axe(page)


def test_an_edition_is_withdrawn_by_keyboard_and_patients_are_told(editor_page: Page, watch, axe):
    watch.expect("410: ")
    page, edition = editor_page, ArticleEdition.objects.get(slug="leg-cramps-in-older-people")
    page.goto(change_url(edition))
    tab_to(page, page.get_by_role("link", name="Withdraw", exact=True))
    follow_with_enter(page)
    tab_to(page, page.get_by_label("Message to patients"))
    page.keyboard.type("We are checking the dose.")
    # A self-check leads to it.
    tab_to(page, page.get_by_label("Withdraw it although"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Withdraw now"))
    page.keyboard.press("Enter")
    expect(page.locator(".messagelist .success")).to_contain_text("is withdrawn")
    page.goto(edition.get_absolute_url())
    expect(page.get_by_role("main")).to_contain_text("We are checking the dose.")
    axe(page)


def test_an_edition_comes_back_into_the_working_copy_by_keyboard(editor_page: Page):
    page, edition = editor_page, ArticleEdition.objects.get(slug="ball-of-foot-pain-treatment")
    Article.objects.filter(pk=edition.article_id).update(title="Spoiled")
    page.goto(change_url(edition))
    tab_to(page, page.get_by_role("link", name="Bring back into the working copy"))
    follow_with_enter(page)
    tab_to(page, page.get_by_role("button", name="Replace the working copy"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Title")).to_have_value(edition.title)


def test_the_parts_of_a_self_check_are_edited_from_its_page(editor_page: Page):
    page, quiz = editor_page, Quiz.objects.get(slug="leg-cramps")
    page.goto(change_url(quiz))
    follow(page, page.get_by_role("link", name="Look at both legs and feet. Any of these?", exact=True))
    page.locator("#choices-0").get_by_role("button", name="Choice:").click()
    page.locator("#choices-0").get_by_label("Answer").fill("One leg is newly swollen")
    save(page)
    expect(page.locator(".parts__choices li", has_text="One leg is newly swollen")).to_be_visible()
    follow(page, page.locator(".parts__table").get_by_role("link", name="em-fit"))
    page.get_by_label("Facts").fill("Stay with the person.\nPut nothing in the mouth.")
    save(page)
    assert Choice.objects.filter(question__quiz=quiz, text="One leg is newly swollen").exists()
    assert Outcome.objects.get(quiz=quiz, key="em-fit").facts == ["Stay with the person.", "Put nothing in the mouth."]


def test_a_rule_that_names_an_unknown_answer_is_refused(editor_page: Page, axe):
    page, rule = editor_page, Rule.objects.filter(quiz__slug="leg-cramps").first()
    page.goto(change_url(rule))
    page.get_by_label("Holds when").fill("any: leg_look.purple")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.locator(".errorlist")).to_contain_text("This self-check has no answer “leg_look.purple”.")
    expect(page.get_by_label("Holds when")).to_have_value("any: leg_look.purple")
    axe(page)


def test_an_edited_self_check_is_approved(editor_page: Page, site: Site):
    page, quiz = editor_page, Quiz.objects.get(slug="ball-of-foot-pain")
    Question.objects.filter(quiz=quiz, key="course").update(text="How has it been lately?")
    page.goto(change_url(quiz))
    follow(page, page.get_by_role("link", name="Check and submit"))
    page.get_by_label("What changed").fill("Plainer words.")
    follow(page, page.get_by_role("button", name="Submit for review"))
    log_in(page.context, site, site.reviewer)
    follow(page, page.get_by_role("link", name="Open the review"))
    follow(page, page.get_by_role("button", name="Approve, goes live now"))
    expect(page.locator(".messagelist .success")).to_contain_text("is live")
    assert quiz.editions.live().get().goes_live_at <= timezone.now()
