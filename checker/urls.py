"""The addresses of the self-checks. No address ever holds an answer."""

from django.urls import path

from checker import fhir_pages, views

urlpatterns = [
    path("<slug:slug>/", views.start, name="check"),
    path("<slug:slug>/question/<slug:key>/", views.question, name="question"),
    path("<slug:slug>/answers/", views.answers, name="answers"),
    path("<slug:slug>/result/", views.result, name="result"),
    path("<slug:slug>/response/", fhir_pages.response, name="response"),
    path("<slug:slug>/start-again/", views.start_again, name="start_again"),
]
