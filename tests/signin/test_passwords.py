import json

import pytest
from django.conf import global_settings
from django.contrib.auth.hashers import identify_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

import config.settings
from config.signin import passwords
from tests.factories import make_clinic, make_editor
from tests.signin.steps import PASSWORD, add_app, code_of, log_in, signed_in, type_code


@pytest.mark.parametrize(
    "weak",
    [
        "short-one-1",  # eleven letters
        "passwordpassword",
        "qwertyuiop123456",
        "Clinic-Welcome2026!",
        "Cl1n1c-W3lcome-2026",
        "Sunnyside2026!!",  # the name of the clinic
        "Summer-Winter-2027",
        "abcabcabcabc",
        "111111111111",
        "            ",
        "margaret-smith1",  # her name
        "x" * 129,
        "ilovemyself1",  # from the lists of stolen ones, here and below
        "MarijuAna420",
        "iloveyouforever",
    ],
)
def test_what_is_easy_to_guess_is_refused(weak):
    make_clinic(name="Sunnyside Clinic")
    with pytest.raises(ValidationError):
        validate_password(weak, make_editor(username="margaret-smith", first_name="Margaret", last_name="Smith"))


@pytest.mark.parametrize(
    "strong",
    ["kettle gravel ostrich", "vQ8-rUm2-pLx9", "Zuckerrübe am Gartenzaun", "пароль на синем чайнике", "y ginkgo " * 8],
)
def test_phrases_and_random_letters_are_fine(strong):
    make_clinic(name="Sunnyside Clinic")
    validate_password(strong, make_editor())


def test_passwords_are_kept_as_slow_salted_hashes(settings):
    assert not hasattr(config.settings, "PASSWORD_HASHERS")
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS
    first, second = make_password("kettle gravel ostrich"), make_password("kettle gravel ostrich")
    assert first != second
    assert identify_hasher(first).decode(first)["iterations"] >= 1_000_000


STOLEN = "ilovemyself1"


def test_a_stolen_password_lets_nobody_in_beyond_the_page_to_change_it(client):
    person = make_editor(username="ed", password=STOLEN)
    secret = add_app(person)
    log_in(client, "ed", STOLEN), type_code(client, code_of(secret))
    page = client.get("/admin/articles/article/", follow=True)
    assert page.redirect_chain == [("/admin/password_change/", 302)]
    assert "on a list of stolen ones" in page.content.decode()
    assert change(client, STOLEN, "kettle gravel ostrich")["Location"] == "/admin/sign-in/"
    assert client.get("/admin/articles/article/").status_code == 200


def test_people_change_their_password_with_the_old_one_and_other_sign_ins_end(client):
    person, elsewhere = make_editor(username="ed"), Client()
    signed_in(client, person), elsewhere.force_login(person)
    assert "This is not your password" in change(client, "wrong", "kettle gravel ostrich").content.decode()
    assert "stolen somewhere" in change(client, PASSWORD, STOLEN).content.decode()
    assert change(client, PASSWORD, "kettle gravel ostrich").status_code == 302
    assert client.get("/admin/").status_code == 200
    assert elsewhere.get("/admin/")["Location"].startswith("/admin/login/")


def test_who_comes_by_a_passkey_and_has_no_password_can_choose_one(client, settings):
    settings.STAFF_MFA, settings.REAUTHENTICATE_SECONDS = False, 0
    person = make_editor(password=None)
    client.force_login(person)
    to_choose = "/admin/sign-in/factors/password/"
    assert client.get("/admin/password_change/")["Location"] == to_choose
    assert "Choose a password" in client.get(to_choose).content.decode()
    client.post(to_choose, {"password1": "kettle gravel ostrich", "password2": "kettle gravel ostrich"})
    person.refresh_from_db()
    assert person.check_password("kettle gravel ostrich")


def test_the_meter_knows_the_words_of_the_rules():
    make_clinic(name="Sunnyside Clinic")
    person = make_editor(username="margaret", first_name="Margaret", last_name="Åse")
    rules = json.loads(passwords.meter(person))
    assert {"sunnyside", "margaret", "ase", "password"} <= set(rules["words"])
    assert rules["words"].index("passwort") < rules["words"].index("pass")
    assert rules["least"] == 12


def change(client, old, new):
    return client.post("/admin/password_change/", {"oldpassword": old, "password1": new, "password2": new})
