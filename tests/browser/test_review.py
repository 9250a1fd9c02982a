"""Two people and a reader without an account bring a text to patients."""

import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from articles import approval
from articles.models import Article
from checker.models import Quiz, Rule
from tests.browser.conftest import Site, log_in
from tests.browser.steps import follow, sideways_scroll, without_javascript

pytestmark = pytest.mark.browser


def change_url(row) -> str:
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"


def choose(page: Page, day: str, time: str) -> None:
    group = page.get_by_role("group", name="Goes live")
    group.get_by_label("Date").fill(day)
    group.get_by_label("Time").fill(time)


def write_and_submit(page: Page, summary: str) -> None:
    page.get_by_label("Summary").fill(summary)
    follow(page, page.get_by_role("button", name="Save and continue editing").first)
    follow(page, page.get_by_role("link", name="Check and submit"))
    page.get_by_label("What changed").fill("A clearer summary.")
    follow(page, page.get_by_role("button", name="Submit for review"))


def test_a_text_goes_to_a_reviewer_and_back_and_is_planned_and_cancelled(
    page: Page, context: BrowserContext, site: Site, axe
):
    article = Article.objects.get(slug="leg-cramps-tests")
    log_in(context, site, site.editor)
    page.goto(change_url(article))
    write_and_submit(page, "What a doctor may check, and why.")

    log_in(context, site, site.reviewer)
    page.goto("/admin/")
    follow(page, page.locator("#task_waiting-for-review").locator("..").get_by_role("link", name=article.title))
    axe(page)
    page.get_by_label("side by side").check()
    expect(page.locator(".change__pair").first).to_be_visible()
    page.get_by_label("What must be mended").fill("Say what a test cannot show.")
    page.get_by_role("button", name="Return to Ed Itor").click()
    expect(page.locator(".messagelist .success")).to_contain_text("Returned to Ed Itor")

    log_in(context, site, site.editor)
    page.goto("/admin/")
    page.locator("#task_returned-to-me").locator("..").get_by_role("link", name=article.title).click()
    expect(page.locator(".state--returned")).to_contain_text("Say what a test cannot show.")
    axe(page)
    write_and_submit(page, "What a doctor may check, and what that cannot show.")

    log_in(context, site, site.reviewer)
    follow(page, page.get_by_role("link", name="Open the review"))
    button = page.locator(".approve-form input[type=submit]")
    expect(button).to_have_value("Approve, goes live now")
    day = timezone.localdate() + datetime.timedelta(days=400)
    choose(page, day.isoformat(), "09:00")
    expect(button).to_have_value(f"Approve, goes live {day.day} {day:%b} {day.year} 09:00")
    button.click()
    banner = page.locator(".state--planned")
    expect(banner).to_contain_text("edition 2 goes live")
    axe(page)
    follow(page, banner.get_by_role("link", name="Cancel"))
    axe(page)
    page.get_by_role("button", name="Cancel this edition").click()
    expect(page.locator(".messagelist .success")).to_contain_text("is cancelled")
    expect(banner).to_have_count(0)
    expect(page.locator(".timeline__step strong").first).to_have_text("Cancelled before its time")


@without_javascript
def test_without_a_script_another_time_is_asked_for_again(reviewer_page: Page, site: Site, watch):
    watch.expect("422: ")
    page, article = reviewer_page, Article.objects.get(slug="preventing-leg-cramps")
    approval.submit(article, by=site.editor, reason="As it was.")
    page.goto(f"/admin/articles/article/{article.pk}/publish/")
    choose(page, "2090-01-31", "10:00")
    follow(page, page.get_by_role("button", name="Approve, goes live now"))
    expect(page.get_by_role("status")).to_contain_text("You chose another time.")
    page.get_by_role("button", name="Approve, goes live 31 Jan 2090 10:00").click()
    expect(page.locator(".state--planned")).to_contain_text("edition 2 goes live")


def test_a_reader_without_an_account_signs_by_a_link(
    page: Page, context: BrowserContext, site: Site, new_context, watch, axe
):
    article = Article.objects.get(slug="leg-cramps-in-older-people")
    approval.submit(article, by=site.editor, reason="As it was.")
    log_in(context, site, site.editor)
    page.goto(f"/admin/articles/article/{article.pk}/publish/")
    page.get_by_label("For whom").fill("Dr. Ada Byron")
    follow(page, page.get_by_role("button", name="Make a link"))
    link = page.get_by_label("Link, good until").input_value()

    outside = new_context(base_url=site.url)
    watch.over(outside)
    watch.expect("422: ")
    reader = outside.new_page()
    for width in (1280, 320):
        reader.set_viewport_size({"width": width, "height": 900})
        reader.goto(link)
        assert sideways_scroll(reader) == 0
        axe(reader)
    reader.get_by_role("button", name="Sign and send").click()
    expect(reader).to_have_title(re.compile("^Error: "))
    axe(reader)
    reader.get_by_label("It needs changes").check()
    reader.get_by_label("Your comments").fill("Name the dose.")
    reader.get_by_label("Your name").fill("Ada Byron")
    reader.get_by_label("Your role").fill("GP")
    reader.get_by_role("button", name="Sign and send").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("You have signed")
    axe(reader)
    assert outside.cookies() == []

    page.reload()
    expect(page.locator(".review-link")).to_contain_text("Signed by Ada Byron, GP")
    expect(page.locator(".review-link")).to_contain_text("Name the dose.")
    axe(page)


def test_less_urgent_takes_a_tick_and_a_reason(reviewer_page: Page, site: Site, watch, axe):
    watch.expect("422: ")
    page, quiz = reviewer_page, Quiz.objects.get(slug="leg-cramps")
    Rule.objects.filter(quiz=quiz, name="E11").update(outcome=quiz.outcomes.get(key="ur-call"))
    approval.submit(quiz, by=site.editor, reason="Milder.")
    page.goto(f"/admin/checker/quiz/{quiz.pk}/publish/")
    axe(page)
    page.get_by_role("button", name="Approve, goes live now").click()
    expect(page.locator(".errorlist").first).to_contain_text("Tick this if you have seen")
    axe(page)
    page.get_by_label("a less urgent result").check()
    page.get_by_label("Why less urgent is right").fill("Agreed by the team.")
    page.get_by_role("button", name="Approve, goes live now").click()
    expect(page.locator(".messagelist .success")).to_contain_text("is live")
    assert quiz.editions.live().get().less_urgent_reason == "Agreed by the team."
