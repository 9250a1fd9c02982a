"""The order of the questions, outcomes, rules or stories of a self-check; where two people met, both orders to choose from."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from articles import approval, stale
from articles.admin.stale_page import MERGING, Meeting, OrderField, hidden_fields, stopped
from articles.merge import Row, Rows, in_place, merge
from checker import working_copy
from checker.models import Quiz
from checker.step_forms import OrderForm


class OrderParts:
    """What the rows of `working_copy.listed` mean."""

    def __init__(self, part: str, *states: Rows) -> None:
        self.model = working_copy.ORDERED[part]
        self.names = {
            key.removeprefix(f"{part}-"): str(row["name"]) for state in states for key, row in state.items() if key
        }

    def fields(self, key: str) -> dict[str, forms.Field]:
        if key:
            return {"name": forms.CharField(label=_("Words"))}
        return {"order": OrderField(_("Order"), self.names)}

    def noun(self, key: str) -> str:
        return capfirst(str(self.model._meta.verbose_name))

    def name(self, key: str) -> str:
        return ""


class OrderScreen:
    """One request for the screen; `part` is a key of `working_copy.ORDERED`."""

    def __init__(self, admin: Any, request: HttpRequest, quiz: Quiz, part: str) -> None:
        self.admin, self.request, self.quiz, self.part = admin, request, quiz, part
        self.name = f"{stale.name_of(quiz)}-{part}"
        self.now: Rows = working_copy.listed(quiz, part)
        self.seen = stale.read(request.POST.get(stale.FIELD), self.name)
        shown = None if self.seen is None else _keys(self.seen)
        self.form = OrderForm(quiz, part, request.POST or None, shown)
        self.back_url = f"{admin.admin_url('change', quiz)}#{self.form.anchor}"

    def respond(self) -> HttpResponse:
        if self.request.method != "POST" or not self.form.is_valid():
            return self.page()
        mine = [str(pk) for pk in self.form.order()]
        if self.seen != self.now or MERGING in self.request.POST:
            return self.meet(mine)
        return self.save(mine)

    def save(self, order: list[str]) -> HttpResponse:
        try:
            working_copy.reorder(self.quiz, self.part, [int(pk) for pk in order], self.now)
        except stale.Stale as error:
            # Somebody saved it this very moment.
            self.now = error.now
            return self.respond()
        self.admin.log_change(self.request, self.quiz, f"Changed the order of the {self.part}.")
        if "move" in self.request.POST:
            return HttpResponseRedirect(f"{self.request.path}?moved={self.form.moved}")
        self.admin.has_left(self.request, self.quiz)
        messages.success(self.request, _("The new order is saved."))
        return HttpResponseRedirect(self.back_url)

    def meet(self, order: list[str]) -> HttpResponse:
        """Put my order and what somebody else did to these rows together."""
        names = {key: row for key, row in (self.seen or self.now).items() if key}
        mine: Rows = {"": {"order": "\n".join(order)}, **names}
        states = [each for each in (self.seen, mine, self.now) if each is not None]
        everywhere = set.intersection(*(set(_keys(each)) for each in states))
        known, own, theirs = (_shared(each, everywhere) for each in (self.seen or {}, mine, self.now))
        merged = merge(known if self.seen is not None else names | {"": None}, own, theirs)
        meeting = Meeting(merged, OrderParts(self.part, *states), mine, self.request.POST, self.seen is not None)
        if not merged.conflicts and not merged.only_mine:
            return self.nothing(is_stored=not merged.only_theirs)
        if self.request.POST.get(MERGING) != stale.fingerprint(self.now) or meeting.missing():
            return self.stop(meeting)
        meeting.settle()
        return self.save(in_place(_keys(merged.rows), _keys(self.now)))

    def nothing(self, *, is_stored: bool) -> HttpResponse:
        if is_stored:
            messages.success(self.request, _("The order is stored as you wanted it."))
        else:
            said = _("Somebody else changed this after you opened it. You had changed nothing, so theirs stands.")
            messages.warning(self.request, said)
        return HttpResponseRedirect(self.request.get_full_path())

    def stop(self, meeting: Meeting) -> HttpResponse:
        context = stopped(self.request, meeting, self.now, approval.last_edit(self.quiz))
        context["hidden"] = hidden_fields(self.request.POST)
        return self._render("admin/articles/stale.html", 409, context)

    def page(self) -> HttpResponse:
        wrong = bool(self.form.errors)
        context = {
            "title": _("Order of the %(rows)s: %(quiz)s") % {"rows": self.form.noun, "quiz": self.quiz},
            "form": self.form,
            "wrong": wrong,
            "seen": self.request.POST.get(stale.FIELD) if wrong else stale.sign(self.name, self.now),
            "back_url": self.back_url,
            "moved": self.request.GET.get("moved", ""),
            **self.admin.who_is_here(self.request, self.quiz),
        }
        return self._render("admin/checker/order.html", 422 if wrong else 200, context)

    def _render(self, template: str, status: int, context: dict[str, Any]) -> HttpResponse:
        everywhere = {
            **self.admin.admin_site.each_context(self.request),
            "opts": self.admin.opts,
            "original": self.quiz,
        }
        return render(self.request, template, everywhere | context, status=status)


def _keys(rows: Rows) -> list[str]:
    return str(rows[""]["order"]).splitlines()


def _shared(rows: Rows, keys: set[str]) -> Rows:
    """With the order of those that everybody has: one that came or went is no change of the order."""
    found: dict[str, Row] = dict(rows)
    if rows:
        found[""] = {"order": "\n".join(key for key in _keys(rows) if key in keys)}
    return found
