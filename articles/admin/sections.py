"""The sections on their article's page: fixed anchors, and how hard each is to read."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from articles import registry
from articles.models import EditionSection, Section, Source

from . import using
from .levels import section_level, shown
from .ordering import OrderedInline
from .using import KeepsWhatIsUsed


class SectionForm(forms.ModelForm):
    # The anchors of this article that patients may have linked to.
    published: frozenset[str] = frozenset()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "anchor" in self.fields and self.initial.get("anchor") in self.published:
            anchor = self.fields["anchor"]
            anchor.widget.attrs["readonly"] = True
            anchor.help_text = _("Fixed: this section has been published, and links lead to it by this name.")


class SourcesWidget(AutocompleteSelectMultiple):
    """Django's own asks for the sources of each section anew; here all sections ask once, together."""

    # {primary key: name} of all sources
    names: Mapping[str, str] = {}

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        chosen = [str(key) for key in value if str(key) in self.names]
        options = [self.create_option(name, key, self.names[key], True, place) for place, key in enumerate(chosen)]
        return [(None, options, 0)]


def source_names() -> dict[str, str]:
    return {str(source.pk): str(source) for source in Source.objects.all()}


class SectionInline(OrderedInline):
    model = Section
    form = SectionForm
    formset = KeepsWhatIsUsed
    prepopulated_fields = {"anchor": ["heading"]}
    autocomplete_fields = ["sources"]
    readonly_fields = ["reading_level", "used_by"]
    fields = [
        "order",
        ("heading", "anchor"),
        ("callout", "subtopic"),
        "body",
        "reading_level",
        "picture",
        "sources",
        "review_note",
        "used_by",
    ]
    # The article's own page leads to what patients see.
    view_on_site = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Section]:
        return super().get_queryset(request).prefetch_related("sources")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        # An inline lives for one request, and not every request shows it.
        self._find_uses = cache(lambda: registry.uses_of(obj.pk) if obj else [])
        self.clinic = request.clinic  # type: ignore[attr-defined]
        formset = super().get_formset(request, obj, **kwargs)
        if obj is not None:
            anchors = EditionSection.objects.filter(edition__article=obj).values_list("anchor", flat=True)
            formset.form.published = frozenset(anchors.distinct())  # type: ignore[attr-defined]
        return formset

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "sources":
            kwargs["widget"] = SourcesWidget(db_field, self.admin_site)
            kwargs["widget"].names = SimpleLazyObject(source_names)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description=_("Reading level"))
    def reading_level(self, section: Section) -> SafeString:
        return shown(section_level(section.heading, section.body, self.clinic))

    @admin.display(description=_("used by"))
    def used_by(self, section: Section) -> str:
        return using.shown(using.to_section(self._find_uses(), section.anchor))
