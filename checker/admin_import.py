"""A text becomes the working copy: ask for it, show what would change, do it; or, where two people met, put both together."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from articles import approval, stale, yamlfile
from articles.admin.stale_page import MERGING, Meeting, hidden_fields, stopped
from articles.merge import Rows
from checker import definition_rows, fhir_import, rows, working_copy
from checker.changes import describe, summarize
from checker.comparison import compare
from checker.definition import Definition, DefinitionError, Problem, dump
from checker.definition_fields import DefinitionParts
from checker.models import Quiz

CHOSEN = "what you chose"


def sign(quiz: Quiz) -> str:
    """What the working copy says now, as a field of a page that shows it."""
    return stale.sign(_name(quiz), working_copy.said(quiz))


def _name(quiz: Quiz) -> str:
    return f"{stale.name_of(quiz)}-text"


class ImportScreen:
    """One request for the screen; `quiz` is None where a new self-check comes of the text. The text comes along on every page.

    `step` is what was pressed: check, replace, edit; or, where two people met, merge and merge-edit.
    """

    def __init__(self, admin: Any, request: HttpRequest, quiz: Quiz | None) -> None:
        self.admin, self.request, self.quiz = admin, request, quiz
        self.text, self.step = request.POST.get("text", ""), request.POST.get("step", "")
        self.pasted = request.POST.get("original", "")

    @property
    def back_url(self) -> str:
        return self.admin.admin_url("change", self.quiz) if self.quiz else "../"

    def respond(self) -> HttpResponse:
        if self.request.method != "POST" or self.step == "edit":
            return self.ask()
        try:
            if fhir_import.looks_like_fhir(self.text):
                # Turned into our own form first; only that is compared and imported.
                self.pasted = self.text
                self.text, report = working_copy.read_fhir(self.text, self.quiz)
                return self.ask(report=report)
            definition = working_copy.read_import(self.text, self.quiz)
        except DefinitionError as error:
            return self.ask(problems=error.problems)
        if self.quiz is None:
            return self.add(definition) if self.step == "replace" else self.confirm(definition)
        return self.over(self.quiz, definition)

    def ask(self, seen: str | None = None, **context: Any) -> HttpResponse:
        seen = self.request.POST.get(stale.FIELD, "") if seen is None else seen
        return self.page("import", seen=seen, **context)

    def confirm(self, definition: Definition) -> HttpResponse:
        seen = sign(self.quiz) if self.quiz else ""
        return self.page("import_confirm", seen=seen, **what_would_change(self.quiz, definition))

    def add(self, definition: Definition) -> HttpResponse:
        new = working_copy.add(definition)
        self.admin.log_addition(self.request, new, "Imported from a text.")
        return self.done(new)

    def over(self, quiz: Quiz, definition: Definition) -> HttpResponse:
        """Over a working copy: it must still say what the page showed."""
        now, signed = working_copy.said(quiz), self.request.POST.get(stale.FIELD, "")
        seen = stale.read(signed, _name(quiz))
        if MERGING in self.request.POST or (seen != now and (signed or self.step == "replace")):
            return self.meet(quiz, definition, seen, now)
        if self.step != "replace":
            return self.confirm(definition)
        return self.replace(quiz, definition, now) or self.over(quiz, definition)

    def replace(self, quiz: Quiz, definition: Definition, over: Rows) -> HttpResponse | None:
        """None if somebody saved it this very moment."""
        try:
            new = working_copy.replace(quiz, definition, over)
        except stale.Stale:
            return None
        self.admin.log_change(self.request, new, "Imported from a text.")
        self.admin.has_left(self.request, new)
        return self.done(new)

    def done(self, new: Quiz) -> HttpResponse:
        said = _("The working copy says what you imported. Patients see no change until it is approved.")
        messages.success(self.request, said)
        return HttpResponseRedirect(self.admin.admin_url("change", new))

    # Where two people met.

    def meet(self, quiz: Quiz, definition: Definition, seen: Rows | None, now: Rows) -> HttpResponse:
        mine = definition_rows.to_rows(dump(definition))
        states = [each for each in (now, mine, seen) if each is not None]
        merged = definition_rows.meet(seen, mine, now)
        meeting = Meeting(
            merged, DefinitionParts(*reversed(states)), mine, self.request.POST, seen is not None, may_leave_out=True
        )
        if not merged.conflicts and not merged.only_mine:
            return self.nothing(quiz, is_stored=not merged.only_theirs)
        if self.request.POST.get(MERGING) != stale.fingerprint(now) or meeting.missing():
            return self.stop(quiz, meeting, now)
        meeting.settle()
        try:
            chosen = yamlfile.write(definition_rows.to_data(merged.rows, *states))
        except ValueError as error:
            return self.stop(quiz, meeting, now, [Problem(CHOSEN, str(error))])
        if self.step == "merge-edit":
            self.pasted, self.text = self.text, chosen
            return self.ask(seen=stale.sign(_name(quiz), now))
        try:
            together = working_copy.read_import(chosen, quiz, CHOSEN)
        except DefinitionError as error:
            return self.stop(quiz, meeting, now, error.problems)
        return self.replace(quiz, together, now) or self.over(quiz, definition)

    def nothing(self, quiz: Quiz, *, is_stored: bool) -> HttpResponse:
        if is_stored:
            messages.success(self.request, _("“%(name)s” says what you imported already.") % {"name": quiz})
        else:
            said = _("Somebody else changed “%(name)s” meanwhile. Your text changes nothing of it, so theirs stands.")
            messages.warning(self.request, said % {"name": quiz})
        return HttpResponseRedirect(self.back_url)

    def stop(self, quiz: Quiz, meeting: Meeting, now: Rows, problems: Iterable[Problem] = ()) -> HttpResponse:
        context = stopped(self.request, meeting, now, approval.last_edit(quiz)) | {
            "hidden": hidden_fields(self.request.POST, "step"),
            "text": self.text,
            "problems": problems,
            "back_url": self.back_url,
        }
        return self.page("import_stale", 409, **context)

    def page(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        everywhere = {
            **self.admin.admin_site.each_context(self.request),
            "opts": self.admin.opts,
            "title": _("Import: %(name)s") % {"name": self.quiz} if self.quiz else _("Import a new self-check"),
            "original": self.quiz,
            "text": self.text,
            "pasted": self.pasted,
            "back_url": self.back_url,
            "wrong": bool(context.get("problems")),
            **(self.admin.who_is_here(self.request, self.quiz) if self.quiz else {}),
        }
        status = 422 if context.get("problems") and status == 200 else status
        return render(self.request, f"admin/checker/{template}.html", everywhere | context, status=status)


def what_would_change(quiz: Quiz | None, definition: Definition) -> dict[str, Any]:
    """For the page that asks: what the import adds, removes and changes in the working copy."""
    counts = {"definition": definition, "compared": False}
    if quiz is None:
        return counts
    try:
        before = rows.to_definition(quiz)
    except DefinitionError:
        return counts
    comparison = compare(before, definition)
    shown = [(each, "") for each in describe(comparison, before, definition)]
    return counts | {"compared": True, "changes": {"summary": summarize(comparison), "shown": shown}}
