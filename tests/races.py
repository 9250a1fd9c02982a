"""Several people at the same moment, on a database of their own. `tests/test_races.py` runs this in a process of its own."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from articles import approval, review_links, snapshot  # noqa: E402
from articles.models import ArticleEdition, Revocation, Signature, Step  # noqa: E402
from checker.models import Question, QuizEdition  # noqa: E402
from tests.factories import (  # noqa: E402
    filled_form,
    make_article,
    make_edition,
    make_quiz,
    make_quiz_edition,
    make_reviewer,
    make_submission,
)

ROUNDS = 3


def together(*acts: Callable[[], Any]) -> list[Any]:
    """What each gave or raised; all begin at the same moment, each with a connection of its own."""
    gate, found = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        gate.wait()
        try:
            found[place] = act()
        except (approval.Refused, review_links.LinkProblem) as refusal:
            found[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def two_reviewers_make_one_edition(make: Callable[[], Any]) -> None:
    submission, people = make_submission(make()), [make_reviewer() for _number in range(4)]
    found = together(*(lambda by=person: approval.approve(submission, by=by) for person in people))
    assert Counter(type(each).__name__ for each in found)["NotWaiting"] == 3, found
    subject = submission.subject
    assert subject.editions.count() == 1
    assert Step.objects.of(subject).filter(what="approved").count() == 1


def approve_or_return_but_not_both() -> None:
    submission, one, other = make_submission(), make_reviewer(), make_reviewer()
    together(
        lambda: approval.approve(submission, by=one),
        lambda: approval.give_back(submission, by=other, comment="No."),
    )
    submission.refresh_from_db()
    assert submission.subject.editions.exists() == (submission.state == "approved")


def what_is_approved_is_what_was_submitted() -> None:
    """Against a save in the admin, sections and all."""
    article, reviewer = make_article(sections=3), make_reviewer()
    submission, client = make_submission(article), Client()
    client.force_login(make_reviewer(is_superuser=True))
    address = f"/admin/articles/article/{article.pk}/change/"
    form = filled_form(client.get(address))
    form |= {f"sections-{number}-heading": f"Edited {number}" for number in range(3)}
    approved, saved = together(
        lambda: approval.approve(submission, by=reviewer), lambda: client.post(address, form).status_code
    )
    assert saved == 302
    assert article.sections.filter(heading__startswith="Edited").count() == 3
    for edition in article.editions.all():
        assert snapshot.fingerprint(snapshot.of_edition(edition)) == submission.fingerprint == edition.fingerprint
    assert isinstance(approved, ArticleEdition | approval.ChangedSince), approved


def no_edition_mixes_two_versions_of_a_self_check() -> None:
    """Questions are saved on pages of their own, one by one."""

    def edit(quiz: Any) -> None:
        for number in range(10):
            with transaction.atomic():
                for question in Question.objects.filter(quiz=quiz):
                    question.hint = f"Hint {number}."
                    question.save()

    submission, reviewer = make_submission(make_quiz()), make_reviewer()
    together(lambda: approval.approve(submission, by=reviewer), lambda: edit(submission.subject))
    for edition in QuizEdition.objects.filter(quiz=submission.subject):
        assert snapshot.fingerprint(edition.definition) == submission.fingerprint


def a_link_is_signed_once() -> None:
    submission = make_submission()
    invitation = review_links.invite(submission, by=submission.by, invited="Ada")
    path = review_links.address(invitation)
    signed = {"agrees": "yes", "name": "Ada", "role": "GP"}
    found = together(*(lambda: Client().post(path, signed).status_code for _number in range(3)))
    assert sorted(found) == [200, 200, 303], found
    assert Signature.objects.filter(invitation=invitation).count() == 1


def a_link_is_signed_or_switched_off_but_not_both() -> None:
    submission, reviewer = make_submission(), make_reviewer()
    invitation = review_links.invite(submission, by=submission.by, invited="Ada")
    path = review_links.address(invitation)
    signed = {"agrees": "yes", "name": "Ada", "role": "GP"}
    together(lambda: Client().post(path, signed), lambda: review_links.revoke(invitation, by=reviewer))
    is_signed = Signature.objects.filter(invitation=invitation).exists()
    assert is_signed != Revocation.objects.filter(invitation=invitation).exists()


def a_second_withdrawal_is_told_of_the_first(make: Callable[[], Any]) -> None:
    edition = make()
    opts = edition._meta
    page = f"/admin/{opts.app_label}/{opts.model_name}/{edition.pk}/withdraw/"

    def withdraw(message: str) -> int:
        client = Client()
        client.force_login(make_reviewer())
        return client.post(page, {"message": message}).status_code

    found = together(lambda: withdraw("One."), lambda: withdraw("Another."), lambda: withdraw("Yet another."))
    assert sorted(found) == [302, 409, 409], found


if __name__ == "__main__":
    setup_test_environment()
    call_command("migrate", verbosity=0)
    for _round in range(ROUNDS):
        two_reviewers_make_one_edition(make_article)
        two_reviewers_make_one_edition(make_quiz)
        approve_or_return_but_not_both()
        what_is_approved_is_what_was_submitted()
        no_edition_mixes_two_versions_of_a_self_check()
        a_link_is_signed_once()
        a_link_is_signed_or_switched_off_but_not_both()
        a_second_withdrawal_is_told_of_the_first(make_edition)
        a_second_withdrawal_is_told_of_the_first(make_quiz_edition)
    print("all races run")
