"""How fast pages are beside a view that returns constant bytes in the same server: `uv run python -m tests.benchmark.pages`.

For 12 and for 12,000 sample articles: requests a second, latency, CPU for each request, and memory of the worker. All
addresses take turns in short rounds, so that whatever else the machine does falls on all of them alike.
"""

import argparse
import json
import os
import re
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

ROOT = Path(__file__).parent.parent.parent
CONNECTIONS = 4
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Measured:
    """Requests a second of each round, all latencies in seconds, CPU seconds and requests in total, bytes of an answer."""

    rates: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    cpu: float = 0.0
    requests: int = 0
    size: int = 0

    def quantile(self, part: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(int(len(ordered) * part), len(ordered) - 1)] * 1000

    @property
    def cpu_each(self) -> float:
        """Milliseconds of CPU for a request."""
        return self.cpu * 1000 / self.requests


def environment(folder: Path, articles: int) -> dict[str, str]:
    data = folder / str(articles)
    data.mkdir()
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.benchmark.settings",
        "DATA_DIR": str(data),
        "SECRET_KEY": "benchmark-only-" + "x" * 50,
        "ALLOWED_HOSTS": "127.0.0.1",
        "HTTPS": "0",
    }


def manage(env: dict[str, str], *command: str) -> None:
    subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def server(env: dict[str, str]) -> Iterator[tuple[int, int]]:
    """One gunicorn worker of four threads; gives its port and the worker's process number."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--workers", "1", "--threads", str(CONNECTIONS), "--bind", f"127.0.0.1:{port}", "--keep-alive", "30"]
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", *options, "--log-level", "error"]
    process = subprocess.Popen(command, cwd=ROOT, env=env)
    try:
        for _try in range(200):
            try:
                fetch(port, "/constant/")
                break
            except OSError:
                time.sleep(0.1)
        worker = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0]
        yield port, int(worker)
    finally:
        process.terminate()
        process.wait(20)


class Client:
    """One connection that stays open. Answers must have a length."""

    def __init__(self, port: int, headers: str = "Accept-Encoding: gzip, br") -> None:
        self.port, self.headers = port, headers
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path: str, more: str = "") -> tuple[int, bytes, bytes]:
        extra = f"{more}\r\n" if more else ""
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{self.headers}\r\n{extra}\r\n".encode())
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._more()
        head, _, body = received.partition(b"\r\n\r\n")
        length = int(found[1]) if (found := re.search(rb"(?i)content-length: (\d+)", head)) else 0
        while len(body) < length:
            body += self._more()
        return int(head.split(b" ", 2)[1]), head, body

    def _more(self) -> bytes:
        piece = self.socket.recv(262_144)
        if not piece:
            raise ConnectionError("the server hung up")
        return piece

    def close(self) -> None:
        self.socket.close()


def fetch(port: int, path: str) -> tuple[int, bytes, bytes]:
    client = Client(port)
    try:
        return client.get(path)
    finally:
        client.close()


def cpu_of(process: int) -> float:
    after_name = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / TICKS


def memory_of(process: int) -> float:
    """Megabytes in use."""
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process}/status").read_text())[1]) / 1000  # type: ignore[index]


def one_round(port: int, worker: int, path: str, more: str, seconds: float, into: Measured) -> None:
    ends = time.perf_counter() + seconds
    latencies: list[list[float]] = [[] for _ in range(CONNECTIONS)]
    expected = 304 if more else 200

    def ask(place: int) -> None:
        client = Client(port)
        while (begins := time.perf_counter()) < ends:
            status, _head, body = client.get(path, more)
            latencies[place].append(time.perf_counter() - begins)
            assert status == expected, f"{path}: {status}"
            into.size = len(body)
        client.close()

    before, began = cpu_of(worker), time.perf_counter()
    threads = [Thread(target=ask, args=(place,)) for place in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    number = sum(len(each) for each in latencies)
    into.rates.append(number / (time.perf_counter() - began))
    into.latencies += [each for mine in latencies for each in mine]
    into.cpu += cpu_of(worker) - before
    into.requests += number


def measure(articles: int, rounds: int, seconds: float, folder: Path) -> tuple[dict[str, Measured], float]:
    env = environment(folder, articles)
    manage(env, "migrate")
    manage(env, "sample_content", str(articles))
    with server(env) as (port, worker):
        article = first_article(env)
        _status, head, _body = fetch(port, article)
        etag = re.search(rb"(?i)etag: ([^\r]+)", head)
        addresses = {
            "constant bytes": ("/constant/", ""),
            "home": ("/", ""),
            "article": (article, ""),
            "article, unchanged (304)": (article, f"If-None-Match: {etag[1].decode()}" if etag else ""),
            "search, a common word": ("/search/?q=kettle", ""),
            "search, two words": ("/search/?q=violin+stove", ""),
        }
        found = {name: Measured() for name in addresses}
        for path, _more in addresses.values():
            fetch(port, path)
        for _round in range(rounds):
            for name, (path, more) in addresses.items():
                one_round(port, worker, path, more, seconds, found[name])
        return found, memory_of(worker)


def first_article(env: dict[str, str]) -> str:
    code = "from articles.models import Article; print(Article.objects.order_by('pk').first().get_absolute_url())"
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
        cwd=ROOT, env=env, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout.split()[-1]


def table(articles: int, found: dict[str, Measured], memory: float) -> str:
    lines = [
        f"{articles:,} articles, one worker, {memory:.0f} MB",
        "",
        "| page | requests/s | of constant | p50 ms | p99 ms | CPU ms | bytes |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, each in found.items():
        rate = statistics.median(each.rates)
        # Round by round: what slows the machine for a moment slows both.
        part = statistics.median(a / b for a, b in zip(each.rates, found["constant bytes"].rates, strict=True))
        lines.append(
            f"| {name} | {rate:,.0f} | {part:.2f} | {each.quantile(0.5):.2f} | {each.quantile(0.99):.2f} "
            f"| {each.cpu_each:.2f} | {each.size:,} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, nargs="+", default=[12, 12_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each round")
    parser.add_argument("--json", type=Path, help="Also write the figures to this file.")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        for articles in options.articles:
            found, memory = measure(articles, options.rounds, options.seconds, Path(folder))
            print(table(articles, found, memory), end="\n\n", flush=True)
            figures[articles] = {name: statistics.median(each.rates) for name, each in found.items()}
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
