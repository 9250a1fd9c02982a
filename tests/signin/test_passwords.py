import pytest
from django.conf import global_settings
from django.contrib.auth.hashers import identify_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

import config.settings
from tests.factories import make_clinic, make_editor


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
