"""What a result says, and in which order."""

import re
from typing import Any

import pytest
from django.utils import timezone

from articles.handouts.codes import encode
from articles.models import EditionSection
from checker import rows
from checker.definition import parse
from checker.evaluation import walk
from checker.explanation import decisive
from checker.models import Quiz, QuizEdition
from checker.presentation import numbers_to_call
from checker.starter_files import definitions as starter_definitions
from tests.checker.takes import HTMX, answers_to_everything, words_of
from tests.checker.test_views import main_of, make_quiz_edition_from
from tests.factories import answer, make_clinic, make_edition, make_quiz_data, make_quiz_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def data() -> dict[str, Any]:
    make_clinic()
    edition = make_edition()
    return make_quiz_data(f"{edition.slug}#{edition.sections.get().anchor}")


def result_of(client: Any, data: dict[str, Any], danger: str, often: str = "rarely") -> str:
    slug = make_quiz_edition_from(data)
    answer(client, slug, "danger", danger)
    answer(client, slug, "often", often)
    return main_of(client.get(f"/check/{slug}/result/"))


def because_of(html: str) -> list[str]:
    part = html.partition("Why this result")[2].partition("</section>")[0]
    return [words_of(each) for each in re.findall(r"<li>(.*?)</li>", part)]


def call_of(html: str) -> list[tuple[str, str]]:
    part = html.partition("<h2>Whom to call</h2>")[2].partition("</section>")[0]
    return re.findall(r"<dt>(.*?)</dt><dd>.*?>([^<]*)</a>", part)


@pytest.mark.parametrize(
    ("danger", "often", "because"),
    [
        ("cold", "rarely", ["A cold, pale leg Any of these now?"]),
        ("swollen", "daily", ["One swollen leg Any of these now?"]),
        ("none", "daily", ["Every day How often does it come?"]),
        ("none", "rarely", []),
    ],
)
def test_a_result_says_which_answers_brought_it_about(client, data, danger, often, because):
    html = result_of(client, data, danger, often)
    assert because_of(html) == because
    assert ("None of your answers led to a more urgent result." in html) is (not because)


def test_where_no_rule_holds_the_result_says_that_it_is_careful(client, data):
    """Proofs keep such a self-check from being published; one that got past them must still make sense."""
    data["rules"][-1]["when"] = {"any": ["often.daily"]}
    quiz = rows.fill(Quiz(), parse(data))
    QuizEdition.objects.create(
        quiz=quiz, number=1, slug=quiz.slug, title="T", definition=data, goes_live_at=timezone.now()
    )
    answer(client, quiz.slug, "danger", "none")
    answer(client, quiz.slug, "often", "rarely")
    html = main_of(client.get(f"/check/{quiz.slug}/result/"))
    assert "no result of its own for your answers" in html
    assert "Be seen today" in html


def test_that_it_does_not_diagnose_is_the_first_line_and_stands_there_once(client, data):
    html = result_of(client, data, "swollen")
    after_heading = words_of(html.partition("</h1>")[2])
    assert after_heading.startswith("This self-check does not diagnose.")
    assert html.count("This self-check does not diagnose.") == 1


@pytest.mark.parametrize(
    ("danger", "often", "text", "call"),
    [
        ("swollen", "rarely", "Rest.", ["The clinic", "Out-of-hours line"]),
        ("swollen", "rarely", "Call {maternity_unit}.", ["The clinic", "Out-of-hours line", "Maternity unit"]),
        ("none", "daily", "Poison? {poison_center}. {out_of_hours_line}", ["The clinic", "Poison center", "Out-of-hours line"]),
        ("none", "rarely", "Call {emergency_number} or {clinic_phone}.", ["The clinic"]),
        ("none", "rarely", "At {clinic_name}, {nothing}", ["The clinic"]),
    ],
)  # fmt: skip
def test_a_result_says_whom_to_call(client, data, danger, often, text, call):
    numbers = {
        "The clinic": "555-0100",
        "Maternity unit": "555-0101",
        "Out-of-hours line": "555-0102",
        "Poison center": "555-0103",
    }
    edition = QuizEdition(definition=data)
    for outcome in data["outcomes"]:
        outcome["facts"] = [text]
    result = walk(parse(edition.definition), {"danger": {danger}, "often": {often}}).result
    assert [str(name) for name, _number in numbers_to_call(result, make_clinic())] == call
    if "{nothing}" not in text:
        assert call_of(result_of(client, data, danger, often)) == [(name, numbers[name]) for name in call]


def test_who_is_named_in_the_title_of_an_emergency_is_called_first(client, data):
    data["outcomes"][0]["title"] = "Call {maternity_unit} now"
    html = result_of(client, data, "cold")
    assert re.findall(r'card__call">(.*?): <a class="phone" href="tel:(\d+)"', html) == [
        ("Maternity unit", "5550101"),
        ("Emergency number", "911"),
    ]


