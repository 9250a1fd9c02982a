import re
from collections import Counter
from typing import Any

import pytest

from articles import files, placeholders, publishing, readability, richtext, starter_content
from articles.files import ArticleFile, SectionFile
from articles.models import (
    Article,
    ArticleEdition,
    Callout,
    Clinic,
    EditionSection,
    GlossaryTerm,
    Section,
    Source,
    Topic,
)
from articles.starter_content import FOLDER, article_files
from articles.terms import pattern

ARTICLES = article_files()
SECTIONS = [(article, section) for article in ARTICLES for section in article.sections]
ANCHORS = {article.slug: {section.anchor for section in article.sections} for article in ARTICLES}
SOURCES = files.load_sources((FOLDER / "sources.yaml").read_text(encoding="utf-8"), "sources.yaml")
GLOSSARY = files.load_glossary((FOLDER / "glossary.yaml").read_text(encoding="utf-8"), "glossary.yaml")
TOPICS, AUDIENCES = files.load_labels((FOLDER / "labels.yaml").read_text(encoding="utf-8"), "labels.yaml")
CLINIC = files.load_clinic((FOLDER / "clinic.yaml").read_text(encoding="utf-8"), "clinic.yaml")
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in sorted((FOLDER / "articles").glob("*.yaml"))}
# Sections that tell nothing of their own: they only lead to other sections.
WITHOUT_SOURCES: set[str] = set()
# The text names the slip only to give the right name.
NAMED_TO_CORRECT = {("ball-of-foot-pain-treatment", "dichlorofenac")}
FIRST_ACTION = re.compile(r"\{emergency_number\}|\{maternity_unit\}|emergency department", re.IGNORECASE)

every_article = pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.slug)


def as_read(section: SectionFile) -> str:
    """What a patient reads of a section, one block a line."""
    return f"{section.heading}\n{placeholders.fill_text(richtext.to_text(section.body), CLINIC)}"


def all_text(article: ArticleFile) -> str:
    """All words of an article as they stand in its file, on one line."""
    bodies = (f"{section.heading} {richtext.to_text(section.body)}" for section in article.sections)
    return " ".join(" ".join([article.title, article.summary, *bodies]).split())


def test_there_are_14_articles_with_109_sections() -> None:
    assert (len(ARTICLES), len(SECTIONS)) == (14, 109)
    assert [f"{article.slug}.yaml" for article in ARTICLES] == list(TEXTS)


@every_article
def test_an_article_reads_at_grade_6_or_below(article: ArticleFile) -> None:
    assert readability.measure("\n".join(as_read(section) for section in article.sections)).grade <= 6


@every_article
def test_no_section_reads_above_grade_8(article: ArticleFile) -> None:
    grades = {section.anchor: readability.measure(as_read(section)).grade for section in article.sections}
    assert {anchor: grade for anchor, grade in grades.items() if grade > 8} == {}


@every_article
def test_every_link_leads_somewhere(article: ArticleFile) -> None:
    links = [link for section in article.sections for link in richtext.links(section.body)]
    assert [problem for link in links if (problem := publishing.link_problem(link, ANCHORS))] == []


@every_article
def test_a_text_is_clean_as_it_stands_in_the_file(article: ArticleFile) -> None:
    file = re.sub(r"(?m)^ +", "", TEXTS[f"{article.slug}.yaml"])
    changed = [each.anchor for each in article.sections if richtext.one_block_a_line(each.body).strip() not in file]
    assert changed == []
    assert not any(richtext.has_placeholder_in_link(section.body) for section in article.sections)


@every_article
def test_every_section_names_sources_that_exist(article: ArticleFile) -> None:
    refs = {source.ref for source in SOURCES}
    assert all(set(section.sources) <= refs for section in article.sections)
    without = {f"{article.slug}#{section.anchor}" for section in article.sections if not section.sources}
    assert without == {name for name in WITHOUT_SOURCES if name.startswith(f"{article.slug}#")}


@every_article
def test_an_emergency_section_says_whom_to_call(article: ArticleFile) -> None:
    emergencies = [section for section in article.sections if section.callout == Callout.EMERGENCY]
    silent = [
        each.anchor for each in emergencies if not FIRST_ACTION.search(f"{each.heading} {richtext.to_text(each.body)}")
    ]
    assert silent == []


def test_some_sections_are_emergencies() -> None:
    assert sum(section.callout == Callout.EMERGENCY for _article, section in SECTIONS) > 10


