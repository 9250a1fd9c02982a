"""The PDF of a handout: what is in it, that it is tagged, and that it can be neither tricked nor used up."""

import io
import subprocess
import threading
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from articles.handouts import pdf
from articles.models import EditionSection
from tests.articles.handouts.test_views import code_of, get, make_readable
from tests.articles.test_views import NOTICE
from tests.factories import make_article, make_clinic, make_edition, make_section

pytestmark = pytest.mark.django_db
PLACES = ("cramps#stretch", "veins#bleeding", "veins#look")


@pytest.fixture
def code(settings: Any) -> str:
    settings.SITE_URL = "https://health.example"
    make_readable("cramps", ("stretch", "self-care"), ("danger", "emergency"))
    make_readable("veins", ("look", "urgent"), ("bleeding", "emergency"))
    return code_of(*PLACES)


def opened(client: Client, code: str, name: str = "handout") -> PdfReader:
    answer = client.get(f"/h/{code}/{name}.pdf")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    return PdfReader(io.BytesIO(answer.content))


def root(file: PdfReader) -> Any:
    return file.trailer["/Root"]


def words(file: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in file.pages).split())


def operations(file: PdfReader, *names: bytes) -> list[tuple[float, ...]]:
    """The numbers given to all operators of these names."""
    pages = [page.get_contents().operations for page in file.pages]  # type: ignore[union-attr]
    return [
        tuple(float(each) for each in operands if not isinstance(each, str))
        for page in pages
        for operands, operator in page
        if operator in names
    ]


