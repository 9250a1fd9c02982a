"""The addresses of the articles."""

from django.urls import path

from articles import browse, feedback, machines, notices, review_pages, views
from config.shortcuts import leads_to

urlpatterns = [
    path("", views.home, name="home"),
    # An address cut short by hand leads to the list of what lies below it.
    path("topics/", leads_to("/#topics")),
    path("for/", leads_to("/#audiences")),
    path("articles/", leads_to("/a-z/")),
    path("topics/<slug:slug>/", views.topic, name="topic"),
    path("for/<slug:slug>/", views.audience, name="audience"),
    path("articles/<slug:slug>/", views.article, name="article"),
    path("articles/<slug:slug>/feedback/", feedback.give, name="feedback"),
    path("articles/<slug:slug>/feedback/thanks/", feedback.thanks, name="feedback_thanks"),
    path("glossary/", views.glossary, name="glossary"),
    path("privacy/", notices.privacy, name="privacy"),
    path("accessibility/", notices.accessibility, name="accessibility"),
    path("search/", views.search, name="search"),
    path("a-z/", browse.a_to_z, name="a_to_z"),
    path("a-z/<slug:letter>/", browse.a_to_z, name="a_to_z_letter"),
    path("where-it-hurts/", browse.where_it_hurts, name="where_it_hurts"),
    path("review/<str:token>/", review_pages.review_link, name="review_link"),
    path("a/<int:number>/", machines.short_address, name="short_address"),
    path("feed.xml", machines.feed, name="feed"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", machines.sitemap, name="sitemap_file"),
    path("robots.txt", views.robots, name="robots"),
]
