"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from articles.calendar_feed import feed_view
from checker import fhir_pages
from config import health
from config.security_txt import security_txt
from config.shortcuts import leads_to

admin.site.site_header = "Legible"
admin.site.site_title = "Legible"
admin.site.index_title = "What to do today"

urlpatterns = [
    path("calendar/<str:signed>.ics", feed_view, name="calendar"),
    path(".well-known/security.txt", security_txt),
    path("healthz/live", health.live),
    path("healthz/ready", health.ready),
    # Before the admin's own addresses: these take the place of its login and logout.
    path("admin/", include("config.signin.urls")),
    path("admin/", include("articles.admin.urls")),
    path("admin/preview/check/", include("checker.preview_urls")),
    path("admin/", admin.site.urls),
    path("check/", leads_to("/#checks")),
    path("check/", include("checker.urls")),
    path("", include("articles.handouts.urls")),
    path("", include("articles.systems_urls")),
    path("fhir/Questionnaire/<slug:slug>", fhir_pages.questionnaire, name="fhir_questionnaire"),
    path("", include("articles.urls")),
]

handler400 = "articles.views.bad_request"
handler403 = "articles.views.forbidden"
handler404 = "articles.views.page_not_found"
handler429 = "config.signin.limits.too_many"
handler500 = "articles.views.server_error"
