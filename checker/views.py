"""The pages of a self-check. Each step is one request; answers come and go in the patient's cookie."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from articles.handouts.leaflet import url_of
from articles.placeholders import fill_text
from articles.views import forbidden, page_not_found
from checker import answers as cookie
from checker import counts, live
from checker.definition import Definition, Question, parse
from checker.evaluation import AnswerError, check_answer
from checker.explanation import decisive
from checker.models import QuizEdition
from checker.places import place_of
from checker.presentation import ANYBODY, CARDS, made_from, numbers_to_call, summary
from checker.visits import CheckIsGone, Visit, new_visit, open_visit
from config.origin import posts_from_this_site
from config.shortcuts import render_partial, wants_partial

type View = Callable[..., HttpResponse]


def private(view: View) -> View:
    """Nothing of a self-check is kept by a cache, told to another site, or found by a search engine."""

    @wraps(view)
    def wrapped(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, slug, *args, **kwargs)
        except CheckIsGone as gone:
            # Not counted, but a danger sign that was just sent is never passed over.
            said = _just_said(request, gone.edition, parse(gone.edition.definition), str(kwargs.get("key", "")))
            context = _gone(gone) | {"just_said": said}
            response = render_partial(request, "checker/gone.html", "step", context, status=410)
            cookie.forget(response, slug)
        except Http404 as missing:
            # A question may stand in the patient's own edition alone, so not even its absence is kept.
            response = page_not_found(request, missing)
        except PermissionDenied as refused:
            response = forbidden(request, refused)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return wrapped


def _gone(gone: CheckIsGone) -> dict[str, Any]:
    withdrawal = getattr(gone.edition, "withdrawal", None)
    too_old = withdrawal is None and live.too_old(gone.edition)
    return {
        "page_title": _("This self-check is too old to rely on")
        if too_old
        else _("This self-check has been taken back"),
        "edition": gone.edition,
        "withdrawal": withdrawal,
        "too_old": too_old,
        "can_start_again": gone.can_start_again,
    }


@require_safe
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """The only page of a check that search engines may find; it neither reads nor sets a cookie."""
    try:
        visit = new_visit(request, slug)
    except CheckIsGone as gone:
        return render(request, "checker/gone.html", _gone(gone), status=410)
    first = visit.definition.questions[0]
    context = {"page_title": visit.edition.title, "visit": visit, "first_url": visit.url(first)}
    return render(request, "checker/start.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@private
@posts_from_this_site
def question(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    visit = open_visit(request, slug)
    if visit.unreadable:
        return start_over(request, visit, key)
    stamp = request.POST.get("stamp")
    if stamp and not visit.follows(key, stamp):
        return _go_on(request, visit, key)
    asked = visit.question(key)
    if asked not in visit.open_questions:
        return lead_to(request, visit, visit.walk.next)
    if request.method != "POST":
        return _show_question(request, visit, asked)
    try:
        chosen = check_answer(asked, request.POST.getlist("answer"))
    except AnswerError as error:
        return _show_question(request, visit, asked, error=str(error), ticked=request.POST.getlist("answer"))
    before, visit = visit, visit.with_answer(key, chosen)
    response = lead_to(request, visit, visit.walk.next if "change" in request.POST else visit.after(asked))
    visit = counts.of_answer(request, response, before, visit)
    cookie.save(response, slug, visit.saved(), visit.place)
    return response


def lead_to(request: HttpRequest, visit: Visit, to: Question | None) -> HttpResponse:
    """Lead to a question; None leads to the answers, or to the result where that cannot wait."""
    if to is not None:
        # A change may open a question; after it, the patient is back at the answers.
        changing = "?change" if "change" in request.POST else ""
        url, show = f"{visit.url(to)}{changing}", lambda: _show_question(request, visit, to)
    elif visit.is_emergency:
        url, show = visit.result_url, lambda: _show_result(request, visit)
    else:
        url, show = visit.answers_url, lambda: _show_answers(request, visit)
    if not (wants_partial(request) and request.method == "POST"):
        response: HttpResponse = HttpResponseRedirect(url)
        response.status_code = 303
        return response
    response = show()
    response.headers["HX-Push-Url"] = url
    return response


def _show_question(
    request: HttpRequest, visit: Visit, asked: Question, *, error: str = "", ticked: list[str] | None = None
) -> HttpResponse:
    number = visit.number(asked)
    text = fill_text(asked.text, request.clinic)  # type: ignore[attr-defined]
    title = _("Question %(number)d: %(question)s") % {"number": number, "question": text}
    before = visit.before(asked)
    context = {
        "page_title": _("Error: %(title)s") % {"title": title} if error else title,
        "visit": visit,
        "question": asked,
        "form_url": visit.url(asked),
        "number": number,
        "stamp": visit.stamp(asked),
        "ticked": visit.answers.get(asked.key, ()) if ticked is None else ticked,
        "error": fill_text(error, request.clinic),  # type: ignore[attr-defined]
        "changing": "change" in (request.POST if request.method == "POST" else request.GET),
        "back_url": visit.url(before) if before else visit.start_url,
    }
    return render_partial(request, "checker/question.html", "step", context, status=422 if error else 200)


def _go_on(request: HttpRequest, visit: Visit, key: str) -> HttpResponse:
    """Another window, or time, has changed the answers that a form followed from.

    What was just answered counts where the question is still asked. Where it is not, it is shown, so that no danger
    sign goes unseen.
    """
    just_said = _just_said(request, visit.edition, visit.definition, key)
    before = visit
    for asked in visit.open_questions:
        if asked.key == key:
            with suppress(AnswerError):
                visit = visit.with_answer(key, check_answer(asked, request.POST.getlist("answer")))
    if visit.is_emergency:
        response = lead_to(request, visit, None)
    else:
        context = {
            "page_title": _("Your answers have changed"),
            "visit": visit,
            "given": given(visit),
            "just_said": just_said if visit is before else None,
            "next_url": visit.url(visit.walk.next) if visit.walk.next else visit.answers_url,
        }
        response = render_partial(request, "checker/changed.html", "step", context, status=409)
    if visit is not before:
        visit = counts.of_answer(request, response, before, visit)
        cookie.save(response, visit.slug, visit.saved(), visit.place)
    return response


def _just_said(request: HttpRequest, edition: QuizEdition, definition: Definition, key: str) -> dict[str, Any] | None:
    """What a form ticked, in the words that it showed, and how urgent it is by itself: by the edition that the form was
    made from, or by this one, whichever is more careful."""
    said = [
        (asked, chosen)
        for known in (*_form_definition(request, edition), definition)
        for asked in known.questions
        if asked.key == key
        and (chosen := [choice for choice in asked.choices if choice.key in request.POST.getlist("answer")])
    ]
    if not said:
        return None
    flag = max((choice.red_flag for _, chosen in said for choice in chosen if choice.red_flag), default=None)
    card = CARDS[flag] if flag else None
    question, chosen = said[0]
    return {"question": question, "chosen": chosen, "card": card, "title": str(card.title) if card else ""}


def _form_definition(request: HttpRequest, edition: QuizEdition) -> list[Definition]:
    """Of the edition that a form was made from, where that is another one, and patients have seen it."""
    pk = cookie.form_edition(request)
    if pk is None or pk == edition.pk:
        return []
    found = QuizEdition.objects.started(timezone.now()).filter(pk=pk, slug=edition.slug).first()
    return [parse(found.definition)] if found else []


def start_over(request: HttpRequest, visit: Visit, key: str = "") -> HttpResponse:
    """The cookie cannot be read: say so, and offer to begin again. Nothing wrong is ever guessed from it."""
    context = {
        "page_title": _("Please start again"),
        "visit": visit,
        "just_said": _just_said(request, visit.edition, visit.definition, key),
    }
    response = render_partial(request, "checker/start_over.html", "step", context)
    cookie.forget(response, visit.slug, visit.place)
    return response


def not_at_the_end(request: HttpRequest, visit: Visit) -> HttpResponse | None:
    """What to say to somebody whose answers lead to no result yet, or cannot be read."""
    if visit.unreadable:
        return start_over(request, visit)
    return None if visit.walk.next is None else lead_to(request, visit, visit.walk.next)


@require_safe
@private
def answers(request: HttpRequest, slug: str) -> HttpResponse:
    visit = open_visit(request, slug)
    if before := not_at_the_end(request, visit):
        return before
    return _show_answers(request, visit)


def _show_answers(request: HttpRequest, visit: Visit) -> HttpResponse:
    context = {"page_title": _("Check your answers"), "visit": visit, "given": given(visit)}
    return render_partial(request, "checker/answers.html", "step", context)


def given(visit: Visit) -> list[dict[str, Any]]:
    """Each question of this path with the texts of its chosen answers and where to change them."""
    return [
        {
            "question": asked,
            "chosen": [choice.text for choice in asked.choices if choice.key in visit.walk.answers[asked.key]],
            "change_url": f"{visit.url(asked)}?change",
        }
        for asked in visit.walk.asked
    ]


@require_safe
@private
def result(request: HttpRequest, slug: str) -> HttpResponse:
    visit = open_visit(request, slug)
    if before := not_at_the_end(request, visit):
        return before
    response = _show_result(request, visit)
    counted = counts.of_result(request, response, visit)
    if counted is not visit:
        cookie.save(response, slug, counted.saved(), counted.place)
    return response


def _show_result(request: HttpRequest, visit: Visit) -> HttpResponse:
    found = visit.walk.result
    if found is None:
        raise Http404
    card = CARDS[found.level]
    sections = visit.quizzes.linked(found.links)
    # Who can read nothing must know whom to ask, even where the result alone needs no call.
    nothing_to_read = bool(found.links) and not sections and card.level != "emergency"
    clinic = request.clinic  # type: ignore[attr-defined]
    title = found.outcome.title if found.outcome else str(card.title)
    notes = visit.definition.result_notes
    because, listed = decisive(visit.definition, visit.answers), given(visit)
    context = {
        "page_title": _("Your result: %(word)s") % {"word": card.word},
        "visit": visit,
        "result": found,
        "card": card,
        "is_emergency": visit.is_emergency,
        # That a check does not diagnose comes first, unless a number must.
        "first_note": notes[:1],
        "notes": notes if visit.is_emergency else notes[1:],
        "title": title,
        "because": because,
        "sections": sections,
        "handout_url": url_of((section.link.article, section.number) for section in sections),
        "nothing_to_read": nothing_to_read,
        "call": numbers_to_call(found, clinic, *(ANYBODY if nothing_to_read else ())),
        "given": listed,
        "made_from": made_from(visit.edition),
        "summary": fill_text(summary(visit.edition, found, because, listed), clinic),
    }
    return render_partial(request, "checker/result.html", "step", context)


@require_http_methods(["GET", "HEAD", "POST"])
@private
@posts_from_this_site
def start_again(request: HttpRequest, slug: str) -> HttpResponse:
    """Forgets the answers; whoever only opens the address is led to the start, and keeps them."""
    place = place_of(request)
    response = HttpResponseRedirect(place.url("check", slug))
    response.status_code = 303
    if request.method == "POST":
        cookie.forget(response, slug, place)
    return response
