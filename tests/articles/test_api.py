"""The content API: what patients read, as JSON. Every answer is held against the description that comes with it."""

import datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate

from articles import publishing, starter_content
from articles.api.views import description
from tests.factories import make_article, make_clinic, make_edition, make_reviewer, make_section, make_term

pytestmark = pytest.mark.django_db
NOON = datetime.datetime(2026, 5, 3, 12, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)
SCHEMAS = {"/api/articles/": "ArticleList", "/api/articles/{id}/": "Article", "/api/changes/": "Changes"}


def checked(response: Any) -> Any:
    """The JSON of an answer, after a look at whether the description allows it."""
    path = urlsplit(response.request["PATH_INFO"]).path
    known = next(
        each
        for each in SCHEMAS
        if each == path or (each.endswith("{id}/") and path.startswith("/api/articles/") and path != "/api/articles/")
    )
    assert str(response.status_code) in description()["paths"][known]["get"]["responses"]
    name = SCHEMAS[known] if response.status_code == 200 else "Problem"
    schema = {"$ref": f"#/components/schemas/{name}", "components": description()["components"]}
    data = response.json()
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(data)
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert not response.cookies
    return data


def get(client: Client, path: str, **query: Any) -> Any:
    return checked(client.get(path, query))


def ids(data: Any) -> list[str]:
    return [article["id"] for article in data["articles"]]


def test_the_description_is_sound_and_says_where_the_site_is(client):
    validate(description())
    served = client.get("/api/openapi.json").json()
    assert served["servers"] == [{"url": "http://testserver"}]
    assert served["paths"] == description()["paths"]


def test_the_starter_content_fits_the_description(client):
    starter_content.load()
    data = get(client, "/api/articles/", limit=100)
    assert len(data["articles"]) == 14
    for article in data["articles"]:
        whole = get(client, urlsplit(article["api"]).path)
        assert article.items() <= whole.items()
        assert all(client.get(section["url"].split("#")[0]).status_code == 200 for section in whole["sections"][:1])
    assert len(get(client, "/api/changes/")["changes"]) == 14


def test_lists_come_in_pages(client):
    make_clinic()
    slugs = sorted(make_edition().slug for _ in range(5))
    first = get(client, "/api/articles/", limit=2)
    seen, address = ids(first), first["next"]
    while address:
        page = checked(client.get(address))
        seen, address = seen + ids(page), page["next"]
    assert seen == slugs


def test_an_empty_site_has_empty_lists(client):
    assert get(client, "/api/articles/") == {"articles": [], "next": None}
    assert get(client, "/api/changes/")["changes"] == []


def test_an_article_is_told_as_patients_read_it(client):
    make_clinic(language="en-GB")
    make_term(term="Calf", meaning="The back of the lower leg.")
    article = make_article(slug="cramps", title="Cramps", sections=0, summary="Call {clinic_phone}.")
    article.codes.create(system="icd-10-cm", code="R25.2")
    make_section(
        article,
        anchor="rest",
        heading="Rest",
        body='<p>Rest the calf. See <a href="/articles/cramps/#danger">this</a>.</p>',
        subtopic="therapy",
    )
    make_section(article, anchor="danger", heading="Call", callout="emergency", body="<p>Call {emergency_number}.</p>")
    make_edition(article, by=make_reviewer(first_name="Ana", last_name="Bo"))
    data = get(client, "/api/articles/cramps/")
    assert (data["summary"], data["language"], data["approved_by"], data["notices"]) == (
        "Call 555-0100.",
        "en-GB",
        "Ana Bo",
        [],
    )
    assert data["codes"][0] == {
        "system": "icd-10-cm",
        "oid": "2.16.840.1.113883.6.90",
        "uri": "http://hl7.org/fhir/sid/icd-10-cm",
        "code": "R25.2",
    }
    danger, rest = data["sections"]
    assert (danger["id"], danger["kind"], danger["subtopic"]) == ("cramps#danger", "emergency", None)
    assert danger["text"] == "Call 911."
    assert 'href="tel:911"' in danger["html"]
    assert (rest["subtopic"], rest["url"]) == ("therapy", "http://testserver/articles/cramps/#rest")
    assert '<a href="http://testserver/articles/cramps/#danger">' in rest["html"]
    assert data["words"] == [{"word": "Calf", "meaning": "The back of the lower leg."}]


