"""Which module may know which."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PURE = [
    "articles/charts.py",
    "articles/codes.py",
    "articles/differences.py",
    "articles/explained.py",
    "articles/handouts/codes.py",
    "articles/handouts/nodes.py",
    "articles/infobutton.py",
    "articles/instruments.py",
    "articles/levels.py",
    "articles/merge.py",
    "articles/parts.py",
    "articles/readability.py",
    "articles/review.py",
    "articles/richtext.py",
    "articles/search/excerpts.py",
    "articles/search/query.py",
    "articles/search/ranking.py",
    "articles/suggestions.py",
    "articles/terms.py",
    "articles/words.py",
    "articles/yamlfile.py",
    "checker/changed_parts.py",
    "checker/changes.py",
    "checker/clauses.py",
    "checker/comparison.py",
    "checker/conditions.py",
    "checker/definition.py",
    "checker/definition_reading.py",
    "checker/definition_references.py",
    "checker/definition_rows.py",
    "checker/definition_types.py",
    "checker/evaluation.py",
    "checker/explanation.py",
    "checker/fhir.py",
    "checker/fhir_conditions.py",
    "checker/fhir_import.py",
    "checker/finding.py",
    "checker/flow.py",
    "checker/flow_outline.py",
    "checker/flow_picture.py",
    "checker/runs.py",
    "checker/safety.py",
    "checker/safety_pairs.py",
    "checker/safety_paths.py",
    "checker/safety_tables.py",
    "checker/safety_texts.py",
    "checker/starter_files.py",
    "checker/story_table.py",
    "checker/vignettes.py",
]


def imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("path", PURE)
def test_pure_modules_import_only_pure_modules(path):
    pure = {name.removesuffix(".py").replace("/", ".") for name in PURE} | {"articles", "checker"}
    for name in imports(ROOT / path):
        assert name.split(".")[0] != "django", f"{path} imports {name}"
        if name.split(".")[0] in ("articles", "checker"):
            assert name in pure, f"{path} imports {name}"


def test_articles_imports_nothing_of_checker():
    for path in (ROOT / "articles").rglob("*.py"):
        assert not {name for name in imports(path) if name.split(".")[0] == "checker"}, path


def test_no_template_holds_inline_style_or_script():
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<[^>]+\sstyle=|\son[a-z]+=|hx-on|javascript:", text), path
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), path


def test_every_dependency_is_pinned_with_a_hash_and_without_an_address():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(name for names in project["optional-dependencies"].values() for name in names),
    ]
    pinned = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert "://" not in pinned
    for requirement in wanted:
        name = re.match(r"[A-Za-z0-9_.-]+", requirement)[0].lower().replace("_", "-")
        assert re.search(rf"^{re.escape(name)}(\[[a-z,]+\])?==[^\n]+\\\n\s+--hash=sha256:", pinned, re.MULTILINE), name
