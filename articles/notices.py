"""What patients should know about this site itself: privacy and accessibility. True, since made from the settings."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


@require_safe
@cache_control(no_cache=True)
def privacy(request: HttpRequest) -> HttpResponse:
    context = {
        "counts": settings.COUNT_VISITS,
        "feedback_days": settings.KEEP_FEEDBACK_DAYS,
        "count_days": settings.KEEP_COUNTS_DAYS,
    }
    return render(request, "articles/privacy.html", context)


@require_safe
@cache_control(no_cache=True)
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "articles/accessibility.html")
