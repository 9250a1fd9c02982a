"""The clinical codes of an article: checked as they are typed in, with a line that says how records find the article."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import codes
from articles.models import ClinicalCode

from . import asking


class CodeForm(forms.ModelForm):
    def clean_code(self) -> str:
        return codes.tidy(self.cleaned_data.get("system", ""), self.cleaned_data["code"])


class CodeInline(admin.StackedInline):
    model = ClinicalCode
    form = CodeForm
    extra = 0
    classes = ["collapse"]
    fields = [("system", "code"), "found_by"]
    readonly_fields = ["found_by"]

    @admin.display(description=gettext_lazy("how records find it"))
    def found_by(self, row: Any) -> str:
        if not row.pk:
            return _("Save to see it.")
        link = format_html('<a href="{}">{}</a>', asking.address(row.system, row.code), _("Ask like a record"))
        return format_html("{} {}", how_found(row), link)


def how_found(row: ClinicalCode) -> str:
    """Nothing here says what a code means: no list of codes comes with this program."""
    if codes.is_incomplete(row.code):
        return _(
            "This code is not complete: a coder must still add its last characters. "
            "Until then it stands for every code that begins with %(start)s."
        ) % {"start": row.code.rstrip("-.")}
    if row.system == codes.SNOMED_CT.key:
        return _("By exactly this code.")
    return _("By this code, and by every longer code that begins with it.")
