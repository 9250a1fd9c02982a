"""`uv run python -m tests.lighthouse`: two tables, the scores of Lighthouse (mobile) and the weight of each page.

The first time it installs Lighthouse with npm; it needs Chromium. `--weights` needs neither and prints the weights alone.
Search, question and result ask search engines to stay away, as they should: Lighthouse counts that as a fault, so that
one audit (is-crawlable) is left out for these three. Other work on the machine can only cost points: a page that does not
get 100 at once is looked at up to three times, and its best time counts.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.lighthouse.pages import Page, pages, site, weight

HERE = Path(__file__).parent
PROGRAM = HERE / "node_modules" / ".bin" / "lighthouse"
KINDS = ("performance", "accessibility", "best-practices", "seo")
TRIES = 3
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update"


def install() -> None:
    if not PROGRAM.exists():
        npm = shutil.which("npm") or "npm"
        subprocess.run([npm, "install", "--no-package-lock", "--no-audit", "--no-fund"], cwd=HERE, check=True)


def run(command: list[str], env: dict[str, str]) -> bytes:
    """What Lighthouse says. Now and then Chromium does not start: then it is tried again, and said why."""
    for _try in range(TRIES):
        done = subprocess.run(command, check=False, capture_output=True, env=env)
        if not done.returncode:
            return done.stdout
        print(f"Lighthouse failed: {done.stderr.decode(errors='replace')[-500:]}", file=sys.stderr)
    raise SystemExit("Lighthouse failed too often.")


def report(origin: str, page: Page) -> tuple[list[int], list[str]]:
    """The four scores of a page, and the audits that cost it points."""
    with tempfile.TemporaryDirectory() as folder:
        headers = Path(folder) / "headers.json"
        headers.write_text(json.dumps({"Cookie": page.cookie} if page.cookie else {}))
        options = [f"--only-categories={','.join(KINDS)}", "--output=json", "--quiet", f"--chrome-flags={FLAGS}"]
        options += [f"--extra-headers={headers}"]
        options += [] if page.indexed else ["--skip-audits=is-crawlable"]
        chromium = shutil.which("chromium") or shutil.which("chromium-browser") or ""
        env = {**os.environ, **({"CHROME_PATH": chromium} if chromium else {})}
        command = [str(PROGRAM), origin + page.path, *options]
        found = json.loads(run(command, env))
    scores = [round(found["categories"][kind]["score"] * 100) for kind in KINDS]
    weights = {ref["id"] for kind in KINDS for ref in found["categories"][kind]["auditRefs"] if ref["weight"]}
    audits = found["audits"]
    faults = [name for name in sorted(weights) if audits[name]["score"] is not None and audits[name]["score"] < 0.9]
    return scores, faults


def best_report(origin: str, page: Page) -> tuple[list[int], list[str]]:
    best = report(origin, page)
    for _try in range(TRIES - 1):
        if min(best[0]) == 100:
            break
        best = max(best, report(origin, page), key=lambda found: found[0])
    return best


def print_scores(origin: str, wanted: list[Page]) -> bool:
    print("| page | performance | accessibility | best practices | SEO |\n|---|---|---|---|---|", flush=True)
    perfect = True
    for page in wanted:
        scores, faults = best_report(origin, page)
        perfect &= all(score == 100 for score in scores)
        print(
            f"| {page.name} | {' | '.join(map(str, scores))} |{' ' + ', '.join(faults) if faults else ''}", flush=True
        )
    return perfect


def print_weights(origin: str, wanted: list[Page]) -> None:
    print("| page | HTML | CSS | scripts | in all (KB) |\n|---|---|---|---|---|")
    for page in wanted:
        each = weight(origin, page)
        parts = (each.html, each.css, each.script, each.html + each.css + each.script)
        print(f"| {page.name} | {' | '.join(f'{part / 1000:.1f}' for part in parts)} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", action="store_true", help="Print the weights alone.")
    only_weights = parser.parse_args().weights
    with tempfile.TemporaryDirectory() as folder, site(Path(folder)) as origin:
        wanted = pages(origin)
        print_weights(origin, wanted)
        if not only_weights:
            install()
            print()
            if not print_scores(origin, wanted):
                raise SystemExit("Not every score is 100.")


if __name__ == "__main__":
    main()
