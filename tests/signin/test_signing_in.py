import time

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.urls import NoReverseMatch, reverse

from tests.factories import make_editor, make_reviewer
from tests.processes import run
from tests.signin.steps import PASSWORD, add_app, code_of, log_in, signed_in, type_code


@pytest.fixture
def editor():
    return make_editor(username="ed")


def test_without_a_second_factor_staff_can_only_add_one(client, editor):
    assert log_in(client, "ed")["Location"] == "/admin/"
    for page in (
        "/admin/",
        "/admin/articles/article/",
        "/admin/insight/",
        "/admin/password_change/",
        "/admin/nowhere/",
    ):
        assert client.get(page)["Location"] == "/admin/sign-in/", page
        assert client.post(page)["Location"] == "/admin/sign-in/", page
    assert "add a second factor first" in client.get("/admin/sign-in/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_an_app_is_set_up_in_one_go_and_opens_the_admin(client, editor):
    log_in(client, "ed")
    secret = client.get("/admin/sign-in/factors/app/").context["form"].secret
    done = client.post("/admin/sign-in/factors/app/", {"code": code_of(secret)}, follow=True)
    assert done.redirect_chain == [("/admin/sign-in/factors/codes/", 302)]
    assert "10 codes left" in done.content.decode()
    assert client.get("/admin/").status_code == 200


def test_a_wrong_code_sets_up_nothing_and_says_so(client, editor):
    log_in(client, "ed")
    page = client.post("/admin/sign-in/factors/app/", {"code": "000000"})
    assert "This code is wrong or too old" in page.content.decode()
    assert not Authenticator.objects.exists()


def test_the_password_alone_opens_nothing_once_there_is_an_app(client, editor):
    secret = add_app(editor)
    assert log_in(client, "ed", next="/admin/insight/")["Location"] == "/admin/sign-in/code/"
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    assert "wrong or too old" in type_code(client, "123").content.decode()
    assert type_code(client, code_of(secret))["Location"] == "/admin/insight/"
    assert client.get("/admin/insight/").status_code == 200


def test_a_code_is_good_once(client, client_b, editor):
    code = code_of(add_app(editor))
    log_in(client, "ed"), log_in(client_b, "ed")
    assert type_code(client, code).status_code == 302
    assert type_code(client_b, code).status_code == 200


@pytest.mark.parametrize(("steps", "status"), [(-2, 200), (-1, 302), (1, 302), (2, 200)])
def test_a_code_ends_with_its_time_but_for_clocks_that_are_a_little_off(client, editor, later, steps, status):
    later((30 - time.time() % 30) / 60)  # the clock stands still where a step begins
    secret = add_app(editor)
    log_in(client, "ed")
    assert type_code(client, code_of(secret, steps)).status_code == status


def test_whoever_signs_in_gets_a_session_that_nobody_knew_before(client, editor):
    secret = add_app(editor)
    log_in(client, "ed")
    before = client.session.session_key
    type_code(client, code_of(secret))
    after = client.session.session_key
    assert len({before, after}) == 2
    assert len(after) == 32  # of 36 letters and digits: 165 bits
    client.cookies["sessionid"] = before
    assert client.get("/admin/")["Location"].startswith("/admin/login/")


@pytest.fixture
def client_b():
    from django.test import Client

    return Client()


def test_a_recovery_code_stands_in_for_a_lost_phone_once(client, client_b, editor):
    add_app(editor)
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    log_in(client, "ed"), log_in(client_b, "ed")
    assert type_code(client, code).status_code == 302
    assert type_code(client_b, code).status_code == 200


def test_what_codes_are_made_from_is_not_readable_in_a_copy_of_the_database(editor):
    secret = add_app(editor)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert all(code not in kept for code in Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes())


def test_a_session_from_before_the_second_factor_ends_when_one_is_added_elsewhere(client, client_b, editor):
    log_in(client, "ed")
    signed_in(client_b, editor)
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    assert client_b.get("/admin/").status_code == 200


def test_whoever_loses_the_last_factor_must_add_one(client, editor):
    signed_in(client, editor)
    refused = client.post("/admin/sign-in/factors/app/remove/")
    assert "Add another second factor first" in refused.content.decode()
    call_command("reset_second_factor", "ed")
    assert client.get("/admin/")["Location"] == "/admin/sign-in/"


@pytest.mark.parametrize(("name", "problem"), [("nobody", "There is no account"), ("ed", "has no second factor")])
def test_a_reset_that_cannot_be_says_why(editor, name, problem):
    with pytest.raises(CommandError, match=problem):
        call_command("reset_second_factor", name)


def test_on_a_trial_machine_name_and_password_are_enough(client, editor, settings):
    settings.STAFF_MFA, settings.REAUTHENTICATE_SECONDS = False, 0
    log_in(client, "ed")
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("fields", [{"is_staff": False}, {"is_active": False}])
def test_who_is_not_active_staff_is_told_no_more_than_who_mistypes(client, fields):
    make_editor(username="gone", **fields)
    page = log_in(client, "gone")
    assert "do not go together" in page.content.decode()
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    assert page.content.decode().count("gone") == log_in(client, "gone", "wrong").content.decode().count("gone")


def test_staff_who_leave_are_out_at_the_next_request(client, editor):
    signed_in(client, editor)
    User.objects.update(is_staff=False)
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    assert "Only staff can sign in here" in client.get("/admin/login/").content.decode()


def test_five_wrong_passwords_lock_the_account_for_a_quarter_of_an_hour(client, editor, later):
    cache.clear()
    for number in range(5):
        assert "do not go together" in log_in(client, "ed", "wrong", REMOTE=number).content.decode()
    assert "too many times" in log_in(client, "ed").content.decode()
    later(16)
    assert log_in(client, "ed").status_code == 302


def test_no_host_and_no_spelling_of_the_name_gives_more_tries(client, editor, settings):
    cache.clear()
    settings.ALLOWED_HOSTS = [".testserver"]
    hosts = ["testserver", "testserver:1", "TESTSERVER", "testserver.", "a.testserver"]
    for host, name in zip(hosts, ["ed", "ED", " ed", "Ed ", "eD"], strict=True):
        client.defaults["HTTP_HOST"] = host
        assert "do not go together" in log_in(client, name, "wrong").content.decode()
    client.defaults["HTTP_HOST"] = "testserver:2"
    assert "too many times" in log_in(client, "ed").content.decode()


TRY = """
import sys, django
django.setup()
from django.test import Client
from tests.signin.steps import log_in
for password in sys.argv[1:]:
    print("locked" if "too many times" in log_in(Client(), "ed", password).content.decode() else "tried")
"""


def test_a_lock_holds_in_another_process(tmp_path):
    on_disk = {
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    run("manage.py", "migrate", "--verbosity", "0", **on_disk)
    assert run("-c", TRY, "1", "2", "3", **on_disk).split() == ["tried"] * 3
    assert run("-c", TRY, "4", "5", "6", **on_disk).split() == ["tried", "tried", "locked"]
    assert run("-c", TRY, "7", **on_disk).split() == ["locked"]


def test_wrong_codes_lock_too(client, editor):
    cache.clear()
    add_app(editor)
    log_in(client, "ed")
    pages = [type_code(client, "000000").content.decode() for _ in range(6)]
    assert "wrong or too old" in pages[4]
    assert "too many times" in pages[5]


def test_one_sender_can_try_only_so_many_names(client):
    cache.clear()
    statuses = [log_in(client, f"name-{number}", "wrong").status_code for number in range(31)]
    assert statuses[-1] == 429
    page = log_in(client, "name", "wrong")
    assert page["Retry-After"] == "60"
    assert "Too many tries" in page.content.decode()


@pytest.fixture
def _cache_is_down(settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "OPTIONS": {"socket_connect_timeout": 0.2},
        }
    }


@pytest.mark.usefixtures("_cache_is_down")
def test_nobody_signs_in_while_tries_cannot_be_counted(client, editor):
    page = log_in(client, "ed")
    assert (page.status_code, page["Retry-After"]) == (503, "60")
    assert "Sign-in is closed for a moment" in page.content.decode()
    assert client.get("/admin/")["Location"].startswith("/admin/login/")


@pytest.mark.usefixtures("_cache_is_down")
def test_whoever_is_signed_in_goes_on_without_the_cache(client, editor):
    client.force_login(editor)
    add_app(editor)
    session = client.session
    session["factor_added"] = True
    session.save()
    assert client.get("/admin/").status_code == 200
    assert client.get("/search/?q=leg").status_code == 200


@pytest.mark.parametrize(
    "name", ["account_signup", "account_email", "account_reset_password", "mfa_trust", "mfa_signup_webauthn"]
)
def test_there_is_no_page_to_make_an_account_or_reset_one_by_mail(client, name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize(
    "bad",
    [
        "https://evil.example/",
        "//evil.example/admin/",
        "/\\evil.example",
        "/articles/x/",
        "javascript:alert(1)",
        "/admin/\n//x",
    ],
)
def test_signing_in_leads_nowhere_but_into_the_admin(client, editor, bad):
    secret = add_app(editor)
    page = client.get("/admin/login/", {"next": bad})
    assert log_in(client, "ed", next=bad)["Location"] == "/admin/sign-in/code/"
    assert type_code(client, code_of(secret))["Location"] in ("/admin/", "/admin/%0A//x", "/admin///x")
    assert page.status_code == 200


def test_the_session_ends_with_the_browser_and_stays_below_the_admin(client, editor):
    log_in(client, "ed")
    cookie = client.cookies["sessionid"]
    assert (cookie["path"], cookie["samesite"], cookie["httponly"], cookie["max-age"]) == (
        "/admin/",
        "Strict",
        True,
        "",
    )


def test_logging_out_ends_it(client, editor):
    signed_in(client, editor)
    assert client.get("/admin/logout/").status_code == 200
    assert client.post("/admin/logout/")["Location"] == "/admin/login/"
    assert client.get("/admin/")["Location"].startswith("/admin/login/")


def test_a_person_of_two_roles_is_asked_no_more(client):
    signed_in(client, make_reviewer())
    assert client.get("/admin/").status_code == 200
    assert PASSWORD not in client.get("/admin/").content.decode()
