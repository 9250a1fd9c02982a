"""One patient in one self-check: where they are, and where each step leads."""

from dataclasses import dataclass, replace
from functools import cached_property

from django.http import Http404, HttpRequest

from checker import answers as cookie
from checker import live
from checker.definition import Definition, Level, Question
from checker.evaluation import Answers, Walk, walk
from checker.models import QuizEdition
from checker.places import PATIENTS, Place, place_of


class CheckIsGone(Exception):
    """The self-check, or the edition that this patient began with, was withdrawn, has expired, or went without review for too long."""

    def __init__(self, edition: QuizEdition, *, can_start_again: bool) -> None:
        self.edition, self.can_start_again = edition, can_start_again
        super().__init__(str(edition))


@dataclass(frozen=True)
class Visit:
    edition: QuizEdition
    definition: Definition
    quizzes: live.LiveQuizzes
    answers: Answers
    unreadable: bool = False
    place: Place = PATIENTS
    counted: bool = False

    @property
    def slug(self) -> str:
        return self.edition.slug

    @cached_property
    def walk(self) -> Walk:
        return walk(self.definition, self.answers)

    @property
    def open_questions(self) -> list[Question]:
        """The questions that may be shown: those answered on this path, and the next one."""
        return [*self.walk.asked, *([self.walk.next] if self.walk.next else [])]

    def question(self, key: str) -> Question:
        for question in self.definition.questions:
            if question.key == key:
                return question
        raise Http404

    def with_answer(self, key: str, chosen: frozenset[str]) -> "Visit":
        return replace(self, answers={**self.answers, key: chosen}, unreadable=False)

    def number(self, question: Question) -> int:
        return self.open_questions.index(question) + 1

    def url(self, question: Question) -> str:
        return self.place.url("question", self.slug, question.key)

    def page_url(self, page: str) -> str:
        """The address of the page of this name: check, answers, result, response or start_again."""
        return self.place.url(page, self.slug)

    @property
    def start_url(self) -> str:
        return self.page_url("check")

    @property
    def answers_url(self) -> str:
        return self.page_url("answers")

    @property
    def result_url(self) -> str:
        return self.page_url("result")

    @property
    def response_url(self) -> str:
        return self.page_url("response")

    @property
    def start_again_url(self) -> str:
        return self.page_url("start_again")

    def before(self, question: Question) -> Question | None:
        place = self.open_questions.index(question)
        return self.open_questions[place - 1] if place else None

    def after(self, question: Question) -> Question | None:
        """The question that follows on this path; None where the answers have come to a result."""
        if question not in self.open_questions:
            return self.walk.next
        following = self.open_questions[self.open_questions.index(question) + 1 :]
        return following[0] if following else None

    def stamp(self, question: Question) -> str:
        """Of the answers that lead to this question."""
        before = self.walk.asked[: self.open_questions.index(question)]
        bits = cookie.pack(self.definition, {each.key: self.walk.answers[each.key] for each in before})
        return cookie.stamp(self.slug, cookie.Saved(self.edition.pk, bits), self.place)

    def follows(self, key: str, stamp: str) -> bool:
        """Whether a form that was made from this stamp still follows from the answers."""
        return any(each.key == key and self.stamp(each) == stamp for each in self.open_questions)

    @property
    def is_emergency(self) -> bool:
        return self.walk.result is not None and self.walk.result.level is Level.EMERGENCY

    def saved(self) -> cookie.Saved:
        return cookie.Saved(self.edition.pk, cookie.pack(self.definition, self.answers), self.counted)


def new_visit(request: HttpRequest, slug: str) -> Visit:
    """A visit to the edition that can be taken there now, with no answers. Raises Http404 and CheckIsGone."""
    place = place_of(request)
    quizzes = place.quizzes(request)
    current = quizzes.current.get(slug)
    if current is None:
        raise Http404
    # A withdrawn self-check stops for everybody, whatever edition they began with.
    if not live.can_be_taken(current):
        raise CheckIsGone(current, can_start_again=False)
    return Visit(current, quizzes.definition(current), quizzes, {}, place=place)


def open_visit(request: HttpRequest, slug: str) -> Visit:
    """The visit that the browser's cookie tells of, or its first form, or a new one. Raises Http404 and CheckIsGone."""
    new = new_visit(request, slug)
    quizzes = new.quizzes
    try:
        saved = cookie.read(request, slug, new.place) or cookie.begun(request, slug, new.place)
    except cookie.Unreadable:
        return replace(new, unreadable=True)
    if saved is None:
        return new
    edition = quizzes.edition(saved.edition)
    if edition is None or edition.slug != slug:
        return replace(new, unreadable=True)
    if not live.can_be_taken(edition):
        raise CheckIsGone(edition, can_start_again=True)
    definition = quizzes.definition(edition)
    answers = cookie.unpack(definition, saved.bits)
    return replace(new, edition=edition, definition=definition, answers=answers, counted=saved.counted)
