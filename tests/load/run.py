"""Readers and editors at once: `uv run python -m tests.load.run [--seconds 120] [--postgres postgres://…] [--redis redis://…]`.

200 readers read over HTTP, 8 editors (two to an article) save, submit and publish. At the end: no read failed, no save was
lost, every article's editions are numbered without a gap and in order, and no log line says “database is locked”.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.benchmark.pages import Client, Measured
from tests.load.site import ROOT, Site, edition_of, environment, serving, set_up

ARTICLES = ["night-leg-cramps", "leg-cramps-causes", "preventing-leg-cramps", "ball-of-foot-pain"]
OTHERS = ["/", "/topics/leg-cramps/", "/search/?q=cramps", "/check/leg-cramps/", "/glossary/"]
CHECK = """
import json, django
django.setup()
from articles.models import Article
found = {}
for article in Article.objects.filter(slug__in=%r):
    editions = list(article.editions.order_by("number").values_list("number", "goes_live_at"))
    found[article.slug] = {
        "numbers": [number for number, _moment in editions],
        "in_order": all(a[1] <= b[1] for a, b in zip(editions, editions[1:])),
        "headings": {section.order: section.heading for section in article.sections.all()},
    }
print(json.dumps(found))
"""


class Reader(threading.Thread):
    """Reads one page after the other with a pause like a person's, scaled down; notes what went wrong."""

    def __init__(self, port: int, number: int, ends: float, pause: float, measured: Measured, wrong: list[str]) -> None:
        super().__init__(daemon=True)
        self.port, self.ends, self.pause, self.measured, self.wrong = port, ends, pause, measured, wrong
        self.dice = random.Random(number)
        self.newest: dict[str, int] = {}

    def run(self) -> None:
        client: Client | None = None
        while time.monotonic() < self.ends:
            time.sleep(self.dice.uniform(0, 2 * self.pause))
            article = self.dice.choice(ARTICLES) if self.dice.random() < 0.7 else ""
            path = f"/articles/{article}/" if article else self.dice.choice(OTHERS)
            try:
                client = client or Client(self.port, "Accept-Encoding: identity")
                began = time.monotonic()
                status, _head, body = client.get(path)
                self.measured.latencies.append(time.monotonic() - began)
                self.judge(path, article, status, body)
            except ConnectionError:
                # The server may close a connection that rests; asking again is what a browser does.
                client = None
            except Exception as error:
                self.wrong.append(f"{path}: {error!r}")
                client = None

    def judge(self, path: str, article: str, status: int, body: bytes) -> None:
        if status != 200 or b"</html>" not in body:
            self.wrong.append(f"{path}: {status}")
        elif article:
            number = edition_of(body)
            if number < self.newest.get(article, 0):
                self.wrong.append(f"{path}: edition {number} after edition {self.newest[article]}")
            self.newest[article] = max(number, self.newest.get(article, 0))


def editors(site: Site, seconds: float, number: int) -> list[subprocess.Popen[str]]:
    return [
        subprocess.Popen(
            [sys.executable, "-m", "tests.load.staff", str(each), str(seconds), ARTICLES[each % len(ARTICLES)]],
            cwd=ROOT, env=site.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for each in range(number)
    ]  # fmt: skip


def load(env: dict[str, str], seconds: float, readers: int, staff: int, pause: float) -> list[str]:
    """What went wrong. Prints the figures."""
    set_up(env)
    wrong: list[str] = []
    reads = Measured()
    with serving(env) as site:
        ends = time.monotonic() + seconds
        threads = [Reader(site.ports[0], number, ends, pause, reads, wrong) for number in range(readers)]
        for thread in threads:
            thread.start()
        people = editors(site, seconds, staff)
        memory = []
        while time.monotonic() < ends:
            time.sleep(min(5, max(0.1, ends - time.monotonic())))
            memory.append(site.memory())
        for thread in threads:
            thread.join(60)
        results = []
        for number, process in enumerate(people):
            out, error = process.communicate(timeout=120)
            if process.returncode:
                wrong.append(f"editor {number} failed: {error[-2000:]}{out}")
            else:
                results.append((number, json.loads(out)))
    wrong += judge(env, results)
    logged = (Path(env["DATA_DIR"]) / "server.log").read_text(errors="replace")
    wrong += [line for line in logged.splitlines() if "locked" in line or '"level": "ERROR"' in line][:5]
    saves = sorted(each for _number, result in results for each in result["times"])
    total = {
        key: sum(result[key] for _number, result in results) for key in ("saved", "stopped", "published", "refused")
    }
    print(
        f"  reads {len(reads.latencies):,}, p50 {reads.quantile(0.5):.1f} ms, p99 {reads.quantile(0.99):.1f} ms, failed {len(wrong)}"
    )
    print(
        f"  saves {total['saved']}, stopped and done again {total['stopped']}, editions published {total['published']}, refused {total['refused']}"
    )
    if saves:
        print(
            f"  a save: p50 {saves[len(saves) // 2] * 1000:.0f} ms, p99 {saves[int(len(saves) * 0.99)] * 1000:.0f} ms"
        )
    print(f"  memory of the two workers: {max(memory, default=0):.0f} MB at most")
    return wrong


def judge(env: dict[str, str], results: list[tuple[int, dict[str, object]]]) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", CHECK % ARTICLES], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    wrong = []
    for slug, article in found.items():
        if article["numbers"] != list(range(1, len(article["numbers"]) + 1)):
            wrong.append(f"{slug}: editions {article['numbers']}")
        if not article["in_order"]:
            wrong.append(f"{slug}: a later edition went live earlier")
    for number, result in results:
        headings = found[ARTICLES[number % len(ARTICLES)]]["headings"]
        if result["saved"] and headings[str(result["order"])] != result["heading"]:
            wrong.append(
                f"editor {number}: “{result['heading']}” was lost, there is “{headings[str(result['order'])]}”"
            )
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--readers", type=int, default=200)
    parser.add_argument("--editors", type=int, default=8)
    parser.add_argument(
        "--pause", type=float, default=1.0, help="of a reader between two pages, on average, in seconds"
    )
    parser.add_argument("--postgres", default="", help="an empty database")
    parser.add_argument("--redis", default="")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    failed = False
    for name, url in [("SQLite", "")] + ([("PostgreSQL", options.postgres)] if options.postgres else []):
        with tempfile.TemporaryDirectory() as folder:
            print(f"{name}: {options.readers} readers, {options.editors} editors, {options.seconds:.0f} s", flush=True)
            wrong = load(
                environment(Path(folder), url, options.redis),
                options.seconds,
                options.readers,
                options.editors,
                options.pause,
            )
            for line in wrong[:20]:
                print(f"  WRONG {line}")
            failed = failed or bool(wrong)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
