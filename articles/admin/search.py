"""How patients find things: what they type, and where it hurts."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from articles.models import BodyPlace, SearchPhrase

from .guarded import GuardedAdmin


@admin.register(SearchPhrase)
class SearchPhraseAdmin(GuardedAdmin):
    list_display = ["phrase", "means", "is_everyday", "is_danger"]
    list_filter = ["is_danger", "is_everyday"]
    search_fields = ["phrase", "means"]


@admin.register(BodyPlace)
class BodyPlaceAdmin(GuardedAdmin):
    list_display = ["place", "section_count"]
    search_fields = ["place", "sections__heading"]
    autocomplete_fields = ["sections"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[BodyPlace]:
        return super().get_queryset(request).annotate(sections_number=Count("sections"))

    @admin.display(description=gettext_lazy("sections"), ordering="sections_number")
    def section_count(self, place: Any) -> int:
        return place.sections_number
