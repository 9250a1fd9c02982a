import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles import files, saving, starter_content
from articles.models import Article
from articles.yamlfile import FileError
from tests.factories import make_article, make_audience, make_source, make_topic

ARTICLE = """\
slug: night-cramps
title: "Night cramps"
summary: "What to do. Call {emergency_number} for chest pain."
topic: legs
audiences: [adults]
codes:
  icd-10-cm: [R25.2]
related: [day-cramps]
sections:

  - anchor: danger
    heading: "When do I call?"
    callout: emergency
    sources: [S1, S2]
    body: |
      <p>Call {emergency_number}.</p>
    review_note: "Check this."

  - anchor: stretch
    heading: "How do I stretch?"
    callout: self-care
    body: "<p>Pull your toes up.</p>"
"""
STARTERS = sorted((starter_content.FOLDER / "articles").glob("*.yaml"))


def problems_of(text: str) -> list[str]:
    try:
        files.load_article(text, "night.yaml")
    except FileError as error:
        return [str(problem) for problem in error.problems]
    return []


def test_an_article_is_read_with_all_its_parts() -> None:
    article = files.load_article(ARTICLE, "night.yaml")
    assert (article.slug, article.topic, article.audiences, article.related) == (
        "night-cramps",
        "legs",
        ("adults",),
        ("day-cramps",),
    )
    assert (article.codes, article.review_months) == ((("icd-10-cm", "R25.2"),), 24)
    assert [section.anchor for section in article.sections] == ["danger", "stretch"]
    assert article.sections[0] == files.SectionFile(
        "danger", "When do I call?", "emergency", "<p>Call {emergency_number}.</p>", ("S1", "S2"), "Check this."
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'title: "Night cramps"',
            'titel: "Night cramps"',
            'titel: Article: "titel" is not known. Use: slug, title, summary',
        ),
        ('title: "Night cramps"', 'title: ""', 'Article: "title" is empty.'),
        ("slug: night-cramps", "slug: Night Cramps", '"Night Cramps" cannot be used'),
        ("audiences: [adults]", "audiences: adults", '"audiences" must be a list.'),
        ("audiences: [adults]", "audiences: []", '"audiences" is an empty list.'),
        ("audiences: [adults]", "audiences: [adults, adults]", "names adults twice"),
        ("{emergency_number} for", "{emergency} for", "“{emergency}” is not a placeholder."),
        ("{emergency_number} for", "{emergency_number for", "A curly bracket has no partner."),
        ("icd-10-cm: [R25.2]", "icd-9: [R25.2]", '"icd-9" is not known. Use: icd-10-cm, snomed-ct, icd-10.'),
        ("icd-10-cm: [R25.2]", "icd-10-cm: [r25]", '"r25": Use capitals, digits, points and hyphens.'),
        (
            "callout: emergency",
            "callout: danger",
            'Section "danger": "callout" must be emergency or urgent or see-a-doctor',
        ),
        ("sources: [S1, S2]", "sources: [S1, s2]", '"s2" is not of the right form for "sources".'),
        ("sources: [S1, S2]", "source: [S1]", '"source" is not known.'),
        (
            "<p>Pull your toes up.</p>",
            "<table>x</table>",
            '"body" has <table>. Use only a, br, em, h3, li, ol, p, strong, ul.',
        ),
        ("<p>Pull your toes up.</p>", "<script>x</script>", '"body" has <script>.'),
        ("<p>Pull your toes up.</p>", "<p></p>", '"body" is empty.'),
        ("<p>Pull your toes up.</p>", "<p>Call {nurse}.</p>", '"body": “{nurse}” is not a placeholder.'),
        ('heading: "How do I stretch?"', "heading: 5", '"heading" must be text. In a file, put it in quotes.'),
        ('heading: "How do I stretch?"', 'heading: "How" x', "This cannot be read as YAML"),
    ],
)
def test_a_problem_names_file_and_line(old: str, new: str, message: str) -> None:
    line = ARTICLE[: ARTICLE.index(old)].count("\n") + 1
    found = problems_of(ARTICLE.replace(old, new, 1))
    assert any(each.startswith(f"night.yaml, line {line}: ") and message in each for each in found), found


@pytest.mark.parametrize(
    ("old", "line", "message"),
    [
        ('title: "Night cramps"\n', 1, 'top level: Article: "title" is missing.'),
        ("    callout: emergency\n", 11, 'sections[0]: Section "danger": "callout" is missing.'),
        ('    heading: "How do I stretch?"\n', 19, 'sections[1]: Section "stretch": "heading" is missing.'),
    ],
)
def test_a_missing_setting_is_named_where_it_belongs(old: str, line: int, message: str) -> None:
    assert problems_of(ARTICLE.replace(old, "", 1)) == [f"night.yaml, line {line}: {message}"]


def test_two_sections_cannot_have_one_anchor() -> None:
    assert problems_of(ARTICLE.replace("anchor: stretch", "anchor: danger")) == [
        'night.yaml, line 1: top level: Article: the anchor "danger" stands there twice.'
    ]


