"""The search index: the stems of each section that was ever published. Whether one is live is asked when patients search."""

from collections.abc import Iterable, Iterator
from itertools import batched
from typing import TYPE_CHECKING

from django.db import models

from articles import placeholders, words

if TYPE_CHECKING:
    from .editions import EditionSection

# No word of a query can be this one.
EMERGENCY = "§emergency"
AT_A_TIME = 2_000


class IndexedSectionManager(models.Manager["IndexedSection"]):
    def index(self, sections: Iterable["EditionSection"]) -> None:
        """Write the rows of sections that have none; each must know its edition."""
        for some in batched(sections, AT_A_TIME, strict=False):
            self.bulk_create(map(IndexedSection.of, some))
            SearchWord.objects.add(word for section in some for word in _vocabulary(section))


class IndexedSection(models.Model):
    """Written once, with the section it stands for, which never changes: so it cannot be behind.

    Each column holds stems with spaces between them. `articles/search/sqlite.py` and `postgres.py` keep a full-text
    index of these columns.
    """

    section = models.OneToOneField("articles.EditionSection", models.CASCADE, primary_key=True, related_name="indexed")
    edition = models.ForeignKey("articles.ArticleEdition", models.CASCADE, related_name="+", db_index=False)
    version = models.PositiveSmallIntegerField(help_text="Of articles.words.")
    heading = models.TextField()
    names = models.TextField(help_text="Title of the article and heading.")
    everything = models.TextField(help_text="All of the section, title and heading too.")

    objects = IndexedSectionManager()

    def __str__(self) -> str:
        return f"index of section {self.section_id}"

    @classmethod
    def of(cls, section: "EditionSection") -> "IndexedSection":
        heading = words.stems(section.heading)
        names = words.stems(section.edition.title) + heading
        everything = names + words.stems(placeholders.without_numbers(section.text))
        if section.callout == "emergency":
            everything.append(EMERGENCY)
        return cls(
            section=section,
            edition_id=section.edition_id,
            version=words.VERSION,
            heading=" ".join(heading),
            names=" ".join(names),
            everything=" ".join(everything),
        )


def _vocabulary(section: "EditionSection") -> Iterator[str]:
    for text in (section.edition.title, section.heading, placeholders.without_numbers(section.text)):
        yield from words.folded_words(text)


class SearchWordManager(models.Manager["SearchWord"]):
    def add(self, found: Iterable[str]) -> None:
        # In one order: two who publish at the same time then never wait for each other in a circle.
        known = sorted(set(found) - words.STOP_WORDS)
        self.bulk_create((SearchWord(word=word, stem=words.stem(word)) for word in known), ignore_conflicts=True)


class SearchWord(models.Model):
    """A word that some edition has used: what “did you mean” and half-typed words are completed from."""

    word = models.CharField(max_length=words.LONGEST_WORD, primary_key=True)
    stem = models.CharField(max_length=words.LONGEST_WORD)

    objects = SearchWordManager()

    def __str__(self) -> str:
        return self.word
