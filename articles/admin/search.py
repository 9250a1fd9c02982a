"""What patients type, and what search makes of it."""

from django.contrib import admin

from articles.models import SearchPhrase

from .guarded import GuardedAdmin


@admin.register(SearchPhrase)
class SearchPhraseAdmin(GuardedAdmin):
    list_display = ["phrase", "means", "is_danger"]
    list_filter = ["is_danger"]
    search_fields = ["phrase", "means"]
