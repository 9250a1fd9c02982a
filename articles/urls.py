"""The addresses of the articles."""

from django.urls import path

from articles import feedback, review_pages, views

urlpatterns = [
    path("", views.home, name="home"),
    path("topics/<slug:slug>/", views.topic, name="topic"),
    path("for/<slug:slug>/", views.audience, name="audience"),
    path("articles/<slug:slug>/", views.article, name="article"),
    path("articles/<slug:slug>/feedback/", feedback.give, name="feedback"),
    path("articles/<slug:slug>/feedback/thanks/", feedback.thanks, name="feedback_thanks"),
    path("glossary/", views.glossary, name="glossary"),
    path("search/", views.search, name="search"),
    path("review/<str:token>/", review_pages.review_link, name="review_link"),
    path("robots.txt", views.robots, name="robots"),
]