def test_what_nobody_has_approved_says_so(client):
    make_clinic()
    slug = make_edition().slug
    assert get(client, f"/api/articles/{slug}/")["notices"] == ["Example content, not yet approved by a clinician."]


def test_a_section_keeps_its_id_from_edition_to_edition(client):
    make_clinic()
    edition = make_edition()
    before = get(client, f"/api/articles/{edition.slug}/")
    edition.article.sections.update(heading="Another heading")
    make_edition(edition.article)
    after = get(client, f"/api/articles/{edition.slug}/")
    assert before["sections"][0]["id"] == after["sections"][0]["id"]
    assert (before["edition"], after["edition"]) == (1, 2)


@pytest.mark.parametrize("system", ["icd-10-cm", "2.16.840.1.113883.6.90", "http://hl7.org/fhir/sid/icd-10-cm"])
def test_articles_are_found_by_code(client, system):
    make_clinic()
    for slug, code in (("foot", "M77.40"), ("feet", "M77.4-"), ("other", "R25.2")):
        article = make_article(slug=slug)
        article.codes.create(system="icd-10-cm", code=code)
        make_edition(article)
    found = get(client, "/api/articles/", system=system, code="m7740")["articles"]
    assert [(each["id"], each["score"], each["found_by"]) for each in found] == [
        ("foot", 1.0, "M77.40"),
        ("feet", 0.8, "M77.4-"),
    ]


def changed(data: Any) -> list[tuple[str, str]]:
    return [(change["id"], change["state"]) for change in data["changes"]]


def test_changes_tell_what_to_show_and_what_to_take_away(client, set_clock):
    # A withdrawal takes its time from the real clock.
    now = timezone.now()
    set_clock(now - 60 * MINUTE)
    make_clinic()
    kept, gone, short = (make_article(slug=slug) for slug in ("kept", "gone", "short"))
    make_edition(kept)
    withdrawn = make_edition(gone)
    make_edition(short, expires_at=now + 30 * MINUTE)
    make_edition(make_article(slug="soon"), goes_live_at=now + 20 * MINUTE)
    set_clock(now - 10 * MINUTE)
    first = get(client, "/api/changes/")
    assert changed(first) == [("kept", "live"), ("gone", "live"), ("short", "live")]
    assert get(client, "/api/changes/", since=first["next"])["changes"] == []
    publishing.withdraw(withdrawn, by=None, message="Call {clinic_phone}.")
    set_clock(now + 40 * MINUTE)
    second = get(client, "/api/changes/", since=first["next"])
    assert changed(second) == [("gone", "withdrawn"), ("soon", "live"), ("short", "expired")]
    assert second["changes"][0]["message"] == "Call 555-0100."
    assert get(client, "/api/changes/", since=second["next"])["changes"] == []


def test_a_change_of_the_last_minute_is_told_once_more(client, set_clock):
    set_clock(NOON)
    make_clinic()
    make_edition(make_article(slug="new"))
    first = get(client, "/api/changes/", since="2026-05-03T11:00:00Z")
    set_clock(NOON + 2 * MINUTE)
    second = get(client, "/api/changes/", since=first["next"])
    assert changed(first) == changed(second) == [("new", "live")]
    assert changed(get(client, "/api/changes/", since=second["next"])) == []


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_changes_come_in_pages_and_none_is_lost_or_comes_twice(client, set_clock, limit):
    set_clock(NOON)
    make_clinic()
    # All at the same moment.
    slugs = [make_edition().slug for _ in range(6)]
    set_clock(NOON + 5 * MINUTE)
    seen, since, more = [], "", True
    while more:
        data = get(client, "/api/changes/", since=since, limit=limit)
        seen, since, more = seen + [each["id"] for each in data["changes"]], data["next"], data["more"]
    assert seen == slugs


