"""The table of docs/asvs.md names files that exist, has every requirement once, and claims nothing in another way."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROWS = [
    [cell.strip() for cell in line.strip("| ").split(" | ")]
    for line in (ROOT / "docs/asvs.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| \d", line)
]
# How many requirements of levels 1 and 2 each section of version 4.0.3 has.
REQUIREMENTS = {
    "1.1": 7,
    "1.6": 4,
    "1.14": 6,
    "2.1": 12,
    "2.4": 5,
    "2.8": 7,
    "3.4": 5,
    "5.2": 8,
    "5.3": 10,
    "7.4": 3,
    "14.4": 7,
}


def numbers(cell: str) -> list[str]:
    found = []
    for part in cell.split(", "):
        first, _to, last = part.partition(" to ")
        section, _dot, number = first.rpartition(".")
        until = int(last.rpartition(".")[2]) if last else int(number)
        found += [f"{section}.{each}" for each in range(int(number), until + 1)]
    return found


def test_every_requirement_stands_there_once():
    every = [number for row in ROWS for number in numbers(row[0])]
    assert len(every) == len(set(every))
    for section, count in REQUIREMENTS.items():
        assert sum(each.rpartition(".")[0] == section for each in every) == count, section


def test_each_row_says_how_it_stands():
    for row in ROWS:
        assert len(row) == 3, row
        assert re.match(r"met|n/a|clinic|\*\*(accepted|NOT met)\*\*", row[2]), row


def test_every_file_named_exists():
    named = set(re.findall(r"`((?:tests|config|articles|checker|docs|\.ci)/[\w./-]+)`", str(ROWS)))
    assert len(named) > 50
    assert [path for path in named if not (ROOT / path).exists()] == []
