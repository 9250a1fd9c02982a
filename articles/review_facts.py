"""What a clinical reviewer needs to decide about an article, with the shortest way to say it first."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import differences, naming, readability, snapshot
from articles.differences import Changes
from articles.models import Article, ArticleEdition, Clinic, Section, Source
from articles.placeholders import Numbers
from articles.publishing import section_text
from articles.readability import Reading


@dataclass(frozen=True)
class SectionFacts:
    """A section, and how hard it is to read."""

    section: Section
    reading: Reading
    long_sentences: list[str]
    hard_words: list[str]


@dataclass(frozen=True)
class ArticleFacts:
    """`before` is the edition that patients got last, live or not; without one, `changes` has everything as new."""

    before: ArticleEdition | None
    changes: Changes
    sections: Sequence[SectionFacts]
    sources: Sequence[Source]
    grade: float

    @property
    def notes(self) -> list[SectionFacts]:
        return [each for each in self.sections if each.section.review_note]

    @property
    def summary(self) -> list[str]:
        return [self._changed(), self._reads(), *self._noted(), *self._unread()]

    def _changed(self) -> str:
        if self.before is None:
            number = len(self.sections)
            return ngettext("New: %(n)d section.", "New: %(n)d sections.", number) % {"n": number}
        if not self.changes:
            return _("It says the same as edition %(n)d. Approving it renews its review.") % {"n": self.before.number}
        counts = {kind: sum(each.kind == kind for each in self.changes.sections) for kind in _KINDS}
        said = [_KINDS[kind]() % {"n": number} for kind, number in counts.items() if number]
        if self.changes.fields:
            said.append(_("%(what)s changed") % {"what": ", ".join(each.label for each in self.changes.fields)})
        return _("Since edition %(n)d: %(what)s.") % {"n": self.before.number, "what": ", ".join(said)}

    def _reads(self) -> str:
        hardest = max((each.reading.grade for each in self.sections), default=0)
        return _("It reads at grade %(grade).1f, its hardest section at %(hardest).1f.") % {
            "grade": self.grade,
            "hardest": hardest,
        }

    def _noted(self) -> list[str]:
        number = len(self.notes)
        said = ngettext("%(n)d section has a note for you.", "%(n)d sections have a note for you.", number)
        return [said % {"n": number}] if number else []

    def _unread(self) -> list[str]:
        number = sum(source.how_read != Source.HowRead.SEEN for source in self.sources)
        said = _("%(n)d of %(all)d sources were not read at their own address.")
        return [said % {"n": number, "all": len(self.sources)}] if number else []


_KINDS = {
    "changed": lambda: _("%(n)d changed"),
    "added": lambda: _("%(n)d new"),
    "removed": lambda: _("%(n)d removed"),
    "moved": lambda: _("%(n)d moved"),
}
NOTHING = {"title": "", "slug": "", "summary": "", "topic": "", "audiences": [], "related": [], "codes": [], "sections": []}  # fmt: skip


def of_article(article: Article) -> ArticleFacts:
    """The working copy as it is stored, compared with what patients got last."""
    clinic = Clinic.objects.current()
    before = ArticleEdition.objects.filter(article=article).current().select_related("topic").first()
    sections = snapshot.reading_order(article.sections.prefetch_related("sources"))
    sources = {source.ref: source for section in sections for source in section.sources.all()}
    text = "\n".join(section_text(section.heading, section.body, clinic) for section in sections)
    old, new = snapshot.of_edition(before) if before else NOTHING, snapshot.of_article(article)
    return ArticleFacts(
        before=before,
        changes=differences.compare(old, new, naming.of(old, new)),
        sections=[_facts(section, clinic) for section in sections],
        sources=[sources[ref] for ref in sorted(sources, key=snapshot.reference_order)],
        grade=readability.measure(text).grade,
    )


def _facts(section: Section, clinic: Numbers) -> SectionFacts:
    text = section_text(section.heading, section.body, clinic)
    return SectionFacts(
        section, readability.measure(text), readability.long_sentences(text), readability.hard_words(text)
    )
