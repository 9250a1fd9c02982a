"""The danger signs of self-checks as tables for the clinical safety file: `uv run python -m checker.safety_tables`.

It reads the starter files, so the tables can never say something else than the checks do; a test compares the two.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from checker.definition_types import Condition, Definition, Level, Question
from checker.starter_files import definitions
from checker.vignettes import run_vignettes

HEAD = """# Danger signs of the starter self-checks

Made by `uv run python -m checker.safety_tables` from the files in `checker/starter/`; do not edit. It belongs to
[clinical-safety.md](clinical-safety.md). “Why” is the note that stands beside each sign for the reviewing clinician; [S…] are the
sources in the admin, [NLU] is general knowledge that was not looked up.
"""


def document(checks: Iterable[Definition]) -> str:
    parts = [HEAD]
    for definition in checks:
        parts += [f"## {definition.title}\n", *_parts(definition)]
    return "\n".join(parts)


def _parts(definition: Definition) -> Iterator[str]:
    flags = [
        (choice.red_flag, question, choice)
        for question in definition.questions
        for choice in question.choices
        if choice.red_flag is not None
    ]
    yield f"### {len(flags)} red flags\nNo result with one of these answers is less urgent than its level, whatever the rules say.\n"
    yield _table(
        ("Answer", "Never below", "Why"),
        (
            (f"{choice.text} (`{question.key}.{choice.key}`)", level.slug, choice.rationale or "–")
            for level, question, choice in sorted(flags, key=lambda each: -each[0])
        ),
    )
    levels = {outcome.key: outcome for outcome in definition.outcomes}
    urgent = [rule for rule in definition.rules if levels[rule.outcome].level >= Level.URGENT and not rule.addon]
    yield f"### {len(urgent)} rules that make a result urgent or an emergency\n"
    yield _table(
        ("Rule", "Holds when", "Result", "Why"),
        (
            (
                rule.id,
                _words(rule.when, definition.questions),
                f"{levels[rule.outcome].level.slug}: {levels[rule.outcome].title}",
                rule.rationale or "–",
            )
            for rule in urgent
        ),
    )
    results = run_vignettes(definition)
    yield f"### {len(results)} patient stories\n"
    yield _table(
        ("Story", "Lowest safe level", "Gets", "Passed"),
        (
            (
                f"{row.id}: {row.story}",
                row.min_level.slug,
                row.level.slug if row.level else "no result",
                "yes" if row.passed else "no",
            )
            for row in results
        ),
    )


def _words(condition: Condition, questions: Iterable[Question]) -> str:
    texts = {(question.key, choice.key): choice.text for question in questions for choice in question.choices}
    parts = [
        f"{name} {'; '.join(f'“{texts[ref]}”' for ref in refs)}"
        for name, refs in (("any of", condition.any), ("all of", condition.all), ("none of", condition.none_of))
        if refs
    ]
    return ", and ".join(parts) or "always"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines) + "\n"


if __name__ == "__main__":
    docs = Path(__file__).parent.parent / "docs"
    (docs / "clinical-safety-tables.md").write_text(document(definitions()), encoding="utf-8")
