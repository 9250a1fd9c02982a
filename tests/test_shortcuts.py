import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django_htmx.middleware import HtmxMiddleware

from articles.models import Clinic
from config.shortcuts import render_partial, wants_partial

HTMX = {"HX-Request": "true"}
RESTORED = HTMX | {"HX-History-Restore-Request": "true"}
CONTEXT = {"page_title": "A <title> & more"}


def request_with(headers):
    request = RequestFactory().get("/", headers=headers)
    request.clinic = Clinic()
    HtmxMiddleware(lambda request: HttpResponse())(request)
    return request


def render(headers, **kwargs):
    return render_partial(request_with(headers), "checker/gone.html", "step", CONTEXT, **kwargs)


@pytest.mark.parametrize(
    ("headers", "partial"), [({}, False), (HTMX, True), (RESTORED, False), ({"HX-Request": "false"}, False)]
)
def test_only_an_htmx_request_that_restores_nothing_wants_a_part(headers, partial):
    assert wants_partial(request_with(headers)) is partial
    html = render(headers).content.decode()
    assert ("<html" not in html) is partial
    assert 'id="step"' in html


def test_the_part_is_led_by_its_escaped_title():
    assert render(HTMX).content.startswith(b"<title>A &lt;title&gt; &amp; more</title>")


def test_both_say_that_the_header_matters_and_carry_the_status():
    for headers in ({}, HTMX, RESTORED):
        response = render(headers, status=422)
        assert (response.status_code, response["Vary"]) == (422, "HX-Request")


def test_the_context_that_was_given_is_left_as_it_was():
    render(HTMX)
    assert list(CONTEXT) == ["page_title"]