def test_all_problems_are_named_at_once() -> None:
    found = problems_of(ARTICLE.replace("callout: emergency", "callout: x").replace("slug: night-cramps", "slug: X"))
    assert [each.split(": ")[0] for each in found] == ["night.yaml, line 1", "night.yaml, line 13"]


def test_an_article_without_sections_is_refused() -> None:
    assert (
        'Article: "sections" needs at least 1.'
        in problems_of(ARTICLE[: ARTICLE.index("\n  - anchor")].rstrip() + " []")[0]
    )


@pytest.mark.parametrize("path", STARTERS, ids=lambda path: path.stem)
@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_a_mutilated_file_is_read_or_refused(path: Path, data: st.DataObject) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    chance = random.Random(data.draw(st.integers(0, 2**32)))
    for _time in range(chance.randint(1, 3)):
        mutilate(lines, chance)
    places = []
    try:
        files.load_article("\n".join(lines[:60]), path.name)
    except FileError as error:
        places = [problem.place for problem in error.problems] or ["nowhere"]
    assert all(place.startswith(f"{path.name}, line ") for place in places)


def mutilate(lines: list[str], chance: random.Random) -> None:
    at = chance.randrange(min(len(lines), 60))
    line = lines[at]
    cut = chance.randint(0, len(line))
    rubbish = chance.choice(
        ["", '"', "{", "]", "&a ", "- ", "\t", "\x00", "~", "null", "<b", "<<: ", ": ", "é", "\ud800", "[[", "x" * 3000]
    )
    lines[at] = chance.choice(
        [line[:cut] + rubbish + line[cut:], line[cut:], line[:cut], rubbish, line + "\n" + line, line[::-1]]
    )


@pytest.mark.django_db
def test_a_file_becomes_a_working_copy() -> None:
    make_topic(slug="legs"), make_audience(slug="adults"), make_source(ref="S1"), make_source(ref="S2")
    make_article(slug="day-cramps")
    file = files.load_article(ARTICLE, "night.yaml")
    article = saving.save(file)
    saving.relate(article, file)
    sections = list(article.sections.all())
    assert [section.anchor for section in sections] == ["danger", "stretch"]
    assert sorted(source.ref for source in sections[0].sources.all()) == ["S1", "S2"]
    assert [str(code) for code in article.codes.all()] == ["ICD-10-CM R25.2"]
    assert [related.slug for related in article.related.all()] == ["day-cramps"]


@pytest.mark.django_db
def test_a_file_that_names_what_does_not_exist_is_refused_with_all_names() -> None:
    make_source(ref="S2")
    with pytest.raises(FileError) as error:
        saving.save(files.load_article(ARTICLE, "night.yaml"))
    assert str(error.value).splitlines() == [
        'Article night-cramps: the topic "legs" does not exist.',
        'Article night-cramps: the audience "adults" does not exist.',
        'Article night-cramps: the source "S1" does not exist.',
    ]
    assert not Article.objects.exists()


@pytest.mark.django_db
def test_a_related_article_that_does_not_exist_is_named() -> None:
    with pytest.raises(FileError, match=r'Article night-cramps: the related article "day-cramps" does not exist\.'):
        saving.relate(make_article(), files.load_article(ARTICLE, "night.yaml"))


def test_labels_sources_words_and_the_clinic_are_read() -> None:
    labels = (
        'topics:\n  - {slug: legs, name: "Legs", description: "All."}\naudiences:\n  - {slug: adults, name: "Adults"}\n'
    )
    topics, audiences = files.load_labels(labels, "labels.yaml")
    assert [(topic.slug, topic.name, topic.description) for topic in topics] == [("legs", "Legs", "All.")]
    assert [audience.slug for audience in audiences] == ["adults"]
    source = 'sources:\n  - {ref: S1, title: "T", organisation: "O", url: "https://x.org", how_read: SEEN}\n'
    assert files.load_sources(source, "sources.yaml")[0].how_read == "SEEN"
    assert files.load_glossary('glossary:\n  - {term: "Gout", meaning: "M"}\n', "g.yaml")[0].term == "Gout"
    assert files.load_clinic('name: "C"\nemergency_number: "112"\n', "clinic.yaml").emergency_number == "112"


@pytest.mark.parametrize(
    ("load", "text", "message"),
    [
        (files.load_labels, "topics: []", '"audiences" is missing'),
        (
            files.load_sources,
            "sources:\n  - {ref: s1}",
            'line 2: sources[0].ref: Source "s1": ref: "s1" cannot be used',
        ),
        (files.load_sources, "sources:\n  - {ref: S1, how_read: READ}", '"how_read" must be SEEN or COPY or KNOWN'),
        (files.load_glossary, "glossary:\n  - {term: Gout}", 'Term "Gout": "meaning" is missing'),
        (
            files.load_clinic,
            "name: C\nemergency_number: 911",
            'line 2: emergency_number: Clinic: "emergency_number" must be text',
        ),
        (files.load_clinic, "name: C\nemergency: x", '"emergency" is not known'),
    ],
)
def test_a_problem_in_a_shared_file_is_named(load: object, text: str, message: str) -> None:
    with pytest.raises(FileError) as error:
        load(text, "shared.yaml")
    assert message in str(error.value)
    assert "shared.yaml, line " in str(error.value)
