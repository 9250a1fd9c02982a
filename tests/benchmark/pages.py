"""How fast pages are beside a view that returns constant bytes in the same server: `uv run python -m tests.benchmark.pages`.

For 12 and for 12,000 sample articles and one self-check: requests a second, latency, CPU for each request, memory of the worker,
and the first page after a publish. All addresses of all sizes take turns in short rounds, so that whatever else the machine
does falls on all of them alike. It takes about four minutes, half of them for writing the articles. The last table is the one
that README shows.
"""

import argparse
import json
import os
import re
import resource
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Thread

from checker.definition import Link, dump
from checker.starter_files import definitions

ROOT = Path(__file__).parent.parent.parent
CONNECTIONS = 4
SAMPLE = Link("sample-1-carpet", "part-1")
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Asked:
    """What is asked of the server, and the status of its answer. With a `body` it is a post of htmx."""

    path: str
    header: str = ""
    body: str = ""
    status: int = 200


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
    def rate(self) -> float:
        return statistics.median(self.rates)

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
        return self._answer(f"GET {path}", more)

    def ask(self, asked: Asked) -> tuple[int, bytes, bytes]:
        if not asked.body:
            return self.get(asked.path, asked.header)
        form = (
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(asked.body)}\r\nHX-Request: true"
        )
        return self._answer(f"POST {asked.path}", form, asked.body)

    def _answer(self, what: str, more: str, sent: str = "") -> tuple[int, bytes, bytes]:
        extra = f"{more}\r\n" if more else ""
        lines = f"{what} HTTP/1.1\r\nHost: 127.0.0.1\r\n{self.headers}\r\n{extra}"
        self.socket.sendall(f"{lines}\r\n{sent}".encode())
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


def one_round(port: int, worker: int, asked: Asked, seconds: float, into: Measured) -> None:
    ends = time.perf_counter() + seconds
    latencies: list[list[float]] = [[] for _ in range(CONNECTIONS)]

    def ask(place: int) -> None:
        client = Client(port)
        while (begins := time.perf_counter()) < ends:
            status, _head, body = client.ask(asked)
            latencies[place].append(time.perf_counter() - begins)
            assert status == asked.status, f"{asked.path}: {status}"
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


@dataclass
class Site:
    """A server with so many articles, and what was measured of it. `publishes`: the first page after each, in seconds."""

    articles: int
    env: dict[str, str]
    port: int
    worker: int
    addresses: dict[str, Asked] = field(default_factory=dict)
    found: dict[str, Measured] = field(default_factory=dict)
    publishes: list[float] = field(default_factory=list)

    def find_addresses(self) -> None:
        article = first_article(self.env)
        etag = re.search(rb"(?i)etag: ([^\r]+)", fetch(self.port, article)[1])
        question, step = first_answer(self.port)
        self.addresses = {
            "constant bytes": Asked("/constant/"),
            "home": Asked("/"),
            "article": Asked(article),
            "article, unchanged (304)": Asked(
                article, f"If-None-Match: {etag[1].decode()}" if etag else "", status=304
            ),
            "search, a word of most sections": Asked("/search/?q=water"),
            "search, a rarer word": Asked("/search/?q=kettle"),
            "search, two rarer words": Asked("/search/?q=violin+stove"),
            "self-check step": Asked(question, body=step),
        }
        self.found = {name: Measured() for name in self.addresses}
        for asked in self.addresses.values():
            client = Client(self.port)
            client.ask(asked)
            client.close()

    def publish(self) -> None:
        """What every publish does last; then the page that each process makes anew from the lists of that moment."""
        with sqlite3.connect(Path(self.env["DATA_DIR"]) / "legible.sqlite3") as database:
            database.execute("UPDATE articles_liveversion SET number = number + 1")
        database.close()
        began = time.perf_counter()
        fetch(self.port, "/")
        self.publishes.append(time.perf_counter() - began)


def write_self_check(file: Path) -> None:
    """A starter check whose results all lead to the first of the sample articles."""
    check = definitions()[-1]
    outcomes = tuple(replace(outcome, links=(SAMPLE,)) for outcome in check.outcomes)
    stories = tuple(replace(story, must_link=()) for story in check.vignettes)
    file.write_text(json.dumps(dump(replace(check, outcomes=outcomes, vignettes=stories))), encoding="utf-8")


def first_answer(port: int) -> tuple[str, str]:
    """The address and the form of the first question of the self-check, answered."""
    client = Client(port, "Accept-Encoding: identity")
    check = definitions()[-1]
    question = check.questions[0]
    address = f"/check/{check.quiz}/question/{question.key}/"
    stamp = re.search(rb'name="stamp" value="([^"]*)"', client.get(address)[2])
    client.close()
    return address, f"stamp={stamp[1].decode() if stamp else ''}&answer={question.choices[-1].key}"


def measure(sizes: list[int], rounds: int, seconds: float, folder: Path) -> list[Site]:
    write_self_check(folder / "check.json")
    with ExitStack() as servers:
        sites = []
        for articles in sizes:
            env = environment(folder, articles)
            manage(env, "migrate")
            manage(env, "sample_content", str(articles), "--quiz", str(folder / "check.json"))
            sites.append(Site(articles, env, *servers.enter_context(server(env))))
        for site in sites:
            site.find_addresses()
        for _round in range(rounds):
            for name in sites[0].addresses:
                for site in sites:
                    one_round(site.port, site.worker, site.addresses[name], seconds, site.found[name])
        for site in sites:
            for _publish in range(rounds):
                site.publish()
            print(table(site, memory_of(site.worker)), end="\n\n", flush=True)
    return sites


def first_article(env: dict[str, str]) -> str:
    code = "from articles.models import Article; print(Article.objects.order_by('pk').first().get_absolute_url())"
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
        cwd=ROOT, env=env, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout.split()[-1]


def table(site: Site, memory: float) -> str:
    lines = [
        f"{site.articles:,} articles, one worker, {memory:.0f} MB; home right after a publish: {min(site.publishes) * 1000:.0f} ms",
        "",
        "| page | requests/s | of constant | p50 ms | p99 ms | CPU ms | bytes |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, each in site.found.items():
        lines.append(
            f"| {name} | {each.rate:,.0f} | {of_constant(site, each):.2f} | {each.quantile(0.5):.2f} "
            f"| {each.quantile(0.99):.2f} | {each.cpu_each:.2f} | {each.size:,} |"
        )
    return "\n".join(lines)


def of_constant(site: Site, each: Measured) -> float:
    """Round by round: what slows the machine for a moment slows both."""
    constant = site.found["constant bytes"]
    return statistics.median(a / b for a, b in zip(each.rates, constant.rates, strict=True))


def growth(few: Site, many: Site) -> str:
    lines = [
        f"| page | requests/s | of constant | CPU ms, {few.articles:,} articles | {many.articles:,} | times |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, each in few.found.items():
        other = many.found[name]
        lines.append(
            f"| {name} | {each.rate:,.0f} | {of_constant(few, each):.2f} | {each.cpu_each:.2f} "
            f"| {other.cpu_each:.2f} | {other.cpu_each / each.cpu_each:.2f} |"
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
    with tempfile.TemporaryDirectory() as folder:
        sites = measure(options.articles, options.rounds, options.seconds, Path(folder))
    if len(sites) > 1:
        print(growth(sites[0], sites[-1]))
    if options.json:
        figures = {site.articles: {name: each.rate for name, each in site.found.items()} for site in sites}
        options.json.write_text(json.dumps(figures, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
