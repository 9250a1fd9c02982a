"""Links that lead nowhere, as a task on the start page: inside the site, and of sources."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from articles import links
from articles.models import SourceCheck
from articles.today import Row, Task


def tasks(request: HttpRequest) -> Iterator[Task]:
    if not request.user.has_perm("articles.view_article"):
        return
    rows = [Row(each.link.place, each.link.url, each.problem) for each in links.broken()]
    for check in SourceCheck.objects.broken().select_related("source"):
        url = reverse("admin:articles_source_change", args=[check.source_id])
        rows.append(Row(f"{check.source.ref} {check.source.title}", url, check.message))
    yield Task(
        "broken-links",
        _("Broken links"),
        len(rows),
        reverse("admin_links"),
        _("No link is known to be broken."),
        tuple(rows),
        serious=True,
    )
