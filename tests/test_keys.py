"""A change of SECRET_KEY: nobody is signed out, and nothing is lost once the former key is gone."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth.models import User
from django.core import signing
from django.core.management import CommandError, call_command
from django.test import Client

from tests.factories import answer, make_article, make_edition, make_quiz, make_quiz_edition, make_reviewer
from tests.signin.steps import add_app, code_of, signed_in, type_code

pytestmark = pytest.mark.django_db
NEW = "the-next-key-" + "n" * 50


@pytest.fixture
def change_key(settings):
    """The next key signs, the former one still reads."""

    def change() -> None:
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [settings.SECRET_KEY]

    return change


@pytest.fixture
def forget_key(settings):
    def forget() -> None:
        settings.SECRET_KEY_FALLBACKS = []

    return forget


def recovery_codes(person: User) -> list[str]:
    return RecoveryCodes(Authenticator.objects.get(user=person, type="recovery_codes")).get_unused_codes()


def test_whoever_is_signed_in_stays_so(settings, change_key, forget_key):
    settings.STAFF_MFA = True
    client = signed_in(Client(), make_reviewer())
    change_key()
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/").status_code == 200
    forget_key()
    assert client.get("/admin/").status_code == 200, "the session was not signed anew while both keys were known"


def test_a_self_check_under_way_goes_on(client, change_key):
    make_quiz_edition(make_quiz(make_edition(make_article()), quiz="a-check"))
    answer(client, "a-check", "danger", "none")
    change_key()
    assert client.get("/check/a-check/answers/")["Location"] == "/check/a-check/question/often/"
    assert Client().get("/check/a-check/answers/")["Location"] == "/check/a-check/question/danger/"


def test_second_factors_outlive_the_former_key_once_they_are_renewed(change_key, forget_key, capsys):
    person = make_reviewer()
    secret, codes = add_app(person), recovery_codes(person)
    change_key()
    call_command("renew_encryption")
    assert capsys.readouterr().out == "Encrypted with the key of today: 2.\n"
    forget_key()
    assert recovery_codes(person) == codes
    client = Client()
    client.post("/admin/login/", {"login": person.username, "password": "a-long-password"})
    assert type_code(client, code_of(secret)).status_code == 302


def test_what_no_key_can_read_is_named_and_nothing_is_changed(settings, change_key):
    lost, kept = make_reviewer(username="lost"), make_reviewer(username="kept")
    add_app(lost)
    settings.SECRET_KEY = "another-" + "y" * 50
    add_app(kept)
    before = list(Authenticator.objects.order_by("pk").values_list("data", flat=True))
    with pytest.raises(CommandError, match=r"second factors of: lost\. Nothing was changed"):
        call_command("renew_encryption")
    assert list(Authenticator.objects.order_by("pk").values_list("data", flat=True)) == before


def test_links_of_the_former_key_are_good_while_it_is_named(change_key, forget_key):
    signed = signing.Signer(salt="any").sign("x")
    change_key()
    assert signing.Signer(salt="any").unsign(signed) == "x"
    forget_key()
    with pytest.raises(signing.BadSignature):
        signing.Signer(salt="any").unsign(signed)
