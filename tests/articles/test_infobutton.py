"""HL7 Infobutton: a medical record asks with a code, and is led to what patients read."""

import datetime
import io
import json
import logging
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from articles import infobutton, publishing
from articles.infobutton import CODE, LANGUAGE, NAME, READ, RESPONSE_TYPE, SUBTOPIC, SYSTEM, NoTopic, read
from config.logs import JsonFormatter
from tests.factories import make_article, make_clinic, make_edition, make_reviewer, make_section

ICD, ICD_WHO, SNOMED, LOINC = (f"2.16.840.1.113883.6.{number}" for number in (90, 3, 96, 1))
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ATOM = "{http://www.w3.org/2005/Atom}"
XML = "{http://www.w3.org/XML/1998/namespace}"
FEED_ORDER = ["title", "subtitle", "author", "updated", "category", "id", "entry"]
ENTRY_ORDER = ["title", "link", "id", "updated", "summary", "category"]


def ask(client: Client, code: str = "M77.40", system: str = ICD, *, headers: Any = None, **more: str) -> Any:
    """`more` as parameters with “__” for a point: subTopic__v__c="Q000628"."""
    named = {name.replace("__", "."): value for name, value in more.items()}
    return client.get("/infobutton/", {SYSTEM: system, CODE: code} | named, headers=headers or {})


def as_json(client: Client, *args: str, **more: str) -> Any:
    response = ask(client, *args, knowledgeResponseType="application/json", **more)
    assert response.headers["Content-Type"] == "application/json"
    return response.json()["feed"]


def titles(feed: Any) -> list[str]:
    return [entry["title"]["_value"] for entry in feed["entry"]]


def terms(entry: Any, scheme: str) -> list[str]:
    return [category["term"] for category in entry["category"] if category["scheme"] == scheme]


def make_coded(title: str, *codes: str, system: str = "icd-10-cm", **fields: Any) -> Any:
    article = make_article(title=title, slug=title.lower().replace(" ", "-"), **fields)
    for code in codes:
        article.codes.create(system=system, code=code)
    return article


@pytest.fixture
def _foot(db: None) -> None:
    make_clinic(name="Example Clinic", language="en-GB")
    make_edition(make_coded("Foot pain", "M77.40", "M77.41"))
    make_edition(make_coded("Ball of foot", "M77.4-"))
    make_edition(make_coded("Tendons", "M77"))
    make_edition(make_coded("Cramps", "55300003", system="snomed-ct"))
    make_edition(make_coded("Foot pain abroad", "M77.4", system="icd-10"))
    make_coded("Never published", "M77.40")


pytestmark = pytest.mark.django_db
on_foot = pytest.mark.usefixtures("_foot")


@on_foot
@pytest.mark.parametrize("code", ["M77.40", "m77.40", "M7740", " m7740 "])
def test_the_code_itself_comes_first_and_then_its_parents(client, code):
    feed = as_json(client, code)
    assert titles(feed) == ["Foot pain", "Ball of foot", "Tendons"]
    assert [terms(entry, "relevanceScore") for entry in feed["entry"]] == [["1.0"], ["0.8"], ["0.6"]]
    assert [terms(entry, CODE) for entry in feed["entry"]] == [["M77.40"], ["M77.4"], ["M77"]]


@on_foot
@pytest.mark.parametrize(
    ("code", "system", "expected"),
    [
        ("M77.42", ICD, ["Ball of foot", "Tendons"]),
        ("55300003", SNOMED, ["Cramps"]),
        ("M77.40", ICD_WHO, ["Foot pain abroad"]),
        ("55300003", ICD, []),
        ("M77.40", LOINC, []),
        ("Z99.9", ICD, []),
        ("-", ICD, []),
    ],
)
def test_each_system_has_its_own_codes(client, code, system, expected):
    assert titles(as_json(client, code, system)) == expected


@on_foot
def test_the_default_is_atom_with_its_elements_in_order(client):
    response = ask(client, knowledgeResponseType="image/png")
    assert response.headers["Content-Type"] == "text/xml; charset=utf-8"
    feed = ElementTree.fromstring(response.content)
    assert feed.tag == f"{ATOM}feed"
    check_atom(feed)
    assert len(feed.findall(f"{ATOM}entry")) == 3


