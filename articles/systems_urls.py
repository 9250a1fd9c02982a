"""The addresses that other systems ask: medical records and portals."""

from django.urls import path

from articles import infobutton_pages
from articles.api import views as api

urlpatterns = [
    path("infobutton/", infobutton_pages.infobutton, name="infobutton"),
    path("api/articles/", api.article_list),
    path("api/articles/<slug:slug>/", api.article),
    path("api/changes/", api.changes),
    path("api/openapi.json", api.openapi),
]
