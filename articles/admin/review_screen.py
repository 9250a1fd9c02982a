"""The screen on which a working copy goes to a reviewer, and from there to patients or back."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from articles import approval, review_links
from articles.freezing import person_name
from articles.models import Submission
from articles.record import CannotPublish
from config import alarms
from config.signin.lifetimes import ask_again

from .form_errors import FormError, errors_of
from .review_forms import ApproveForm, InviteForm, ReturnForm, SubmitForm
from .unsent import words_in


class ReviewScreen:
    """One request for the screen. `admin` is the PublishableAdmin of what is reviewed."""

    def __init__(self, admin: Any, request: HttpRequest, subject: Any) -> None:
        self.admin, self.request, self.subject = admin, request, subject
        self.person: Any = request.user
        self.posted = request.POST.get("step", "") if request.method == "POST" else ""
        self.again = ""

    def respond(self) -> HttpResponse:
        steps: dict[str, Callable[[], str]] = {
            "submit": self.submit,
            "approve": self.approve,
            "return": self.give_back,
            "take-back": self.take_back,
            "invite": self.invite,
            "revoke": self.revoke,
        }
        if self.posted not in steps:
            return self.page()
        try:
            done = steps[self.posted]()
        except (approval.Refused, CannotPublish) as refusal:
            if isinstance(refusal, approval.NeedsSomebodyElse):
                alarms.held.add(alarms.FOUR_EYES)
            # Something changed between the look and the step: say so, and show what is so now.
            messages.error(self.request, str(refusal))
            self._forget()
            return self.page(409)
        if not done:
            return self.page(422)
        messages.success(self.request, done)
        return HttpResponseRedirect(self.request.path if self.posted in ("invite", "revoke") else self.change_url)

    # What is so now.

    @cached_property
    def submission(self) -> Submission | None:
        return approval.waiting_for(self.subject)

    @cached_property
    def fingerprint(self) -> str:
        return approval.current_fingerprint(self.subject)

    @cached_property
    def findings(self) -> list[Any]:
        found: list[Any] = self.admin.shown_findings(self.subject)
        return found

    @property
    def blocked(self) -> bool:
        return any(finding.blocks for finding in self.findings)

    @property
    def has_changed(self) -> bool:
        return self.submission is not None and self.submission.fingerprint != self.fingerprint

    @property
    def objection(self) -> str:
        return approval.why_not_approve(self.submission, self.request.user) if self.submission else ""

    @property
    def can_decide(self) -> bool:
        return self.submission is not None and not (self.has_changed or self.objection or self.blocked)

    @property
    def can_return(self) -> bool:
        return self.submission is not None and bool(self.admin.may("approve", self.request))

    @property
    def can_invite(self) -> bool:
        return self.submission is not None and not self.has_changed

    @property
    def can_submit(self) -> bool:
        """Not what waits already, word for word."""
        is_new = self.submission is None or self.has_changed
        return is_new and not self.blocked and bool(self.admin.may("submit", self.request))

    @property
    def submitted_by(self) -> str:
        return person_name(self.submission.by) if self.submission else ""

    @cached_property
    def invitations(self) -> list[Any]:
        return list(self.submission.invitations.with_answers()) if self.submission else []

    @property
    def change_url(self) -> str:
        url: str = self.admin.admin_url("change", self.subject)
        return url

    def _forget(self) -> None:
        for name in ("submission", "fingerprint", "findings", "invitations", "approve_form"):
            self.__dict__.pop(name, None)

    # The forms, each filled with what was posted if it was the one.

    def _data(self, step: str) -> Any:
        return self.request.POST if self.posted == step else None

    @cached_property
    def submit_form(self) -> SubmitForm:
        return SubmitForm(self._data("submit"), initial={"seen": self.fingerprint})

    @cached_property
    def approve_form(self) -> ApproveForm:
        form: ApproveForm = self.admin.approve_form(
            self._data("approve"),
            submission=self.submission,
            signatures=[each.signature for each in self.invitations if hasattr(each, "signature")],
            own_name=person_name(self.request.user),
        )
        return form

    @cached_property
    def return_form(self) -> ReturnForm:
        return ReturnForm(self._data("return"), prefix="return")

    @cached_property
    def invite_form(self) -> InviteForm:
        return InviteForm(self._data("invite"), prefix="invite")

    @property
    def unsent(self) -> list[tuple[str, str]]:
        """Labels and words of what was typed into a form that this page, as things are now, does not show: to copy."""
        steps: dict[str, tuple[Any, str, bool]] = {
            "submit": (SubmitForm, "", self.can_submit),
            "approve": (self.admin.approve_form, "", self.can_decide),
            "return": (ReturnForm, "return-", self.can_return),
            "invite": (InviteForm, "invite-", self.can_invite),
        }
        if self.posted not in steps:
            return []
        form, prefix, is_shown = steps[self.posted]
        return [] if is_shown else words_in(form.base_fields, self.request.POST, prefix)

    # The steps: each gives the sentence that says what was done, or nothing if the page must come again.

    def _posted_submission(self) -> Submission:
        """What the person looked at; it may wait no longer."""
        posted = self.request.POST.get("submission", "")
        found = Submission.objects.of(self.subject).filter(pk=posted if posted.isdecimal() else 0).first()
        if found is None:
            raise approval.Refused(_("This no longer waits for review."))
        return found

    def submit(self) -> str:
        if not self.admin.may("submit", self.request) or self.blocked or not self.submit_form.is_valid():
            return ""
        approval.submit(self.subject, by=self.person, **self.submit_form.cleaned_data)
        return _("%(name)s waits for a clinical reviewer. Patients see no change until it is approved.") % {
            "name": self.subject
        }

    def approve(self) -> str:
        submission = self._posted_submission()
        if not submission.is_waiting:
            raise approval.NotWaiting(submission)
        form = self.approve_form
        if not form.is_valid():
            return ""
        if self.request.POST.get("said") != form.says:
            self.again = _("You chose another time. Look at the button: it says what will happen now. Press it again.")
            return ""
        if asked := ask_again(self.request):
            messages.warning(self.request, asked)
            return ""
        edition = approval.approve(submission, by=self.person, **form.how())
        return published_message(edition)

    def give_back(self) -> str:
        submission = self._posted_submission()
        if not self.return_form.is_valid():
            return ""
        approval.give_back(submission, by=self.person, comment=self.return_form.cleaned_data["comment"])
        return _("Returned to %(who)s with your comment.") % {"who": person_name(submission.by)}

    def take_back(self) -> str:
        if not self.admin.may("submit", self.request):
            raise approval.Refused(_("You may not take it back."))
        approval.take_back(self._posted_submission(), by=self.person)
        return _("Taken back. It no longer waits for review.")

    def invite(self) -> str:
        submission = self._posted_submission()
        if not self.invite_form.is_valid():
            return ""
        invitation = review_links.invite(submission, by=self.person, **self.invite_form.cleaned_data)
        return _("The link for %(who)s is ready: copy it and send it.") % {"who": invitation.invited}

    def revoke(self) -> str:
        posted = self.request.POST.get("invitation", "")
        invitation = self._posted_submission().invitations.filter(pk=posted if posted.isdecimal() else 0).first()
        if invitation is None:
            raise approval.Refused(_("This link is not there any more."))
        try:
            review_links.revoke(invitation, by=self.person)
        except review_links.AlreadySigned:
            said = _("%(who)s has signed meanwhile, so the link has done its work.")
            raise approval.Refused(said % {"who": invitation.invited}) from None
        return _("The link for %(who)s is switched off. Nobody can open it any more.") % {"who": invitation.invited}

    # The page.

    def page(self, status: int = 200) -> HttpResponse:
        title = _("Review: %(name)s") if self.submission else _("Check and submit: %(name)s")
        context = {
            **self.admin.admin_site.each_context(self.request),
            "title": title % {"name": self.subject},
            "opts": self.admin.opts,
            "original": self.subject,
            "screen": self,
            "facts": self.admin.review_facts(self.subject),
            "facts_template": self.admin.facts_template,
            "media": self.admin.media + self.submit_form.media,
            "may_submit": self.admin.may("submit", self.request),
            "next_number": (self.subject.editions.order_by("-number").values_list("number", flat=True).first() or 0) + 1,
            "overtaken": self.subject.editions.upcoming(),
            "change_url": self.change_url,
            "preview_url": self.admin.preview_url(self.subject),
            "links": [self._link(each) for each in self.invitations],
            "since_submitted": self._since_submitted(),
            # Who was told that it changed sees on this page what it says now, and can go on with it.
            "seen": self.fingerprint if status == 409 else self.submit_form["seen"].value(),
            "errors": [] if self.again else self._errors(status),
        }  # fmt: skip
        return render(self.request, "admin/articles/publish.html", context, status=status)

    def _errors(self, status: int) -> list[FormError]:
        """What is wrong with the form that was sent."""
        forms = {"submit": "submit_form", "approve": "approve_form", "return": "return_form", "invite": "invite_form"}
        name = forms.get(self.posted) if status == 422 else None
        return errors_of(getattr(self, name), []) if name else []

    def _link(self, invitation: Any) -> dict[str, Any]:
        return {
            "invitation": invitation,
            "signature": getattr(invitation, "signature", None),
            "revocation": getattr(invitation, "revocation", None),
            "url": self.request.build_absolute_uri(review_links.address(invitation)),
            "expires_at": review_links.expires_at(invitation),
            "expired": review_links.expires_at(invitation) <= timezone.now(),
        }

    def _since_submitted(self) -> Any:
        if not self.has_changed or self.submission is None:
            return None
        now = approval.kind_of(self.subject).snapshot(self.subject)
        return self.admin.shown_changes(self.submission.snapshot, now)


def published_message(edition: Any) -> str:
    if not edition.has_begun():
        moment = date_format(timezone.localtime(edition.goes_live_at), "DATETIME_FORMAT")
        return format_html(_("{} is approved. It goes live: {}"), edition, moment)
    return format_html(_('{} is live. <a href="{}">See it as patients do</a>'), edition, edition.get_absolute_url())
