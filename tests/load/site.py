"""A real site for the load scripts: its database, its demo content, gunicorn in front, on this machine's loopback alone."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmark.pages import Client, memory_of
from tests.ports import free_port

ROOT = Path(__file__).parent.parent.parent


@dataclass
class Site:
    """`environment` is that of production on this machine: no HTTPS, no second factor."""

    environment: dict[str, str]
    ports: list[int]
    processes: list[subprocess.Popen[bytes]]

    def workers(self) -> list[int]:
        return [int(pid) for process in self.processes for pid in children(process.pid)]

    def memory(self) -> float:
        """Megabytes of all workers."""
        return sum(memory_of(pid) for pid in self.workers())


def children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def environment(folder: Path, database_url: str = "", redis_url: str = "") -> dict[str, str]:
    own = {"DATA_DIR": str(folder), "SECRET_KEY": "load-only-" + "x" * 50, "ALLOWED_HOSTS": "127.0.0.1,testserver"}
    more = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    switches = {
        "HTTPS": "0",
        "STAFF_MFA": "0",
        "REAUTHENTICATE_MINUTES": "0",
        "ACCESS_LOG": "0",
        # As many as the machine can serve: no reason for an alarm.
        "ALARM_REQUESTS": "0",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    return {**os.environ, **own, **switches, **{name: value for name, value in more.items() if value}}


def manage(env: dict[str, str], *command: str) -> None:
    done = subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=env, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)


def set_up(env: dict[str, str]) -> None:
    """Database, starter content (published as not yet approved) and static files."""
    manage({**env, "DEBUG": "1"}, "demo", "--no-serve")
    manage(env, "collectstatic", "--noinput")


@contextmanager
def serving(env: dict[str, str], servers: int = 1, workers: int = 2, log: Path | None = None) -> Iterator[Site]:
    """`servers` gunicorns of `workers` workers each; what they log goes to the file."""
    site = Site(env, [], [])
    with (log or Path(env["DATA_DIR"]) / "server.log").open("wb") as output:
        try:
            for _number in range(servers):
                port = free_port()
                settings = {**env, "BIND": f"127.0.0.1:{port}", "WEB_CONCURRENCY": str(workers), "WEB_THREADS": "16"}
                command = [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn", "config.wsgi"]
                site.processes.append(subprocess.Popen(command, cwd=ROOT, env=settings, stdout=output, stderr=output))
                site.ports.append(port)
            for port in site.ports:
                wait_for(port)
            yield site
        finally:
            for process in site.processes:
                process.send_signal(signal.SIGTERM)
            for process in site.processes:
                process.wait(60)


def wait_for(port: int, seconds: float = 300) -> None:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        try:
            client = Client(port)
            client.get("/healthz/live")
            client.close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"nothing answers on port {port}")


def edition_of(page: bytes) -> int:
    """The number of the edition that an article page shows."""
    found = re.search(rb"edition (\d+)", page)
    if not found:
        raise ValueError("the page names no edition")
    return int(found[1])
