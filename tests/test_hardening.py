"""What somebody sends who wants the site to do otherwise than it should."""

import io
import json

import pytest
from django.test import Client
from django.utils.csp import CSP
from gunicorn.config import Config
from gunicorn.http.message import Request
from gunicorn.http.unreader import IterUnreader
from gunicorn.http.wsgi import create

from config import gunicorn
from tests.factories import make_article, make_clinic, make_edition, make_editor, make_quiz, make_quiz_edition
from tests.processes import run

pytestmark = pytest.mark.django_db
PUBLIC = (
    "/", "/search/?q=leg", "/glossary/", "/privacy/", "/accessibility/", "/robots.txt", "/sitemap.xml", "/feed.xml",
    "/handout/", "/a-z/", "/where-it-hurts/", "/articles/an-article/", "/articles/an-article/feedback/", "/check/a-check/",
    "/nowhere/",
)  # fmt: skip
# Headers by which some servers let themselves be told another address, method, host or sender.
MISLEADING = {
    "X-Forwarded-Host": "evil.example",
    "X-Host": "evil.example",
    "X-Forwarded-Server": "evil.example",
    "X-Original-Host": "evil.example",
    "Forwarded": "host=evil.example;proto=https",
    "X-Original-URL": "/admin/",
    "X-Rewrite-URL": "/admin/",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Scheme": "https",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Port": "1337",
    "X-HTTP-Method-Override": "DELETE",
    "X-Forwarded-For": "127.0.0.1",
    "Script-Name": "/evil",
}


@pytest.fixture(autouse=True)
def _content():
    make_clinic()
    edition = make_edition(make_article(slug="an-article"))
    make_quiz_edition(make_quiz(edition, quiz="a-check"))


@pytest.fixture(scope="module")
def production(tmp_path_factory):
    """The settings of a server that was told no more than it must be."""
    names = (
        "DEBUG STAFF_MFA SECURE_SSL_REDIRECT SECURE_HSTS_SECONDS SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE SESSION_COOKIE_HTTPONLY "
        "SESSION_COOKIE_SAMESITE SESSION_COOKIE_PATH CSRF_COOKIE_PATH SESSION_COOKIE_NAME CSRF_COOKIE_NAME SECURE_CONTENT_TYPE_NOSNIFF X_FRAME_OPTIONS "
        "USE_X_FORWARDED_HOST SECURE_PROXY_SSL_HEADER ALLAUTH_TRUSTED_PROXY_COUNT REAUTHENTICATE_SECONDS SECURE_CSP"
    )
    code = f"import json; from django.conf import settings as s; print(json.dumps({{n: getattr(s, n) for n in {names.split()}}}, default=str))"
    given = {
        "SECRET_KEY": "x" * 50,
        "DATA_DIR": str(tmp_path_factory.mktemp("data")),
        "DATABASE_URL": "",
        "REDIS_URL": "",
    }
    unset = {"HTTPS": "1", "STAFF_MFA": "1", "REAUTHENTICATE_MINUTES": "15"}
    return json.loads(run("-c", code, **given, **unset))


def test_a_server_is_safe_without_being_told(production):
    policy = production.pop("SECURE_CSP")
    assert production == {
        "DEBUG": False,
        "STAFF_MFA": True,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Strict",
        "SESSION_COOKIE_PATH": "/admin/",
        "CSRF_COOKIE_PATH": "/admin/",
        "SESSION_COOKIE_NAME": "__Secure-sessionid",
        "CSRF_COOKIE_NAME": "__Secure-csrftoken",
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "X_FRAME_OPTIONS": "DENY",
        "USE_X_FORWARDED_HOST": False,
        "SECURE_PROXY_SSL_HEADER": None,
        "ALLAUTH_TRUSTED_PROXY_COUNT": 0,
        "REAUTHENTICATE_SECONDS": 900,
    }
    assert (
        policy["default-src"] == policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == [CSP.NONE]
    )
    assert "report-uri" not in policy


