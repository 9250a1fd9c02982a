"""Anything at all, sent to every public address: no error of the server, little work, and nothing of it comes back as markup.

The addresses come from the site's own list, so a new one is tried too. The number of tries is small and the same each
time; FUZZ_EXAMPLES tries more.
"""

import os
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import given, settings
from hypothesis import strategies as st

from config import alarms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "400"))
MOST_QUERIES = 25
# What would be markup, an attribute, a header or a template if it were not escaped.
CANARY = "<zq'\"&{{7*7}}{%zq%}\r\nX-Zq: 1"
KNOWN = ("leg-cramps", "leg-emergencies", "night-leg-cramps", "who", "danger_body", "1", "a", "pemat")
NAMES = (
    "q", "page", "next", "useful", "anchor", "words", "token", "website", "answer", "change", "seen", "since", "part", "parts",
    "format", "lang", "letter", "cursor", "limit", "size", "article", "section", "stamp", "after", "agrees", "comment", "name",
    "role", "mainSearchCriteria.v.c", "mainSearchCriteria.v.cs", "mainSearchCriteria.v.dn", "informationRecipient", "zq",
)  # fmt: skip
HEADERS = (
    "HX-Request", "HX-Target", "HX-Trigger", "HX-Current-URL", "HX-History-Restore-Request", "Accept", "Accept-Encoding",
    "Accept-Language", "If-None-Match", "If-Modified-Since", "Range", "Referer", "Origin", "Sec-Fetch-Site", "Sec-Purpose",
    "X-Request-ID", "X-Forwarded-For", "X-Forwarded-Host", "Cookie", "User-Agent", "Authorization",
)  # fmt: skip
TYPES = (
    "application/x-www-form-urlencoded",
    "application/json",
    "text/plain",
    "multipart/form-data; boundary=zq",
    "",
    "zq",
)

texts = st.one_of(
    st.sampled_from(
        [CANARY, "", "0", "-1", "true", "../../etc/passwd", "%00", "\x00", "\ud7ff", "9" * 400, "leg cramps", *KNOWN]
    ),
    st.text(max_size=40),
    st.text("ab \"'-*()<>:&%", max_size=60),
    st.builds(lambda text: text * 300, st.text(max_size=4)),
)
fields = st.dictionaries(
    st.one_of(st.sampled_from(NAMES), st.text(max_size=8)), st.one_of(texts, st.lists(texts, max_size=4)), max_size=5
)
# A server lets no line break into a header.
header_values = st.one_of(
    st.sampled_from(
        [
            CANARY.replace("\r\n", " "),
            "true",
            "*",
            "br;q=x",
            "same-origin",
            "cross-site",
            'W/"zq"',
            "bytes=0-",
            "quiz=zq",
        ]
    ),
    st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60),
)
headers = st.dictionaries(st.sampled_from(HEADERS), header_values, max_size=4)


def public_patterns(patterns: Any = None, before: str = "") -> list[tuple[str, URLPattern]]:
    found = []
    for each in get_resolver().url_patterns if patterns is None else patterns:
        path = before + str(each.pattern)
        if path.startswith("admin/"):
            continue
        found += public_patterns(each.url_patterns, path) if isinstance(each, URLResolver) else [(path, each)]
    return found


@st.composite
def addresses(draw: st.DrawFn) -> str:
    """One of the site's, with a known name or anything in each of its gaps; now and then anything at all."""
    path, pattern = draw(st.sampled_from(public_patterns()))
    for key, converter in pattern.pattern.converters.items():
        gap = f"<{'int' if converter.regex == '[0-9]+' else 'slug' if 'a-zA-Z' in converter.regex else 'str'}:{key}>"
        assert gap in path, path
        path = path.replace(gap, draw(st.one_of(st.sampled_from(KNOWN), texts)))
    return "/" + draw(st.sampled_from([path, path, path, path + "/", draw(texts)]))


@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
)
@given(
    address=addresses(),
    query=fields,
    body=st.one_of(fields, st.binary(max_size=60)),
    told=headers,
    method=st.sampled_from(["GET", "GET", "GET", "POST", "POST", "HEAD", "OPTIONS"]),
    content_type=st.sampled_from(TYPES),
)
def test_whatever_is_sent_the_site_answers_with_little_work_and_without_giving_it_back(
    address, query, body, told, method, content_type
):
    client = Client(raise_request_exception=False, headers=told)
    path = address.encode("utf-8", "surrogatepass").decode("latin-1")
    # What is counted for alarms is written now and then, not for this request.
    alarms.held.forget()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        if method == "POST" and isinstance(body, dict):
            response = client.post(path, body, query_params=query)
        else:
            raw = body if isinstance(body, bytes) and method == "POST" else b""
            response = client.generic(method, path, raw, content_type=content_type, query_params=query)
    assert response.status_code < 500
    assert len(queries) <= MOST_QUERIES
    content = response.getvalue()
    assert b"<zq" not in content or not response["Content-Type"].startswith(
        ("text/html", "application/xml", "application/atom")
    )
    assert b"X-Zq" not in b"".join(name.encode() for name in response.headers)
    assert len(content) < 2_000_000


def test_the_list_of_addresses_is_that_of_the_site():
    paths = {path for path, _pattern in public_patterns()}
    assert {
        "",
        "search/",
        "articles/<slug:slug>/feedback/",
        "check/<slug:slug>/question/<slug:key>/",
        "healthz/ready",
    } <= paths
    assert not any(path.startswith("admin") for path in paths)
