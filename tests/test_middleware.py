import pytest
from django.test import Client

from articles import publishing
from tests.factories import make_clinic, make_edition, make_editor, make_quiz_edition

pytestmark = pytest.mark.django_db

SECURE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def responses():
    """One of each kind that the site gives: pages, redirects, errors, text, static files, the admin."""
    make_clinic()
    client = Client(raise_request_exception=False)
    edition, gone, check = make_edition(), make_edition(), make_quiz_edition()
    publishing.withdraw(gone, by=None)
    yield 200, client.get("/")
    yield 200, client.get(f"/articles/{edition.slug}/")
    yield 410, client.get(f"/articles/{gone.slug}/")
    yield 404, client.get("/nowhere/")
    yield 302, client.get("/search/?q=%00")
    yield 400, client.get("/articles/%00/")
    yield 405, client.post("/")
    yield 301, client.get("/glossary")
    yield 200, client.get("/robots.txt")
    yield 200, client.get(f"/check/{check.slug}/")
    yield 422, client.post(f"/check/{check.slug}/question/danger/")
    yield 303, client.get(f"/check/{check.slug}/result/")
    yield 403, client.post(f"/check/{check.slug}/question/danger/", headers={"Sec-Fetch-Site": "cross-site"})
    yield 302, client.get("/admin/")
    yield 200, client.get("/admin/login/")
    client.force_login(make_editor())
    yield 200, client.get("/admin/")
    yield 403, client.get("/admin/auth/user/")


def test_every_response_has_the_secure_headers():
    for status, response in responses():
        assert response.status_code == status
        assert SECURE.items() <= dict(response.items()).items(), status
        assert "geolocation=()" in response["Permissions-Policy"]
        assert response["Referrer-Policy"] in ("same-origin", "no-referrer")
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_a_page_that_breaks_has_the_secure_headers_and_helps(monkeypatch):
    monkeypatch.setattr("articles.live.current", lambda version: 1 / 0)
    make_clinic()
    response = Client(raise_request_exception=False).get("/")
    assert response.status_code == 500
    assert SECURE.items() <= dict(response.items()).items()
    assert b"In an emergency, do not wait for this page" in response.content


def test_the_way_to_https_has_the_secure_headers(settings):
    settings.SECURE_SSL_REDIRECT = True
    response = Client().get("/search/?q=leg")
    assert response["Location"] == "https://testserver/search/?q=leg"
    assert SECURE.items() <= dict(response.items()).items()
    assert "geolocation=()" in response["Permissions-Policy"]


def test_a_static_file_has_the_secure_headers(client, settings):
    settings.DEBUG = True
    response = client.get("/static/css/legible.css")
    response.close()
    assert SECURE.items() <= dict(response.items()).items()
    assert "geolocation=()" in response["Permissions-Policy"]


@pytest.mark.parametrize("address", ["/articles/a%00b/", "/%00", "/check/%00/", "/%00?q=%00"])
@pytest.mark.parametrize("method", ["get", "post", "head"])
def test_a_nul_in_a_path_is_refused_in_words(client, address, method):
    response = getattr(client, method)(address)
    assert response.status_code == 400
    if method != "head":
        assert response.content == b"This address has a character that no page here uses."


@pytest.mark.parametrize(
    ("address", "without"),
    [
        ("/?q=%00", "/?q="),
        ("/search/?q=leg%00+cramp&x=%00", "/search/?q=leg+cramp&x="),
        ("/admin/?next=%00", "/admin/?next="),
    ],
)
def test_a_nul_in_a_query_is_left_out_and_the_rest_is_kept(client, address, without):
    for response in (client.get(address), client.head(address)):
        assert (response.status_code, response["Location"]) == (302, without)
    assert client.post(address).status_code == 400


def test_other_odd_characters_are_no_reason_to_refuse(client):
    make_clinic()
    assert client.get("/search/?q=%01%7F%EF%BF%BF%F0%9F%A6%B5 100%25").status_code == 200
    assert client.get("/articles/%01%F0%9F%A6%B5/").status_code == 404


def test_a_post_with_more_fields_than_any_form_has_is_refused(client):
    slug = make_quiz_edition().slug
    response = client.post(f"/check/{slug}/question/danger/", {f"field-{number}": "1" for number in range(10_001)})
    assert response.status_code == 400