def check_atom(feed: ElementTree.Element) -> None:
    """The parts that RFC 4287 requires, in the order that readers of Infobutton answers expect."""
    assert feed.get(f"{XML}lang") == "en-GB"
    assert in_order(feed, FEED_ORDER)
    assert [each.tag for each in feed.find(f"{ATOM}author")] == [f"{ATOM}name", f"{ATOM}uri"]
    for part in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("title", "id", "updated"):
            [only] = part.findall(f"{ATOM}{name}")
            assert only.text
        assert datetime.datetime.fromisoformat(part.find(f"{ATOM}updated").text).tzinfo
        assert part.find(f"{ATOM}id").text.startswith("http://testserver/")
    ids = [entry.find(f"{ATOM}id").text for entry in feed.findall(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)
    for entry in feed.findall(f"{ATOM}entry"):
        assert entry.get(f"{XML}lang") == "en-GB"
        assert in_order(entry, ENTRY_ORDER)
        assert entry.find(f"{ATOM}summary").get("type") == "html"
        [link] = entry.findall(f"{ATOM}link")
        assert set(link.keys()) == {"href", "rel", "type", "hreflang", "title"}
        assert (link.get("rel"), link.get("type"), link.get("hreflang")) == ("alternate", "text/html", "en-GB")


def in_order(parent: ElementTree.Element, order: list[str]) -> bool:
    places = [order.index(child.tag.removeprefix(ATOM)) for child in parent]
    return places == sorted(places)


@on_foot
def test_json_says_what_atom_says(client):
    feed, atom = as_json(client), ElementTree.fromstring(ask(client).content)
    assert feed["id"]["_value"] == atom.find(f"{ATOM}id").text
    for entry, element in zip(feed["entry"], atom.findall(f"{ATOM}entry"), strict=True):
        assert entry["title"]["_value"] == element.find(f"{ATOM}title").text
        assert entry["link"] == [dict(element.find(f"{ATOM}link").items())]
        assert entry["summary"] == {"_value": element.find(f"{ATOM}summary").text, "type": "html"}
        assert entry["category"] == [dict(each.items()) for each in element.findall(f"{ATOM}category")]


@on_foot
def test_no_match_is_a_valid_feed_without_entries(client):
    response = ask(client, "Z99.9")
    assert response.status_code == 200
    check_atom(ElementTree.fromstring(response.content))
    assert as_json(client, "Z99.9")["entry"] == []


def test_a_site_without_any_article_answers_too(client):
    make_clinic(language="en-GB")
    check_atom(ElementTree.fromstring(ask(client).content))


@on_foot
def test_a_link_opens_the_page(client):
    [link] = as_json(client)["entry"][0]["link"]
    assert link["href"] == "http://testserver/articles/foot-pain/"
    assert "Foot pain" in client.get(link["href"]).content.decode()


@on_foot
def test_what_was_used_is_echoed_and_what_is_about_the_person_is_not(client):
    person = {"patientPerson__administrativeGenderCode__c": "F", "age__v__v": "42", "ageGroup__v__c": "D000328"}
    asked = {"informationRecipient": "PAT", "informationRecipient__languageCode__c": "es", "subTopic__v__c": "Q1"}
    feed = as_json(client, **person, **asked)
    assert [(each["scheme"], each["term"]) for each in feed["category"]] == [
        (SYSTEM, ICD),
        (CODE, "M77.40"),
        (SUBTOPIC, "Q1"),
        ("informationRecipient", "PAT"),
        (LANGUAGE, "es"),
    ]
    assert feed["entry"][0]["lang"] == "en-GB"


@on_foot
def test_nothing_of_a_request_is_logged(client):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(handler)
    try:
        ask(client, "C50.911", age__v__v="7319", patientPerson__administrativeGenderCode__c="UNDIFF")
        client.get("/infobutton/", {"age.v.v": "7319", CODE: "C50.911"})
    finally:
        logging.getLogger().removeHandler(handler)
    assert "/infobutton/" in stream.getvalue()
    assert not any(words in stream.getvalue() for words in ("C50.911", "7319", "UNDIFF", "?"))


def test_only_what_patients_can_read_now_is_found(client, set_clock):
    now = datetime.datetime(2026, 5, 3, 12, tzinfo=datetime.UTC)
    set_clock(now)
    make_clinic()
    hour = datetime.timedelta(hours=1)
    gone = make_edition(make_coded("Gone", "M77.40"))
    make_edition(make_coded("Soon", "M77.40"), goes_live_at=now + hour)
    make_edition(make_coded("Short", "M77.40"), expires_at=now + hour)
    assert titles(as_json(client)) == ["Gone", "Short"]
    publishing.withdraw(gone, by=None)
    assert titles(as_json(client)) == ["Short"]
    set_clock(now + hour)
    assert titles(as_json(client)) == ["Soon"]


def test_a_summary_says_that_nobody_has_approved_it(client):
    make_clinic()
    make_edition(make_coded("Unsigned", "M77.40", summary="Call {emergency_number} & rest."))
    make_edition(make_coded("Signed", "M77.40"), by=make_reviewer())
    signed, unsigned = (entry["summary"]["_value"] for entry in as_json(client)["entry"])
    assert "not yet approved by a clinician" in unsigned
    assert "&amp; rest." in unsigned
    assert "911" in unsigned
    assert "approved" not in signed


def test_a_summary_says_that_a_review_is_long_overdue(client, set_clock):
    make_clinic()
    set_clock(datetime.datetime(2026, 5, 3, 12, tzinfo=datetime.UTC))
    make_edition(make_coded("Old", "M77.40", review_months=12), by=make_reviewer())
    for year, words in ((2026, ""), (2027, "It may be out of date."), (2029, "Do not rely on this page alone.")):
        set_clock(datetime.datetime(year, 7, 3, 12, tzinfo=datetime.UTC))
        summary = as_json(client)["entry"][0]["summary"]["_value"]
        assert words in summary
        assert ("<strong>" in summary) == bool(words)


@pytest.fixture
def _subtopics(db: None) -> None:
    make_clinic()
    marked = make_coded("Foot pain", "M77.4-", sections=0)
    make_section(marked, heading="Rest", anchor="rest", subtopic="therapy")
    make_section(marked, heading="Causes", anchor="causes", subtopic="etiology")
    make_section(marked, heading="Surgery", anchor="surgery", subtopic="therapy")
    make_edition(marked)
    make_edition(make_coded("Other", "M77.40"))


@pytest.mark.usefixtures("_subtopics")
@pytest.mark.parametrize(
    ("subtopic", "expected"),
    [
        ("Q000628", [("Foot pain: Rest", "0.8"), ("Foot pain: Surgery", "0.8"), ("Other", "0.5")]),
        ("q000209", [("Foot pain: Causes", "0.8"), ("Other", "0.5")]),
        ("Q000175", [("Other", "0.5"), ("Foot pain", "0.4")]),
        ("Q999999", [("Other", "1.0"), ("Foot pain", "0.8")]),
    ],
)
def test_a_subtopic_leads_to_sections(client, subtopic, expected):
    feed = as_json(client, subTopic__v__c=subtopic)
    assert [
        (title, *terms(entry, "relevanceScore")) for title, entry in zip(titles(feed), feed["entry"], strict=True)
    ] == expected


@pytest.mark.usefixtures("_subtopics")
def test_an_entry_of_a_section_opens_the_page_there(client):
    entry = as_json(client, subTopic__v__c="Q000628")["entry"][0]
    assert entry["link"][0]["href"] == entry["id"]["_value"] == "http://testserver/articles/foot-pain/#rest"
    assert terms(entry, SUBTOPIC) == ["Q000628"]


def test_a_name_alone_is_looked_for_by_words_and_has_no_score(client):
    make_clinic()
    article = make_article(title="Calf cramps", slug="calf-cramps", sections=0)
    make_section(article, heading="At night", body="<p>Stretch the calf.</p>")
    make_edition(article)
    for name, expected in (("Cramp, calf", ["Calf cramps"]), ("Cramp of the hand", []), ("of the", []), ("?!", [])):
        found = client.get("/infobutton/", {NAME: name, RESPONSE_TYPE: "application/json"}).json()["feed"]
        assert titles(found) == expected
        assert all(terms(entry, "relevanceScore") == [] for entry in found["entry"])


@on_foot
@pytest.mark.parametrize("query", [{}, {CODE: "M77.40"}, {SYSTEM: ICD}, {SYSTEM: ICD, CODE: "  "}, {"q": "foot"}])
def test_a_request_without_a_topic_is_told_what_is_missing(client, query):
    for headers in ({}, {"Accept": BROWSER}):
        response = client.get("/infobutton/", query, headers=headers)
        assert response.status_code == 400
        assert "mainSearchCriteria.v.cs" in response.content.decode()


@on_foot
def test_a_browser_gets_a_page_and_can_still_ask_for_the_feed(client):
    response = ask(client, headers={"Accept": BROWSER})
    html = response.content.decode()
    assert 'href="/articles/foot-pain/"' in html
    assert "the code ICD-10-CM M77.40" in html
    assert "not yet approved by a clinician" in html
    assert response.headers["Referrer-Policy"] == "no-referrer"
    asked = ask(client, headers={"Accept": BROWSER}, knowledgeResponseType="text/xml")
    assert asked.headers["Content-Type"].startswith("text/xml")


@on_foot
def test_a_page_without_articles_links_to_medlineplus_and_asks_nothing_there(client):
    html = ask(client, "E11.9", headers={"Accept": BROWSER}).content.decode()
    link = "https://connect.medlineplus.gov/application?" + urlencode({SYSTEM: ICD, CODE: "E11.9"})
    assert f'<a href="{link.replace("&", "&amp;")}" rel="noreferrer">' in html
    for code, system in (("E11.9", LOINC), ("<b>Call 1-900</b>", ICD)):
        assert "medlineplus.gov" not in ask(client, code, system, headers={"Accept": BROWSER}).content.decode()


@on_foot
def test_an_address_puts_no_words_on_the_page(client):
    response = ask(client, "You are ill", headers={"Accept": BROWSER}, mainSearchCriteria__v__dn="Call 555-666")
    assert "You are ill" not in response.content.decode()
    assert "555-666" not in response.content.decode()


@on_foot
@pytest.mark.parametrize("headers", [{}, {"Accept": BROWSER}])
def test_who_has_the_answer_is_told_so(client, headers, django_assert_num_queries):
    first = ask(client, headers=headers)
    assert "Accept" in first.headers["Vary"]
    assert first.headers["Cache-Control"] == "public, no-cache"
    assert not first.cookies
    with django_assert_num_queries(1):
        again = ask(client, headers=headers | {"If-None-Match": first.headers["ETag"]}, age__v__v="42", other="x")
    assert (again.status_code, again.content) == (304, b"")
    make_edition(make_coded("Newer", "M77.40"))
    assert ask(client, headers=headers | {"If-None-Match": first.headers["ETag"]}).status_code == 200


@on_foot
def test_each_kind_of_answer_has_a_tag_of_its_own(client):
    kinds = [ask(client), ask(client, headers={"Accept": BROWSER}), ask(client, "M77.41"), ask(client, subTopic__v__c="Q000628"),
             ask(client, knowledgeResponseType="application/json")]  # fmt: skip
    assert len({response.headers["ETag"] for response in kinds}) == len(kinds)


@on_foot
def test_scripts_of_other_sites_may_read_the_feed_and_not_the_page(client):
    assert ask(client).headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in ask(client, headers={"Accept": BROWSER}).headers
    assert client.post("/infobutton/").status_code == 405


def test_an_answer_costs_one_query_however_many_articles_there_are(client, django_assert_num_queries):
    make_clinic()
    for number in range(5):
        make_edition(make_coded(f"Article {number}", "M77.40"))
    ask(client)
    with django_assert_num_queries(1):
        assert ask(client, knowledgeResponseType="application/json").content.count(b"relevanceScore") == 5


PARAMETERS = [*READ, RESPONSE_TYPE, "age.v.v", "callback"]
VALUES = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [ICD, SNOMED, "M77.40", "Q000628", "application/json", "text/xml", "\x0b", "\ufffe", "%", "<&>'\""]
    ),
)
ACCEPTED = st.one_of(
    st.sampled_from([BROWSER, "*/*", "", "text/html;q=x", ";", "text/html;q=9"]), st.text("a/*;q=,.1 ", max_size=20)
)