def tags(file: PdfReader) -> list[str]:
    """The structure of the document, read from its start to its end."""
    found, waiting = [], [root(file)["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            found += [node["/S"]] if "/S" in node else []
            inside = node.get("/K", [])
            waiting += [each.get_object() for each in reversed(inside if isinstance(inside, list) else [inside])]
    return found


def test_a_pdf_is_tagged_and_says_that_it_is(client, code):
    file = opened(client, code)
    assert root(file)["/Lang"] == "en-US"
    assert root(file)["/MarkInfo"]["/Marked"]
    assert root(file)["/ViewerPreferences"]["/DisplayDocTitle"]
    assert file.metadata.title == "Patient information: Cramps · Veins"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root(file)["/Metadata"].get_data()
    found = tags(file)
    assert found.count("/H1") == 1
    assert {"/H2", "/P", "/L", "/LI", "/Link", "/Figure"} <= {*found}


def test_a_pdf_holds_what_the_print_page_holds_in_the_same_order(client, code):
    text = words(opened(client, code))
    said = [
        "Patient information", "Cramps", "Veins", NOTICE, "In an emergency, call now: 911",
        "Emergency", "Heading of bleeding", "From “Veins”", "All about bleeding. Call 555-0100.",
        "leaves out emergency signs of “Cramps”", "Heading of danger", "Self-care", "Heading of stretch",
        "Urgent: be seen today", "Heading of look", "Whom to call", "Poison center: 555-0103",
        f"health.example/h/{code}", "Sources", "About this handout", "Edition: 1",
    ]  # fmt: skip
    place = 0
    for each in said:
        place = text.index(each, place)
    for section in EditionSection.objects.filter(anchor__in=["stretch", "look", "bleeding"]):
        assert section.edition.sources[section.sources[0]]["url"] in text


@pytest.mark.parametrize("name", ["handout", "handout-large-print"])
def test_every_page_says_which_it_is_of_how_many(client, code, name):
    file = opened(client, code, name)
    text = words(file)
    for page in range(1, len(file.pages) + 1):
        assert f"Page {page} of {len(file.pages)}" in text


@pytest.mark.parametrize("name", ["handout", "handout-large-print"])
def test_a_long_emergency_part_begins_on_the_first_page_and_loses_nothing(client, name):
    make_clinic()
    article = make_article(sections=0, slug="cramps", title="Cramps")
    lines = [f"Sign {number} of danger." for number in range(1, 61)]
    body = "".join(f"<p>{line}</p>" for line in lines)
    make_section(article, anchor="danger", heading="Signs of danger", callout="emergency", body=body)
    make_edition(article)
    file = opened(client, code_of("cramps#danger"), name)
    assert "Signs of danger" in file.pages[0].extract_text()
    assert [line for line in lines if line not in words(file)] == []


def test_large_print_is_larger(client, code):
    def usual(file: PdfReader) -> float:
        sizes = [size for (size,) in operations(file, b"Tf")]
        return max(set(sizes), key=sizes.count)

    assert usual(opened(client, code)) == 12
    assert usual(opened(client, code, "handout-large-print")) == 18


def test_a_pdf_uses_no_color(client, code):
    colors = operations(opened(client, code), b"rg", b"RG", b"k", b"K", b"g", b"G", b"scn", b"SCN")
    assert colors
    assert {color for color in colors if len({*color}) > 1} == set()


@pytest.mark.parametrize("nasty", ['#panic("x") $x$ *no* _no_', "#read(\"/etc/passwd\")", "@ref <label> \\ // /* ` ```", "]} #{ [", "= no"])  # fmt: skip
def test_no_text_is_read_as_code(client, nasty):
    make_readable("cramps", ("stretch", "info"), title=nasty)
    text = words(opened(client, code_of("cramps#stretch")))
    assert " ".join(nasty.split()) in text


@pytest.mark.parametrize(
    ("language", "paper"), [("en-US", 612), ("en-GB", 595), ("de", 595), ("zh-Hans-CN", 595), ("ar", 595)]
)
def test_the_paper_is_the_one_of_the_country(client, language, paper):
    make_readable("cramps", ("stretch", "info"))
    make_clinic(language=language)
    file = opened(client, code_of("cramps#stretch"))
    assert int(file.pages[0].mediabox.width) == paper
    assert root(file)["/Lang"].split("-")[0] == language.split("-")[0]


def test_letters_that_no_font_has_lead_to_the_print_page(client, caplog):
    make_readable("cramps", ("stretch", "info"), title="Cramps \U000130cf")
    code = code_of("cramps#stretch")
    html = get(client, f"/h/{code}/handout.pdf", 404)
    assert "letters that our PDF maker cannot write" in html
    assert f'href="/h/{code}/"' in html
    assert "could not be displayed" in caplog.text


def test_without_the_extra_the_print_page_serves_and_says_so(client, code, monkeypatch):
    monkeypatch.setattr(pdf, "find_spec", lambda name: None)
    html = get(client, f"/h/{code}/")
    assert "This site makes no PDF files." in html
    assert "handout.pdf" not in html
    assert "This site makes no PDF files." in get(client, f"/h/{code}/handout.pdf", 404)


def test_while_a_pdf_is_made_few_wait_and_the_rest_are_sent_to_the_print_page(client, code, monkeypatch):
    monkeypatch.setattr(pdf, "SECONDS_TO_WAIT", 0.05)
    with pdf._a_turn():
        answer = client.get(f"/h/{code}/handout.pdf")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
        assert f'href="/h/{code}/"' in answer.content.decode()
    assert client.get(f"/h/{code}/handout.pdf").status_code == 200


def test_no_more_than_a_few_requests_ever_wait_for_a_pdf(monkeypatch):
    go, outcomes = threading.Event(), []

    def slow(text: str) -> bytes:
        go.wait(60)
        return b"%PDF"

    def ask() -> None:
        try:
            outcomes.append(pdf.typeset({}))
        except pdf.NotNow:
            outcomes.append(b"")
            if outcomes.count(b"") == 2:
                go.set()

    monkeypatch.setattr(pdf, "_run", slow)
    threads = [threading.Thread(target=ask) for _ in range(pdf.MOST_WAITING + 3)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(outcomes) == [b"", b"", *[b"%PDF"] * (pdf.MOST_WAITING + 1)]


def test_a_pdf_that_takes_too_long_is_given_up(client, code, monkeypatch):
    monkeypatch.setattr(pdf, "MOST_SECONDS", 0.001)
    assert "took too long" in get(client, f"/h/{code}/handout.pdf", 503)


def test_a_text_that_is_too_long_is_not_set(client, code, monkeypatch):
    monkeypatch.setattr(pdf, "LONGEST", 100)
    assert "too long for a PDF file" in get(client, f"/h/{code}/handout.pdf", 404)


def test_a_pdf_is_made_once(client, code, monkeypatch):
    first = client.get(f"/h/{code}/handout.pdf")
    monkeypatch.setattr(pdf, "_run", None)
    assert client.get(f"/h/{code}/handout.pdf").content == first.content
    again = client.get(f"/h/{code}/handout.pdf", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_the_typesetter_gets_no_secret(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "canary")
    given: dict[str, Any] = {}
    monkeypatch.setattr(
        subprocess,
        "run",
        lambda *args, **options: given.update(options) or subprocess.CompletedProcess(args, 0, b"%PDF"),
    )
    assert pdf.typeset({}) == b"%PDF"
    assert "canary" not in str(given)


def test_a_pdf_of_nothing_is_the_same_help_as_the_page(client, code):
    assert "There is a slip in this code" in get(client, "/h/2222-2222/handout.pdf", 404)
