"""The addresses that other systems ask: medical records and portals."""

from django.urls import path

from articles import infobutton_pages

urlpatterns = [
    path("infobutton/", infobutton_pages.infobutton, name="infobutton"),
]
