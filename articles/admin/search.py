"""What patients type, and what search makes of it."""

from django.contrib import admin

from articles.models import SearchPhrase


@admin.register(SearchPhrase)
class SearchPhraseAdmin(admin.ModelAdmin):
    list_display = ["phrase", "means", "is_danger"]
    list_filter = ["is_danger"]
    search_fields = ["phrase", "means"]
