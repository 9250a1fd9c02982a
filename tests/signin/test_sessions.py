import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from config.signin.devices import device
from tests.factories import make_editor
from tests.signin.steps import log_in

PAGE = "/admin/sign-in/factors/sessions/"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"  # fmt: skip
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"  # fmt: skip


@pytest.fixture(autouse=True)
def _by_password_alone(settings):
    settings.STAFF_MFA = False


@pytest.fixture
def editor():
    return make_editor(username="ed")


def come(person, agent=WINDOWS) -> Client:
    client = Client(headers={"User-Agent": agent})
    assert log_in(client, person).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def seen_by(client: Client) -> list[str]:
    return [each.device for each in client.get(PAGE).context["sign_ins"]]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (WINDOWS, "Firefox, Windows"),
        (PHONE, "Safari, iPhone"),
        (EDGE, "Edge, Windows"),
        ("", "Other browser, other device"),
        ("<script>", "Other browser, other device"),
    ],
)
def test_a_device_is_two_words(agent, words):
    assert device(agent) == words


def test_people_see_where_they_are_signed_in_and_nobody_else_s(editor):
    here, _phone, _other = come(editor), come(editor, PHONE), come(make_editor(), EDGE)
    assert seen_by(here) == ["Firefox, Windows", "Safari, iPhone"]
    assert "This is where you are now" in here.get(PAGE).content.decode()


def test_one_is_ended_and_the_others_stay(editor, caplog):
    caplog.set_level("INFO", "config.signin")
    here, phone, third = come(editor), come(editor, PHONE), come(editor, EDGE)
    name = next(each.name for each in here.get(PAGE).context["sign_ins"] if "iPhone" in each.device)
    assert "1 sign-in was ended" in here.post(PAGE, {"end": name}, follow=True).content.decode()
    assert [is_in(each) for each in (here, phone, third)] == [True, False, True]
    assert "ed: ended sign-ins elsewhere (1)" in caplog.text


def test_all_others_are_ended_at_once_and_this_one_stays(editor):
    here, phone, third, stranger = come(editor), come(editor, PHONE), come(editor, EDGE), come(make_editor())
    here.post(PAGE, {"end": "others"})
    assert [is_in(each) for each in (here, phone, third, stranger)] == [True, False, False, True]
    assert "You are signed in nowhere else" in here.get(PAGE).content.decode()


def test_nobody_ends_the_sign_in_of_somebody_else(editor):
    here, stranger = come(editor), come(make_editor(), EDGE)
    [theirs] = stranger.get(PAGE).context["sign_ins"]
    for end in (theirs.name, theirs.session_key, ""):
        here.post(PAGE, {"end": end})
    assert is_in(stranger)
    assert is_in(here)


def test_what_is_over_is_not_shown(editor, later):
    come(editor, PHONE)
    later(31)
    here = come(editor)
    assert seen_by(here) == ["Firefox, Windows"]


def test_the_page_gives_away_no_key_and_keeps_no_address(editor):
    here, _phone = come(editor), come(editor, PHONE)
    page = here.get(PAGE).content.decode()
    assert all(session.session_key not in page for session in Session.objects.all())
    assert "127.0.0.1" not in str([session.get_decoded() for session in Session.objects.all()])


def test_it_needs_a_recent_sign_in(editor, later):
    here = come(editor)
    later(16)
    assert here.get(PAGE)["Location"].startswith("/admin/sign-in/again/?next=")


def test_more_sign_ins_cost_no_more_queries(editor, django_assert_num_queries):
    here = come(editor)
    here.get(PAGE)
    for _ in range(4):
        come(editor)
    with django_assert_num_queries(4):
        response = here.get(PAGE)
    assert response.status_code == 200
