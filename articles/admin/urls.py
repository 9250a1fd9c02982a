"""Pages for staff that belong to no single model. They stand below /admin/, before the admin's own addresses."""

from django.contrib import admin
from django.urls import path

from .reviewing import reviews_view

urlpatterns = [
    path("reviews/", admin.site.admin_view(reviews_view), name="admin_reviews"),
]
