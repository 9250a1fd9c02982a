"""Mails about reviews: who gets one, what it says, and what happens where it cannot be sent."""

import datetime

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command

from config import env
from tests.factories import make_article, make_edition, make_editor, make_quiz, make_quiz_edition, make_reviewer

NOON = datetime.datetime(2026, 5, 3, 12, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def _site(settings, set_clock):
    settings.SITE_URL = "https://clinic.example"
    set_clock(NOON)


@pytest.fixture
def reviewer(db):
    return make_reviewer(email="rev@clinic.example")


def later(set_clock, days: int) -> None:
    """So many days after the review of what was approved just now falls due, with an interval of one month."""
    due = NOON.replace(month=6)
    set_clock(due + datetime.timedelta(days=days))


def publish(by, **fields):
    return make_edition(make_article(review_months=1, **fields), by=by)


def remind(capsys, **options) -> str:
    call_command("remind", **options)
    return capsys.readouterr().out


def test_each_person_gets_one_mail_with_all_that_is_theirs(reviewer, mailoutbox, capsys, set_clock):
    editor = make_editor(email="ed@clinic.example")
    first = publish(reviewer, title="Calf pain", author=editor)
    publish(reviewer, title="Cramps")
    make_edition(make_article(title="Not due", review_months=60), by=reviewer)
    later(set_clock, 40)
    assert "Mails sent: 2." in remind(capsys)
    by_address = {mail.to[0]: mail for mail in mailoutbox}
    assert set(by_address) == {"ed@clinic.example", "rev@clinic.example"}
    mail = by_address["rev@clinic.example"]
    assert mail.subject == "2 reviews overdue"
    assert "Calf pain: overdue since" in mail.body
    assert "Cramps: overdue since" in mail.body
    assert "Patients are told that it may be out of date" in mail.body
    assert f"https://clinic.example/admin/articles/article/{first.article_id}/change/" in mail.body
    assert "Not due" not in mail.body
    assert "Cramps" not in by_address["ed@clinic.example"].body
    assert mail.content_subtype == "plain"


def test_the_reviewer_named_in_the_working_copy_comes_before_who_approved_it(reviewer, mailoutbox, capsys, set_clock):
    publish(reviewer, clinical_reviewer=make_reviewer(email="new@clinic.example"), author=reviewer)
    later(set_clock, 1)
    remind(capsys)
    assert sorted(mail.to[0] for mail in mailoutbox) == ["new@clinic.example", "rev@clinic.example"]


def test_self_checks_are_in_the_same_mail(reviewer, mailoutbox, capsys, set_clock):
    publish(reviewer)
    quiz = make_quiz(title="Leg check")
    type(quiz).objects.filter(pk=quiz.pk).update(review_months=1)
    make_quiz_edition(quiz, by=reviewer)
    later(set_clock, 1)
    remind(capsys)
    assert [mail.subject for mail in mailoutbox] == ["2 reviews overdue"]
    assert f"/admin/checker/quiz/{quiz.pk}/change/" in mailoutbox[0].body


@pytest.mark.parametrize(("days", "sent"), [(60, 1), (5, 0)])
def test_it_looks_as_far_ahead_as_asked(reviewer, mailoutbox, capsys, days, sent):
    publish(reviewer)
    remind(capsys, days=days)
    assert [mail.subject for mail in mailoutbox] == ["1 review due soon"] * sent


def test_who_has_no_address_or_has_left_is_named_and_gets_nothing(reviewer, mailoutbox, capsys, set_clock):
    publish(make_reviewer(username="without"))
    left = make_reviewer(username="left", email="left@clinic.example")
    publish(left)
    type(left).objects.filter(pk=left.pk).update(is_active=False)
    later(set_clock, 1)
    out = remind(capsys)
    assert "without: no mail, since the account has no email address." in out
    assert "left: no mail, since the account is switched off." in out
    assert mailoutbox == []


def test_a_dry_run_shows_the_mails_and_sends_none(reviewer, mailoutbox, capsys, set_clock):
    publish(reviewer, title="Calf pain")
    later(set_clock, 1)
    out = remind(capsys, dry_run=True)
    assert "To: rev@clinic.example\nSubject: 1 review overdue" in out
    assert "Calf pain" in out
    assert "No mail was sent" in out
    assert mailoutbox == []


def test_one_mail_that_fails_keeps_nobody_else_from_theirs(reviewer, mailoutbox, capsys, set_clock, monkeypatch):
    publish(make_reviewer(email="full@clinic.example"))
    publish(reviewer)
    later(set_clock, 1)
    send = EmailMessage.send

    def fail_for_one(mail, *args, **kwargs):
        if mail.to == ["full@clinic.example"]:
            raise ConnectionRefusedError("no")
        return send(mail, *args, **kwargs)

    monkeypatch.setattr(EmailMessage, "send", fail_for_one)
    with pytest.raises(CommandError, match="1 mails could not be sent"):
        call_command("remind")
    assert [mail.to for mail in mailoutbox] == [["rev@clinic.example"]]


def test_without_the_address_of_the_site_it_says_what_to_set(db, settings):
    settings.SITE_URL = ""
    with pytest.raises(CommandError, match="SITE_URL is not set"):
        call_command("remind")


def test_the_number_of_queries_does_not_grow_with_the_texts(reviewer, capsys, set_clock, django_assert_max_num_queries):
    for _number in range(4):
        publish(reviewer, author=reviewer)
    later(set_clock, 1)
    with django_assert_max_num_queries(2):
        remind(capsys, dry_run=True)


@pytest.mark.parametrize("value", ["clinic.example", "ftp://clinic.example", "https://", "https://clinic.example/path"])
def test_an_address_of_the_site_that_cannot_be_used_says_what_to_give(monkeypatch, value):
    monkeypatch.setenv("SITE_URL", value)
    with pytest.raises(ImproperlyConfigured, match="give scheme and host only"):
        env.site_url("SITE_URL")


def test_a_mail_server_comes_from_the_environment(monkeypatch):
    monkeypatch.setenv("EMAIL_HOST", "mail.clinic.example")
    assert (
        env.mailer(printed=False)["OPTIONS"] | {"port": 587, "use_tls": True, "use_ssl": False}
        == env.mailer(printed=False)["OPTIONS"]
    )
    monkeypatch.setenv("EMAIL_SECURITY", "tls")
    assert (
        env.mailer(printed=False)["OPTIONS"] | {"port": 465, "use_tls": False, "use_ssl": True}
        == env.mailer(printed=False)["OPTIONS"]
    )
    monkeypatch.setenv("EMAIL_SECURITY", "maybe")
    with pytest.raises(ImproperlyConfigured, match="starttls, tls or none"):
        env.mailer(printed=False)
