"""Pages for staff that belong to no single model. They stand below /admin/, before the admin's own addresses."""

from django.contrib import admin
from django.urls import path

from .asking import ask_view
from .inserting import insert_view
from .insight import insight_view
from .levels import levels_view
from .linking import links_view
from .reviewing import reviews_view

urlpatterns = [
    path("ask/", admin.site.admin_view(ask_view), name="admin_ask"),
    path("insight/", admin.site.admin_view(insight_view), name="admin_insight"),
    path("links/", admin.site.admin_view(links_view), name="admin_links"),
    path("writing/levels/", admin.site.admin_view(levels_view), name="admin_levels"),
    path("writing/insert/", admin.site.admin_view(insert_view), name="admin_insert"),
    path("reviews/", admin.site.admin_view(reviews_view), name="admin_reviews"),
]
