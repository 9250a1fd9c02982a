"""Admin screens on which nobody overwrites what they have not seen: forms, lists, deleting; and who has what open."""

import dataclasses
from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.options import ActionLocation
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from articles import stale
from articles.merge import Before, Rows, merge
from articles.models import Presence

from .deleting import delete_unless_stale
from .presence import opened
from .since import since
from .stale_page import MERGING, Meeting, hidden_fields, last_save, stopped
from .typed import Typed, as_get, as_new, as_post, data_of, is_new

SAVES = ("_save", "_continue", "_addanother", "_saveasnew")


class GuardedAdmin(admin.ModelAdmin):
    """What the page was opened on travels with it as a signed field, and is compared under a lock before anything is saved.

    `parent_field` names the thing that the rows of this screen are parts of, if they are: saves of its parts wait for
    each other.
    """

    parent_field = ""
    delete_confirmation_template = "admin/articles/delete.html"
    delete_selected_confirmation_template = "admin/articles/delete_selected.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.presence_view))
        name = f"{self.opts.app_label}_{self.opts.model_name}_presence"
        return [path("<path:object_id>/presence/", view, name=name), *super().get_urls()]

    # Deleting.

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Rows that only tie two others together go without a word. Where something stands against it, that is named, and
        not a permission that would not help."""
        shown, counts, missing, protected = super().get_deleted_objects(objs, request)
        ties = [model._meta for model in apps.get_models(include_auto_created=True) if model._meta.auto_created]
        plurals = {opts.verbose_name_plural for opts in ties}
        counts = {name: number for name, number in counts.items() if name not in plurals}
        protected = [*protected, *self.kept_by(objs)]
        shown = _without(shown, tuple(f"{capfirst(opts.verbose_name)}: " for opts in ties))
        return shown, counts, set() if protected else missing, protected

    def kept_by(self, objs: Any) -> list[SafeString]:
        """What would lose one of these: links to it. These rows are not deleted as long as there is any."""
        return []

    def broken_without(self, objs: Any) -> list[SafeString]:
        """What could no longer be published without these: links to it. They can be deleted all the same."""
        return []

    def render_delete_form(self, request: HttpRequest, context: Any) -> HttpResponse:
        return super().render_delete_form(request, context | {"broken": self.broken_without([context["object"]])})

    # A form.

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        if object_id is None:
            request.only_show = MERGING in request.POST  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            step = self._look(request, object_id)
            if isinstance(step, HttpResponse):
                return step
            return super().changeform_view(step, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return _only_shown(form) if getattr(request, "only_show", False) else form

    def render_change_form(
        self, request: HttpRequest, context: Any, add: bool = False, change: bool = False, form_url: str = "", obj: Any = None
    ) -> Any:  # fmt: skip
        context["unsaved"] = getattr(request, "only_show", False)
        if obj is not None and self.has_change_permission(request, obj):
            formsets = [inline.formset for inline in context["inline_admin_formsets"]]
            shown = Typed(context["adminform"].form, formsets)
            name = stale.name_of(obj)
            context["seen"] = getattr(request, "seen", "") or stale.sign(name, shown.rows())
            context |= self.who_is_here(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        self.has_left(request, obj)
        return super().response_change(request, obj)

    def _look(self, request: HttpRequest, object_id: str) -> HttpRequest | HttpResponse:
        """The request to go on with, or the page that stops it."""
        obj = self._locked(request, object_id)
        if obj is None:
            return self._gone(request, object_id)
        if not self.has_change_permission(request, obj) or _is_action(request):
            return request
        stored = self._typed(as_get(request), obj)
        now, seen = stored.rows(), stale.read(request.POST.get(stale.FIELD), stale.name_of(obj))
        request.seen = stale.sign(stale.name_of(obj), now)  # type: ignore[attr-defined]
        if seen == now and MERGING not in request.POST:
            return request
        typed = self._typed(request, obj)
        if not all(formset.management_form.is_valid() for formset in typed.formsets):
            return request
        meeting = _meet(request, seen, now, stored, typed)
        if not meeting.matters(now):
            return self._nothing_to_save(request, obj, not meeting.merged.only_theirs)
        if request.POST.get(MERGING) != stale.fingerprint(now) or meeting.missing():
            return self._stop(request, meeting, now, obj)
        meeting.settle()
        shown = as_post(request, data_of(meeting.merged.rows, stored, typed, request.POST))
        shown.only_show = True  # type: ignore[attr-defined]
        return shown

    def _locked(self, request: HttpRequest, object_id: str) -> Any:
        obj = self.get_object(request, unquote(object_id))
        if obj is not None:
            stale.lock(getattr(obj, self.parent_field) if self.parent_field else obj)
            # As it is now that nobody else can save it.
            obj = self.get_object(request, unquote(object_id))
        return obj

    def _typed(self, request: HttpRequest, obj: Any) -> Typed:
        fields = flatten_fieldsets(self.get_fieldsets(request, obj))
        form_class = self.get_form(request, obj, change=obj is not None, fields=fields)
        form = form_class(request.POST if request.method == "POST" else None, instance=obj)
        formsets, _inlines = self._create_formsets(request, form.instance, change=obj is not None)  # type: ignore[attr-defined]
        return Typed(form, formsets)

    def said(self, request: HttpRequest, obj: Any) -> Rows:
        """What its form shows now."""
        return self._typed(as_get(request), obj).rows()

    def sent_for(self, request: HttpRequest, obj: Any, rows: Rows) -> QueryDict:
        """What a browser would send from its form with these rows in it."""
        stored = self._typed(as_get(request), obj)
        return data_of(rows, stored, stored, QueryDict())

    def _nothing_to_save(self, request: HttpRequest, obj: Any, is_stored: bool) -> HttpResponse:
        if is_stored:
            messages.success(request, _("“%(name)s” is stored as you typed it.") % {"name": obj})
        else:
            messages.warning(
                request,
                _("Somebody else changed “%(name)s” after you opened it. You had changed nothing, so theirs stands.") % {"name": obj},
            )  # fmt: skip
        return HttpResponseRedirect(request.get_full_path())

    def _stop(self, request: HttpRequest, meeting: Meeting, now: Rows, obj: Any = None) -> HttpResponse:
        context = stopped(request, meeting, now, last_save(self.model, obj)) | {
            "original": obj,
            "opens_form": obj is not None,
            "hidden": hidden_fields(request.POST, *(SAVES if obj else ())),
        }
        return self._stopped_page(request, "admin/articles/stale.html", context)

    def _gone(self, request: HttpRequest, object_id: str) -> HttpRequest | HttpResponse:
        """What was typed into the form of something that somebody deleted: shown, and ready to become a new one."""
        if stale.FIELD not in request.POST or not self.has_change_permission(request):
            return request
        data = as_new(request.POST, [formset for formset, _inline in self.get_formsets_with_inlines(request)])
        typed = self._typed(as_post(request, data), None)
        opts = self.opts
        add_url = reverse(f"admin:{opts.app_label}_{opts.model_name}_add")
        meeting = Meeting(merge({}, typed.rows(), {}), typed, typed.rows(), data, knows_before=False)
        context = {
            "title": _("Somebody else deleted this"),
            "rows": list(meeting.texts()),
            "hidden": hidden_fields(data, *SAVES, stale.FIELD),
            "add_url": add_url if self.has_add_permission(request) else "",
            "back_url": reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"),
        }
        return self._stopped_page(request, "admin/articles/gone.html", context)

    def _stopped_page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return render(request, template, context, status=409)

    # A list with fields in it.

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        if request.method == "POST" and "_save" in request.POST and self.has_change_permission(request):
            with transaction.atomic():
                step = self._look_at_list(request)
                return step if isinstance(step, HttpResponse) else super().changelist_view(step, extra_context)
        response: Any = super().changelist_view(request, extra_context)
        formset = getattr(getattr(response, "context_data", {}).get("cl"), "formset", None)
        if formset is not None and request.method == "GET":
            response.context_data["seen"] = stale.sign(self._list_name, _of_list(formset).rows())
        elif formset is not None:
            response.context_data["seen"] = request.seen  # type: ignore[attr-defined]
        return response

    @property
    def _list_name(self) -> str:
        return f"{self.opts.label_lower}-list"

    def _look_at_list(self, request: HttpRequest) -> HttpRequest | HttpResponse:
        """As `_look`, but what was chosen is saved at once: these are numbers, and all of them stood on the page."""
        rows = self._get_list_editable_queryset(request, self.get_changelist_formset(request).get_default_prefix())
        list(self.model._base_manager.select_for_update(of=("self",)).filter(pk__in=[row.pk for row in rows]))
        stored = _of_list(self._get_formset_with_permissions(request, rows.all()))  # type: ignore[attr-defined]
        typed = _of_list(self._get_formset_with_permissions(request, rows.all(), for_save=True))  # type: ignore[attr-defined]
        if not typed.formsets[0].management_form.is_valid():
            return request
        now, seen = stored.rows(), stale.read(request.POST.get(stale.FIELD), self._list_name)
        request.seen = stale.sign(self._list_name, now)  # type: ignore[attr-defined]
        # A row that somebody deleted has nothing to save any more.
        here = None if seen is None else {key: row for key, row in seen.items() if key in now}
        meeting = _meet(
            request, here, now, stored, typed, known={key: row for key, row in typed.rows().items() if key in now}
        )
        if (here != now or MERGING in request.POST) and meeting.matters(now):
            if request.POST.get(MERGING) != stale.fingerprint(now) or meeting.missing():
                return self._stop(request, meeting, now)
            meeting.settle()
        return as_post(request, data_of(meeting.merged.rows, stored, typed, request.POST))

    # Deleting.

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return super().delete_view(request, object_id, extra_context)
        if request.method != "POST":
            return super().delete_view(request, object_id, {"seen": stale.token(obj)} | (extra_context or {}))
        with transaction.atomic():
            try:
                if self.parent_field:
                    stale.lock(getattr(obj, self.parent_field))
                stale.guard(obj, request.POST.get(stale.FIELD))
            except stale.Stale as error:
                again = {"seen": stale.token(obj), "stale": True, "since": since(error.changes)}
                return super().delete_view(as_get(request), object_id, again | (extra_context or {}))
            return super().delete_view(request, object_id, extra_context)

    def get_actions(self, request: HttpRequest, action_location: Any = ActionLocation.CHANGE_LIST) -> Any:
        """Django's own action for deleting, guarded."""
        actions: dict[str, Any] = super().get_actions(request, action_location)
        if "delete_selected" in actions:
            actions["delete_selected"] = dataclasses.replace(actions["delete_selected"], func=delete_unless_stale)
        return actions

    # Who has it open.

    def who_is_here(self, request: HttpRequest, obj: Model) -> dict[str, Any]:
        name = stale.name_of(obj)
        within = stale.name_of(getattr(obj, self.parent_field)) if self.parent_field else ""
        if request.method == "GET":
            Presence.objects.opened(request.user, name, within)  # type: ignore[arg-type]
        others = Presence.objects.of_others(request.user, name)  # type: ignore[arg-type]
        url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_presence", args=[obj.pk])
        return {"others": [opened(each, each.what != name) for each in others], "presence_url": url}

    def has_left(self, request: HttpRequest, obj: Model) -> None:
        Presence.objects.left(request.user, stale.name_of(obj))  # type: ignore[arg-type]

    def presence_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The page says once a minute that it is still open."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None or not self.has_change_permission(request, obj):
            return HttpResponseForbidden()
        Presence.objects.still_open(request.user, stale.name_of(obj))  # type: ignore[arg-type]
        return HttpResponse(status=204)


