"""Steps of a self-check beside those of a django-formtools wizard: `uv run python -m tests.benchmark.steps`.

A step is an answer sent and the next page shown, in one process, without network; the first page counts too, and for
the self-check also the page of its answers and the result, which a wizard shows with its last step. Both take the leg-cramps
check with the same answers, from the first question to the result. They take turns in short rounds, so that whatever
else the machine does falls on all of them alike.
"""

import argparse
import os
import re
import statistics
import tempfile
import time
from collections.abc import Callable

ANSWERS = {
    "who": "age65",
    "background": "medicine",
    "danger_body": "none",
    "danger_leg": "none",
    "leg_look": "one_pain",
    "body": "none",
    "pattern": "often",
    "extra": "none",
}
WIZARDS = ("wizard, cookie", "wizard, session")


def prepare(folder: str) -> None:
    """The site with its starter content, in a database of its own."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "tests.benchmark.settings",
        "DATA_DIR": folder,
        "SECRET_KEY": "benchmark-only-" + "x" * 50,
        "ALLOWED_HOSTS": "testserver",
        "HTTPS": "0",
    }
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.ROOT_URLCONF = "tests.benchmark.wizard"
    # Where a wizard's session reaches its pages; by default only the admin has sessions.
    settings.SESSION_COOKIE_PATH = "/"
    settings.CSRF_COOKIE_PATH = "/"
    os.makedirs(os.path.join(folder, "static"))
    django.setup()
    call_command("migrate", verbosity=0)
    import articles.starter_content
    import checker.starter_content

    articles.starter_content.load()
    checker.starter_content.load()


def ways() -> dict[str, Callable[[], int]]:
    """Each takes the check once, and gives the number of its steps."""
    from django.test import Client

    check = "/check/leg-cramps"

    def ours(headers: dict[str, str]) -> int:
        client = Client()
        page = client.get(f"{check}/question/who/")
        steps = 0
        while stamp := re.search(r'name="stamp" value="([^"]*)"', page.content.decode()):
            key = re.search(rf'action="{check}/question/(\w+)/"', page.content.decode())[1]  # type: ignore[index]
            data = {"stamp": stamp[1], "answer": ANSWERS[key]}
            page = client.post(f"{check}/question/{key}/", data, headers=headers)
            steps += 1
            if page.status_code == 303:
                page = client.get(page.headers["Location"])
        assert b"Check your answers" in page.content
        assert b"card--" in client.get(f"{check}/result/").content
        return steps

    def wizard(url: str) -> int:
        client = Client()
        page = client.get(url)
        steps = 0
        while step := re.search(r'current_step" value="(\w+)"', page.content.decode()):
            prefix = re.search(r'name="([\w-]+)-current_step"', page.content.decode())[1]  # type: ignore[index]
            data = {f"{prefix}-current_step": step[1], f"{step[1]}-answer": ANSWERS[step[1]]}
            page = client.post(url, data)
            steps += 1
        assert b"<h1>soon" in page.content, page.content[-2000:]
        return steps

    return {
        "self-check, htmx": lambda: ours({"HX-Request": "true"}),
        "self-check, without JavaScript": lambda: ours({}),
        "wizard, cookie": lambda: wizard("/wizard/cookie/"),
        "wizard, session": lambda: wizard("/wizard/session/"),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--walks", type=int, default=20, help="in each round")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder)
        rates: dict[str, list[float]] = {}
        for number in range(options.rounds + 1):
            for name, take in ways().items():
                began = time.process_time()
                steps = sum(take() for _walk in range(options.walks if number else 2))
                if number:  # the first round only warms up
                    rates.setdefault(name, []).append(steps / (time.process_time() - began))
        print("| a step of | steps/s of CPU | of the faster wizard |\n|---|---:|---:|")
        base = [max(pair) for pair in zip(*(rates[name] for name in WIZARDS), strict=True)]
        for name, each in rates.items():
            ratio = statistics.median(own / wizard for own, wizard in zip(each, base, strict=True))
            print(f"| {name} | {statistics.median(each):,.0f} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
