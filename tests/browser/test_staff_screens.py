"""Every screen of the admin, in light and dark, is accessible and keeps to the content security policy."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from playwright.sync_api import Browser, Page, expect

from articles import problems
from articles.models import Article, ArticleEdition, Clinic, DailyCount, Feedback, Section, Source, Topic
from articles.publishing import Finding
from checker.models import Outcome, Question, Quiz, QuizEdition, Rule, Vignette
from tests.browser.conftest import Site, Watch, log_in
from tests.browser.steps import sideways_scroll, tab_to

pytestmark = pytest.mark.browser

LISTS = [
    f"{model._meta.app_label}/{model._meta.model_name}/"
    for model in admin.site._registry
    if model._meta.app_label in ("articles", "checker") and model not in (Section, Clinic)
]
SCREENS = {
    "index": "",
    "insight": "insight/",
    "articles": "articles/",
    "add an article": "articles/article/add/",
    "add a self-check": "checker/quiz/add/",
    "add a question": "checker/question/add/",
    "change password": "password_change/",
    "review dates": "reviews/",
    "links": "links/",
    "ask like a record": "ask/",
    "what a record gets": "ask/?system=icd-10-cm&code=R25.2&subtopic=therapy",
}
FORMS = {
    "article": (Article, "change"),
    "submit an article": (Article, "publish"),
    "compare an article": (Article, "compare"),
    "history of an article": (Article, "history"),
    "delete an article": (Article, "delete"),
    "article edition": (ArticleEdition, "change"),
    "restore an article": (ArticleEdition, "restore"),
    "withdraw an article": (ArticleEdition, "withdraw"),
    "rate an article": (ArticleEdition, "rate/pemat"),
    "clinic": (Clinic, "change"),
    "source": (Source, "change"),
    "topic": (Topic, "change"),
    "self-check": (Quiz, "change"),
    "order the rules of a self-check": (Quiz, "order/rules"),
    "compare a self-check": (Quiz, "compare"),
    "copy a self-check": (Quiz, "copy"),
    "import a self-check": (Quiz, "import"),
    "submit a self-check": (Quiz, "publish"),
    "question": (Question, "change"),
    "outcome": (Outcome, "change"),
    "rule": (Rule, "change"),
    "vignette": (Vignette, "change"),
    "self-check edition": (QuizEdition, "change"),
    "withdraw a self-check": (QuizEdition, "withdraw"),
}


@pytest.fixture(scope="module")
def desk(browser: Browser, site: Site) -> Iterator[tuple[Page, Watch]]:
    """One window for all of these tests: each looks, and none changes anything."""
    context, watch = browser.new_context(base_url=site.url), Watch(site.url)
    watch.over(context)
    log_in(context, site, site.reviewer)
    yield context.new_page(), watch
    context.close()


@pytest.fixture
def screen(desk: tuple[Page, Watch]) -> Iterator[Page]:
    page, watch = desk
    yield page
    problems, watch.problems = watch.problems, []
    page.emulate_media(color_scheme="light")
    assert problems == []


def form_url(model, action: str) -> str:
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/{model.objects.first().pk}/{action}/"


def test_the_login_page_is_accessible(page: Page, axe):
    page.goto("/admin/")
    axe(page)
    page.get_by_role("button", name="Log in").click()
    axe(page)


@pytest.mark.parametrize("address", [*SCREENS.values(), *LISTS])
def test_every_list_is_accessible(screen: Page, axe, address):
    screen.goto(f"/admin/{address}")
    axe(screen)


@pytest.mark.parametrize(("model", "action"), FORMS.values(), ids=FORMS)
def test_every_form_is_accessible(screen: Page, axe, model, action):
    screen.goto(form_url(model, action))
    axe(screen)


@pytest.mark.parametrize(
    "name",
    [
        "article",
        "submit an article",
        "compare an article",
        "withdraw an article",
        "self-check",
        "order the rules of a self-check",
        "question",
    ],
)
def test_our_own_screens_can_be_read_in_dark_colors(screen: Page, axe, name):
    screen.emulate_media(color_scheme="dark")
    screen.goto(form_url(*FORMS[name]))
    axe(screen, "color-contrast")


@pytest.mark.parametrize("model", [Article, Question])
def test_a_form_with_all_its_rows_open_is_accessible(screen: Page, axe, model):
    screen.goto(form_url(model, "change"))
    screen.get_by_role("button", name="Open or close all").click()
    expect(screen.locator(".folded:not(.empty-form)")).to_have_count(0)
    axe(screen)


def test_no_form_scrolls_sideways_on_a_tablet(screen: Page):
    before = screen.viewport_size
    screen.set_viewport_size({"width": 768, "height": 900})
    wide = {}
    for name, (model, action) in FORMS.items():
        screen.goto(form_url(model, action))
        wide[name] = sideways_scroll(screen)
    screen.set_viewport_size(before)
    assert not any(wide.values()), wide


@pytest.mark.parametrize("address", ["", "insight/", "articles/feedback/"])
def test_what_is_new_today_can_be_read_in_dark_colors_and_on_a_small_screen(screen: Page, axe, address):
    """With something on each: words to read, a problem, and numbers in every chart."""
    article = Article.objects.first()
    Feedback.objects.get_or_create(article=article, edition=1, useful=False, words="More pictures, please.")
    problems.keep(article, [Finding("It is wrong.")])
    for kind, key in (
        ("search-empty", ""),
        ("search-words", "sciatica"),
        ("useful", "yes"),
        ("check-started", "leg-cramps"),
    ):
        DailyCount.objects.add(kind, key, by=7)
    before = screen.viewport_size
    screen.emulate_media(color_scheme="dark")
    for width in (1280, 768, 360):
        screen.set_viewport_size({"width": width, "height": 900})
        screen.goto(f"/admin/{address}")
        assert sideways_scroll(screen) == 0, width
        axe(screen)
    screen.set_viewport_size(before)


def test_the_start_page_leads_to_a_task_by_keyboard(screen: Page):
    Feedback.objects.get_or_create(
        article=Article.objects.first(), edition=1, useful=False, words="More pictures, please."
    )
    screen.goto("/admin/")
    tab_to(screen, screen.get_by_role("link", name="More pictures, please."))
    screen.keyboard.press("Enter")
    expect(screen.get_by_label("Handled")).to_be_visible()