def _meet(
    request: HttpRequest, seen: Rows | None, now: Rows, stored: Typed, typed: Typed, known: Rows | None = None
) -> Meeting:
    mine = typed.rows() if known is None else known
    sent = mine.keys() | typed.gone().keys()
    before: Before = seen if seen is not None else {key: None for key in sent if not is_new(key)}
    # What was not sent at all was not touched.
    untouched = {key: row for key, row in (seen or {}).items() if key not in sent}
    return Meeting(merge(before, {**mine, **untouched}, now), stored, typed.rows(), request.POST, seen is not None)


def _of_list(formset: Any) -> Typed:
    return Typed(forms.Form(), [formset])


def _is_action(request: HttpRequest) -> bool:
    """An action chosen on the form is no save of it."""
    chosen = f"{ActionLocation.CHANGE_FORM.value}-action" in request.POST
    return chosen and not any(save in request.POST for save in SAVES)


def _only_shown(form: Any) -> Any:
    """A form that shows what it was given, with its errors, and saves nothing."""

    class OnlyShown(form):
        def is_valid(self) -> bool:
            super().is_valid()
            return False

    return OnlyShown


def _without(rows: list[Any], beginnings: tuple[str, ...]) -> list[Any]:
    """A nested list of what would be deleted, without the rows that begin so."""
    left = [_without(row, beginnings) if isinstance(row, list) else row for row in rows]
    return [row for row in left if row and (isinstance(row, list) or not row.startswith(beginnings))]
