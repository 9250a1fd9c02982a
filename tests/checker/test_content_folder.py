"""All content as files: what was written comes back as it was, and nothing that staff can edit is forgotten."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import models, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from articles import content_files, saving, stale
from articles.models import (
    Article,
    ArticleEdition,
    Audience,
    BodyPlace,
    Clinic,
    ClinicalCode,
    GlossaryTerm,
    LiveVersion,
    SearchPhrase,
    Section,
    Source,
    Topic,
)
from articles.pictures import PICTURES
from articles.yamlfile import FileError
from checker import content_folder, rows
from checker.definition import parse
from checker.models import Choice, Outcome, OutcomeLink, Question, Quiz, Rule, Vignette
from tests.checker.strategies import texts
from tests.factories import (
    make_article,
    make_audience,
    make_clinic,
    make_edition,
    make_editor,
    make_phrase,
    make_place,
    make_quiz,
    make_quiz_data,
    make_section,
    make_source,
    make_term,
    make_topic,
)

pytestmark = pytest.mark.django_db

CONTENT = [Article, Section, ClinicalCode, Topic, Audience, Source, GlossaryTerm, SearchPhrase, BodyPlace, Clinic]
CONTENT += [Quiz, Question, Choice, Outcome, OutcomeLink, Rule, Vignette]
# What hangs on the order of rows, on people, or on what a row belongs to, is not written by itself.
LEFT_OUT = {"Article.author", "Article.clinical_reviewer", "ClinicalCode.article", "Section.article", "Question.quiz"}
LEFT_OUT |= {"Choice.question", "Outcome.quiz", "OutcomeLink.outcome", "Rule.quiz", "Vignette.quiz"}


def write(folder):
    content_folder.write(folder, content_folder.export())
    return folder


def bring_in(folder, **options):
    return content_folder.bring_in(content_folder.read(folder), **options)


def clear():
    """An empty database, as far as content goes."""
    for quiz in Quiz.objects.all():
        quiz.rules.all().delete()
    Quiz.objects.all().delete()
    Article.objects.all().delete()
    for model in (Topic, Audience, Source, GlossaryTerm, SearchPhrase, BodyPlace, Clinic):
        model.objects.all().delete()


def make_all():
    """Something of everything, nothing of it published."""
    make_clinic()
    article = make_article()
    other = make_article(topic=make_topic())
    article.related.add(other)
    article.audiences.add(make_audience())
    ClinicalCode.objects.create(article=article, system="icd-10-cm", code="M77.4")
    first, second = article.sections.first(), make_section(article)
    first.sources.set([make_source()])
    first.picture = next(iter(PICTURES))
    first.review_note = "One line.\r\n\r\n  Another, with # and: marks."
    first.save()
    make_term()
    make_phrase()
    make_place("calf", first, second)
    make_source(note="Two\nlines.")
    quiz = rows.fill(
        Quiz(review_months=7), rows_definition(f"{article.slug}#{first.anchor}", f"{article.slug}#{second.anchor}")
    )
    return article, quiz


def rows_definition(link, other):
    story = {"id": "V1", "story": "Ann.", "answers": {"danger": ["cold"]}, "min_level": "self-care", "max_level": "emergency", "must_link": [link], "basis": "S1"}  # fmt: skip
    data = make_quiz_data(link, vignettes=[story, story | {"id": "V2"}])
    data["outcomes"][0]["links"] = [link, other]
    data["outcomes"].append(
        {"key": "ad", "level": "routine", "title": "Also", "facts": ["One."], "links": [], "addon": True}
    )
    data["rules"].append(
        {"id": "A1", "when": {"any": ["often.daily"]}, "outcome": "ad", "addon": True, "rationale": "Why."}
    )
    data["questions"][1] |= {"hint": "Hint.", "show_if": {"none_of": ["danger.cold"]}}
    data["questions"][1]["choices"][0] |= {"hint": "H.", "severity": 1, "rationale": "R."}
    choices = [{"key": "a", "text": "A"}, {"key": "b", "text": "B"}]
    data["questions"].append({"key": "free", "type": "single", "text": "Free?", "choices": choices})
    return parse(data)


def test_everything_comes_back_into_an_empty_database(tmp_path):
    make_all()
    before = content_folder.export()
    write(tmp_path / "out")
    clear()
    assert not Article.objects.exists()
    report = bring_in(tmp_path / "out")
    assert content_folder.export() == before
    assert [report.replaced, report.kept, report.unchanged] == [[], [], []]
    assert {
        "labels.yaml",
        "sources.yaml",
        "glossary.yaml",
        "search.yaml",
        "clinic.yaml",
        "self-checks.yaml",
    } < before.keys()
    assert Quiz.objects.get().review_months == 7
    assert not ArticleEdition.objects.exists()


block = texts.map(
    lambda text: f"<p>{text.replace('&', '&amp;').replace('<', '&lt;').replace('{', '(').replace('}', ')')}</p>"
)
bodies = st.lists(block, min_size=1, max_size=3).map(lambda blocks: "".join(blocks) + "<ul><li>x</li></ul>")
notes = st.lists(st.just("") | texts, max_size=4).map("\r\n".join)
plain = texts.map(lambda text: text.replace("{", "(").replace("}", ")"))


@given(
    title=plain,
    heading=plain,
    summary=plain,
    body=bodies,
    note=notes,
    meaning=plain,
    source=plain,
    months=st.integers(1, 60),
)
@settings(max_examples=40, deadline=None)
def test_any_texts_come_back_as_they_were(tmp_path, title, heading, summary, body, note, meaning, source, months):
    with transaction.atomic():
        article = make_article(title=title, summary=summary, review_months=months)
        article.sections.update(heading=heading, body=body, review_note=note)
        make_term(meaning=meaning)
        make_source(title=source, note=note)
        make_quiz_of(article)
        before = content_folder.export()
        write(tmp_path)
        clear()
        bring_in(tmp_path)
        assert content_folder.export() == before
        transaction.set_rollback(True)


def make_quiz_of(article):
    anchor = article.sections.first().anchor
    section = make_section(article)
    return rows.fill(Quiz(), rows_definition(f"{article.slug}#{anchor}", f"{article.slug}#{section.anchor}"))


def fields():
    for model in CONTENT:
        for field in [*model._meta.fields, *model._meta.many_to_many]:
            name = f"{model.__name__}.{field.name}"
            if field.editable and not field.primary_key and name not in LEFT_OUT:
                yield pytest.param(model, field, id=name)


def change(row, field):
    """Make the field of this row say something else that fits."""
    value = getattr(row, field.name)
    if field.many_to_many:
        value.set(field.related_model.objects.exclude(pk__in=value.all())[:1])
        return
    if field.is_relation:
        setattr(row, field.name, field.related_model.objects.exclude(pk=value.pk).last())
    elif field.choices:
        setattr(row, field.name, next(key for key, _name in reversed(list(field.choices)) if key and key != value))
    elif isinstance(field, models.BooleanField):
        setattr(row, field.name, not value)
    elif isinstance(field, models.IntegerField):
        setattr(row, field.name, 1_000_000 if field.name == "order" else (value or 1) + 1)
    elif isinstance(field, models.JSONField):
        setattr(row, field.name, OTHER_JSON[field.name])
    elif field.name in ("slug", "anchor", "key", "name", "ref", "phone", "code"):
        setattr(row, field.name, OTHER_TEXT.get(field.name, f"{value}9"))
    else:
        setattr(row, field.name, OTHER_TEXT.get(field.name, f"{value} more"))
    row.save()


OTHER_TEXT = {"code": "M77.41", "url": "https://other.example/", "body": "<p>Other.</p>", "language": "fr",
              "emergency_number": "000", "maternity_unit": "1", "out_of_hours_line": "2", "poison_center": "3"}  # fmt: skip
OTHER_TEXT = {key: value if len(value) > 1 else f"55{value}" for key, value in OTHER_TEXT.items()}
OTHER_JSON = {
    "result_notes": ["Another."],
    "show_if": {"any": ["danger.none"]},
    "facts": ["Another."],
    "when": {"any": ["danger.none"]},
    "answers": {"danger": ["none"]},
}


def row_to_change(model, field):
    """The last row, or the first of several, so that another order shows."""
    found = model._default_manager.order_by("pk")
    if model is Choice and field.name == "exclusive":
        return found.filter(exclusive=True).first()
    if model is Choice and field.name == "red_flag":
        return found.filter(key="swollen").first()
    if model is Outcome and field.name == "addon":
        return None
    if model is Question and field.name in ("show_if", "kind"):
        return found.filter(key="free").first()
    if model is Choice and field.name == "key":
        return found.filter(key="rarely").first()
    if model is Question and field.name in ("key", "order"):
        return found.filter(key="free").first() if field.name == "key" else None
    if model is Rule and field.name == "default":
        return found.exclude(outcome__addon=True).first()
    if model is OutcomeLink and field.name == "section":
        return found.last()
    if model is Rule and field.name == "outcome":
        return None
    return found.first()


@pytest.mark.parametrize(("model", "field"), fields())
def test_every_field_that_staff_edit_is_in_the_files(model, field):
    make_all()
    make_term()
    before = content_folder.export()
    if row := row_to_change(model, field):
        change(row, field)
    else:
        by_hand(model, field)
    assert content_folder.export() != before


def by_hand(model, field):
    """What can only be changed together with something else."""
    if model is Outcome:
        Outcome.objects.filter(addon=True).update(addon=False)
    elif model is Question:
        Question.objects.update(show_if=None)
        Question.objects.filter(key="danger").update(order=1_000_000)
    else:
        rule = Rule.objects.order_by("pk").first()
        rule.outcome = Outcome.objects.get(key="ro")
        rule.save()


def test_people_are_not_content():
    article = make_article(author=make_editor(first_name="Secret", last_name="Person"))
    assert "Secret" not in "".join(content_folder.export().values())
    assert article.author is not None


def test_what_is_there_is_kept_and_named_and_replaced_only_when_asked(tmp_path):
    article, quiz = make_all()
    section = article.sections.first()
    write(tmp_path)
    Article.objects.filter(pk=article.pk).update(title="Changed meanwhile")
    Section.objects.filter(pk=section.pk).update(heading="Changed too")
    quiz.questions.filter(key="often").update(text="Changed as well?")
    Clinic.objects.update(phone="555 1")
    report = bring_in(tmp_path)
    name, check = f"articles/{article.slug}.yaml", f"self-checks/{quiz.slug}.yaml"
    assert {name, check} < set(report.kept)
    assert Article.objects.get(pk=article.pk).title == "Changed meanwhile"
    report = bring_in(tmp_path, replace=True)
    assert {name, check} < set(report.replaced)
    assert not report.kept
    assert section.pk == article.sections.get(anchor=section.anchor).pk
    assert Section.objects.get(pk=section.pk).heading == section.heading
    assert content_folder.export() == content_folder.export()
    assert not bring_in(tmp_path, replace=True).replaced


def test_the_places_that_hurt_are_replaced_only_when_asked_and_patients_see_it(tmp_path):
    article, _quiz = make_all()
    write(tmp_path)
    BodyPlace.objects.get(place="calf").sections.clear()
    make_place("shin", article.sections.first())
    report = bring_in(tmp_path)
    assert "place that hurts calf" in report.kept
    before = LiveVersion.objects.number()
    report = bring_in(tmp_path, replace=True)
    assert report.replaced == ["place that hurts calf"]
    assert LiveVersion.objects.number() > before
    assert BodyPlace.objects.get(place="calf").sections.count() == 2
    assert BodyPlace.objects.get(place="shin").sections.count() == 1  # the files do not name it


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("{place: calf, sections: [no-such#place]}", "the section no-such#place does not exist"),
        ("{place: knee, sections: []}", "body.yaml, line 2: "),
        ("{place: calf, sections: []}\n  - {place: calf, sections: []}", '"calf" stands there twice'),
    ],
)
def test_a_place_that_does_not_fit_is_named_and_nothing_is_imported(tmp_path, wrong, said):
    make_all()
    write(tmp_path)
    (tmp_path / "body.yaml").write_text(f"places:\n  - {wrong}\n")
    before = content_folder.export()
    with pytest.raises(FileError, match=said):
        bring_in(tmp_path, replace=True)
    assert content_folder.export() == before


def test_no_edition_changes_and_nothing_is_published(tmp_path):
    edition = make_edition()
    write(tmp_path)
    before = list(ArticleEdition.objects.values())
    Article.objects.update(title="Changed meanwhile")
    bring_in(tmp_path, replace=True)
    assert list(ArticleEdition.objects.values()) == before
    assert Article.objects.get().title == edition.title


def test_a_section_that_a_self_check_leads_to_is_never_dropped(tmp_path):
    quiz = make_quiz()
    write(tmp_path)
    file = next((tmp_path / "articles").glob("*.yaml"))
    article = Article.objects.get(slug=file.stem)
    anchor = article.sections.first().anchor
    file.write_text(file.read_text().replace(f"anchor: {anchor}", "anchor: another-one"))
    with pytest.raises(FileError, match=f"A self-check leads to a section .*{anchor}"):
        bring_in(tmp_path, replace=True)
    assert article.sections.get().anchor == anchor
    assert quiz.outcomes.count()


def test_a_replacement_is_refused_where_somebody_has_changed_it_since():
    article = make_article()
    file = content_files.file_of(article)
    seen = stale.token(article)
    article.sections.update(heading="Changed meanwhile")
    with pytest.raises(stale.Stale):
        saving.replace(article, file, seen)


def test_bad_files_are_named_with_their_lines_and_nothing_is_imported(tmp_path):
    make_all()
    write(tmp_path)
    clear()
    first, second = sorted((tmp_path / "articles").glob("*.yaml"))
    first.write_text(first.read_text().replace("callout: info", "callout: wrong"))
    second.write_bytes(b"\xff\xfe")
    check = next((tmp_path / "self-checks").glob("*.yaml"))
    check.write_text(check.read_text().replace("type: single", "type: both"))
    with pytest.raises(CommandError) as error:
        call_command("import_content", tmp_path, stdout=StringIO())
    said = str(error.value)
    assert said.startswith("Nothing was imported.")
    for name in (first.name, second.name, check.name):
        assert re.search(rf"{name}, line \d+", said), name
    assert not Topic.objects.exists()


def test_a_link_that_leads_nowhere_is_named_with_its_line_and_nothing_is_imported(tmp_path):
    make_all()
    write(tmp_path)
    clear()
    check = next((tmp_path / "self-checks").glob("*.yaml"))
    check.write_text(re.sub(r"links: \[[^\]]*\]", "links: [no-such#place]", check.read_text(), count=1))
    with pytest.raises(FileError, match=rf"{check.name}, line \d+: outcome .*no-such#place does not exist"):
        bring_in(tmp_path)
    assert not Article.objects.exists()


def test_a_second_export_takes_away_what_is_gone_and_touches_no_other_folder(tmp_path):
    article, _quiz = make_all()
    write(tmp_path / "out")
    clear()
    make_topic()
    out = StringIO()
    call_command("export_content", tmp_path / "out", stdout=out)
    assert f"taken away, since it is no longer in the database: articles/{article.slug}.yaml" in out.getvalue()
    assert not list((tmp_path / "out" / "articles").iterdir())
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").write_text("Dear")
    with pytest.raises(CommandError, match="It holds other things"):
        call_command("export_content", other, stdout=StringIO())
    assert [path.name for path in other.iterdir()] == ["letter.txt"]


def test_both_commands_tell_how_far_they_are_and_what_became_of_it(tmp_path):
    article, _quiz = make_all()
    out = StringIO()
    call_command("export_content", tmp_path / "out", stdout=out)
    assert f"articles/{article.slug}.yaml" in out.getvalue()
    call_command("import_content", tmp_path / "out", stdout=out)
    assert "0 added, 0 replaced" in out.getvalue()
    assert "Nothing was published" in out.getvalue()


def test_the_starter_content_comes_back_with_the_same_bytes(starter, tmp_path):
    before = content_folder.export()
    write(tmp_path)
    assert bring_in(tmp_path, replace=True).replaced == []
    assert content_folder.export() == before
    assert len(before) == len(Article.objects.all()) + len(Quiz.objects.all()) + 7
