"""The pages of a self-check. Each step is one request; answers come and go in the patient's cookie."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles.placeholders import fill_text
from articles.views import page_not_found
from checker import answers as cookie
from checker import counts, live
from checker.definition import Question
from checker.evaluation import AnswerError, check_answer
from checker.places import place_of
from checker.presentation import ANYBODY, CALL_NAMES, CARDS
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
            response = render_partial(request, "checker/gone.html", "step", _gone(gone), status=410)
            cookie.forget(response, slug)
        except Http404 as missing:
            # A question may stand in the patient's own edition alone, so not even its absence is kept.
            response = page_not_found(request, missing)
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
@posts_from_this_site
@private
def question(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    visit = open_visit(request, slug)
    asked = visit.question(key)
    if visit.unreadable:
        return _start_over(request, visit)
    if asked not in visit.open_questions:
        return _go(request, visit, visit.walk.next)
    if request.method != "POST":
        return _show_question(request, visit, asked)
    try:
        chosen = check_answer(asked, request.POST.getlist("answer"))
    except AnswerError as error:
        return _show_question(request, visit, asked, error=str(error), ticked=request.POST.getlist("answer"))
    before, visit = visit, visit.with_answer(key, chosen)
    response = _go(request, visit, visit.walk.next if "change" in request.POST else visit.after(asked))
    visit = counts.of_answer(request, response, before, visit)
    cookie.save(response, slug, visit.saved(), visit.place)
    return response


def _go(request: HttpRequest, visit: Visit, to: Question | None) -> HttpResponse:
    """Lead to a question; None leads to the answers, or to the result where that cannot wait."""
    if to is not None:
        # A change may open a question; after it, the patient is back at the answers.
        changing = "?change" if "change" in request.POST else ""
        url, show = f"{visit.url(to)}{changing}", lambda: _show_question(request, visit, to)
    elif visit.walk.result and visit.walk.result.level.slug == "emergency":
        url, show = visit.result_url, lambda: _show_result(request, visit)
    else:
        url, show = visit.page_url("answers"), lambda: _show_answers(request, visit)
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
        "ticked": visit.answers.get(asked.key, ()) if ticked is None else ticked,
        "error": fill_text(error, request.clinic),  # type: ignore[attr-defined]
        "changing": "change" in (request.POST if request.method == "POST" else request.GET),
        "back_url": visit.url(before) if before else visit.start_url,
    }
    return render_partial(request, "checker/question.html", "step", context, status=422 if error else 200)


def _start_over(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The cookie cannot be read: say so, and offer to begin again. Nothing wrong is ever guessed from it."""
    context = {"page_title": _("Please start again"), "visit": visit}
    response = render_partial(request, "checker/start_over.html", "step", context)
    cookie.forget(response, visit.slug, visit.place)
    return response


@require_safe
@private
def answers(request: HttpRequest, slug: str) -> HttpResponse:
    visit = open_visit(request, slug)
    if visit.unreadable:
        return _start_over(request, visit)
    if visit.walk.next is not None:
        return _go(request, visit, visit.walk.next)
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
    if visit.unreadable:
        return _start_over(request, visit)
    if visit.walk.next is not None:
        return _go(request, visit, visit.walk.next)
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
    links = (*found.links, *(link for addon in found.addons for link in addon.links))
    sections = visit.quizzes.linked(links)
    # Who can read nothing must know whom to ask, even where the result alone needs no call.
    nothing_to_read = bool(links) and not sections and card.level != "emergency"
    numbers = card.call or (ANYBODY if nothing_to_read else ())
    clinic = request.clinic  # type: ignore[attr-defined]
    context = {
        "page_title": _("Your result: %(word)s") % {"word": card.word},
        "visit": visit,
        "result": found,
        "card": card,
        "title": found.outcome.title if found.outcome else str(card.title),
        "sections": sections,
        "nothing_to_read": nothing_to_read,
        "call": [(CALL_NAMES[name], getattr(clinic, name)) for name in numbers if getattr(clinic, name)],
        "given": given(visit),
    }
    return render_partial(request, "checker/result.html", "step", context)


@require_POST
@posts_from_this_site
@private
def start_again(request: HttpRequest, slug: str) -> HttpResponse:
    place = place_of(request)
    response = HttpResponseRedirect(place.url("check", slug))
    response.status_code = 303
    cookie.forget(response, slug, place)
    return response