def test_a_changed_phone_number_moves_the_version_of_all_content(client):
    make_clinic()
    before = get(client, "/api/changes/")
    make_clinic(phone="555-0199")
    assert get(client, "/api/changes/")["content_version"] > before["content_version"]


def test_an_article_that_is_gone_is_told_apart_from_one_that_never_was(client):
    make_clinic()
    edition = make_edition(make_article(slug="cramps"))
    publishing.withdraw(edition, by=None)
    # Whoever asks for anything new is not told that all is as it was.
    slugs = ("cramps", "nowhere")
    gone, unknown = (client.get(f"/api/articles/{slug}/", headers={"If-None-Match": "*"}) for slug in slugs)
    assert (gone.status_code, unknown.status_code) == (410, 404)
    assert checked(gone)["url"] == "http://testserver/articles/cramps/"
    assert checked(unknown)["error"]
    assert gone.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("path", "query", "words"),
    [
        ("/api/articles/", {"limit": "0"}, "1 to 100"),
        ("/api/articles/", {"limit": "101"}, "1 to 100"),
        ("/api/articles/", {"limit": "٣"}, "1 to 100"),
        *[
            (path, {"limit": f"000000050{'9' * more}"}, "1 to 100")
            for path in ("/api/articles/", "/api/changes/")
            for more in (3, 40, 5000)
        ],
        ("/api/articles/", {"code": "M77"}, "icd-10-cm, snomed-ct, icd-10"),
        ("/api/changes/", {"since": "yesterday"}, "a moment such as"),
        ("/api/changes/", {"since": "0001-01-01T00:00:00+14:00"}, "a moment such as"),
    ],
)
def test_a_request_that_cannot_be_answered_says_why(client, path, query, words):
    response = client.get(path, query)
    assert response.status_code == 400
    assert words in checked(response)["error"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/articles/",
        "/api/articles/?system=icd-10-cm&code=R25",
        "/api/articles/cramps/",
        "/api/changes/",
        "/api/openapi.json",
    ],
)
def test_who_has_the_answer_is_told_so(client, path, django_assert_num_queries):
    make_clinic()
    make_edition(make_article(slug="cramps"))
    first = client.get(path)
    with django_assert_num_queries(1):
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Access-Control-Allow-Origin"] == "*"
    make_edition()
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/api/articles/", "/api/articles/?system=icd-10-cm&code=R25", "/api/articles/one/", "/api/changes/"]
)
def test_an_answer_costs_two_queries_at_most(client, path, django_assert_max_num_queries):
    make_clinic()
    for slug in ("one", "two", "three"):
        article = make_article(slug=slug, sections=3)
        article.codes.create(system="icd-10-cm", code="R25.2")
        make_edition(article)
    client.get(path)
    with django_assert_max_num_queries(2):
        assert client.get(path).status_code == 200


def test_nothing_can_be_changed_by_it(client):
    assert client.post("/api/articles/").status_code == 405
    assert client.delete("/api/articles/").status_code == 405


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["/api/articles/", "/api/changes/"]),
    st.dictionaries(
        st.sampled_from(["since", "limit", "after", "code", "system"]),
        st.one_of(
            st.text(max_size=90),
            st.datetimes().map(str),
            st.sampled_from(["icd-10-cm", "9999-12-31T23:59:59-14:00", "2026-05-03_99999999999999999999"]),
        ),
    ),
)
def test_no_request_breaks_it(client, path, query):
    response = client.get(path, query)
    assert response.status_code in (200, 302, 400)  # 302: a NUL is left out of the address
    if response.status_code != 302:
        checked(response)
