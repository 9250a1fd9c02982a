"""The addresses of handouts. The short ones stand on paper: they are for ever."""

from django.urls import path

from articles.handouts import views

urlpatterns = [
    path("handout/", views.choose, name="handouts"),
    path("h/<str:code>/", views.handout, name="handout"),
    path("h/<str:code>/handout.pdf", views.handout_pdf, {"large": False}, name="handout_pdf"),
    path("h/<str:code>/handout-large-print.pdf", views.handout_pdf, {"large": True}, name="handout_pdf_large"),
]