@every_article
def test_no_two_headings_of_an_article_are_the_same(article: ArticleFile) -> None:
    headings = [section.heading.lower() for section in article.sections]
    assert len(set(headings)) == len(headings)


@every_article
def test_an_article_names_only_what_exists(article: ArticleFile) -> None:
    assert article.topic in {topic.slug for topic in TOPICS}
    assert set(article.audiences) <= {audience.slug for audience in AUDIENCES}
    assert set(article.related) <= set(ANCHORS) - {article.slug}


@every_article
@pytest.mark.parametrize("words", ["interesting position", "fair sex", "dichlorofenac"])
def test_no_text_has_words_that_nobody_should_read(article: ArticleFile, words: str) -> None:
    if (article.slug, words) not in NAMED_TO_CORRECT:
        assert words not in all_text(article).lower()


@every_article
def test_no_text_has_a_number_or_a_name_of_one_country(article: ArticleFile) -> None:
    assert re.findall(r"\b(?:911|999|112|555-\d+)\b|A&E", all_text(article)) == []


def test_every_source_and_every_word_stands_once() -> None:
    for names in ([source.ref for source in SOURCES], [term.term.lower() for term in GLOSSARY]):
        assert [name for name, times in Counter(names).items() if times > 1] == []


def test_every_source_can_be_opened_and_says_how_far_it_was_read() -> None:
    for source in SOURCES:
        source.full_clean(validate_unique=False)
        assert source.url.startswith(("https://", "http://"))


def test_every_word_is_found_where_it_stands() -> None:
    for term in GLOSSARY:
        term.full_clean(validate_unique=False)
        assert pattern(term.term).search(f"A {term.term}.") is not None


def test_the_example_clinic_fills_every_placeholder() -> None:
    assert all(getattr(CLINIC, placeholder.field) for placeholder in placeholders.PLACEHOLDERS.values())


@pytest.mark.django_db
def test_loading_publishes_every_article_as_not_yet_approved() -> None:
    lines: list[str] = []
    starter_content.load(lines.append)
    assert ArticleEdition.objects.live().count() == len(lines) == 14
    assert EditionSection.objects.live().count() == 109
    assert not any(edition.is_approved for edition in ArticleEdition.objects.all())
    assert {term.term for term in GlossaryTerm.objects.all()} == {term.term for term in GLOSSARY}
    assert Source.objects.count() == len(SOURCES)


@pytest.mark.django_db
@pytest.mark.usefixtures("starter")
def test_what_was_loaded_has_no_finding_that_blocks() -> None:
    found = [
        (article.slug, finding.message)
        for article in Article.objects.all()
        for finding in publishing.check(article)
        if finding.blocks
    ]
    assert found == []


@pytest.mark.django_db
@pytest.mark.usefixtures("starter")
def test_what_was_loaded_passes_the_checks_of_the_admin() -> None:
    for model in (Article, Section, Source, Topic, Clinic):
        for row in model.objects.all():
            row.full_clean()


@pytest.mark.django_db
@pytest.mark.usefixtures("starter")
def test_each_edition_says_what_its_file_says() -> None:
    editions = {edition.slug: edition for edition in ArticleEdition.objects.live().prefetch_related("sections")}
    for file in ARTICLES:
        found = {
            section.anchor: (section.heading, section.callout, section.body, set(section.sources))
            for section in editions[file.slug].sections.all()
        }
        assert found == {
            section.anchor: (section.heading, section.callout, section.body, set(section.sources))
            for section in file.sections
        }


def everything() -> dict[str, Any]:
    models = (Article, Section, Topic, Source, GlossaryTerm, Clinic, ArticleEdition, EditionSection)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


@pytest.mark.django_db
@pytest.mark.usefixtures("starter")
def test_loading_again_leaves_alone_what_staff_have_edited() -> None:
    Section.objects.update(heading="Changed")
    Topic.objects.update(description="Changed.")
    Source.objects.update(note="Changed.")
    GlossaryTerm.objects.update(meaning="Changed.")
    Clinic.objects.update(emergency_number="112")
    before = everything()
    assert starter_content.load() == []
    assert everything() == before


@pytest.mark.django_db
@pytest.mark.usefixtures("starter")
def test_loading_again_brings_back_only_what_is_missing() -> None:
    GlossaryTerm.objects.first().delete()
    before = GlossaryTerm.objects.count()
    assert starter_content.load() == []
    assert GlossaryTerm.objects.count() == before + 1
