"""From the working copy to an edition and back: check, publish, restore, withdraw."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import ProtectedError

from articles import freezing, placeholders, readability, registry, richtext, snapshot
from articles.log import What, note
from articles.models import (
    Article,
    ArticleEdition,
    ArticleWithdrawal,
    Audience,
    Clinic,
    ClinicalCode,
    EditionSection,
    Section,
    Source,
    Submission,
)
from articles.record import NotSubmitted, add_months, edition_fields, note_published, note_withdrawn

HIGHEST_GRADE = 6.0
HIGHEST_SECTION_GRADE = 8.0


@dataclass(frozen=True)
class Finding:
    """Something about a working copy that staff should know; `section` is where it is, None for the whole article."""

    message: str
    section: Section | None = None
    blocks: bool = True


class CannotRestore(ValueError):
    """The edition cannot replace the working copy; the text says why."""


type Anchors = Mapping[str, Iterable[str]]


def check(article: Article, alongside: Anchors | None = None) -> list[Finding]:
    """What is wrong with the working copy, or worth a look. `alongside` names sections that are published with it."""
    sections = list(article.sections.prefetch_related("sources"))
    known = live_anchors()
    known.update({slug: set(anchors) for slug, anchors in (alongside or {}).items()})
    known[article.slug] = {section.anchor for section in sections}
    findings = [
        *_check_article(article, sections),
        *_check_anchors(article, known[article.slug]),
        *(finding for section in sections for finding in _check_section(section, known)),
        *_check_reading(article, sections),
    ]
    return sorted(findings, key=lambda finding: not finding.blocks)


def problems(article: Article) -> list[str]:
    return [finding.message for finding in check(article) if finding.blocks]


def live_anchors() -> dict[str, set[str]]:
    anchors: dict[str, set[str]] = {}
    for slug, anchor in EditionSection.objects.live().values_list("edition__slug", "anchor"):
        anchors.setdefault(slug, set()).add(anchor)
    return anchors


def _check_article(article: Article, sections: list[Section]) -> Iterable[Finding]:
    if not sections:
        yield Finding("The article has no sections.")
    if not article.audiences.exists():
        yield Finding("Choose at least one audience.")
    for problem in placeholders.problems(article.summary):
        yield Finding(f"Summary: {problem}")
    headings = [section.heading.strip().lower() for section in sections]
    for section in sections:
        if headings.count(section.heading.strip().lower()) > 1:
            yield Finding(f"Two sections have the heading “{section.heading}”.", section)
    for code in article.codes.all():
        if code.code.endswith("-"):
            yield Finding(f"The code {code} still needs its last characters from a coder.", blocks=False)


def _check_anchors(article: Article, anchors: set[str]) -> Iterable[Finding]:
    for use in registry.uses_of(article.pk):
        if use.anchor and use.anchor not in anchors:
            yield Finding(
                f"The section “{use.anchor}” is gone, but {use.what} sends patients to it. Put it back or change that.",
                blocks=use.breaks,
            )
    published = EditionSection.objects.filter(edition__article=article).values_list("anchor", flat=True).distinct()
    for anchor in sorted(set(published) - anchors):
        yield Finding(
            f"The section “{anchor}” was published before and is gone. Old links to it will open the page at the top.",
            blocks=False,
        )


def _check_section(section: Section, known: Anchors) -> Iterable[Finding]:
    name = f"“{section.heading}”"
    if not richtext.to_text(section.body):
        yield Finding(f"{name} has no text.", section)
    if "{" in section.heading or "}" in section.heading:
        yield Finding(f"{name}: a heading cannot hold a placeholder.", section)
    for problem in placeholders.problems(section.body):
        yield Finding(f"{name}: {problem}", section)
    if richtext.has_placeholder_in_link(section.body):
        yield Finding(f"{name}: a link cannot hold a placeholder. A number becomes a link by itself.", section)
    for address in richtext.links(section.body):
        if problem := link_problem(address, known):
            yield Finding(f"{name}: {problem}{_way_out(section.article, address)}", section)
    if not section.sources.all():
        yield Finding(f"{name} names no source.", section, blocks=False)


def link_problem(address: str, known: Anchors) -> str:
    """Why a link in a text would not work, or nothing. `known` holds the anchors of each article that can be read."""
    parts = urlsplit(address)
    if parts.scheme in richtext.SCHEMES:
        return ""
    path = [step for step in parts.path.split("/") if step]
    if parts.scheme or not parts.path.startswith("/"):
        return f"the link “{address}” is not an address. Begin it with https:// or with /articles/."
    if len(path) == 2 and path[0] == "articles":
        if path[1] not in known:
            return f"the link “{address}” leads to an article that is not published."
        if parts.fragment and parts.fragment not in known[path[1]]:
            return f"the link “{address}” leads to a section that is not published."
    elif path[:1] not in (["topics"], ["for"], ["check"], ["glossary"], ["search"], ["a-z"], ["where-it-hurts"], []):
        return f"the link “{address}” leads to no page of this site."
    return ""


def _way_out(article: Article, address: str) -> str:
    """What to do about a link to a text that is written and not live; two new texts may lead to each other."""
    target = Article.objects.filter(slug=_article_at(address)).first()
    anchor = urlsplit(address).fragment
    if target is None or (anchor and not target.sections.filter(anchor=anchor).exists()):
        return ""
    bodies = target.sections.values_list("body", flat=True)
    if any(_article_at(link) == article.slug for body in bodies for link in richtext.links(body)):
        way = "Take the link out of one of the two and have that one approved. Then the other. Then put the link back."
        return f" “{target}” leads back here, so each waits for the other. {way}"
    return f" Have “{target}” approved first, or take the link out for now."


def _article_at(address: str) -> str:
    path = [step for step in urlsplit(address).path.split("/") if step]
    return path[1] if len(path) == 2 and path[0] == "articles" else ""


def _check_reading(article: Article, sections: list[Section]) -> Iterable[Finding]:
    clinic = Clinic.objects.current()
    texts = [section_text(section.heading, section.body, clinic) for section in sections]
    for section, text in zip(sections, texts, strict=True):
        grade = readability.measure(text).grade
        if grade > HIGHEST_SECTION_GRADE:
            yield Finding(
                f"“{section.heading}” reads at grade {grade:.1f}; aim for {HIGHEST_SECTION_GRADE:.0f} or less.",
                section,
                blocks=False,
            )
    grade = readability.measure("\n".join(texts)).grade
    if grade > HIGHEST_GRADE:
        yield Finding(f"The article reads at grade {grade:.1f}; aim for {HIGHEST_GRADE:.0f} or less.", blocks=False)


def section_text(heading: str, body: str, clinic: placeholders.Numbers) -> str:
    """The words of a section as a patient reads them: its heading, then one block a line."""
    return f"{heading}\n{placeholders.fill_text(richtext.to_text(body), clinic)}"


@transaction.atomic
def publish(
    article: Article,
    *,
    by: User | None = None,
    submission: Submission | None = None,
    reviewer_name: str = "",
    goes_live_at: datetime.datetime | None = None,
    expires_at: datetime.datetime | None = None,
    reason: str = "",
    alongside: Anchors | None = None,
) -> ArticleEdition:
    """Check the working copy and freeze it as the next edition. `articles.approval.approve` calls this for staff.

    `by` answers as a clinician for exactly what `submission` holds; `reviewer_name` is whom patients read, if not `by`.
    Without both it is example content, and the page says that no clinician has approved it.
    Raises CannotPublish, NotSubmitted.
    """
    # The lock makes two publishes of one article wait for each other; numbers stay in order.
    article = Article.objects.select_for_update(of=["self"]).select_related("topic", "author").get(pk=article.pk)
    text = snapshot.of_article(article)
    common = edition_fields(
        article,
        check(article, alongside),
        snapshot.fingerprint(text),
        by=by,
        submission=submission,
        reviewer_name=reviewer_name,
        goes_live_at=goes_live_at,
        expires_at=expires_at,
        reason=reason,
    )
    if submission:
        article.last_reviewed = common["last_reviewed"]
        Article.objects.filter(pk=article.pk).update(last_reviewed=article.last_reviewed)
    written = freezing.stored(article)
    due = add_months(article.last_reviewed, article.review_months) if submission and article.last_reviewed else None
    edition = freezing.edition_of(written, next_review_due=due, **common)
    edition.save()
    EditionSection.objects.bulk_create(freezing.sections_of(written, edition))
    # What was frozen is what was read, whatever anybody wrote between the two readings.
    if snapshot.fingerprint(snapshot.of_edition(edition)) != edition.fingerprint:
        raise NotSubmitted(article)
    note_published(article, edition)
    return edition


@transaction.atomic
def restore(edition: ArticleEdition, *, by: User | None = None) -> Article:
    """Bring an edition back into the working copy, sections and all. Patients see no change until it is published.

    A section that came later is removed, unless a self-check leads to it: then CannotRestore names it.
    """
    article = Article.objects.select_for_update().get(pk=edition.article_id)
    article.title, article.summary, article.topic = edition.title, edition.summary, edition.topic
    article.save()
    article.audiences.set(Audience.objects.filter(slug__in=edition.audiences))
    article.related.set(Article.objects.filter(slug__in=edition.related))
    article.codes.all().delete()
    ClinicalCode.objects.bulk_create(
        ClinicalCode(article=article, system=system, code=code) for system, code in edition.codes
    )
    frozen = list(edition.sections.all())
    try:
        article.sections.exclude(anchor__in=[section.anchor for section in frozen]).delete()
    except ProtectedError as error:
        raise CannotRestore(_still_used(article, {section.anchor for section in frozen})) from error
    for section in frozen:
        row, _created = Section.objects.update_or_create(
            article=article,
            anchor=section.anchor,
            defaults={
                "order": (section.order + 1) * 10,
                "heading": section.heading,
                "callout": section.callout,
                "subtopic": section.subtopic,
                "body": section.body,
                "picture": section.picture,
            },
        )
        row.sources.set([_source(ref, edition) for ref in section.sources])
    note(article, What.RESTORED, by=by, edition=edition.number, why=f"From edition {edition.number}.")
    return article


def _still_used(article: Article, anchors: set[str]) -> str:
    uses = [
        f"“{use.anchor}” ({use.what})"
        for use in registry.uses_of(article.pk)
        if use.breaks and use.anchor not in anchors | {""}
    ]
    return f"This edition lacks sections that are in use: {', '.join(uses)}. Change what uses them first."


def _source(ref: str, edition: ArticleEdition) -> Source:
    """The source of that name; one that staff have deleted since comes back from the edition.

    An edition of before this was kept does not say how far it was read: then nobody has opened it.
    """
    unknown = {"how_read": Source.HowRead.KNOWN, "note": f"Came back with {edition}."}
    source, _created = Source.objects.get_or_create(ref=ref, defaults=unknown | edition.sources[ref])
    return source


@transaction.atomic
def withdraw(
    edition: ArticleEdition,
    *,
    by: User | None,
    message: str = "",
    successor: Article | None = None,
    successor_anchor: str = "",
) -> ArticleWithdrawal:
    """Take an edition back at once. No older edition takes its place; patients see the message and whom to call.

    With a successor its page says first what to read instead. Nothing ever stands against a withdrawal.
    """
    withdrawal = ArticleWithdrawal.objects.create(
        edition=edition, by=by, message=message, successor=successor, successor_anchor=successor_anchor
    )
    note_withdrawn(edition.article, edition, withdrawal)
    return withdrawal