@on_foot
@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.one_of(st.sampled_from(PARAMETERS), st.text(max_size=10)), VALUES, max_size=8), ACCEPTED)
def test_no_request_breaks_it(client, query, accept):
    response = client.get("/infobutton/", query, headers={"Accept": accept})
    assert response.status_code in (200, 302, 400)  # 302: a NUL is left out of the address
    if response.status_code == 200 and response.headers["Content-Type"].startswith("text/xml"):
        check_atom(ElementTree.fromstring(response.content))
    elif response.status_code == 200 and response.headers["Content-Type"] == "application/json":
        json.loads(response.content)


@on_foot
@settings(max_examples=100, deadline=None)
@given(st.text("&=%.;+0aFf\x7f\xe9 mainSearchCriteria.v.cs", max_size=80))
def test_no_query_string_breaks_it(client, raw):
    assert client.get("/infobutton/", QUERY_STRING=raw).status_code in (200, 302, 400)


@given(st.dictionaries(st.sampled_from(PARAMETERS), st.text(max_size=500)))
def test_what_is_kept_of_a_request_is_bounded_and_reads_as_itself(parameters):
    try:
        asked = read(parameters)
    except NoTopic:
        return
    assert all(0 < len(value) <= READ[name] for name, value in asked.given)
    assert read(dict(asked.given) | {RESPONSE_TYPE: asked.media_type}) == asked


@given(st.text(), st.text())
def test_any_text_stands_in_a_well_formed_feed(title, summary):
    now = datetime.datetime(2026, 5, 3, tzinfo=datetime.UTC)
    entry = infobutton.Entry(title, "https://example.org/", now, summary, ((CODE, title),))
    feed = infobutton.Feed(title, "", title, "https://example.org/", "https://example.org/", now, "en", (), (entry,))
    ElementTree.fromstring(infobutton.to_atom(feed))


@pytest.mark.usefixtures("_subtopics")
def test_the_page_names_sections_with_the_article_they_stand_in(client):
    html = ask(client, headers={"Accept": BROWSER}, subTopic__v__c="Q000628").content.decode()
    assert '<a class="cards__link" href="/articles/foot-pain/#rest">Rest</a>' in html
    assert "In “Foot pain”" in html
