"""A self-check that was exported, filled in with LHC-Forms: another program reads the conditions as we mean them.

`TEST_LFORMS` names the folder `dist/lforms` of the npm package lforms 40.1.3. Without it these tests skip, but never in CI.
"""

import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route

from checker.definition import Definition
from checker.evaluation import walk
from tests.browser.conftest import PATIENCE
from tests.checker.fhir_interpreter import Filled, every_item
from tests.checker.test_fhir import STARTERS, export, rules_shown

pytestmark = pytest.mark.browser

ORIGIN = "http://forms.example/"
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Form</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="webcomponent/styles.css"><body><h1>Form</h1><div id="form"></div>
<script src="webcomponent/assets/lib/zone.min.js"></script><script src="webcomponent/lhc-forms.js"></script>
<script src="fhir/R4/lformsFHIR.min.js"></script></body></html>"""
SHOW = "(exported) => LForms.Util.addFormToPage(exported, 'form', {fhirVersion: 'R4'})"
# An item that is not enabled is not in the page at all.
ITEMS = "() => [...document.querySelectorAll('lhc-item')].map((item) => item.id.replace('item-', '').split('/')[0])"
LEG, FOOT = (next(each for each in STARTERS if each.quiz == quiz) for quiz in ("leg-cramps", "ball-of-foot-pain"))


class Form:
    """The export on a page, and what the interpreter of our other tests says of the same answers."""

    def __init__(self, page: Page, definition: Definition) -> None:
        self.page, self.definition, self.exported = page, definition, export(definition)
        items = every_item(self.exported["item"])
        self.looked_at = {
            item["linkId"]
            for item in items
            if item["type"] == "choice" or (item["type"] == "display" and item["linkId"].startswith("rule."))
        }
        self.answers: dict[str, frozenset[str]] = {}
        page.goto(ORIGIN)
        page.evaluate(SHOW, self.exported)
        page.get_by_text(definition.questions[0].text).wait_for()

    def answer(self, *steps: str) -> None:
        """Each step is `question.choice`, picked as a person does. After each, exactly the right items are there."""
        for step in steps:
            key, choice = step.split(".")
            question = next(each for each in self.definition.questions if each.key == key)
            text = next(each.text for each in question.choices if each.key == choice)
            self.page.locator(f"input[id^='{key}/']").click()
            self.page.locator("#lhc-tools-searchResults li").filter(has_text=re.compile(f"{re.escape(text)}$")).click()
            self.page.get_by_role("heading", name="Form", exact=True).click()
            ticked = self.answers.get(key, frozenset()) if question.type == "multi" else frozenset[str]()
            self.answers[key] = ticked | {choice}
            self.check(step)

    def check(self, step: str) -> None:
        filled = self.filled()
        wanted = {*filled.asked, *(each for each in filled.displays if each.startswith("rule."))}
        patience = time.monotonic() + PATIENCE / 1000
        while self.shown() != wanted and time.monotonic() < patience:
            self.page.wait_for_timeout(50)
        assert self.shown() == wanted, f"after {step}"

    def shown(self) -> set[str]:
        return self.looked_at.intersection(self.page.evaluate(ITEMS))

    def filled(self) -> Filled:
        return Filled(dict(self.answers), unanswered_differs=False).visit(self.exported["item"])

    def asked(self) -> list[str]:
        """The questions that are there: those that the self-check asks, if it has come to its result."""
        found = walk(self.definition, self.answers)
        assert found.result is not None
        assert self.filled().asked == [question.key for question in found.asked]
        return self.filled().asked

    def results(self) -> set[str]:
        return rules_shown(self.filled())


@pytest.fixture
def open_form(new_context: Callable[..., BrowserContext]) -> Iterator[Callable[[Definition], Form]]:
    """No server and no other site: the page's files come from the package."""
    folder = os.environ.get("TEST_LFORMS", "")
    if not folder:
        stop = pytest.fail if "CI" in os.environ else pytest.skip
        stop("TEST_LFORMS is not set: the export was not tried in LHC-Forms.")
    problems: list[str] = []

    def serve(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        if not path:
            route.fulfill(body=PAGE, content_type="text/html")
        elif (file := Path(folder) / path).is_file():
            route.fulfill(path=file)
        else:
            problems.append(route.request.url)
            route.abort()

    context = new_context()
    context.set_default_timeout(PATIENCE)
    context.route("**/*", serve)
    context.on("weberror", lambda error: problems.append(str(error.error)))
    yield lambda definition: Form(context.new_page(), definition)
    assert problems == []


def test_a_calm_path_through_the_leg_cramp_check_ends_with_the_calm_result(open_form):
    form = open_form(LEG)
    form.answer("who.age16_64", "background.none", "danger_body.none", "danger_leg.none", "leg_look.none", "body.none")
    assert not form.results()
    form.answer("pattern.none")
    assert form.asked() == ["who", "background", "danger_body", "danger_leg", "leg_look", "body", "pattern"]
    assert form.results() == {"D02"}


def test_conditional_questions_come_and_an_emergency_answer_takes_all_that_follows_away(open_form):
    form = open_form(LEG)
    form.answer("who.age65", "background.none", "danger_body.none", "danger_leg.unsure", "unsure_about.m_other")
    form.answer("leg_look.none", "body.none", "pattern.walking")
    assert "extra" in form.shown()
    assert not form.results()
    form.answer("extra.none")
    assert form.results() == {"U14", "S02", "D02"}
    form.answer("danger_leg.cold")
    assert form.asked() == ["who", "background", "danger_body", "danger_leg"]
    assert form.results() == {"E07"}


def test_an_emergency_of_two_answers_ends_the_check_where_the_second_is_given(open_form):
    form = open_form(LEG)
    form.answer("who.age65", "background.none", "danger_body.none", "danger_leg.none", "leg_look.swollen")
    form.answer("body.heartbeat")
    assert form.asked() == ["who", "background", "danger_body", "danger_leg", "leg_look", "body"]
    assert form.results() == {"E12"}


def test_another_age_in_the_foot_pain_check_asks_other_questions(open_form):
    form = open_form(FOOT)
    form.answer("who.age18_64", "background.none", "foot_danger.none", "look.none", "signs.none", "feel.none")
    form.answer("course.none", "nsaid.none")
    assert form.results() == {"D01"}
    form.answer("who.age12_17")
    assert "child_signs" in form.shown()
    assert "nsaid" not in form.shown()
    form.answer("child_signs.very_ill")
    assert form.asked() == ["who", "background", "foot_danger", "child_signs"]
    assert form.results() == {"E02"}
