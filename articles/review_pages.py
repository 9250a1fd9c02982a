"""The page behind a review link: what patients would read, what changed, and where to sign. No account, no session.

Its address is the only key to it: it is kept by no cache, found by no search engine, and told to no other site.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from articles import approval, freezing, live, review_facts, review_links
from articles.models import Article
from articles.preview import DraftArticle
from articles.review_links import AlreadySigned, LinkProblem
from config.origin import posts_from_this_site

type View = Callable[..., HttpResponse]


class SignForm(forms.Form):
    agrees = forms.TypedChoiceField(
        label=gettext_lazy("What do you say?"),
        choices=[
            ("yes", gettext_lazy("I have read all of it, and agree that patients may read it.")),
            ("no", gettext_lazy("It needs changes before patients may read it.")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the two.")},
    )
    comment = forms.CharField(
        label=gettext_lazy("Your comments"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Name the section, and what should be said instead."),
    )
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=80,
        error_messages={"required": gettext_lazy("Write your name.")},
    )
    role = forms.CharField(
        label=gettext_lazy("Your role"),
        max_length=60,
        help_text=gettext_lazy("Such as: general practitioner."),
        error_messages={"required": gettext_lazy("Write your role.")},
    )

    def clean(self) -> None:
        super().clean()
        if self.cleaned_data.get("agrees") is False and not self.cleaned_data.get("comment"):
            self.add_error("comment", _("Say what must change."))


def unlisted(view: View) -> View:
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return wrapped


# Only who has the address can post to it, and a browser sends nothing along that would say more: no token is needed.
@posts_from_this_site
@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
def review_link(request: HttpRequest, token: str) -> HttpResponse:
    try:
        invitation = review_links.find(token)
        form = SignForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            review_links.sign(token, **form.cleaned_data)
            return HttpResponseRedirect(request.path, status=303)
    except LinkProblem as problem:
        # Whoever signed needs their words no more; what else was written and not sent is shown, to copy.
        unsent = "" if isinstance(problem, AlreadySigned) else request.POST.get("comment", "").strip()
        context = {"title": problem.title, "text": problem.text, "unsent": unsent}
        return render(request, "articles/review/problem.html", context, status=problem.status)
    submission = invitation.submission
    template, context = approval.kind_of(submission.subject).reading(submission.subject)
    context |= {
        "submission": submission,
        "invitation": invitation,
        "form": form,
        "text_template": template,
        "expires_at": review_links.expires_at(invitation),
    }
    return render(request, "articles/review/read.html", context, status=422 if form.errors else 200)


def reading_of_article(article: Article) -> tuple[str, dict[str, Any]]:
    """The sections as patients would read them, and what changed since the last edition."""
    now, written = timezone.now(), freezing.stored(article)
    edition = freezing.edition_of(written, number=0, goes_live_at=now, published_at=now)
    page = DraftArticle(edition, freezing.sections_of(written, edition), live.LiveArticles({}, (), ()))
    facts = review_facts.of_article(article)
    return "articles/review/_article.html", {"page": page, "edition": edition, "facts": facts}
