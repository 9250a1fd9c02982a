"""Who may do what: every address of the admin as every role, and a truth table of roles and actions.

An address that is not named here must be closed to everybody outside the two groups: a new one is safe, or fails here.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from articles import review_links
from articles.instruments import INSTRUMENTS
from articles.models import Article, ArticleEdition, Clinic, Feedback, Revocation, Signature, Submission
from articles.models.body import BodyPlace
from articles.models.ratings import QualityRating
from checker.models import Vignette
from tests.factories import (
    confirm,
    filled_form,
    make_clinic,
    make_edition,
    make_editor,
    make_phrase,
    make_quiz,
    make_quiz_edition,
    make_reviewer,
    make_submission,
    make_term,
)
from tests.staff import NOW

pytestmark = pytest.mark.django_db

ROLES: dict[str, Callable[[], User | None]] = {
    "nobody": lambda: None,
    "staff without a group": lambda: User.objects.create_user("plain", is_staff=True),
    "editor": make_editor,
    "reviewer": make_reviewer,
    "superuser": lambda: User.objects.create_superuser("root", password="a-long-password"),
}

# Every signed-in person's own pages: nothing of the clinic's is on them, or only what the person may see.
OWN = (
    "account_", "mfa_", "invitation", "admin:index", "admin:login", "admin:logout", "admin:password_change", "admin:jsi18n",
    "admin:view_on_site", "admin_reviews", "admin_levels",
)  # fmt: skip
# Open to everybody: to sign in, or with a link (those of these tests are wrong).
ENTRANCES = ("account_login", "admin:login", "invitation")
SUPERUSERS_ONLY = ("admin:auth_",)
# What staff never do by hand, superusers included: no edition, submission or step of the log is added, changed or deleted.
NOBODY = {
    f"admin:articles_{model}_{action}"
    for model in ("articleedition", "submission", "step", "qualityrating", "section", "clinic")
    for action in ("add", "delete")
} | {"admin:checker_quizedition_add", "admin:checker_quizedition_delete", "admin:articles_feedback_add"}
# Without their fields these find nothing.
NEEDS_MORE = {"admin:autocomplete": 403, "admin:articles_article_preview_new": 404, "preview_question": 404}


def admin_patterns(patterns: Any = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Each named address below /admin/, with the name that `reverse` takes."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        if patterns is None and not str(each.pattern).startswith("admin/"):
            continue
        if isinstance(each, URLResolver):
            yield from admin_patterns(each.url_patterns, f"{each.namespace}:" if each.namespace else space)
        elif each.name:
            yield f"{space}{each.name}", each


@pytest.fixture
def rows() -> dict[str, Any]:
    """One row of each model that the admin shows."""
    make_clinic(), make_term(), make_phrase(), make_submission()
    edition = make_edition(by=make_reviewer())
    quiz = make_quiz(quiz="a-check")
    make_quiz_edition(quiz, by=make_reviewer())
    Vignette.objects.create(quiz=quiz, name="V1", story="A story.", min_level="urgent")
    BodyPlace.objects.create(place=BodyPlace._meta.get_field("place").choices[0][0])
    Feedback.objects.create(article=edition.article, edition=1, useful=True)
    rater = make_reviewer()
    answers = {str(item.number): "yes" for _part, item in INSTRUMENTS["pemat"].items}
    QualityRating.objects.create(edition=edition, instrument="pemat", answers=answers, rater=rater, rater_name="R")
    found = {
        f"{model._meta.app_label}_{model._meta.model_name}": model._default_manager.first() for model in site._registry
    }
    assert None not in found.values()
    return found


def address(name: str, pattern: URLPattern, rows: dict[str, Any]) -> str:
    row = next((row for key, row in rows.items() if pattern.name.startswith(f"{key}_")), rows["articles_article"])
    kind = ContentType.objects.get_for_model(row).pk
    keys = {
        "slug": "a-check",
        "key": "pemat",
        "part": "rules",
        "app_label": "articles",
        "content_type_id": kind,
        "pk": 1,
    }
    wanted = [*pattern.pattern.converters, *getattr(pattern.pattern, "regex", None).groupindex]  # type: ignore[union-attr]
    return reverse(name, kwargs={key: keys.get(key, row.pk) for key in wanted})


def allowed(name: str) -> set[str]:
    if name.startswith(OWN):
        return set(ROLES) - {"nobody"}
    if name.startswith(SUPERUSERS_ONLY):
        return {"superuser"}
    return set() if name in NOBODY else {"editor", "reviewer", "superuser"}


@pytest.mark.parametrize("role", ROLES)
def test_every_address_of_the_admin_opens_for_those_who_may_and_no_others(rows, role):
    client, person = Client(raise_request_exception=False), ROLES[role]()
    if person:
        client.force_login(person)
    wrong, seen = [], 0
    for name, pattern in admin_patterns():
        if name in ENTRANCES and not person:
            continue
        response = client.get(address(name, pattern, rows))
        status, to = response.status_code, response.get("Location", "")
        seen += 1
        if not person:
            right = status == 302 and to.startswith("/admin/login/")
        elif name in NEEDS_MORE:
            right = status in (403, NEEDS_MORE[name])
        elif role in allowed(name):
            # 405: it wants a post. 404: this person has no such passkey or code. 410: a wrong link. Never the login page: it would go round.
            right = status in (200, 302, 303, 405) or (status in (403, 404, 410) and name.startswith(OWN[:3]))
            right = right and not to.startswith("/admin/login/")
        elif name.endswith("_presence"):
            right = status in (403, 405)
        elif name.endswith(("_history", "_clinic_changelist", "_start_again")):
            right = status in (302, 403, 405)
        else:
            right = status in (403, 404)
        if not right:
            wrong.append(f"{name}: {status} {to}")
    assert wrong == []
    assert seen > 150


def test_every_address_is_closed_to_posts_of_those_who_may_not(rows):
    client = Client(raise_request_exception=False)
    for name, pattern in admin_patterns():
        if name in ENTRANCES:
            continue
        response = client.post(address(name, pattern, rows), {"post": "yes"})
        assert response.get("Location", "").startswith("/admin/login/"), f"{name}: {response.status_code}"
    client.force_login(ROLES["staff without a group"]())  # type: ignore[arg-type]
    for name, pattern in admin_patterns():
        if not name.startswith(OWN):
            response = client.post(address(name, pattern, rows), {"post": "yes"})
            # Django sends a form for a row that is not there back to the start.
            assert response.status_code in (302, 303, 403, 404, 405), f"{name}: {response.status_code}"
    assert ArticleEdition.objects.live().exists()
    assert User.objects.filter(username="plain").get().user_permissions.count() == 0


def test_no_app_list_of_others_work(rows):
    client = Client()
    client.force_login(make_editor())
    assert client.get("/admin/auth/").status_code == 404
    assert b"/admin/auth/user/" not in client.get("/admin/").content


# What people do, and whether it happened.


def change(client: Client) -> bool:
    article = make_edition().article
    url = f"/admin/articles/article/{article.pk}/change/"
    page = client.get(url)
    data = filled_form(page) if page.status_code == 200 and page.context else {}
    client.post(url, data | {"title": "Other words"})
    return Article.objects.get(pk=article.pk).title == "Other words"


def submit(client: Client) -> bool:
    article = make_submission().subject
    Article.objects.filter(pk=article.pk).update(title="New words")
    url = f"/admin/articles/article/{article.pk}/publish/"
    page = client.get(url)
    seen = page.context["screen"].fingerprint if page.status_code == 200 else ""
    client.post(url, NOW | {"step": "submit", "reason": "New.", "seen": seen})
    return Submission.objects.of(article).filter(title="New words").exists()


def decide(step: str) -> Callable[[Client], bool]:
    def take(client: Client) -> bool:
        waiting = make_submission()
        data = NOW | {"step": step, "said": "now", "submission": waiting.pk, "return-comment": "No."}
        client.post(f"/admin/articles/article/{waiting.subject.pk}/publish/", data)
        waiting.refresh_from_db()
        return not waiting.is_waiting

    return take


def withdraw(client: Client) -> bool:
    edition = make_edition()
    client.post(f"/admin/articles/articleedition/{edition.pk}/withdraw/", {"message": ""})
    return not ArticleEdition.objects.live().filter(pk=edition.pk).exists()


def delete_edition(client: Client) -> bool:
    edition = make_edition()
    client.post(f"/admin/articles/articleedition/{edition.pk}/delete/", {"post": "yes"})
    client.post(
        "/admin/articles/articleedition/", {"action": "delete_selected", "_selected_action": edition.pk, "post": "yes"}
    )
    return not ArticleEdition.objects.filter(pk=edition.pk).exists()


def delete_draft(client: Client) -> bool:
    article = make_submission().subject
    url = f"/admin/articles/article/{article.pk}/delete/"
    if client.get(url).status_code == 200:
        confirm(client, url)
    else:
        client.post(url, {"post": "yes"})
    return not Article.objects.filter(pk=article.pk).exists()


def change_clinic(client: Client) -> bool:
    make_clinic()
    page = client.get("/admin/articles/clinic/1/change/")
    data = filled_form(page) if page.status_code == 200 and page.context else {}
    client.post("/admin/articles/clinic/1/change/", data | {"name": "Other Clinic"})
    return Clinic.objects.get().name == "Other Clinic"


def make_user(client: Client) -> bool:
    client.post("/admin/auth/user/add/", {"username": "new-person", "is_staff": "on"})
    return User.objects.filter(username="new-person").exists()


def sign_by_link(client: Client) -> bool:
    """Whoever has the address: that is what it is for."""
    waiting = make_submission()
    invitation = review_links.invite(waiting, by=make_reviewer(), invited="Dr. Else")
    client.post(review_links.address(invitation), {"agrees": "yes", "name": "Dr. Else", "role": "GP"})
    return Signature.objects.filter(invitation=invitation).exists()


def approve_by_link(client: Client) -> bool:
    waiting = make_submission()
    invitation = review_links.invite(waiting, by=make_reviewer(), invited="Dr. Else")
    page = review_links.address(invitation)
    client.post(page, {"step": "approve", "agrees": "yes", "name": "Dr. Else", "role": "GP", "submission": waiting.pk})
    return waiting.subject.editions.exists()


def switch_link_off(client: Client) -> bool:
    waiting = make_submission()
    invitation = review_links.invite(waiting, by=make_reviewer(), invited="Dr. Else")
    page = f"/admin/articles/article/{waiting.object_id}/publish/"
    client.post(page, {"step": "revoke", "submission": waiting.pk, "invitation": invitation.pk})
    return Revocation.objects.filter(invitation=invitation).exists()


def give_new_password(client: Client) -> bool:
    person = make_editor()
    client.post(f"/admin/auth/user/{person.pk}/password/")
    person.refresh_from_db()
    return not person.has_usable_password()


# nobody (with or without a review link), staff without a group, editor, reviewer, superuser
TABLE: dict[Callable[[Client], bool], str] = {
    change: "no no yes yes yes",
    submit: "no no yes yes yes",
    decide("approve"): "no no no yes yes",
    decide("return"): "no no no yes yes",
    withdraw: "no no yes yes yes",
    delete_draft: "no no yes yes yes",
    delete_edition: "no no no no no",
    change_clinic: "no no yes yes yes",
    make_user: "no no no no yes",
    give_new_password: "no no no no yes",
    sign_by_link: "yes yes yes yes yes",
    switch_link_off: "no no yes yes yes",
    approve_by_link: "no no no no no",
}


@pytest.mark.parametrize(
    ("act", "role", "may"),
    [
        pytest.param(act, role, answer == "yes", id=f"{role}-{act.__name__}")
        for act, answers in TABLE.items()
        for role, answer in zip(ROLES, answers.split(), strict=True)
    ],
)
def test_who_may_do_what(act, role, may):
    client, person = Client(), ROLES[role]()
    if person:
        client.force_login(person)
    assert act(client) is may
