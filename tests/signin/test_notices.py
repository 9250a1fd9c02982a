import datetime
from smtplib import SMTPException

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from config.signin import notices
from config.signin.models import Notice
from tests.factories import make_clinic, make_editor
from tests.signin.steps import PASSWORD, add_app, code_of, log_in, signed_in, type_code

What = Notice.What


@pytest.fixture
def editor(settings):
    settings.MAIL_NOTICES = True
    make_clinic(name="Sunnyside Clinic")
    return make_editor(username="ed", email="ed@example.org")


@pytest.fixture
def root():
    return signed_in(Client(), make_editor(username="root", is_superuser=True))


def told(person) -> list[str]:
    return [notice.what for notice in person.sign_in_notices.order_by("pk")]


def test_a_new_password_is_told_by_mail_and_without_a_link(
    client, editor, mailoutbox, django_capture_on_commit_callbacks
):
    signed_in(client, editor)
    new = {"oldpassword": PASSWORD, "password1": "kettle gravel ostrich", "password2": "kettle gravel ostrich"}
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/admin/password_change/", new)
    [mail] = mailoutbox
    assert (mail.to, mail.subject) == (["ed@example.org"], "Sunnyside Clinic: Your password was changed.")
    assert "If not, tell whoever looks after the site" in mail.body
    assert "://" not in mail.body
    assert "kettle" not in mail.body


def test_a_first_password_is_no_news(editor):
    editor.set_password("kettle gravel ostrich")
    editor.save()
    assert told(editor) == []


@pytest.mark.django_db(transaction=True)
def test_factors_that_come_and_go_are_told(client, editor, settings):
    settings.STAFF_MFA = False
    log_in(client, "ed")
    secret = client.get("/admin/sign-in/factors/app/").context["form"].secret
    client.post("/admin/sign-in/factors/app/", {"code": code_of(secret)})
    client.post("/admin/sign-in/factors/codes/new/")
    client.post("/admin/sign-in/factors/app/remove/")
    assert told(editor) == [What.APP_ADDED, What.CODES_MADE, What.APP_REMOVED]
    add_app(editor)
    call_command("reset_second_factor", "ed")
    assert told(editor)[-1] == What.RESET


def test_a_recovery_code_that_is_used_is_told(client, editor):
    add_app(editor)
    log_in(client, "ed")
    type_code(client, Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0])
    assert told(editor) == [What.CODE_USED]


def test_a_code_that_is_sent_again_is_refused_logged_and_told(client, editor, caplog):
    caplog.set_level("INFO", "config.signin")
    cache.clear()
    code, other = code_of(add_app(editor)), Client()
    log_in(client, "ed"), type_code(client, code)
    log_in(other, "ed")
    assert type_code(other, "000000").status_code == 200
    assert told(editor) == []
    assert type_code(other, code).status_code == 200
    assert told(editor) == [What.CODE_AGAIN]
    assert "ed: code used again (totp)" in caplog.text


def test_a_new_address_is_told_at_the_old_one_too(editor, root, mailoutbox, django_capture_on_commit_callbacks):
    page = f"/admin/auth/user/{editor.pk}/change/"
    fields = {
        "username": "ed",
        "is_active": "on",
        "is_staff": "on",
        "date_joined_0": "2026-01-31",
        "date_joined_1": "10:00",
    }
    with django_capture_on_commit_callbacks(execute=True):
        root.post(page, fields | {"email": "new@example.org"})
    assert {mail.to[0] for mail in mailoutbox} == {"ed@example.org", "new@example.org"}
    assert told(editor) == [What.EMAIL]


def test_a_link_to_choose_a_password_is_told(client, editor, root):
    signed_in(client, editor)
    root.post(f"/admin/auth/user/{editor.pk}/password/")
    assert told(editor) == [What.LINK]


def test_what_happened_is_shown_once_at_the_next_sign_in_and_stays_on_the_page_of_ones_own(client, editor, settings):
    settings.STAFF_MFA = False
    notices.tell(editor, What.PASSKEY_REMOVED)
    log_in(client, "ed")
    assert "A passkey was removed" in client.get("/admin/").content.decode()
    assert "A passkey was removed" not in client.get("/admin/").content.decode()
    assert "A passkey was removed" in client.get("/admin/sign-in/").content.decode()
    client.post("/admin/logout/"), log_in(client, "ed")
    assert "A passkey was removed" not in client.get("/admin/").content.decode()


def test_nobody_reads_the_notices_of_others(client, editor):
    notices.tell(make_editor(), What.PASSKEY_REMOVED)
    signed_in(client, editor)
    assert "A passkey was removed" not in client.get("/admin/sign-in/").content.decode()


def test_without_a_mail_server_nothing_is_sent(editor, settings, mailoutbox, django_capture_on_commit_callbacks):
    settings.MAIL_NOTICES = False
    with django_capture_on_commit_callbacks(execute=True):
        notices.tell(editor, What.EMAIL)
    assert mailoutbox == []
    assert told(editor) == [What.EMAIL]


def test_a_mail_server_that_is_away_stops_nothing(editor, monkeypatch, caplog, django_capture_on_commit_callbacks):
    def away(mail):
        raise SMTPException

    monkeypatch.setattr(EmailMessage, "send", away)
    with django_capture_on_commit_callbacks(execute=True):
        notices.tell(editor, What.EMAIL)
    assert "ed: the mail was not sent (SMTPException)" in caplog.text
    assert "example.org" not in caplog.text
    assert told(editor) == [What.EMAIL]


def test_notices_are_kept_for_90_days(editor):
    Notice.objects.create(person=editor, what=What.PASSWORD, at=timezone.now() - datetime.timedelta(days=91))
    Notice.objects.create(person=editor, what=What.EMAIL, at=timezone.now() - datetime.timedelta(days=89))
    notices.tell(editor, What.APP_ADDED)
    assert told(editor) == [What.EMAIL, What.APP_ADDED]
