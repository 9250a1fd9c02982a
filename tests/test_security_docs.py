"""docs/security.md names tests, files and settings that exist, and leaves no row without a control and a test."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs/security.md").read_text(encoding="utf-8")
THREATS = [
    [cell.strip() for cell in line.strip("| ").split(" | ")]
    for line in TEXT.partition("## Who attacks how")[2].partition("\n## ")[0].splitlines()
    if line.startswith("| **")
]
NAMED = sorted(set(re.findall(r"`((?:tests|config|articles|\.ci)/[\w./-]+?)(?:::(\w+))?`", TEXT)))


@pytest.mark.parametrize(("path", "test"), NAMED)
def test_every_test_and_file_it_names_exists(path, test):
    text = (ROOT / path).read_text(encoding="utf-8")
    assert not test or f"def {test}(" in text


def test_every_threat_has_a_control_a_test_and_what_remains():
    assert len(THREATS) >= 20
    for row in THREATS:
        assert len(row) == 4, row
        assert all(row), row
        assert "`tests/" in row[2], row


def test_who_could_attack_is_all_there():
    who = " ".join(row[0] for row in THREATS).lower()
    for each in ("outsider", "patient", "spammer", "staff", "editor", "laptop", "supply chain", "operator", "proxy"):
        assert each in who, each
