"""“Ask like a record”: staff give a code, and see what a medical record would get for it from what patients read now."""

import json
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from articles import codes
from articles.infobutton import CODE, JSON, RESPONSE_TYPE, SUBTOPIC, SUBTOPICS, SYSTEM, NoTopic, read, to_atom, to_json
from articles.infobutton_pages import feed_for, find_places
from articles.models import CodeSystem, Subtopic
from config.shortcuts import site_address

MESH = {subtopic: qualifier for qualifier, subtopic in SUBTOPICS.items()}


class AskForm(forms.Form):
    system = forms.ChoiceField(label=gettext_lazy("System"), choices=CodeSystem)
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("Like M77.40. Small letters, and no point, are fine."),
    )
    subtopic = forms.ChoiceField(
        label=gettext_lazy("Asks for"),
        required=False,
        choices=[("", gettext_lazy("the whole page")), *Subtopic.choices],
    )

    def clean(self) -> dict[str, Any]:
        """The code as it is written; what no system would have is said, and asked for all the same."""
        cleaned = self.cleaned_data
        if "code" in cleaned and "system" in cleaned:
            cleaned["code"] = codes.tidy(cleaned["system"], cleaned["code"])
            self.odd = codes.problem(cleaned["system"], cleaned["code"])
            try:
                self.asked = read(self.query())
            except NoTopic:
                self.add_error("code", _("This has no letter and no digit."))
        return cleaned

    def query(self) -> dict[str, str]:
        """The parameters that a record would send."""
        system = codes.system_called(self.cleaned_data["system"])
        assert system is not None
        subtopic = MESH.get(self.cleaned_data.get("subtopic", ""), "")
        sent = {SYSTEM: system.oid, CODE: self.cleaned_data["code"], SUBTOPIC: subtopic}
        return {name: value for name, value in sent.items() if value}


def address(system: str, code: str) -> str:
    """This screen with the answer for a code."""
    return f"{reverse('admin_ask')}?{urlencode({'system': system, 'code': code})}"


@require_safe
def ask_view(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("articles.view_article"):
        raise PermissionDenied
    form = AskForm(request.GET if "code" in request.GET else None)
    context = {**admin.site.each_context(request), "title": _("Ask like a record"), "form": form}
    if form.is_valid():
        context |= _answer(request, form)
    return render(request, "admin/articles/ask.html", context)


def _answer(request: HttpRequest, form: AskForm) -> dict[str, Any]:
    query, site, asked = form.query(), site_address(request), form.asked
    feed = feed_for(asked, request.clinic, site)  # type: ignore[attr-defined]
    url = f"{site}{reverse('infobutton')}?{urlencode(query)}"
    return {
        "asked": f"{CodeSystem(form.cleaned_data['system']).label} {form.cleaned_data['code']}",
        "odd": form.odd,
        "found": find_places(asked, request.clinic.live_version),  # type: ignore[attr-defined]
        "page_url": url,
        "requests": [
            ("Atom", f"{url}&{urlencode({RESPONSE_TYPE: 'text/xml'})}", to_atom(feed).decode()),
            (
                "JSON",
                f"{url}&{urlencode({RESPONSE_TYPE: JSON})}",
                json.dumps(to_json(feed), indent=2, ensure_ascii=False),
            ),
        ],
    }