def test_staff_sign_in_with_the_cookies_of_https(settings):
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Secure-sessionid", "__Secure-csrftoken"
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    client, page = Client(enforce_csrf_checks=True), "https://testserver/admin/login/"
    token = {"csrfmiddlewaretoken": str(client.get(page, secure=True).context["csrf_token"])}
    data = {"login": str(make_editor()), "password": "a-long-password"} | token
    assert client.post(page, data, secure=True, headers={"Referer": page})["Location"] == "/admin/"
    assert all(client.cookies[f"__Secure-{name}"]["secure"] for name in ("sessionid", "csrftoken"))
    assert client.get("/admin/", secure=True).status_code == 200


def test_https_is_insisted_on(settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    client = Client()
    assert client.get("/search/?q=leg")["Location"] == "https://testserver/search/?q=leg"
    assert client.get("/", secure=True)["Strict-Transport-Security"] == "max-age=31536000"


def test_reports_go_where_the_clinic_says(settings):
    assert "report-uri" not in Client().get("/")["Content-Security-Policy"]
    settings.SECURE_CSP = {**settings.SECURE_CSP, "report-uri": ["https://reports.example/csp"]}
    assert "report-uri https://reports.example/csp" in Client().get("/")["Content-Security-Policy"]


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "testserver@evil.example", "testserver:80:80", "[::"]
)
def test_another_host_is_refused(client, host):
    for address in ("/", "/sitemap.xml", "/admin/login/", "/nowhere/", "/check/a-check/"):
        response = client.get(address, headers={"Host": host})
        assert response.status_code == 400, address
        assert b"evil.example" not in response.content


@pytest.mark.parametrize("address", PUBLIC)
def test_no_header_but_the_host_changes_a_page(client, address):
    """So no cache in front can be made to keep a page that was made for somebody else."""
    plain = client.get(address)
    for name, value in MISLEADING.items():
        told = client.get(address, headers={name: value})
        assert told.status_code == plain.status_code, name
        assert told.get("ETag") == plain.get("ETag"), name
        if "/feedback/" not in address:  # its token is new each time
            assert told.content == plain.content, name
        assert b"evil" not in told.content, name


def test_no_server_moves_the_site_to_another_path(client, settings):
    """Some make `SCRIPT_NAME` of a header, and the admin would no longer stand below /admin/, where a second factor is asked for."""
    settings.STAFF_MFA = True
    client.force_login(make_editor())
    assert client.get("/admin/", SCRIPT_NAME="/moved")["Location"] == "/admin/sign-in/"
    assert b"/moved" not in client.get("/", SCRIPT_NAME="/moved").content


@pytest.mark.parametrize("name", ["SCRIPT_NAME", "PATH_INFO", "X-Forwarded-Proto", "X-Forwarded-Ssl"])
def test_gunicorn_believes_no_header_about_path_or_scheme(name):
    """Not even of the same machine, where the proxy passes on what a client wrote."""
    value = {"X-Forwarded-Proto": "https", "X-Forwarded-Ssl": "on"}.get(name, "/moved")
    config = Config()
    for setting in ("forwarder_headers", "secure_scheme_headers"):
        config.set(setting, getattr(gunicorn, setting))
    sent = f"GET /moved/admin/ HTTP/1.1\r\nHost: testserver\r\n{name}: {value}\r\n\r\n".encode()
    request = Request(config, IterUnreader([sent]), ("127.0.0.1", 5000))
    _response, environ = create(request, None, ("127.0.0.1", 5000), "127.0.0.1:8000", config)
    assert (environ["SCRIPT_NAME"], environ["PATH_INFO"], environ["wsgi.url_scheme"]) == ("", "/moved/admin/", "http")


@pytest.mark.parametrize("address", ["/sitemap.xml", "/feed.xml", "/articles/an-article/", "/"])
def test_a_page_made_for_one_host_is_not_given_to_another(address, settings):
    settings.ALLOWED_HOSTS = ["one.example", "two.example"]
    client = Client()
    for host, other in (
        ("one.example", b"two.example"),
        ("two.example", b"one.example"),
        ("one.example", b"two.example"),
    ):
        assert other not in client.get(address, headers={"Host": host}).content


