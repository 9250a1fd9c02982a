import base64
import random
import string
from datetime import timedelta

import pytest
from django.core import signing
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from checker import answers
from checker.answers import Saved, Unreadable
from checker.definition import Choice, Definition, Question
from checker.starter_files import definitions as starter_definitions
from tests.checker.strategies import any_answers, complete_answers, definitions, definitions_with


def cookie_of(saved: Saved, slug: str = "legs") -> str:
    response = HttpResponse()
    answers.save(response, slug, saved)
    return response.cookies[answers.COOKIE].value


def read(value: str, slug: str = "legs") -> Saved | None:
    request = RequestFactory().get("/")
    request.COOKIES[answers.COOKIE] = value
    return answers.read(request, slug)


def everything(definition: Definition) -> dict[str, frozenset[str]]:
    return {each.key: frozenset(choice.key for choice in each.choices) for each in definition.questions}


def largest_definition() -> Definition:
    questions = tuple(
        Question(f"q{number}", "multi", "Text", tuple(Choice(f"c{each}", "Text") for each in range(20)))
        for number in range(60)
    )
    return Definition("largest", "Title", 1, "Intro", (), questions, (), ())


@given(definitions_with(complete_answers))
def test_any_answers_come_back_as_they_were_given(pair):
    definition, given_answers = pair
    assert answers.unpack(definition, answers.pack(definition, given_answers)) == given_answers


@given(definitions_with(any_answers))
def test_stored_rubbish_comes_back_as_what_the_definition_knows_of_it(pair):
    definition, stored = pair
    known = {key: chosen & stored.get(key, frozenset()) for key, chosen in everything(definition).items()}
    found = answers.unpack(definition, answers.pack(definition, stored))
    assert found == {key: chosen for key, chosen in known.items() if chosen}


@given(definitions(), st.integers(0, 2**200))
def test_any_bits_unpack_to_choices_of_the_definition(definition, bits):
    known = everything(definition)
    for key, chosen in answers.unpack(definition, bits).items():
        assert chosen
        assert chosen <= known[key]


@given(st.integers(1, 2**63 - 1), st.integers(0, 2**1200))
def test_what_a_cookie_holds_is_read_as_it_was_saved(edition, bits):
    assert read(cookie_of(Saved(edition, bits))) == Saved(edition, bits)


def test_no_cookie_means_nothing_saved():
    assert answers.read(RequestFactory().get("/"), "legs") is None


@pytest.mark.parametrize(
    "definition", [largest_definition(), *starter_definitions()], ids=lambda definition: definition.quiz
)
def test_all_answers_to_the_largest_self_check_fit_into_one_kilobyte(definition):
    bits = answers.pack(definition, everything(definition))
    value = cookie_of(Saved(2**63 - 1, bits))
    assert len(value) <= answers.LONGEST == 1024
    assert read(value).bits == bits
    assert bits.bit_count() == sum(len(question.choices) for question in definition.questions)


@pytest.mark.parametrize("definition", starter_definitions(), ids=lambda definition: definition.quiz)
def test_a_cookie_holds_no_word_of_a_question_or_an_answer(definition):
    value = cookie_of(Saved(1, answers.pack(definition, everything(definition))), definition.quiz)
    encoded = value.split(":")[0].split(".")[1]
    plain = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode("latin-1")
    words = {definition.quiz, *(each.key for each in definition.questions)}
    words |= {text for each in definition.questions for choice in each.choices for text in (choice.key, choice.text)}
    # A word of four letters or fewer can stand in a signature by chance.
    assert not [word for word in words if len(word) > 4 and (word in value or word in plain)]


def test_the_cookie_is_for_the_check_alone_and_hidden_from_scripts():
    response = HttpResponse()
    answers.save(response, "legs", Saved(1, 5))
    cookie = response.cookies[answers.COOKIE]
    assert (cookie["path"], cookie["max-age"], cookie["samesite"]) == ("/check/legs/", 24 * 3600, "Strict")
    assert cookie["httponly"] is True
    assert not cookie["domain"]


def test_the_cookie_is_sent_over_https_alone_where_the_site_is(settings):
    settings.SESSION_COOKIE_SECURE = True
    response = HttpResponse()
    answers.save(response, "legs", Saved(1, 5))
    assert response.cookies[answers.COOKIE]["secure"] is True


def test_a_cookie_of_another_check_cannot_be_read():
    with pytest.raises(Unreadable):
        read(cookie_of(Saved(1, 5), "feet"), "legs")


@pytest.mark.parametrize(("hours", "readable"), [(23.9, True), (24.1, False)])
def test_a_cookie_is_good_for_24_hours(monkeypatch, hours, readable):
    then = timezone.now() - timedelta(hours=hours)
    with monkeypatch.context() as earlier:
        earlier.setattr("django.core.signing.time.time", then.timestamp)
        value = cookie_of(Saved(1, 5))
    if readable:
        assert read(value) == Saved(1, 5)
    else:
        with pytest.raises(Unreadable):
            read(value)


@given(st.data())
def test_a_cookie_that_was_changed_anywhere_is_unreadable(data):
    value = cookie_of(Saved(7, 12345))
    place = data.draw(st.integers(0, len(value) - 1))
    changed = data.draw(st.sampled_from(string.printable).filter(lambda sign: sign != value[place]))
    with pytest.raises(Unreadable):
        read(value[:place] + changed + value[place + 1 :])


@given(st.data())
def test_a_cookie_that_was_cut_is_unreadable(data):
    value = cookie_of(Saved(7, 12345))
    with pytest.raises(Unreadable):
        read(value[: data.draw(st.integers(0, len(value) - 1))])


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")) | st.text(st.characters(categories=["Cs"])))
def test_garbage_is_unreadable_and_nothing_else(garbage):
    with pytest.raises(Unreadable):
        read(garbage)


@given(st.text(max_size=300))
@settings(max_examples=200)
def test_garbage_with_our_own_signature_is_read_or_unreadable(garbage):
    """As an older version of the site might have written it."""
    signed = signing.TimestampSigner(salt="checker.answers.legs").sign(garbage)
    try:
        saved = read(signed)
    except Unreadable:
        return
    assert isinstance(saved.edition, int)


@pytest.mark.parametrize("size", [answers.LONGEST + 1, 100_000])
def test_an_oversized_cookie_is_unreadable_before_any_work_on_it(monkeypatch, size):
    monkeypatch.setattr(answers, "_signer", lambda slug: pytest.fail("it was unsigned"))
    with pytest.raises(Unreadable):
        read("".join(random.choices(string.ascii_letters, k=size)))


def test_start_again_takes_the_cookie_back_from_its_own_path():
    response = HttpResponse()
    answers.forget(response, "legs")
    cookie = response.cookies[answers.COOKIE]
    assert (cookie.value, cookie["path"], cookie["max-age"]) == ("", "/check/legs/", 0)
