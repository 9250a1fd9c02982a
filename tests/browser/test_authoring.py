"""What only a browser shows of the screens where a self-check is made."""

import re

import pytest
from playwright.sync_api import Page, expect

from checker import rows, working_copy
from checker.definition import to_yaml
from checker.models import Quiz
from tests.browser.conftest import Site
from tests.browser.steps import follow, follow_with_enter, sideways_scroll

pytestmark = pytest.mark.browser


@pytest.fixture
def quiz(site: Site) -> Quiz:
    """A copy for this test alone."""
    starter = Quiz.objects.get(slug="leg-cramps")
    return working_copy.copy_quiz(starter, slug=f"copy-{Quiz.objects.count()}", title="A copy")


def test_the_picture_scrolls_in_its_own_box_and_its_boxes_are_links(editor_page: Page, quiz: Quiz):
    editor_page.set_viewport_size({"width": 360, "height": 800})
    editor_page.goto(f"/admin/checker/quiz/{quiz.pk}/change/")
    box = editor_page.locator(".flow")
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")
    assert sideways_scroll(editor_page) == 0
    rule = quiz.rules.get(name="E12")
    box.get_by_role("link", name="Rule E12: its last part can become true here").last.press("Enter")
    expect(editor_page).to_have_url(f"/admin/checker/rule/{rule.pk}/change/")


def test_an_answer_is_put_into_a_condition_by_its_button(editor_page: Page, quiz: Quiz):
    rule = quiz.rules.get(name="U04")
    editor_page.goto(f"/admin/checker/rule/{rule.pk}/change/")
    editor_page.get_by_text("Answers that can be named").click()
    editor_page.get_by_role("button", name="Put in: pattern.often").press("Enter")
    expect(editor_page.get_by_label("Holds when")).to_have_value("any: leg_look.swollen, pattern.often")
    editor_page.get_by_label("Holds when").fill("none of:")
    editor_page.get_by_role("button", name="Put in: danger_leg.cold").click()
    expect(editor_page.get_by_label("Holds when")).to_have_value("none of: danger_leg.cold")


def test_rows_are_put_in_order_with_the_keyboard_and_the_focus_stays(editor_page: Page, quiz: Quiz):
    editor_page.goto(f"/admin/checker/quiz/{quiz.pk}/order/rules/")
    down = editor_page.get_by_role("button", name=re.compile("Down ?: E01"))
    down.focus()
    follow_with_enter(editor_page)
    expect(down).to_be_focused()
    follow_with_enter(editor_page)
    expect(editor_page.get_by_role("spinbutton", name="E01")).to_have_value("3")
    assert list(quiz.rules.values_list("name", flat=True)[:4]) == ["E02", "E03", "E01", "E04"]


def test_a_file_fills_the_box_and_the_import_says_what_would_change(editor_page: Page, axe, quiz: Quiz):
    text = to_yaml(rows.to_definition(quiz)).replace(
        "How old is the person with the leg cramps?", "How old is the person?"
    )
    editor_page.goto(f"/admin/checker/quiz/{quiz.pk}/import/")
    file = {"name": "quiz.yaml", "mimeType": "application/yaml", "buffer": text.encode()}
    editor_page.get_by_label("Or fill the box from a file").set_input_files([file])
    expect(editor_page.get_by_label("The self-check as text")).to_have_value(text)
    follow(editor_page, editor_page.get_by_role("button", name="Show what would change"))
    expect(editor_page.get_by_text("its words changed.")).to_be_visible()
    axe(editor_page)
    editor_page.get_by_role("button", name="Replace the working copy").click()
    expect(editor_page.get_by_text("The working copy says what you imported.")).to_be_visible()
