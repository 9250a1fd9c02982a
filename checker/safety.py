"""Proofs about a self-check, for the people who edit it, before it is published.

What is said about answers is exact, not sampled: every way through the questions is covered (see `runs` and `clauses`).
Whether linked sections are live is not known here: publishing looks that up.
"""

from functools import lru_cache

from checker.clauses import Clauses
from checker.definition_types import Definition
from checker.finding import Finding
from checker.safety_pairs import find_in_pairs
from checker.safety_paths import find_on_paths
from checker.safety_texts import find_broken_references, find_in_texts
from checker.vignettes import find_in_vignettes


# Staff look at the same self-check again and again: what is proved of it stays true.
@lru_cache(maxsize=16)
def prove(definition: Definition) -> tuple[Finding, ...]:
    """Everything found, first what blocks. With broken references nothing can be said about answers, and is not."""
    broken = find_broken_references(definition)
    found = [*broken, *find_in_texts(definition)]
    if all(finding.kind == "no-default" for finding in broken):
        found += find_in_vignettes(definition)
        with Clauses() as clauses:
            found += find_on_paths(definition, clauses)
        with Clauses() as clauses:
            found += find_in_pairs(definition, clauses)
    return tuple(sorted(found, key=lambda finding: not finding.blocks))
