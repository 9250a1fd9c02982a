"""Two web servers with one PostgreSQL and one Redis, and what happens when each goes away: `uv run python -m tests.load.machines`.

Starts its own PostgreSQL 15 and Redis on loopback. Measures how soon an edition shows on both servers, that pages serve without
Redis, that a restart of PostgreSQL causes errors only while it is away, and that nobody has to restart the web servers.
"""

import os
import pwd
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.benchmark.pages import Client
from tests.load.site import ROOT, edition_of, environment, manage, serving, set_up
from tests.ports import free_port

SLUG = "night-leg-cramps"
BIN = Path("/usr/lib/postgresql/15/bin")
PUBLISH = """
import django; django.setup()
from django.contrib.auth.models import User
from articles import approval
from articles.models import Article
article = Article.objects.get(slug="night-leg-cramps")
editor, _ = User.objects.get_or_create(username="m-editor", defaults={"is_staff": True})
reviewer, _ = User.objects.get_or_create(username="m-reviewer", defaults={"is_staff": True, "is_superuser": True})
approval.approve(approval.submit(article, by=editor, reason="Again."), by=reviewer)
"""


class Postgres:
    """A throw-away server. It refuses to run as root, so it runs as the user that its package made."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        subprocess.run(["bash", ".ci/postgres", str(folder), str(self.port)], cwd=ROOT, check=True)
        self.url = f"postgres://legible:legible@127.0.0.1:{self.port}/legible"

    def control(self, *words: str) -> None:
        command = [str(BIN / "pg_ctl"), "-D", str(self.folder / "data"), "-w", "-l", str(self.folder / "log"), *words]
        user = {"user": pwd.getpwnam("postgres").pw_uid} if os.getuid() == 0 else {}
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", **user)  # type: ignore[call-overload]

    def stop(self) -> None:
        self.control("stop", "-m", "immediate")

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder} -c fsync=off"
        self.control("-o", options, "start")


def redis(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL), f"redis://127.0.0.1:{port}/0"


def ask(port: int, path: str = f"/articles/{SLUG}/") -> tuple[int, bytes]:
    client = Client(port, "Accept-Encoding: identity")
    try:
        status, _head, body = client.get(path)
        return status, body
    finally:
        client.close()


def until_shown(ports: list[int], number: int) -> float:
    """Seconds until every server has shown the edition. No server may answer with an older one even once."""
    began = time.monotonic()
    for port in ports:
        shown = edition_of(ask(port)[1])
        assert shown == number, f"port {port} shows edition {shown}, and {number} is live"
    return time.monotonic() - began


class Asking(threading.Thread):
    """Asks all the time, and notes when the answer was not a page."""

    def __init__(self, port: int, number: int) -> None:
        super().__init__(daemon=True)
        self.port, self.dice, self.going = port, random.Random(number), True
        self.asked, self.longest = 0, 0.0
        self.failed: list[float] = []

    def run(self) -> None:
        while self.going:
            time.sleep(self.dice.uniform(0, 0.05))
            self.asked += 1
            began = time.monotonic()
            try:
                if ask(self.port)[0] != 200:
                    self.failed.append(time.monotonic())
            except OSError:
                self.failed.append(time.monotonic())
            self.longest = max(self.longest, time.monotonic() - began)


def restart_under_load(ports: list[int], postgres: Postgres, away: float) -> None:
    askers = [Asking(port, number) for number in range(4) for port in ports]
    for asker in askers:
        asker.start()
    time.sleep(2)
    stopped = time.monotonic()
    postgres.stop()
    time.sleep(away)
    postgres.start()
    back = time.monotonic()
    time.sleep(8)
    for asker in askers:
        asker.going = False
    for asker in askers:
        asker.join(30)
    failed = sorted(each for asker in askers for each in asker.failed)
    asked, longest = sum(asker.asked for asker in askers), max(asker.longest for asker in askers)
    assert not [each for each in failed if each < stopped], "errors before the restart"
    late = max(failed, default=back) - back
    print(
        f"PostgreSQL away for {back - stopped:.1f} s: {len(failed)} of {asked} requests failed, the last {late:+.2f} s after it "
        f"was back; the longest wait was {longest:.1f} s"
    )
    assert late < 3, "errors long after it was back"
    assert all(ask(port)[0] == 200 for port in ports)


def main() -> None:
    if shutil.which("redis-server") is None or not BIN.exists():
        sys.exit("Install redis-server and postgresql-15 first.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        postgres = Postgres(folder / "postgres")
        cache, cache_url = redis(folder)
        try:
            env = environment(folder / "data", postgres.url, cache_url)
            (folder / "data").mkdir()
            set_up(env)
            with serving(env, servers=2) as site:
                times = []
                for number in range(2, 12):
                    manage(env, "shell", "--no-imports", "-c", PUBLISH)
                    times.append(until_shown(site.ports, number))
                print(f"10 editions: shown by both servers within {max(times) * 1000:.0f} ms of the publish at most")
                cache.terminate()
                cache.wait(20)
                paths = (
                    "/",
                    f"/articles/{SLUG}/",
                    "/search/?q=cramps",
                    "/check/leg-cramps/",
                    "/check/leg-cramps/question/who/",
                )
                answers = {path: ask(port, path)[0] for path in paths for port in site.ports}
                print(f"without Redis: {answers}")
                assert set(answers.values()) == {200}
                # A short absence is waited for by the pool; a long one is not.
                restart_under_load(site.ports, postgres, away=2)
                restart_under_load(site.ports, postgres, away=14)
        finally:
            cache.kill()
            postgres.control("stop", "-m", "immediate")
    print("all true")


if __name__ == "__main__":
    main()
