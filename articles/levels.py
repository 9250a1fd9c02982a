"""How hard a text is to read, with the sentences and words that make it so named, never a mere score."""

from collections.abc import Iterable
from dataclasses import dataclass

from articles import readability
from articles.readability import Reading


@dataclass(frozen=True)
class Level:
    """`target` is the highest grade to aim for."""

    reading: Reading
    target: float
    long_sentences: tuple[str, ...]
    hard_words: tuple[str, ...]

    @property
    def grade(self) -> float:
        """The formula falls below zero for a few short words; no school has such a grade."""
        return max(self.reading.grade, 0.0)

    @property
    def too_hard(self) -> bool:
        return self.grade > self.target


def level_of(texts: Iterable[str], target: float) -> Level:
    """The level of some texts together; each has one block a line."""
    text = "\n".join(texts)
    return Level(
        reading=readability.measure(text),
        target=target,
        long_sentences=tuple(readability.long_sentences(text)),
        hard_words=tuple(readability.hard_words(text)),
    )
