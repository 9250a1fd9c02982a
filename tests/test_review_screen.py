"""The screen on which articles and self-checks are submitted, reviewed, approved and returned."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from articles import approval, publishing, review_links
from articles.models import Article, Step, Submission
from checker.models import Question, Quiz
from tests.factories import (
    confirm,
    make_article,
    make_clinic,
    make_edition,
    make_editor,
    make_quiz,
    make_quiz_edition,
    make_reviewer,
    make_section,
    make_submission,
)
from tests.staff import NOW, errors_at, html_of, submit, url

pytestmark = pytest.mark.django_db
BOTH = {"article": make_article, "self-check": make_quiz}
both = pytest.mark.parametrize("make", BOTH.values(), ids=BOTH)
LATER = {"goes_live_at_0": "2090-01-31", "goes_live_at_1": "10:00:00"}


def screen(client, subject, **headers):
    return client.get(url(type(subject), "publish", subject.pk))


def send(client, waiting, step, **typed):
    """What the browser sends for a step that somebody takes with this submission."""
    subject = waiting.subject
    data = NOW | {"said": "now", "step": step, "submission": waiting.pk} | typed
    return client.post(url(type(subject), "publish", subject.pk), data)


@both
def test_an_editor_submits_and_patients_see_no_change(editor, make):
    make_clinic()
    subject = make()
    assert "Submit for review" in html_of(screen(editor, subject))
    response = submit(editor, subject, message="Look at the dose.")
    assert response["Location"] == url(type(subject), "change", subject.pk)
    submission = approval.waiting_for(subject)
    assert (submission.reason, submission.note) == ("What is new.", "Look at the dose.")
    assert editor.get(subject.get_absolute_url()).status_code == 404
    page = html_of(editor.get(response["Location"]))
    assert "Waits for review. Submitted by Ed Itor" in page
    assert "A clinical reviewer must approve it." in html_of(screen(editor, subject))


@both
def test_a_reviewer_approves_and_patients_read_their_name(reviewer, make):
    make_clinic()
    subject = make()
    submission = make_submission(subject)
    page = html_of(screen(reviewer, subject))
    assert 'value="Approve, goes live now"' in page
    assert "as a patient would</a>" in page
    response = send(reviewer, submission, "approve")
    assert response["Location"] == url(type(subject), "change", subject.pk)
    assert subject.editions.live().get().reviewer_name == "Rev Iewer"
    assert "not yet approved" not in html_of(reviewer.get(subject.get_absolute_url()))


@both
def test_a_reviewer_returns_with_a_comment_that_the_editor_sees(reviewer, make):
    subject = make()
    submission = make_submission(subject)
    empty = send(reviewer, submission, "return", **{"return-comment": ""})
    assert (empty.status_code, "Say what must be mended." in html_of(empty)) == (422, True)
    send(reviewer, submission, "return", **{"return-comment": "The dose <b>is wrong."})
    reviewer.force_login(submission.by)
    page = html_of(reviewer.get(url(type(subject), "change", subject.pk)))
    assert "Returned by Rev Iewer" in page
    assert "The dose &lt;b&gt;is wrong." in reviewer.get(url(type(subject), "change", subject.pk)).content.decode()


@both
def test_what_was_changed_since_shows_the_difference_and_cannot_be_approved(reviewer, make):
    subject = make()
    submission = make_submission(subject)
    if isinstance(subject, Article):
        subject.sections.update(heading="Quite another heading")
    else:
        Question.objects.filter(quiz=subject, key="often").update(text="Quite another heading")
    for response in (screen(reviewer, subject), send(reviewer, submission, "approve")):
        page = html_of(response)
        assert "It was changed after it was submitted, so it cannot be approved." in page
        assert "Quite another" in page
        assert "Approve, goes live" not in page
    assert response.status_code == 409
    submission.refresh_from_db()
    assert submission.is_waiting
    assert submit(reviewer, subject).status_code == 302
    assert approval.waiting_for(subject).pk != submission.pk


def test_the_button_says_when_and_only_that_can_happen(reviewer):
    submission = make_submission(goes_live_at=timezone.now() + timedelta(days=400))
    page = screen(reviewer, submission.subject)
    form = page.context["screen"].approve_form
    moment = timezone.localtime(submission.goes_live_at)
    assert form.button == f"Approve, goes live {moment.day} {moment:%b} {moment.year} {moment:%H:%M}"
    assert f'value="{form.button}"' in html_of(page)
    asked = send(reviewer, submission, "approve", said=form.says, **LATER)
    assert (asked.status_code, "You chose another time." in html_of(asked)) == (422, True)
    assert 'value="Approve, goes live 31 Jan 2090 10:00"' in html_of(asked)
    assert "Error:" not in re.search(r"<title>(.*?)</title>", html_of(asked), re.DOTALL)[1]
    assert not submission.subject.editions.exists()
    send(reviewer, submission, "approve", said="2090-01-31 10:00", **LATER)
    assert submission.subject.editions.get().goes_live_at.year == 2090


def test_a_wanted_time_that_has_passed_leaves_now(reviewer):
    submission = make_submission()
    Submission.objects.update(goes_live_at=timezone.now() - timedelta(days=1))
    assert screen(reviewer, submission.subject).context["screen"].approve_form.button == "Approve, goes live now"


@both
def test_what_is_planned_shows_a_banner_and_can_be_cancelled_after_a_question(reviewer, make):
    make_clinic()
    subject = make()
    submission = make_submission(subject)
    send(reviewer, submission, "approve", said="2090-01-31 10:00", **LATER)
    edition = subject.editions.get()
    page = html_of(reviewer.get(url(type(subject), "change", subject.pk)))
    assert "Jan. 31, 2090, 10 a.m.: edition 1 goes live." in page
    cancel = url(type(edition), "cancel", edition.pk)
    assert f'href="{cancel}"' in page
    assert reviewer.get(url(type(edition), "withdraw", edition.pk))["Location"] == cancel
    assert "It will not go live (" in html_of(reviewer.get(cancel))
    assert subject.editions.upcoming().exists()
    response = reviewer.post(cancel)
    assert response["Location"] == url(type(subject), "change", subject.pk)
    assert "goes live." not in re.sub(
        r"(?s)<section class=\"module timeline.*", "", html_of(reviewer.get(response["Location"]))
    )
    assert not subject.editions.upcoming().exists()
    assert reviewer.get(subject.get_absolute_url()).status_code == 404
    assert "already" in html_of(reviewer.post(cancel, follow=True))


@both
def test_what_patients_read_already_is_not_cancelled(reviewer, make):
    edition = (make_edition if make is make_article else make_quiz_edition)(make())
    page = reviewer.post(url(type(edition), "cancel", edition.pk), follow=True)
    assert "Patients read it already. Withdraw it instead." in html_of(page)


@both
def test_a_step_that_comes_too_late_says_so(reviewer, make):
    submission = make_submission(make())
    approval.give_back(submission, by=make_reviewer(first_name="Ada"), comment="No.")
    for step in ("approve", "return", "take-back", "invite"):
        response = send(reviewer, submission, step, **{"return-comment": "x", "invite-invited": "x"})
        assert response.status_code == 409
        assert "returned by Ada Iewer" in html_of(response)


@both
def test_words_for_which_the_page_has_no_place_any_more_are_shown_to_copy(reviewer, make):
    submission = make_submission(make())
    approval.take_back(submission, by=submission.by)
    page = html_of(send(reviewer, submission, "return", **{"return-comment": "The dose\r\nis wrong."}))
    assert "What you wrote was not sent." in page
    assert "The dose<br>is wrong." in page
    invited = html_of(send(reviewer, submission, "invite", **{"invite-invited": "Dr. Byron"}))
    assert '<p class="change__text">Dr. Byron</p>' in invited


def test_why_less_urgent_is_right_is_not_lost_when_the_self_check_has_changed(reviewer):
    submission = make_submission(make_quiz())
    Question.objects.filter(quiz=submission.subject, key="often").update(text="Another question?")
    page = html_of(send(reviewer, submission, "approve", less_urgent_reason="The swelling is old."))
    assert '<p class="change__text">The swelling is old.</p>' in page


def test_what_is_still_in_its_form_is_not_shown_a_second_time(reviewer):
    submission = make_submission()
    page = html_of(send(reviewer, submission, "approve", goes_live_at_0="someday", goes_live_at_1="10:00"))
    assert "What you wrote was not sent." not in page


@both
def test_who_is_told_that_it_changed_sees_it_and_can_submit_it_then(editor, make):
    subject = make()
    seen = screen(editor, subject).context["screen"].fingerprint
    type(subject).objects.filter(pk=subject.pk).update(title="Another title")
    told = submit(editor, subject, seen=seen)
    assert told.status_code == 409
    assert "Another title" in html_of(told)
    assert 'value="What is new."' in html_of(told)
    assert not subject.submissions.exists()
    shown = re.search(r'name="seen" value="(\w+)"', html_of(told)).group(1)
    assert submit(editor, subject, seen=shown).status_code == 302
    assert approval.waiting_for(subject).title == "Another title"


def test_a_form_to_mend_does_not_hide_that_somebody_changed_the_text_meanwhile(editor):
    article = make_article()
    seen = screen(editor, article).context["screen"].fingerprint
    Article.objects.update(title="Another title")
    again = submit(editor, article, seen=seen, reason="")
    assert again.status_code == 422
    assert f'name="seen" value="{seen}"' in html_of(again)


@pytest.mark.parametrize("wrong", ["", "0", "²", "abc", "99999999999999999999"])
def test_a_wrong_submission_is_refused(reviewer, wrong):
    submission = make_submission()
    assert send(reviewer, submission, "approve", submission=wrong).status_code == 409
    assert not submission.subject.editions.exists()


def test_a_submission_of_another_article_approves_nothing(reviewer):
    mine, other = make_submission(), make_submission()
    data = NOW | {"said": "now", "step": "approve", "submission": other.pk}
    assert reviewer.post(url(Article, "publish", mine.object_id), data).status_code == 409
    assert not Article.objects.filter(editions__isnull=False).exists()


REFUSED = [
    ({"goes_live_at_0": "2020-01-31", "goes_live_at_1": "10:00:00"}, "This moment has passed."),
    ({"expires_at_0": "2020-01-31", "expires_at_1": "10:00:00"}, "It must expire after it goes live."),
    ({"goes_live_at_0": "someday", "goes_live_at_1": "10:00:00"}, "Enter a valid date."),
    ({"goes_live_at_0": "2090-01-31", "goes_live_at_1": "never"}, "Enter a valid time."),
    ({"reason": ""}, "This field is required."),
    ({"reason": "x" * 301}, "at most 300 characters"),
    ({"reason": "A\x00B"}, "Null characters are not allowed."),
]


@pytest.mark.parametrize(("typed", "sentence"), REFUSED)
@both
def test_what_cannot_be_submitted_so_comes_back_with_what_was_typed(editor, make, typed, sentence):
    subject = make()
    response = submit(editor, subject, **typed)
    assert response.status_code == 422
    assert sentence in html_of(response)
    assert all(f'value="{text}"' in html_of(response) for text in typed.values() if text)
    assert not subject.submissions.exists()


@pytest.mark.parametrize(("typed", "sentence"), [case for case in REFUSED if "reason" not in case[0]])
def test_what_cannot_be_approved_so_comes_back_with_what_was_typed(reviewer, typed, sentence):
    submission = make_submission()
    response = send(reviewer, submission, "approve", **typed)
    assert response.status_code == 422
    assert sentence in html_of(response)
    assert all(f'value="{text}"' in html_of(response) for text in typed.values() if text)
    assert not submission.subject.editions.exists()


def test_a_problem_that_comes_up_between_the_look_and_the_step_is_shown(reviewer):
    linked = make_edition()
    submission = make_submission(make_quiz(linked))
    publishing.withdraw(linked, by=None)
    page = html_of(send(reviewer, submission, "approve"))
    assert "which is not published." in page
    assert "Approve, goes live" not in page
    assert "Return to Ed Itor" in page


@both
def test_an_editor_sees_no_way_to_approve_and_finds_none(editor, make):
    submission = make_submission(make())
    page = html_of(screen(editor, submission.subject))
    assert "Approve" not in page
    assert "Return to" not in page
    for step in ("approve", "return"):
        assert send(editor, submission, step, **{"return-comment": "x"}).status_code == 409
    submission.refresh_from_db()
    assert submission.is_waiting


def test_who_submitted_it_is_told_that_somebody_else_must_approve(client):
    reviewer = make_reviewer()
    submission = make_submission(by=reviewer)
    client.force_login(reviewer)
    assert "Another clinical reviewer must approve it." in html_of(screen(client, submission.subject))
    assert send(client, submission, "approve").status_code == 409


def without(client, *actions):
    """Somebody who may do what editors do, except this."""
    person, group = make_editor(), Group.objects.create(name="Without")
    group.permissions.set(Group.objects.get(name="Editors").permissions.all())
    for action in actions:
        group.permissions.remove(*group.permissions.filter(codename__startswith=f"{action}_"))
    person.groups.set([group])
    client.force_login(person)


@both
def test_who_may_neither_submit_nor_approve_does_not_get_there(client, make):
    subject = make()
    without(client, "submit")
    assert "/publish/" not in html_of(client.get(url(type(subject), "change", subject.pk)))
    page = url(type(subject), "publish", subject.pk)
    assert (client.get(page).status_code, client.post(page, {"step": "submit"}).status_code) == (403, 403)


@both
def test_who_may_not_withdraw_or_change_may_not_cancel_or_restore_either(client, make):
    edition = (make_edition if make is make_article else make_quiz_edition)(make())
    without(client, "withdraw", "change")
    for step in ("withdraw", "cancel", "restore"):
        page = url(type(edition), step, edition.pk)
        assert (client.get(page).status_code, client.post(page).status_code) == (403, 403)
    assert type(edition).objects.live().get() == edition


def test_an_editor_may_withdraw_at_once(editor):
    edition = make_edition()
    editor.post(url(type(edition), "withdraw", edition.pk), {"message": ""})
    assert not type(edition).objects.live().exists()


def test_the_review_of_an_article_says_first_what_matters(reviewer):
    make_clinic()
    article = make_article(sections=3)
    make_edition(article)
    first = article.sections.all()[0]
    first.body, first.review_note = "<p>Rest the other leg, immediately.</p>", "Is this so?"
    first.save()
    make_section(article)
    make_submission(article)
    page = screen(reviewer, article)
    summary = " ".join(page.context["facts"].summary)
    assert "Since edition 1: 1 changed, 1 new." in summary
    assert "It reads at grade" in summary
    assert "1 section has a note for you." in summary
    assert all(text in html_of(page) for text in ("Is this so?", "immediately", "All checks passed.", "Seen: opened"))


def test_where_all_is_new_no_count_of_unchanged_sections_stands(reviewer):
    assert "0 sections are unchanged" not in html_of(screen(reviewer, make_article(sections=2)))


def test_the_review_of_an_unchanged_article_says_that_it_renews_the_review(reviewer):
    article = make_edition().article
    make_submission(article)
    assert "It says the same as edition 1." in html_of(screen(reviewer, article))


def test_an_edition_shows_who_submitted_what_the_checks_said_and_its_stories(reviewer):
    quiz = make_quiz()
    quiz.vignettes.create(
        name="V1", story="A cold leg.", answers={"danger": ["cold"], "often": ["daily"]}, min_level="urgent"
    )
    edition = make_quiz_edition(quiz, by=make_reviewer())
    page = html_of(reviewer.get(url(type(edition), "change", edition.pk)))
    assert all(text in page for text in ("Ed Itor", "All checks passed.", "A cold leg.", edition.fingerprint))


@both
def test_the_log_of_a_text_is_on_its_page(reviewer, make):
    subject = make()
    assert "Nothing yet." in html_of(reviewer.get(url(type(subject), "change", subject.pk)))
    submission = make_submission(subject)
    approval.give_back(submission, by=make_reviewer(), comment="Mend the heading.")
    page = html_of(reviewer.get(url(type(subject), "change", subject.pk)))
    assert page.index("Returned</strong>") < page.index("Submitted for review</strong>")
    assert "Mend the heading." in page


def test_a_new_text_and_a_deleted_draft_are_in_the_log(editor):
    from tests.factories import filled_form

    form = filled_form(editor.get(url(Quiz, "add"))) | {"title": "New", "slug": "new", "intro": "Hello."}
    editor.post(url(Quiz, "add"), form)
    quiz = Quiz.objects.get(slug="new")
    confirm(editor, url(Quiz, "delete", quiz.pk))
    assert [(step.what, step.title, step.who) for step in Step.objects.order_by("pk")] == [
        ("created", "New", "Ed Itor"),
        ("deleted", "New", "Ed Itor"),
    ]


def test_an_editor_deletes_a_draft_that_was_returned(editor):
    submission = make_submission()
    approval.give_back(submission, by=make_reviewer(), comment="No.")
    confirm(editor, url(Article, "delete", submission.object_id))
    assert not Article.objects.filter(pk=submission.object_id).exists()


def test_a_link_for_a_reader_is_made_and_what_they_sign_is_shown(editor):
    submission = make_submission()
    assert errors_at(send(editor, submission, "invite", **{"invite-invited": ""}), "invite-invited")
    send(editor, submission, "invite", **{"invite-invited": "Dr. Ada Byron"})
    invitation = submission.invitations.get()
    address = review_links.address(invitation)
    assert f'value="http://testserver{address}"' in html_of(screen(editor, submission.subject))
    token = address.split("/")[-2]
    review_links.sign(token, name="Ada Byron", role="GP", agrees=True, comment="Well said.")
    page = html_of(screen(editor, submission.subject))
    assert "Signed by Ada Byron, GP" in page
    assert "Well said." in page
    assert address not in page


def test_a_link_is_switched_off_from_the_screen(editor, client):
    submission = make_submission()
    for name in ("Dr. Ada Byron", "Dr. Lister"):
        send(editor, submission, "invite", **{"invite-invited": name})
    wrong, right = submission.invitations.all()
    assert send(editor, submission, "revoke", invitation=wrong.pk).status_code == 302
    page = html_of(screen(editor, submission.subject))
    assert "The link was switched off (" in page
    assert review_links.address(wrong) not in page
    assert review_links.address(right) in page
    assert client.get(review_links.address(wrong)).status_code == 410


@pytest.mark.parametrize("invitation", ["", "x", "0", "9" * 30])
def test_a_link_that_is_not_there_cannot_be_switched_off(editor, invitation):
    submission = make_submission()
    review_links.invite(make_submission(), by=submission.by, invited="Of another text")
    refused = send(editor, submission, "revoke", invitation=invitation)
    assert (refused.status_code, "This link is not there any more." in html_of(refused)) == (409, True)


def test_a_link_signed_meanwhile_says_so(editor):
    submission = make_submission()
    invitation = review_links.invite(submission, by=submission.by, invited="Dr. Ada Byron")
    token = review_links.address(invitation).split("/")[-2]
    review_links.sign(token, name="Ada Byron", role="GP", agrees=True, comment="Well said.")
    refused = send(editor, submission, "revoke", invitation=invitation.pk)
    assert (refused.status_code, "Dr. Ada Byron has signed meanwhile" in html_of(refused)) == (409, True)


def test_whom_patients_read_as_reviewer_can_be_who_signed(reviewer):
    submission = make_submission()
    for name, agrees in (("Ada Byron", True), ("Somebody Else", False)):
        invitation = review_links.invite(submission, by=submission.by, invited=name)
        token = review_links.address(invitation).split("/")[-2]
        review_links.sign(token, name=name, role="GP", agrees=agrees, comment="So.")
    page = html_of(screen(reviewer, submission.subject))
    assert 'value="Ada Byron, GP"' in page
    assert 'value="Somebody Else, GP"' not in page
    refused = send(reviewer, submission, "approve", reviewer="Somebody Else, GP")
    assert refused.status_code == 422
    send(reviewer, submission, "approve", reviewer="Ada Byron, GP")
    edition = submission.subject.editions.get()
    assert (edition.reviewer_name, edition.approved_by.first_name) == ("Ada Byron, GP", "Rev")


@both
def test_every_form_carries_its_token(reviewer, make):
    """`include … only` would lose it, and the test client does not ask for it."""
    subject = make()
    make_submission(subject)
    for page in (html_of(screen(reviewer, subject)), html_of(screen(reviewer, make()))):
        assert page.count('<form method="post"') == page.count('name="csrfmiddlewaretoken"') - 1


def test_the_review_takes_the_same_queries_for_any_number_of_sections(reviewer, django_assert_max_num_queries):
    few, many = (make_submission(make_article(sections=number)).subject for number in (1, 8))
    screen(reviewer, few)
    for article in (few, many):
        with django_assert_max_num_queries(60):
            response = screen(reviewer, article)
        assert response.status_code == 200
