import pytest

from articles.models import ArticleEdition
from tests.factories import make_article, make_edition, make_editor, make_reviewer, make_submission
from tests.signin.steps import PASSWORD, signed_in
from tests.test_review_screen import LATER, send


@pytest.fixture
def editor():
    return make_editor()


def test_a_sign_in_ends_after_half_an_hour_without_a_sign_of_life(client, editor, later):
    signed_in(client, editor)
    later(29)
    assert client.get("/admin/").status_code == 200
    later(29)
    assert client.get("/admin/").status_code == 200
    later(31)
    assert client.get("/admin/insight/")["Location"] == "/admin/login/?next=%2Fadmin%2Finsight%2F"
    assert "nothing happened here for a while" in client.get("/admin/login/").content.decode()


def test_a_form_that_is_looked_at_keeps_it_alive(client, editor, later):
    article = make_article()
    signed_in(client, editor)
    for _ in range(4):
        later(20)
        assert client.post(f"/admin/articles/article/{article.pk}/presence/").status_code == 204
    assert client.get("/admin/").status_code == 200


def test_nothing_keeps_it_alive_longer_than_twelve_hours(client, editor, later):
    signed_in(client, editor)
    for _ in range(28):
        later(25)
        assert client.get("/admin/").status_code == 200
    later(25)
    assert client.get("/admin/")["Location"].startswith("/admin/login/")


def test_a_session_that_nobody_stamped_is_over(client, editor):
    signed_in(client, editor)
    session = client.session
    del session["signed_in_at"]
    session.save()
    assert client.get("/admin/")["Location"].startswith("/admin/login/")


@pytest.mark.parametrize(
    "page", ["/admin/auth/user/", "/admin/auth/user/add/", "/admin/auth/group/", "/admin/sign-in/factors/codes/"]
)
def test_users_and_factors_need_a_recent_sign_in(client, later, page):
    signed_in(client, make_editor(is_superuser=True))
    assert client.get(page).status_code == 200
    later(16)
    asked = client.get(page)
    assert asked["Location"].startswith("/admin/sign-in/again/?next=")
    client.post(asked["Location"], {"password": PASSWORD, "next": page})
    assert client.get(page).status_code == 200


def test_a_form_for_a_user_may_take_its_time(client, later):
    person = make_editor(is_superuser=True)
    signed_in(client, person)
    client.get("/admin/auth/user/add/")
    later(20)
    assert client.post("/admin/auth/user/add/", {}).status_code == 200
    # What was not opened in time cannot be sent off either: a form is easily made up.
    other = client.post(f"/admin/auth/user/{person.pk}/change/", {"username": "other"})
    assert other["Location"].startswith("/admin/sign-in/again/")
    later(24), client.get("/admin/"), later(2)
    assert client.post("/admin/auth/user/add/", {})["Location"].startswith("/admin/sign-in/again/")
    assert not [key for key in client.session.keys() if "state" in key]  # noqa: SIM118 - a session is no dict


def test_approving_needs_a_recent_sign_in_and_keeps_what_was_typed(client, later):
    submission = make_submission()
    signed_in(client, make_reviewer())
    later(16)
    page = send(client, submission, "approve", said="2090-01-31 10:00", **LATER)
    assert page.status_code == 422
    assert "Sign in again (opens a new tab)" in page.content.decode()
    assert "2090-01-31" in page.content.decode()
    assert not ArticleEdition.objects.exists()
    client.post("/admin/sign-in/again/", {"password": PASSWORD})
    assert send(client, submission, "approve").status_code == 302
    assert ArticleEdition.objects.count() == 1


def test_withdrawing_is_never_slowed_down(client, later):
    edition = make_edition()
    signed_in(client, make_editor())
    later(25), client.get("/admin/"), later(25)
    gone = client.post(f"/admin/articles/articleedition/{edition.pk}/withdraw/", {"message": ""})
    assert gone["Location"] == f"/admin/articles/articleedition/{edition.pk}/change/"
    assert not ArticleEdition.objects.live().exists()
