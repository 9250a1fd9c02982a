"""Whether the site is alive, and whether it can do its work: for load balancers, containers and whoever is on call."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from articles import retention
from articles.models import ArticleEdition
from checker.models import QuizEdition


@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """The process answers. It asks nothing of any other server, so that their trouble does not restart this one."""
    return HttpResponse("alive\n", content_type="text/plain")


def database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "answers"


def migrations() -> str:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise RuntimeError("run manage.py migrate")
    return "all applied"


def cache_server() -> str:
    key, value = f"health-{uuid4().hex}", uuid4().hex
    cache.set(key, value, 10)
    if cache.get(key) != value:
        raise RuntimeError("it forgets what it is given")
    cache.delete(key)
    return "answers"


def content() -> str:
    number = ArticleEdition.objects.live().count()
    if not number:
        raise RuntimeError("no article is live")
    return f"{number} articles live"


def kept_too_long() -> str:
    """The privacy notice says when patients' feedback is deleted, so somebody must notice if it is not."""
    if any(kept.old(grace=2).exists() for kept in retention.kinds()):
        raise RuntimeError("run manage.py clear_old every day")
    return "nothing is kept too long"


CHECKS: dict[str, Callable[[], str]] = {
    "database": database,
    "migrations": migrations,
    "cache": cache_server,
    "content": content,
    "retention": kept_too_long,
}
# Without these the site cannot do its work. Without the cache, pages still serve; and a new site must be reachable for
# staff to fill it.
NEEDED = {"database", "migrations"}


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """200 if the site can serve patients, else 503; either way what was found, as JSON. No secrets and no addresses."""
    found: dict[str, dict[str, Any]] = {}
    for name, check in CHECKS.items():
        if found and not found["database"]["ok"]:
            # Each would wait as long again, and the answer with it, in a thread that patients need.
            found[name] = {"ok": False, "found": "not asked, since the database does not answer"}
            continue
        try:
            found[name] = {"ok": True, "found": check()}
        except Exception as error:
            # Whatever is wrong: the kind of error helps, its text may name a server.
            plain = str(error) if type(error) is RuntimeError else type(error).__name__
            found[name] = {"ok": False, "found": plain}
    if found["database"]["ok"] and found["migrations"]["ok"]:
        found["sign_off"] = {"ok": True, "found": not_approved()}
    ok = all(found[name]["ok"] for name in NEEDED)
    return JsonResponse({"ok": ok, "checks": found}, status=200 if ok else 503)


def not_approved() -> str:
    """For the clinic to know, not a reason to stop: what is live without a clinician's approval, such as starter content."""
    numbers = [model.objects.live().filter(reviewer_name="").count() for model in (ArticleEdition, QuizEdition)]
    return "{} articles and {} self-checks are live without approval".format(*numbers)
