import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from config.origin import from_this_site, posts_from_this_site

TABLE = [
    ({}, True),
    ({"Sec-Fetch-Site": "same-origin"}, True),
    ({"Sec-Fetch-Site": "none"}, True),
    ({"Sec-Fetch-Site": "same-site"}, False),
    ({"Sec-Fetch-Site": "cross-site"}, False),
    ({"Sec-Fetch-Site": ""}, False),
    ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
    ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, False),
    ({"Origin": "null"}, True),
    ({"Origin": "http://testserver"}, True),
    ({"Origin": "http://testserver.evil.example"}, False),
    ({"Origin": "https://evil.example"}, False),
    ({"Origin": "http://testserver:8000"}, False),
    ({"Origin": "http://[::1"}, False),
    ({"Origin": ""}, False),
]


@pytest.mark.parametrize(("headers", "ours"), TABLE)
def test_the_headers_tell_where_a_post_comes_from(headers, ours):
    assert from_this_site(RequestFactory().post("/", headers=headers)) is ours


@given(st.text())
def test_no_origin_breaks_it(origin):
    assert from_this_site(RequestFactory().post("/", headers={"Origin": origin})) in (True, False)


def test_only_a_post_from_elsewhere_is_refused():
    view = posts_from_this_site(lambda request: HttpResponse("done"))
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert view(RequestFactory().get("/", headers=foreign)).content == b"done"
    assert view(RequestFactory().post("/")).content == b"done"
    with pytest.raises(PermissionDenied):
        view(RequestFactory().post("/", headers=foreign))
