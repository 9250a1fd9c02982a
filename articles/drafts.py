"""Working copies that say something else than the newest edition, or have none yet."""

from collections.abc import Iterator

from django.contrib.auth.models import User
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from articles.models import Article, ArticleEdition
from articles.today import MOST_ROWS, Row, Task


def changed(articles: QuerySet[Article]) -> QuerySet[Article]:
    """Those that were saved after their newest edition was made, live or not yet, and those without one."""
    newest = ArticleEdition.objects.filter(article=OuterRef("pk")).order_by("-number").values("published_at")[:1]
    return articles.alias(newest=Subquery(newest)).filter(Q(newest=None) | Q(updated_at__gt=F("newest")))


def of(author: User, articles: QuerySet[Article]) -> QuerySet[Article]:
    return articles.filter(author=author)


def tasks(request: HttpRequest) -> Iterator[Task]:
    if not request.user.has_perm("articles.view_article"):
        return
    drafts = changed(Article.objects.all()).order_by("-updated_at")
    mine = of(request.user, drafts)  # type: ignore[arg-type]
    url = reverse("admin:articles_article_changelist")
    yield Task(
        "my-drafts",
        _("My drafts"),
        mine.count(),
        f"{url}?draft=mine",
        _("You have no article with changes that wait to be published."),
        _rows(mine),
    )
    yield Task(
        "all-drafts",
        _("All drafts"),
        drafts.count(),
        f"{url}?draft=all",
        _("No article has changes that wait to be published."),
    )


def _rows(drafts: QuerySet[Article]) -> tuple[Row, ...]:
    return tuple(
        Row(
            title,
            reverse("admin:articles_article_change", args=[pk]),
            _("changed %(day)s") % {"day": date_format(localtime(moment), "MONTH_DAY_FORMAT")},
        )
        for pk, title, moment in drafts.values_list("pk", "title", "updated_at")[:MOST_ROWS]
    )
