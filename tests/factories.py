"""Rows that are valid by default. Give what the test is about; everything else is made up."""

from itertools import count
from typing import Any

from django.contrib.auth.models import Group, User
from django.forms import ModelMultipleChoiceField
from django.test import Client

from articles import approval, publishing
from articles.models import (
    Article,
    ArticleEdition,
    Audience,
    BodyPlace,
    Clinic,
    GlossaryTerm,
    SearchPhrase,
    Section,
    Source,
    Submission,
    Topic,
)
from articles.roles import EDITORS, REVIEWERS
from checker import publishing as checker_publishing
from checker import rows
from checker.definition import parse
from checker.models import Quiz, QuizEdition

# All of five digits, so that what is sorted as text keeps its order; and none that a test or the starter content gives itself.
_numbers = count(10_001)


def make_clinic(**fields: Any) -> Clinic:
    values = {
        "name": "Example Clinic",
        "phone": "555-0100",
        "emergency_number": "911",
        "maternity_unit": "555-0101",
        "out_of_hours_line": "555-0102",
        "poison_center": "555-0103",
    }
    clinic = Clinic(pk=1, **values | fields)
    clinic.save()
    return clinic


def make_topic(**fields: Any) -> Topic:
    number = next(_numbers)
    values = {"slug": f"topic-{number}", "name": f"Topic {number}", "description": "A topic."}
    return Topic.objects.create(**values | fields)


def make_audience(**fields: Any) -> Audience:
    number = next(_numbers)
    return Audience.objects.create(**{"slug": f"audience-{number}", "name": f"Audience {number}"} | fields)


def make_source(**fields: Any) -> Source:
    number = next(_numbers)
    values = {
        "ref": f"S{number}",
        "title": f"Source {number}",
        "organisation": "An organization",
        "url": f"https://example.org/{number}",
        "how_read": Source.HowRead.SEEN,
    }
    return Source.objects.create(**values | fields)


def make_section(article: Article, **fields: Any) -> Section:
    number = next(_numbers)
    values = {
        "article": article,
        "order": number,
        "anchor": f"section-{number}",
        "heading": f"Heading {number}",
        "body": "<p>Rest the leg.</p>",
    }
    section = Section.objects.create(**values | fields)
    section.sources.add(make_source())
    return section


def make_article(sections: int = 1, **fields: Any) -> Article:
    """An unpublished article that passes the checks."""
    number = next(_numbers)
    values = {"slug": f"article-{number}", "title": f"Article {number}", "summary": "A short summary."}
    article = Article.objects.create(**{"topic": fields.pop("topic", None) or make_topic(), **values, **fields})
    article.audiences.add(make_audience())
    for _number in range(sections):
        make_section(article)
    return article


def make_edition(article: Article | None = None, **publish: Any) -> ArticleEdition:
    return _edition(publishing.publish, article or make_article(), **publish)


def _edition(publish: Any, subject: Any, *, by: User | None = None, reason: str = "A test.", **how: Any) -> Any:
    """Example content; or, `by` a reviewer, what an editor submitted and they approved."""
    if by is None:
        return publish(subject, reason=reason, **how)
    return approval.approve(make_submission(subject, reason=reason), by=by, **how)


def make_submission(subject: Any = None, **fields: Any) -> Submission:
    """What an editor submitted for review."""
    return approval.submit(
        subject or make_article(), **{"by": fields.pop("by", None) or make_editor(), "reason": "A test."} | fields
    )


