"""One editor at work for the load script, as a process of its own: `python -m tests.load.staff NUMBER SECONDS ARTICLE`.

Saves its own section through the admin's form, as a browser would send it, submits, and lets its own reviewer approve. A save that
is stopped because somebody else saved first is done again on the newer text. Prints one line of JSON at the end.
"""

import json
import sys
import time
from typing import Any

import django

django.setup()

from django.contrib.auth.models import Group, User  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from articles import approval  # noqa: E402
from articles.models import Article  # noqa: E402
from articles.roles import EDITORS, REVIEWERS  # noqa: E402
from tests.factories import filled_form  # noqa: E402


def person(name: str, group: str) -> User:
    user, _created = User.objects.get_or_create(username=name, defaults={"is_staff": True})
    user.groups.add(Group.objects.get(name=group))
    return user


def work(number: int, seconds: float, slug: str) -> dict[str, Any]:
    setup_test_environment()
    editor, reviewer = person(f"editor-{number}", EDITORS), person(f"reviewer-{number}", REVIEWERS)
    client = Client()
    client.force_login(editor)
    article = Article.objects.get(slug=slug)
    place = number % article.sections.count()
    address = f"/admin/articles/article/{article.pk}/change/"
    done: dict[str, Any] = {"saved": 0, "stopped": 0, "published": 0, "refused": 0, "heading": "", "times": []}
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        began = time.monotonic()
        data = filled_form(client.get(address))
        rows = (f"sections-{row}" for row in range(int(data["sections-TOTAL_FORMS"])))
        own = next(prefix for prefix in rows if str(data.get(f"{prefix}-order")) == str((place + 1) * 10))
        heading = f"Changed by {number} for the {done['saved'] + 1}. time"
        answer = client.post(address, {**data, f"{own}-heading": heading, "_continue": "1"})
        done["times"].append(time.monotonic() - began)
        if answer.status_code == 409:
            done["stopped"] += 1
            continue
        if answer.status_code != 302:
            raise SystemExit(f"editor {number}: {answer.status_code} {answer.content[:3000]!r}")
        done["saved"] += 1
        done["heading"] = heading
        done["order"] = int(data[f"{own}-order"])
        try:
            submission = approval.submit(article, by=editor, reason=heading)
            approval.approve(submission, by=reviewer)
            done["published"] += 1
        except approval.Refused:
            # Somebody else changed or approved it in between: their edition holds this change too, or the next one will.
            done["refused"] += 1
    return done


if __name__ == "__main__":
    print(json.dumps(work(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3])))
