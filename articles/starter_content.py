"""The starter content: an example clinic, 14 articles, their sources and glossary, as files in `starter/`.

Loading adds what is missing and never touches a row that exists: staff may have edited it.
"""

from collections.abc import Callable
from pathlib import Path

from django.db import transaction

from articles import files, publishing, saving, starter_phrases
from articles.models import Article, Audience, BodyPlace, Clinic, GlossaryTerm, LiveVersion, Section, Source, Topic

FOLDER = Path(__file__).parent / "starter"
REASON = "First edition of the starter content."

type Progress = Callable[[str], None]


def article_files() -> list[files.ArticleFile]:
    """All starter articles, in the order of their file names. Raises articles.yamlfile.FileError."""
    return [
        files.load_article(path.read_text(encoding="utf-8"), path.name)
        for path in sorted((FOLDER / "articles").glob("*.yaml"))
    ]


def _text(name: str) -> tuple[str, str]:
    return (FOLDER / name).read_text(encoding="utf-8"), name


@transaction.atomic
def load(progress: Progress = lambda line: None) -> list[Article]:
    """Add what is missing and publish the articles that were added, as not yet approved by a clinician."""
    _load_shared()
    known = set(Article.objects.values_list("slug", flat=True))
    found = article_files()
    new = [file for file in found if file.slug not in known]
    rows = {file.slug: saving.save(file) for file in new}
    for file in new:
        saving.relate(rows[file.slug], file)
    # They link to each other, so each is checked as if the others were live already.
    alongside = {file.slug: [section.anchor for section in file.sections] for file in new}
    for file in new:
        publishing.publish(rows[file.slug], reason=REASON, alongside=alongside)
        progress(f"published: {file.title}")
    _load_places()
    return list(rows.values())


def _load_places() -> None:
    """Where it hurts: places that have no row yet, with those of their sections that exist."""
    known = set(BodyPlace.objects.values_list("place", flat=True))
    for place, links in files.load_places(*_text("body.yaml")).items():
        if place not in known:
            found = Section.objects.filter(anchor__in=[anchor for _slug, anchor in links]).select_related("article")
            row = BodyPlace.objects.create(place=place)
            row.sections.set(section for section in found if (section.article.slug, section.anchor) in links)


def _load_shared() -> None:
    topics, audiences = files.load_labels(*_text("labels.yaml"))
    Topic.objects.bulk_create(topics, ignore_conflicts=True)
    Audience.objects.bulk_create(audiences, ignore_conflicts=True)
    Source.objects.bulk_create(files.load_sources(*_text("sources.yaml")), ignore_conflicts=True)
    GlossaryTerm.objects.bulk_create(files.load_glossary(*_text("glossary.yaml")), ignore_conflicts=True)
    if starter_phrases.load():
        LiveVersion.objects.bump()
    if not Clinic.objects.exists():
        files.load_clinic(*_text("clinic.yaml")).save()
