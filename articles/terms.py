"""Finding the glossary's words in a text."""

import re
from collections.abc import Iterable


def spellings(term: str) -> list[str]:
    """The words a term stands for: “Seizure (fit, convulsion)” gives seizure, fit and convulsion."""
    outside, _, inside = term.partition("(")
    return [word.strip() for word in [outside, *inside.rstrip(") ").split(",")] if word.strip()]


def pattern(term: str) -> re.Pattern[str]:
    """Finds the term as whole words, with a plural s. Acronyms in capitals must stand in capitals.

    A single everyday word in brackets is not looked for: it is what patients say themselves, and may mean something
    else. “None of these signs fits you” is not about a “Seizure (fit)”.
    """
    first, *others = spellings(term)
    names = [first, *(word for word in others if word.isupper() or " " in word)]
    words = "|".join(re.escape(word) if word.isupper() else f"(?i:{re.escape(word)})" for word in names)
    return re.compile(rf"(?<![\w-])(?:{words})(?:s|es)?(?![\w-])")


def used_terms(texts: Iterable[str], glossary: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those [term, meaning] pairs of the glossary whose words the texts use, in the glossary's order."""
    text = "\n".join(texts)
    return [(term, meaning) for term, meaning in glossary if spellings(term) and pattern(term).search(text)]
