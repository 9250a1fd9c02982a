"""Staff try out the working copy of a self-check on the very pages that patients get, without publishing it.

The answers live in a cookie limited to the preview's own path; no patient's cookie is read or set.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from articles.models import Section
from articles.preview import View, mark_as_draft, unpublished
from checker import live, rows
from checker.definition import Definition, DefinitionError, Link, dump
from checker.models import Quiz, QuizEdition
from checker.places import Place


@dataclass(frozen=True)
class UnpublishedSection(live.LinkedSection):
    """A section that patients cannot read yet: it opens in the preview of its article."""

    article_pk: int

    @property
    def url(self) -> str:
        return f"{reverse('admin:articles_article_preview', args=[self.article_pk])}#{self.link.anchor}"


class DraftQuizzes(live.LiveQuizzes):
    """The working copy of one self-check as if it were live, and nothing else."""

    def __init__(self, quiz: Quiz) -> None:
        """Raises DefinitionError."""
        definition = rows.to_definition(quiz)
        edition = _edition(quiz, definition)
        super().__init__({quiz.slug: edition}, {edition.pk: definition}, _sections(definition))

    def edition(self, pk: int) -> QuizEdition | None:
        return next((edition for edition in self.current.values() if edition.pk == pk), None)


def _edition(quiz: Quiz, definition: Definition) -> QuizEdition:
    """Not saved. Its key tells one state of the working copy from another: answers to an earlier state do not fit."""
    data = dump(definition)
    digest = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).digest()
    now = timezone.now()
    return QuizEdition(
        pk=int.from_bytes(digest[:6]),
        quiz=quiz,
        slug=quiz.slug,
        title=quiz.title,
        definition=data,
        goes_live_at=now,
        published_at=now,
    )


def _sections(definition: Definition) -> dict[Link, live.LinkedSection]:
    links = {link for outcome in definition.outcomes for link in outcome.links}
    working = {
        Link(row.article.slug, row.anchor): UnpublishedSection(
            Link(row.article.slug, row.anchor), row.heading, row.article.title, row.callout, 0, row.article_id
        )
        for row in Section.objects.filter(article__slug__in={link.article for link in links}).select_related("article")
    }
    return {link: working[link] for link in links if link in working} | live.sections_of([definition])


class Trial(Place):
    prefix = "preview_"

    def __init__(self, quiz: Quiz) -> None:
        self.draft = DraftQuizzes(quiz)

    def quizzes(self, request: HttpRequest) -> live.LiveQuizzes:
        return self.draft


def tried_out(view: View) -> Any:
    """A page of a self-check, for staff who may see its working copy.

    Exempt from the CSRF token, as the pages of patients are: their own guard stands in `view`, and nothing is stored.
    """

    @csrf_exempt
    @unpublished
    @wraps(view)
    def wrapped(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("checker.view_quiz"):
            raise PermissionDenied
        quiz = get_object_or_404(Quiz, slug=slug)
        mark_as_draft(request, reverse("admin:checker_quiz_change", args=[quiz.pk]))
        try:
            request.place = Trial(quiz)  # type: ignore[attr-defined]
        except DefinitionError as error:
            problems = [problem.message for problem in error.problems]
            return render(request, "checker/cannot_try.html", {"quiz": quiz, "problems": problems})
        return view(request, slug, *args, **kwargs)

    return admin.site.admin_view(wrapped)
