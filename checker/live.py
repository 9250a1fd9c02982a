"""The self-checks that patients can take at this moment, kept in memory while nothing changes (see articles.live)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils import timezone

from articles.live import Remembered
from articles.models import ArticleEdition, EditionSection
from checker.definition import Definition, Link, parse
from checker.models import QuizEdition


@dataclass(frozen=True)
class LinkedSection:
    """A section as it stands in the live edition of its article. `number` names it in handouts; 0 for none."""

    link: Link
    heading: str
    article: str
    callout: str
    number: int

    @property
    def url(self) -> str:
        return f"/articles/{self.link.article}/#{self.link.anchor}"


@dataclass
class LiveQuizzes:
    """`current` holds, for each self-check, its newest started edition, whether it can still be taken or not.

    `pinned` fills as patients come who began with an edition that has been replaced since.
    """

    current: dict[str, QuizEdition]
    definitions: dict[int, Definition]
    sections: dict[Link, LinkedSection]
    pinned: dict[int, QuizEdition | None] = field(default_factory=dict)

    def live(self) -> list[QuizEdition]:
        return [edition for edition in self.current.values() if can_be_taken(edition)]

    def edition(self, pk: int) -> QuizEdition | None:
        """The edition with this key, live or replaced."""
        for edition in self.current.values():
            if edition.pk == pk:
                return edition
        if pk not in self.pinned:
            older = self.pinned[pk] = QuizEdition.objects.with_status().filter(pk=pk).first()
            if older:
                self.sections |= sections_of([self.definition(older)])
        return self.pinned[pk]

    def definition(self, edition: QuizEdition) -> Definition:
        """Parsed once for each process: an edition never changes."""
        if edition.pk not in self.definitions:
            self.definitions[edition.pk] = parse(edition.definition)
        return self.definitions[edition.pk]

    def linked(self, links: tuple[Link, ...]) -> list[LinkedSection]:
        """The sections that can be read now, in order; one that was withdrawn is left out."""
        return [self.sections[link] for link in links if link in self.sections]


def can_be_taken(edition: QuizEdition) -> bool:
    """Whether the edition is neither withdrawn nor expired, nor its review overdue past the limit."""
    in_time = edition.expires_at is None or edition.expires_at > timezone.now()
    return in_time and getattr(edition, "withdrawal", None) is None and not too_old(edition)


def too_old(edition: QuizEdition) -> bool:
    return edition.review is not None and edition.review.is_past_limit


def _load() -> LiveQuizzes:
    current = {edition.slug: edition for edition in QuizEdition.objects.current().with_status()}
    definitions = {edition.pk: parse(edition.definition) for edition in current.values()}
    return LiveQuizzes(current, definitions, sections_of(definitions.values()))


def sections_of(definitions: Iterable[Definition]) -> dict[Link, LinkedSection]:
    """What these definitions lead to, as far as it can be read now."""
    articles = {link.article for each in definitions for outcome in each.outcomes for link in outcome.links}
    rows = (
        EditionSection.objects.live()
        .filter(edition__slug__in=articles)
        .values_list("edition__slug", "anchor", "heading", "edition__title", "callout")
    )
    numbers = EditionSection.objects.numbers(articles)
    return {
        Link(slug, anchor): LinkedSection(Link(slug, anchor), heading, title, callout, numbers[slug, anchor])
        for slug, anchor, heading, title, callout in rows
    }


# Results lead to sections, so an article that goes live or expires counts too.
_remembered = Remembered(_load, [QuizEdition, ArticleEdition])
current = _remembered.get
