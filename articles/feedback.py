"""“Was this page useful?”: its form, its limits, and its page.

The article itself stays a page that any cache may keep: it only links here. What is stored is the answer, the words,
the section, the edition and the day, and nothing about who sent it. Against floods there is a hidden field that people
leave empty, a signed token that is good once, and a daily limit for each article and for the site; no address is kept.
"""

import logging
import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core import signing
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from articles import insight, live
from articles.models import EditionSection, Feedback
from articles.models.feedback import LONGEST_WORDS
from articles.reading import ReadingArticle
from articles.today import MOST_ROWS, Row, Task
from articles.views import gone
from config.origin import posts_from_this_site

HOURS_12 = 12 * 3600
MOST_A_DAY = 500
MOST_A_DAY_FOR_ONE = 50
# An e-mail address, or six digits and more with the signs that stand in phone numbers.
PERSONAL = re.compile(r"\S+@\S+\.\S+|(?:\d[ ()./+-]*){6,}")

logger = logging.getLogger(__name__)
_signer = signing.TimestampSigner(salt="articles.feedback")


class Words(forms.CharField):
    """A browser sends a new line as two characters, and counts it as one."""

    def to_python(self, value: Any) -> Any:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class FeedbackForm(forms.Form):
    """`sections` are (anchor, heading) pairs of the page."""

    useful = forms.ChoiceField(
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        error_messages=dict.fromkeys(["required", "invalid_choice"], gettext_lazy("Choose “Yes” or “No”.")),
    )
    anchor = forms.ChoiceField(
        required=False,
        error_messages={"invalid_choice": gettext_lazy("That part is not on this page any more. Choose again.")},
    )
    words = Words(
        required=False,
        max_length=LONGEST_WORDS,
        error_messages={"max_length": gettext_lazy("Please use 500 letters at most. You typed %(show_value)d.")},
    )

    def __init__(self, sections: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["anchor"]
        field.choices = [("", _("The whole page")), *sections]

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        if PERSONAL.search(words):
            raise forms.ValidationError(_("Please take out phone numbers and e-mail addresses. We cannot answer here."))
        return words


class Token:
    """Says which edition was read, and that its page was opened a moment ago; good once."""

    def __init__(self, value: str, slug: str) -> None:
        """Raises signing.BadSignature: not ours, of another page, or too old."""
        text = _signer.unsign(value[:300], max_age=HOURS_12)
        owner, number, self.nonce = text.split(".")
        if owner != slug:
            raise signing.BadSignature
        self.edition = int(number)
        self.value = value

    @staticmethod
    def make(slug: str, edition: int) -> str:
        return _signer.sign(f"{slug}.{edition}.{get_random_string(8)}")

    @property
    def is_too_young(self) -> bool:
        """Nobody reads and answers a page within a second."""
        try:
            _signer.unsign(self.value, max_age=1)
        except signing.SignatureExpired:
            return False
        return True

    def use(self) -> bool:
        """False when it was used before: the same answer was sent twice."""
        try:
            return cache.add(f"feedback:{self.nonce}", True, HOURS_12)
        except Exception as error:  # whatever the server of the cache says: the answer matters more
            logger.warning("Feedback that came twice could not be told: %s", type(error).__name__)
            return True


def is_full(article_pk: int) -> bool:
    """Whether today has brought as much as anybody could read."""
    today = Feedback.objects.filter(day=timezone.localdate())
    return today.filter(article=article_pk).count() >= MOST_A_DAY_FOR_ONE or today.count() >= MOST_A_DAY


@require_http_methods(["GET", "HEAD", "POST"])
@posts_from_this_site
@never_cache
def give(request: HttpRequest, slug: str) -> HttpResponse:
    page = _page(request, slug)
    if not page.is_live:
        return gone(request, page)
    sections = [(section.anchor, section.heading) for section in page.sections]
    if request.method != "POST":
        return _show(request, page, FeedbackForm(sections, initial={"useful": request.GET.get("useful")}))
    form = FeedbackForm(sections, request.POST)
    try:
        token = Token(request.POST.get("token", ""), slug)
    except (signing.BadSignature, ValueError):
        return _show(request, page, form, problem=_("This page was open for too long. Please press “Send” once more."))
    if token.is_too_young:
        return _show(request, page, form, problem=_("That was very quick. Please press “Send” once more."))
    if not form.is_valid():
        return _show(request, page, form)
    response: HttpResponse = HttpResponseRedirect(reverse("feedback_thanks", args=[slug]))
    response.status_code = 303
    # Only a program fills a field that nobody sees; it need not know that it was found out.
    if not request.POST.get("website"):
        if is_full(page.edition.article_id):
            problem = _("We have had more answers today than we can read. Please come back tomorrow.")
            return _show(request, page, form, problem=problem, status=429)
        if token.use():
            keep(page.edition.article_id, token.edition, form.cleaned_data)
            insight.count(request, response, insight.USEFUL, form.cleaned_data["useful"])
    return response


@require_safe
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    page = _page(request, slug)
    return render(request, "articles/feedback_thanks.html", {"page": page, "edition": page.edition})


def keep(article_pk: int, edition: int, answer: dict[str, str]) -> None:
    Feedback.objects.create(
        article_id=article_pk,
        edition=edition,
        anchor=answer["anchor"],
        useful=answer["useful"] == "yes",
        words=answer["words"],
    )


def _page(request: HttpRequest, slug: str) -> ReadingArticle:
    sections = list(EditionSection.objects.of_current_article(slug))
    if not sections:
        raise Http404
    return ReadingArticle(sections[0].edition, sections, live.current(request.clinic.live_version))  # type: ignore[attr-defined]


def _show(
    request: HttpRequest, page: ReadingArticle, form: FeedbackForm, *, problem: str = "", status: int = 422
) -> HttpResponse:
    """The form with what was typed; a new token each time, so that the next try can pass."""
    wrong = problem or (form.is_bound and not form.is_valid())
    context = {
        "page": page,
        "edition": page.edition,
        "form": form,
        "problem": problem,
        "wrong": wrong,
        "longest": LONGEST_WORDS,
        "token": Token.make(page.edition.slug, page.edition.number),
    }
    return render(request, "articles/feedback.html", context, status=status if wrong else 200)


def tasks(request: HttpRequest) -> Iterator[Task]:
    if not request.user.has_perm("articles.view_feedback"):
        return
    waiting = Feedback.objects.waiting()
    yield Task(
        "feedback",
        _("Patients' feedback"),
        waiting.count(),
        f"{reverse('admin:articles_feedback_changelist')}?waiting=yes",
        _("No words from patients are waiting to be read."),
        tuple(
            Row(Truncator(words).chars(80), reverse("admin:articles_feedback_change", args=[pk]), title)
            for pk, words, title in waiting.values_list("pk", "words", "article__title")[:MOST_ROWS]
        ),
    )
