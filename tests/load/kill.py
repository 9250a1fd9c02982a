"""`kill -9` in the middle of publishing: `uv run python -m tests.load.kill [--times 50] [--postgres postgres://…]`.

A process approves one submission; at a random moment of that it is killed. Then either nothing has happened, or the new edition
is live with all its sections: never half. The submission, the log and the live version must agree with that.
"""

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.load.site import ROOT, environment, set_up

PREPARE = """
import django; django.setup()
from django.contrib.auth.models import User
from articles import approval
from articles.models import Article
article = Article.objects.get(slug="leg-emergencies")
editor, _ = User.objects.get_or_create(username="killed-editor", defaults={"is_staff": True})
User.objects.get_or_create(username="killed-reviewer", defaults={"is_staff": True, "is_superuser": True})
section = article.sections.first()
section.heading = "Heading %d" % (article.editions.count() + 1)
section.save()
approval.submit(article, by=editor, reason="Try.")
"""
APPROVE = """
import sys, django; django.setup()
from django.contrib.auth.models import User
from articles import approval
from articles.models import Submission
submission = Submission.objects.waiting().get()
reviewer = User.objects.get(username="killed-reviewer")
print("now", flush=True)
approval.approve(submission, by=reviewer)
print("done", flush=True)
"""
LOOK = """
import django; django.setup()
from articles.models import Article, ArticleEdition, LiveVersion, Step, Submission
article = Article.objects.get(slug="leg-emergencies")
edition = ArticleEdition.objects.live().get(article=article)
sections = [section.heading for section in edition.sections.all()]
print(edition.number, len(sections), sum(h.startswith("Heading ") and h.endswith(" %d" % edition.number) for h in sections),
      article.sections.count(), Submission.objects.waiting().count(), Step.objects.of(article).filter(what="approved").count(), LiveVersion.objects.number())
"""


def python(env: dict[str, str], code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return done.stdout


def look(env: dict[str, str]) -> list[int]:
    """Edition number, its sections, those of this very edition, sections of the working copy, waiting, approved steps, live version."""
    return [int(word) for word in python(env, LOOK).split()]


def once(env: dict[str, str], dice: random.Random, longest: float) -> str:
    """ "old" or "new": which edition is live after the kill. Raises AssertionError if it is half."""
    python(env, PREPARE)
    before = look(env)
    process = subprocess.Popen([sys.executable, "-c", APPROVE], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "now\n"
    time.sleep(dice.uniform(0, longest))
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    process.stdout.close()
    after = look(env)
    number, sections, own, working, waiting, approved, version = after
    assert sections == working, f"{sections} of {working} sections"
    if number == before[0]:
        assert (waiting, approved, version) == (1, before[5], before[6]), (
            f"an old edition, and yet {after} after {before}"
        )
        return "old"
    assert (number, own, waiting, approved) == (before[0] + 1, 1, 0, before[5] + 1), f"{after} after {before}"
    assert version > before[6], "no process was told of the new edition"
    return "new"


def how_long(env: dict[str, str]) -> float:
    """Seconds that an approval takes when nobody kills it."""
    python(env, PREPARE)
    process = subprocess.Popen([sys.executable, "-c", APPROVE], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    began = time.perf_counter()
    assert process.stdout.readline() == "done\n"
    took = time.perf_counter() - began
    process.communicate(timeout=30)
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--postgres", default="", help="an empty database")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for name, url in [("SQLite", "")] + ([("PostgreSQL", options.postgres)] if options.postgres else []):
        with tempfile.TemporaryDirectory() as folder:
            env, dice = environment(Path(folder), url), random.Random(options.seed)
            set_up(env)
            # Some kills come after the end: both kinds must be seen.
            longest = how_long(env) * 1.5
            found = Counter(once(env, dice, longest) for _time in range(options.times))
            # The one that was measured may have met a busy moment of the machine.
            soon = longest
            while not found["old"] and soon > 0.001:
                soon /= 2
                found[once(env, dice, soon)] += 1
            print(
                f"{name}: killed {found.total()} times within {longest * 1000:.0f} ms: {found['old']} old, {found['new']} new, 0 half"
            )
            assert found["old"], "no kill came before the end: nothing was tried"


if __name__ == "__main__":
    main()
