"""Rows of the database from what files hold."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, ProtectedError

from articles import stale
from articles.files import ArticleFile, problems_of
from articles.models import Article, Audience, ClinicalCode, Section, Source, Topic
from articles.yamlfile import FileError, Problem


@transaction.atomic
def save(file: ArticleFile) -> Article:
    """Add the article that the file holds. Related articles are left to `relate`: they may come later.

    Raises FileError, with nothing added, if a topic, audience or source does not exist, or a field does not fit.
    """
    return _fill(Article(), file)


@transaction.atomic
def replace(article: Article, file: ArticleFile, seen: str) -> Article:
    """Make the working copy say what the file says; a section that stays keeps its row, so that links to it hold.

    Raises Stale if it is no longer what was `seen` (see `articles.stale`), and FileError as `save` does, or if a section
    that a self-check leads to is not in the file.
    """
    stale.guard(article, seen)
    leaving = article.sections.exclude(anchor__in=[section.anchor for section in file.sections])
    try:
        leaving.delete()
    except ProtectedError as error:
        anchors = ", ".join(leaving.values_list("anchor", flat=True))
        message = f"A self-check leads to a section that the file does not have. One of: {anchors}."
        raise FileError([Problem(f"Article {file.slug}", message)]) from error
    return _fill(article, file)


def _fill(article: Article, file: ArticleFile) -> Article:
    topic = Topic.objects.filter(slug=file.topic).first()
    audiences = {row.slug: row for row in Audience.objects.filter(slug__in=file.audiences)}
    refs = {ref for section in file.sections for ref in section.sources}
    sources = {row.ref: row for row in Source.objects.filter(ref__in=refs)}
    missing = [
        *([] if topic else [f'the topic "{file.topic}"']),
        *(f'the audience "{slug}"' for slug in file.audiences if slug not in audiences),
        *(f'the source "{ref}"' for ref in sorted(refs - sources.keys())),
    ]
    if topic is None or missing:
        raise FileError(Problem(f"Article {file.slug}", f"{name} does not exist.") for name in missing)
    article.slug, article.title, article.summary = file.slug, file.title, file.summary
    article.topic, article.review_months = topic, file.review_months
    add(article, f"Article {file.slug}")
    article.audiences.set(audiences.values())
    known_codes = {(row.system, row.code): row for row in article.codes.all()}
    for pair in known_codes.keys() - set(file.codes):
        known_codes[pair].delete()
    for system, code in file.codes:
        if (system, code) not in known_codes:
            add(ClinicalCode(article=article, system=system, code=code), f"Article {file.slug}, code {code}")
    known = {row.anchor: row for row in article.sections.all()}
    for number, section in enumerate(file.sections, start=1):
        row = known.get(section.anchor) or Section(article=article, anchor=section.anchor)
        row.order = number * 10
        for name in ("heading", "callout", "subtopic", "body", "picture", "review_note"):
            setattr(row, name, getattr(section, name))
        add(row, f"Article {file.slug}, section {section.anchor}")
        row.sources.set(sources[ref] for ref in section.sources)
    return article


def add(row: Model, place: str) -> None:
    """Save a row that passes what a form would check. Raises FileError with the form's own sentences."""
    try:
        row.full_clean()
    except ValidationError as error:
        raise FileError(problems_of(error, place)) from error
    row.save()


def relate(article: Article, file: ArticleFile) -> None:
    """Link the article to those the file names. Raises FileError if one does not exist."""
    related = {row.slug: row for row in Article.objects.filter(slug__in=file.related)}
    if missing := [slug for slug in file.related if slug not in related]:
        raise FileError(
            Problem(f"Article {file.slug}", f'the related article "{slug}" does not exist.') for slug in missing
        )
    article.related.set(related.values())