@pytest.mark.parametrize("address", PUBLIC)
def test_caches_are_told_what_a_page_depends_on(client, address):
    response = client.get(address)
    if response["Content-Type"].startswith("text/html") and response.status_code == 200:
        assert response.get("Cache-Control"), address
    if address.startswith("/search/"):
        assert "HX-Request" in response["Vary"]
    if "public" in response.get("Cache-Control", ""):
        assert "Accept-Encoding" in response["Vary"]
        assert not response.cookies


def test_scripts_of_other_sites_read_what_is_for_records_and_nothing_else(client):
    """With `*` no browser sends a cookie along, whatever the origin."""
    for address in PUBLIC:
        assert "Access-Control-Allow-Origin" not in client.get(address, headers={"Origin": "https://other.example"})
    for origin in ("https://other.example", "null"):
        response = client.get("/api/articles/", headers={"Origin": origin})
        assert response["Access-Control-Allow-Origin"] == "*"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Type"].startswith("application/json")
        assert "Access-Control-Allow-Credentials" not in response
        assert not response.cookies


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "BOGUS"])
@pytest.mark.parametrize("address", PUBLIC)
def test_other_methods_do_nothing(client, address, method):
    response = client.generic(method, address)
    assert response.status_code in (405, 404, 403), response.status_code
    assert "an-article" not in response.content.decode() or response.status_code == 404


@pytest.mark.parametrize("address", [page for page in PUBLIC if "feedback" not in page])
def test_pages_to_read_take_no_posts(client, address):
    assert client.post(address, {"q": "x"}).status_code in (404, 405)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"answer": "cold"}', "application/json"),
        (b"<answer>cold</answer>", "text/xml"),
        (b"answer=cold", "text/plain"),
        (b"answer=cold", ""),
        (b"answer=cold", "application/x-www-form-urlencoded; charset=utf-7"),
        (b"answer=cold", "application/x-www-form-urlencoded; charset=nonsense"),
        (b"answer=%ff%fe", "application/x-www-form-urlencoded"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"--x\r\nContent-Disposition: form-data; name=answer\r\n\r\ncold", "multipart/form-data"),
        (b"\x00" * 50, "multipart/form-data; boundary=" + "x" * 300),
        (b"\x1f\x8b\x08", "application/gzip"),
    ],
)
@pytest.mark.parametrize(
    "address", ["/check/a-check/question/danger/", "/articles/an-article/feedback/", "/admin/login/"]
)
def test_a_body_of_another_kind_is_no_answer_and_breaks_nothing(client, address, body, content_type):
    response = client.generic("POST", address, body, content_type=content_type)
    assert 200 <= response.status_code < 500
    assert "quiz" not in response.cookies


def test_a_file_is_not_taken(client):
    for address in ("/check/a-check/question/danger/", "/admin/login/"):
        assert client.post(address, {"answer": "cold", "file": io.BytesIO(b"x")}).status_code == 400


@pytest.mark.parametrize(
    "address", ["/check/a-check/question/danger/", "/articles/an-article/feedback/", "/admin/login/"]
)
def test_too_much_is_not_read(client, address):
    assert client.post(address, {"words": "x" * 2_600_000}).status_code == 400
    many = "&".join(f"a{number}=1" for number in range(10_001))
    assert client.generic("POST", address, many, content_type="application/x-www-form-urlencoded").status_code == 400
    assert client.get(f"/search/?{many}").status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example/glossary",
        "/\\evil.example/glossary",
        "/%2F%2Fevil.example/glossary",
        "/glossary//evil.example/..",
        "/.evil.example",
        "//evil.example/?q=%00",
        "/\\evil.example/?q=%00",
    ],
)
def test_no_address_leads_to_another_site(client, address):
    # As a server gets it: a test client would take the first part for a host.
    path, _, query = address.partition("?")
    response = client.get("/", PATH_INFO=path, QUERY_STRING=query)
    to = response.get("Location", "/")
    assert response.status_code in (301, 302, 404)
    assert to.startswith("/")
    assert not to.startswith(("//", "/\\"))
