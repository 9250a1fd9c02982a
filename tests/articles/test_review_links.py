"""A reader without an account reads one version and signs it, once, in time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import approval, review_links
from articles.models import Article, Signature, Step
from tests.factories import (
    make_article,
    make_clinic,
    make_edition,
    make_quiz,
    make_quiz_edition,
    make_reviewer,
    make_submission,
)

pytestmark = pytest.mark.django_db
BOTH = {"article": make_article, "self-check": make_quiz}
both = pytest.mark.parametrize("make", BOTH.values(), ids=BOTH)
SIGNED = {"agrees": "yes", "comment": "", "name": "Ada Byron", "role": "GP"}


@pytest.fixture(autouse=True)
def clinic():
    make_clinic()


def make_link(subject=None):
    submission = make_submission(subject or make_article())
    return review_links.invite(submission, by=submission.by, invited="Dr. Byron")


def address(invitation) -> str:
    return review_links.address(invitation)


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


@both
def test_the_reader_sees_the_text_and_what_changed(client, make):
    subject = make()
    (make_edition if make is make_article else make_quiz_edition)(subject)
    if isinstance(subject, Article):
        subject.sections.update(heading="A better heading", body="<p>Call {emergency_number} now.</p>")
        expected = ["A better heading", 'href="tel:911"', "What changed since edition 1", "<ins>"]
    else:
        subject.questions.filter(key="often").update(text="A better question?")
        expected = [
            "A better question?",
            "A cold, pale leg",
            "Be seen today",
            "red flag:",
            "What changed since edition 1",
        ]
    response = client.get(address(make_link(Article.objects.get(pk=subject.pk) if make is make_article else subject)))
    assert response.status_code == 200
    assert all(text in text_of(response) for text in [*expected, "Patients do not read this yet.", "Dr. Byron"])


def test_nothing_keeps_or_tells_the_address(client):
    for path in (address(make_link()), "/review/wrong/"):
        response = client.get(path)
        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "no-referrer"
        assert "noindex" in response["X-Robots-Tag"]
        assert not response.cookies


@both
def test_what_is_signed_is_kept_with_the_fingerprint_of_what_was_read(client, make):
    invitation = make_link(make())
    response = client.post(address(invitation), SIGNED | {"comment": "Well said."})
    assert (response.status_code, response["Location"]) == (303, address(invitation))
    signature = Signature.objects.get()
    assert (str(signature), signature.agrees, signature.comment) == ("Ada Byron, GP", True, "Well said.")
    assert signature.fingerprint == invitation.submission.fingerprint
    step = Step.objects.of(invitation.submission.subject).first()
    assert (step.what, step.who, step.account, step.why) == ("signed", "Ada Byron, GP", "", "Agrees. Well said.")
    assert step.fingerprint == signature.fingerprint
    assert "Thank you." in text_of(client.get(address(invitation)))


def test_a_signature_approves_nothing(client):
    invitation = make_link()
    client.post(address(invitation), SIGNED)
    submission = approval.waiting_for(invitation.submission.subject)
    assert submission == invitation.submission
    assert not submission.subject.editions.exists()
    with pytest.raises(approval.NeedsSomebodyElse):
        approval.approve(submission, by=submission.by)


def test_a_link_is_signed_once(client):
    invitation = make_link()
    client.post(address(invitation), SIGNED)
    again = client.post(address(invitation), SIGNED | {"name": "Somebody Else"})
    assert "You have signed" in text_of(again)
    assert Signature.objects.get().name == "Ada Byron"


def expire(invitation, set_clock):
    set_clock(timezone.now() + timedelta(days=15))


def change(invitation, set_clock):
    Article.objects.update(title="Another title")


def give_back(invitation, set_clock):
    approval.give_back(invitation.submission, by=make_reviewer(), comment="No.")


def approve(invitation, set_clock):
    approval.approve(invitation.submission, by=make_reviewer())


def revoke(invitation, set_clock):
    review_links.revoke(invitation, by=make_reviewer())


@pytest.mark.parametrize(
    ("happens", "status", "sentence"),
    [
        (revoke, 410, "This link was switched off"),
        (expire, 410, "This link has expired"),
        (change, 409, "This text has changed since you got the link"),
        (give_back, 410, "This text no longer waits for review"),
        (approve, 410, "This text no longer waits for review"),
    ],
)
def test_a_link_that_has_ended_says_why_and_signs_nothing(client, set_clock, happens, status, sentence):
    invitation = make_link()
    happens(invitation, set_clock)
    for response in (client.get(address(invitation)), client.post(address(invitation), SIGNED)):
        assert response.status_code == status
        assert sentence in text_of(response)
    assert not Signature.objects.exists()


@pytest.mark.parametrize("happens", [revoke, expire, change, give_back, approve])
def test_comments_that_came_too_late_are_shown_to_copy(client, set_clock, happens):
    invitation = make_link()
    happens(invitation, set_clock)
    late = client.post(address(invitation), SIGNED | {"comment": "The dose\r\n<b>is wrong."})
    assert "Your comments were not sent" in text_of(late)
    assert "<blockquote>The dose<br>&lt;b&gt;is wrong.</blockquote>" in text_of(late)
    assert "Your comments were not sent" not in text_of(client.get(address(invitation)))


def test_what_was_sent_twice_is_not_said_to_be_unsent(client):
    invitation = make_link()
    for _twice in range(2):
        response = client.post(address(invitation), SIGNED | {"comment": "Well said."})
    assert "Thank you." in text_of(response)
    assert "were not sent" not in text_of(response)


def test_switching_a_link_off_leaves_the_others_and_is_in_the_log_once(client):
    invitation = make_link()
    other = review_links.invite(invitation.submission, by=invitation.made_by, invited="Dr. Lister")
    for _twice in range(2):
        review_links.revoke(invitation, by=make_reviewer(first_name="Rita", last_name="Reviewer"))
    steps = Step.objects.of(invitation.submission.subject).filter(what="link-ended")
    assert [(step.who, step.why) for step in steps] == [("Rita Reviewer", "For Dr. Byron.")]
    assert client.post(address(other), SIGNED).status_code == 303


def test_what_was_signed_stays_signed(client):
    invitation = make_link()
    client.post(address(invitation), SIGNED)
    with pytest.raises(review_links.AlreadySigned):
        review_links.revoke(invitation, by=make_reviewer())
    assert "Thank you." in text_of(client.get(address(invitation)))


def test_a_link_with_any_other_character_is_wrong(client):
    good = address(make_link())
    token = good.split("/")[-2]
    for place in range(len(token)):
        other = "a" if token[place] != "a" else "b"
        response = client.get(good.replace(token, token[:place] + other + token[place + 1 :]))
        assert response.status_code == 404, place
    assert "This link is not complete" in text_of(response)


@pytest.mark.parametrize("token", ["x", "1-a", "1:2:3", "~", "²", "1-0123456789abcdef~", "%F0%9F%98%80", "a" * 5000])
def test_a_made_up_link_is_wrong(client, token):
    make_link()
    assert client.get(f"/review/{token}/").status_code == 404


def test_a_link_belongs_to_this_purpose_alone(client, settings):
    invitation = make_link()
    before = address(invitation)
    settings.SECRET_KEY = "another-" + "y" * 50
    assert client.get(before).status_code == 404


REFUSED = [
    ({"agrees": ""}, "Choose one of the two."),
    ({"agrees": "maybe"}, "Select a valid choice."),
    ({"name": " "}, "Write your name."),
    ({"role": ""}, "Write your role."),
    ({"name": "x" * 81}, "at most 80 characters"),
    ({"agrees": "no"}, "Say what must change."),
    ({"comment": "A\x00B"}, "Null characters are not allowed."),
]


@pytest.mark.parametrize(("typed", "sentence"), REFUSED)
def test_what_cannot_be_signed_comes_back_with_what_was_typed(client, typed, sentence):
    response = client.post(
        address(make_link()),
        SIGNED | {"comment": "My words."} | ({"comment": ""} if typed == {"agrees": "no"} else {}) | typed,
    )
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert "<title>Error:" in text_of(response)
    if "name" not in typed:
        assert 'value="Ada Byron"' in text_of(response)
    assert not Signature.objects.exists()


def test_another_site_cannot_post(client):
    path = address(make_link())
    assert client.post(path, SIGNED, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert not Signature.objects.exists()


def test_words_of_a_reader_are_never_markup(client):
    invitation = make_link()
    client.post(address(invitation), SIGNED | {"name": "<b>Ada</b>", "comment": "<script>x</script>"})
    client.force_login(make_reviewer())
    subject = invitation.submission.subject
    page = client.get(f"/admin/articles/article/{subject.pk}/publish/").content.decode()
    assert "<script>x" not in page
    assert "&lt;b&gt;Ada" in page