def test_an_emergency_has_no_form_and_nothing_to_press_but_numbers_and_links(client, data):
    html = result_of(client, data, "cold").partition("</aside>")[2]
    assert not re.findall(r"<(?:form|button|input|details)\b", html)
    assert html.index("tel:911") < html.index("While you wait") < html.index("Why this result")
    assert "See, change or delete your answers" in html


def test_add_ons_never_lengthen_an_emergency(client, data):
    data["outcomes"].append(
        {
            "key": "pills",
            "level": "self-care",
            "title": "Pills",
            "facts": ["Ask first."],
            "links": data["outcomes"][0]["links"],
            "addon": True,
        }
    )
    data["outcomes"][1]["level"] = "emergency"
    data["rules"].append(
        {"id": "A1", "when": {"any": ["often.daily", "often.rarely"]}, "outcome": "pills", "addon": True}
    )
    data["questions"][0]["choices"][1].pop("red_flag")
    data["rules"][1] = {"id": "U1", "when": {"always": True}, "outcome": "ur", "default": True}
    data["rules"] = [rule for rule in data["rules"] if rule["id"] not in ("D1", "R1")]
    quiz = rows.fill(Quiz(), parse(data))
    QuizEdition.objects.create(
        quiz=quiz, number=1, slug=quiz.slug, title="T", definition=data, goes_live_at=timezone.now()
    )
    answer(client, quiz.slug, "danger", "none")
    answer(client, quiz.slug, "often", "daily")
    html = main_of(client.get(f"/check/{quiz.slug}/result/"))
    assert "card--emergency" in html
    assert "Ask first." not in html


def test_an_add_on_says_what_would_make_it_urgent(client, data):
    addon = {"key": "pills", "level": "self-care", "title": "Pills", "facts": ["Ask first."], "addon": True}
    addon |= {"safety_net": "A rash? Call {emergency_number}.", "links": data["outcomes"][0]["links"]}
    data["outcomes"].append(addon)
    data["rules"].append({"id": "A1", "when": {"any": ["often.daily"]}, "outcome": "pills", "addon": True})
    html = result_of(client, data, "none", "daily")
    assert html.index("Ask first.") < html.index("A rash?") < html.index("Your answers")
    assert 'A rash? Call <a class="phone" href="tel:911">911</a>.' in html


def test_the_summary_names_check_edition_day_result_reason_and_answers(client, data):
    data["outcomes"][1]["title"] = "Call {maternity_unit} today"
    html = result_of(client, data, "swollen", "daily")
    summary = re.search(r'id="summary">(.*?)</pre>', html, re.DOTALL)[1].split("\n")
    assert summary[0].startswith(f"{data['title']}, edition 1. Done on ")
    assert summary[1:] == [
        "Result: Urgent. Call your maternity unit (555-0101) today",
        "Because of: One swollen leg",
        "",
        "Any of these now?",
        "- One swollen leg",
        "How often does it come?",
        "- Every day",
    ]


def test_the_buttons_that_need_a_script_are_hidden_without_one(client, data):
    html = result_of(client, data, "swollen")
    buttons = re.findall(r'<button[^>]* type="button"[^>]*>', html.partition("</aside>")[2])
    assert len(buttons) == 2
    assert all(" hidden>" in button for button in buttons)


def test_a_copied_summary_of_markup_is_text(client, data):
    data["questions"][0]["choices"][1]["text"] = "<b>&amp;</b>"
    html = result_of(client, data, "swollen")
    assert "<b>" not in html
    assert "&lt;b&gt;&amp;amp;&lt;/b&gt;" in html


@pytest.mark.usefixtures("starter")
@pytest.mark.parametrize("definition", starter_definitions(), ids=lambda each: each.quiz)
def test_every_starter_result_but_a_default_says_because(definition):
    for answers in answers_to_everything(definition):
        result = walk(definition, answers).result
        assert bool(decisive(definition, answers)) is not (result.rule and result.rule.default)


def test_a_step_reads_the_clinic_and_no_definition_that_is_known(client, django_assert_num_queries):
    """Counts of the day are made when the page has been sent: see test_counts.py."""
    make_clinic()
    slug = make_quiz_edition().slug
    for headers in ({}, HTMX):
        answer(client, slug, "danger", "none", **headers)
        with django_assert_num_queries(1) as seen:
            answer(client, slug, "danger", "none", **headers)
        assert "checker_quizedition" not in seen.captured_queries[0]["sql"]


def test_a_result_leads_to_a_handout_of_its_parts_by_an_address_that_tells_no_answer(client, data):
    html = result_of(client, data, "none", "daily")
    address = re.search(r'<a href="(/h/[^"]*)">Print these parts</a>', html)[1]
    page = client.get(address)
    slug, anchor = data["outcomes"][0]["links"][0].split("#")
    section = EditionSection.objects.get(edition__slug=slug, anchor=anchor)
    assert section.heading in page.content.decode()
    assert address == f"/h/{encode([section.pk])}/"
    assert data["quiz"] not in page.content.decode()
    assert "stays in the history of this browser" in html


def test_an_emergency_result_sends_nobody_to_a_printer(client, data):
    assert "Print these parts" not in result_of(client, data, "cold")
