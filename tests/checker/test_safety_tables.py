"""The tables of the clinical safety file say what the checks say."""

import re
from pathlib import Path

from checker import safety_tables
from checker.definition import Level
from checker.starter_files import definitions

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"


def test_the_tables_in_the_docs_are_those_of_the_starter_self_checks():
    expected = safety_tables.document(definitions())
    assert (DOCS / "clinical-safety-tables.md").read_text(encoding="utf-8") == expected


def test_every_red_flag_and_every_urgent_rule_stands_in_the_tables():
    text = safety_tables.document(definitions())
    for definition in definitions():
        levels = {outcome.key: outcome.level for outcome in definition.outcomes}
        for question in definition.questions:
            for choice in question.choices:
                if choice.red_flag:
                    assert f"(`{question.key}.{choice.key}`) | {choice.red_flag.slug} |" in text
        for rule in definition.rules:
            if levels[rule.outcome] >= Level.URGENT and not rule.addon:
                assert re.search(rf"^\| {re.escape(rule.id)} \|", text, re.MULTILINE)


def test_every_test_that_the_safety_file_names_exists():
    text = (DOCS / "clinical-safety.md").read_text(encoding="utf-8")
    folder = ""
    for cell in re.findall(r"\| ([^|]*) \|$", text, re.MULTILINE):
        for name in re.findall(r"`([^`]+\.py)`", cell):
            folder = name.rpartition("/")[0] or folder
            path = ROOT / (name if "/" in name else f"{folder}/{name}")
            assert path.exists(), name
