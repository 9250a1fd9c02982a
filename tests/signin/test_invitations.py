import datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import make_editor
from tests.signin.steps import PASSWORD, log_in, signed_in

NEW = {"password1": "kettle gravel ostrich", "password2": "kettle gravel ostrich"}


@pytest.fixture
def root(client):
    return signed_in(client, make_editor(username="root", is_superuser=True))


def make_link(root: Client, person: User) -> str:
    return root.post(f"/admin/auth/user/{person.pk}/password/").context["link"].removeprefix("http://testserver")


def choose(client: Client, link: str, data: dict[str, str] = NEW):
    return client.post(client.get(link).get("Location", link), data)


def test_a_new_person_chooses_a_password_by_a_link_and_signs_in_with_it(root):
    added = root.post("/admin/auth/user/add/", {"username": "ed", "is_staff": "on"}, follow=True)
    person = User.objects.get(username="ed")
    assert not person.has_usable_password()
    assert "Make the link" in added.content.decode()
    link, client = make_link(root, person), Client()
    shown = client.get(link, follow=True)
    assert "token" not in shown.redirect_chain[-1][0]
    assert link not in shown.content.decode()
    assert choose(client, link)["Location"] == "/admin/login/"
    assert "Now sign in with it" in client.get("/admin/login/").content.decode()
    assert log_in(client, "ed", NEW["password1"])["Location"] == "/admin/"


def test_a_link_is_good_once(root):
    link = make_link(root, make_editor())
    choose(Client(), link)
    page = Client().get(link)
    assert page.status_code == 410
    assert "not good any more" in page.content.decode()


def test_a_link_ends_after_a_week(root, monkeypatch):
    link = make_link(root, make_editor())
    for days, status in ((6, 302), (8, 410)):
        then = datetime.datetime.now() + datetime.timedelta(days=days)
        monkeypatch.setattr("django.contrib.auth.tokens.PasswordResetTokenGenerator._now", lambda self, then=then: then)
        assert Client().get(link).status_code == status


def test_a_newer_link_ends_the_one_before(root):
    person = make_editor()
    older, newer = make_link(root, person), make_link(root, person)
    assert Client().get(older).status_code == 410
    assert Client().get(newer).status_code == 302


def test_a_link_of_somebody_who_is_gone_says_so(root):
    link = make_link(root, make_editor(username="ed"))
    User.objects.get(username="ed").delete()
    assert Client().get(link).status_code == 410


def test_making_a_link_ends_the_password_and_every_sign_in(root):
    person, client = make_editor(username="ed"), Client()
    signed_in(client, person)
    make_link(root, person)
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    assert "do not go together" in log_in(client, "ed").content.decode()


def test_a_weak_password_is_refused_and_the_link_stays_good(root):
    link, client = make_link(root, make_editor()), Client()
    page = choose(client, link, {"password1": "password1234", "password2": "password1234"})
    assert "stolen somewhere" in page.content.decode()
    assert choose(client, link).status_code == 302


def test_nobody_makes_a_link_for_themselves(root):
    me = User.objects.get(username="root")
    assert root.post(f"/admin/auth/user/{me.pk}/password/")["Location"] == "/admin/password_change/"
    me.refresh_from_db()
    assert me.check_password(PASSWORD)


def test_two_people_cannot_have_one_name(root):
    make_editor(username="Ed")
    page = root.post("/admin/auth/user/add/", {"username": "ed", "is_staff": "on"})
    assert "Somebody has this name already" in page.content.decode()


def test_no_page_takes_a_password_for_somebody_else(root):
    person = make_editor()
    root.post(f"/admin/auth/user/{person.pk}/password/", NEW | {"usable_password": "true", "set-password": "x"})
    person.refresh_from_db()
    assert not person.has_usable_password()


def test_a_link_is_in_the_log_without_its_token(root, caplog):
    caplog.set_level("INFO", "config.signin")
    link = make_link(root, make_editor(username="ed"))
    assert "ed: link to choose a password made (by root)" in caplog.text
    assert link.split("/")[-2] not in caplog.text