def make_quiz_data(link: str, **fields: Any) -> dict[str, Any]:
    """A small sound self-check: an emergency sign, an urgent sign, and a default; every outcome links to `link`."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "quiz": f"quiz-{number}",
        "title": f"Self-check {number}",
        "estimated_minutes": 1,
        "intro": "This does not diagnose. Chest pain? Call {emergency_number} now.",
        "result_notes": ["This self-check does not diagnose."],
        "questions": [
            {
                "key": "danger",
                "type": "multi",
                "text": "Any of these now?",
                "choices": [
                    {"key": "cold", "text": "A cold, pale leg", "red_flag": "emergency"},
                    {"key": "swollen", "text": "One swollen leg", "red_flag": "urgent"},
                    {"key": "none", "text": "None of these", "exclusive": True},
                ],
            },
            {
                "key": "often",
                "type": "single",
                "text": "How often does it come?",
                "choices": [{"key": "rarely", "text": "Rarely"}, {"key": "daily", "text": "Every day"}],
            },
        ],
        "outcomes": [
            {"key": "em", "level": "emergency", "title": "Call {emergency_number} now", "facts": ["Do not wait."], "links": [link]},
            {"key": "ur", "level": "urgent", "title": "Be seen today", "facts": [], "safety_net": "Chest pain? Call {emergency_number}.", "links": [link]},
            {"key": "ro", "level": "routine", "title": "Book a routine visit", "facts": [], "safety_net": "Worse? Call us.", "links": [link]},
            {"key": "sc", "level": "self-care", "title": "Try home care now", "facts": [], "safety_net": "Worse? Call us.", "links": [link]},
        ],
        "rules": [
            {"id": "E1", "when": {"any": ["danger.cold"]}, "outcome": "em"},
            {"id": "U1", "when": {"any": ["danger.swollen"]}, "outcome": "ur"},
            {"id": "R1", "when": {"any": ["often.daily"]}, "outcome": "ro"},
            {"id": "D1", "when": {"always": True}, "outcome": "sc", "default": True},
        ],
        "vignettes": [],
    }  # fmt: skip
    return values | fields


def make_quiz(edition: ArticleEdition | None = None, **fields: Any) -> Quiz:
    """An unpublished self-check that passes the checks; it links to the first section of `edition`."""
    edition = edition or make_edition()
    link = f"{edition.slug}#{edition.sections.all()[0].anchor}"
    return rows.fill(Quiz(), parse(make_quiz_data(link, **fields)))


def make_quiz_edition(quiz: Quiz | None = None, **publish: Any) -> QuizEdition:
    return _edition(checker_publishing.publish, quiz or make_quiz(), **publish)


def make_editor(**fields: Any) -> User:
    return _person(EDITORS, **{"first_name": "Ed", "last_name": "Itor"} | fields)


def make_reviewer(**fields: Any) -> User:
    return _person(REVIEWERS, **{"first_name": "Rev", "last_name": "Iewer"} | fields)


def _person(group: str, **fields: Any) -> User:
    number = next(_numbers)
    values = {"username": f"person-{number}", "password": "a-long-password", "is_staff": True}
    person = User.objects.create_user(**values | fields)
    person.groups.add(Group.objects.get(name=group))
    return person


def answer(client: Client, slug: str, question: str, *chosen: str, change: bool = False, **headers: str) -> Any:
    """The response to a patient's answer; headers as `HX_Request="true"`."""
    data = {"answer": list(chosen)} | ({"change": ""} if change else {})
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(f"/check/{slug}/question/{question}/", data, headers=named)


def filled_form(page: Any) -> dict[str, Any]:
    """What a browser would send from an admin page on which nobody has typed."""
    formsets = [inline.formset for inline in page.context["inline_admin_formsets"]]
    forms = [page.context["adminform"].form]
    forms += [form for formset in formsets for form in (formset.management_form, *formset.forms)]
    fields = {field.html_name: field for form in forms for field in form}
    values = {name: field.value() for name, field in fields.items()}
    empty = {name: [] if isinstance(field.field, ModelMultipleChoiceField) else "" for name, field in fields.items()}
    sent = {name: empty[name] if value is None else value for name, value in values.items() if value is not False}
    return sent | ({"seen": page.context["seen"]} if page.context.get("seen") else {})


def confirm(client: Client, address: str, **options: Any) -> Any:
    """Open a page of the admin that asks before it does something to a whole row, and say yes."""
    page = client.get(address)
    return client.post(address, {"post": "yes", "seen": page.context["seen"]}, **options)


def make_term(**fields: Any) -> GlossaryTerm:
    number = next(_numbers)
    return GlossaryTerm.objects.create(**{"term": f"Word {number}", "meaning": "A meaning."} | fields)


def make_phrase(phrase: str = "charley horse", means: str = "leg cramp", **fields: Any) -> SearchPhrase:
    return SearchPhrase.objects.create(phrase=phrase, means=means, **fields)


def make_place(place: str = "calf", *sections: Section) -> BodyPlace:
    row = BodyPlace.objects.create(place=place)
    row.sections.set(sections)
    return row
