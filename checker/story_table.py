"""The table of patient stories as an edition keeps it: what each story got when that edition was made."""

from typing import Any

from checker.definition import Definition
from checker.vignettes import VignetteResult, run_vignettes


def table(definition: Definition) -> list[dict[str, Any]]:
    """`{id, story, at_least, at_most, got, outcome, passed}` for each story; levels are slugs, or empty."""
    return [_row(result) for result in run_vignettes(definition)]


def _row(result: VignetteResult) -> dict[str, Any]:
    return {
        "id": result.id,
        "story": result.story,
        "at_least": result.min_level.slug,
        "at_most": result.max_level.slug if result.max_level is not None else "",
        "got": result.level.slug if result.level is not None else "",
        "outcome": result.outcome or "",
        "passed": result.passed,
    }
