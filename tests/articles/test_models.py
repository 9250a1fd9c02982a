from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from articles.models import Article, Clinic, ClinicalCode, LiveVersion, Section, Topic
from tests.factories import (
    make_article,
    make_audience,
    make_clinic,
    make_edition,
    make_section,
    make_source,
    make_topic,
)

pytestmark = pytest.mark.django_db

DIRTY = '<p onclick="x">Rest<script>alert(1)</script> <b>now</b></p>'
CLEAN = "<p>Rest <strong>now</strong></p>"


def messages_of(row: Any) -> list[str]:
    try:
        row.full_clean()
    except ValidationError as error:
        return error.messages
    return []


def test_rows_that_are_valid_by_default_are_valid() -> None:
    article = make_article()
    rows = [article, article.sections.get(), article.topic, make_clinic(), make_source(), make_audience()]
    assert [messages_of(row) for row in rows] == [[]] * 6


@pytest.mark.parametrize(
    "anchor", ["When-to-go", "1-sign", "a--b", "a-", "-a", "a_b", "a b", "é", ""]
)  # fmt: skip
def test_an_anchor_of_the_wrong_form_is_refused(anchor: str) -> None:
    assert messages_of(Section(article=make_article(), heading="H", body="<p>x</p>", anchor=anchor))


def test_an_anchor_stands_once_in_an_article() -> None:
    article = make_article(sections=0)
    make_section(article, anchor="rest")
    again = Section(article=article, anchor="rest", heading="H", body="<p>x</p>")
    assert messages_of(again) == ["Another section of this article has this anchor."]
    assert messages_of(Section(article=make_article(), anchor="rest", heading="H", body="<p>x</p>")) == []
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


def test_a_code_stands_once_in_an_article() -> None:
    article = make_article()
    ClinicalCode.objects.create(article=article, system="icd-10-cm", code="R25.2")
    again = ClinicalCode(article=article, system="icd-10-cm", code="R25.2")
    assert messages_of(again) == ["This article has this code already."]
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


@pytest.mark.parametrize("code", ["r25.2", "R25 2", "-R25", ""])
def test_a_code_of_the_wrong_form_is_refused(code: str) -> None:
    assert messages_of(ClinicalCode(article=make_article(), system="icd-10-cm", code=code))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"review_months": 0}, "Ensure this value is greater than or equal to 1."),
        ({"review_months": 61}, "Ensure this value is less than or equal to 60."),
        ({"summary": "Call {nurse}."}, "“{nurse}” is not a placeholder."),
        ({"summary": "Call {"}, "A curly bracket has no partner."),
        ({"slug": "two words"}, "Use only the letters a to z, numbers and hyphens"),
    ],
)
def test_an_article_with_a_wrong_setting_is_refused(fields: dict[str, Any], message: str) -> None:
    article = make_article(**fields)
    assert message in " ".join(messages_of(article))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"emergency_number": "call us"}, "Write a phone number that can be dialled"),
        ({"phone": "5"}, "Write a phone number that can be dialled"),
        ({"maternity_unit": '911"><b>'}, "Write a phone number that can be dialled"),
        ({"language": "English"}, "Write a language tag, such as en-US."),
    ],
)
def test_a_clinic_with_a_wrong_setting_is_refused(fields: dict[str, Any], message: str) -> None:
    assert message in " ".join(messages_of(make_clinic(**fields)))


@pytest.mark.parametrize("number", ["911", "+1 (555) 010-0100", "*31#", "#31#555", "555.0100", "0800/111"])
def test_a_number_that_can_be_dialled_is_accepted(number: str) -> None:
    assert messages_of(make_clinic(emergency_number=number)) == []


@pytest.mark.parametrize("model", [Clinic, LiveVersion])
def test_there_is_one_clinic_and_one_live_version(model: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        model(pk=2).save()


def test_before_staff_have_filled_it_in_the_clinic_is_empty() -> None:
    clinic = Clinic.objects.current()
    assert (clinic.pk, clinic.emergency_number, clinic.live_version) == (None, "", 0)


def test_a_clinic_that_is_not_filled_in_yet_knows_the_live_version_too() -> None:
    LiveVersion.objects.bump()
    LiveVersion.objects.bump()
    assert Clinic.objects.current().live_version == 2


def test_the_clinic_knows_the_live_version() -> None:
    make_clinic()
    before = Clinic.objects.current().live_version
    LiveVersion.objects.bump()
    assert Clinic.objects.current().live_version == before + 1


CHANGES_OF_A_LABEL = {
    "save": lambda topic: topic.save(),
    "update": lambda topic: Topic.objects.filter(pk=topic.pk).update(name="Other"),
    "delete": lambda topic: topic.delete(),
    "delete of many": lambda topic: Topic.objects.filter(pk=topic.pk).delete(),
    "create": lambda topic: make_topic(),
    "update_or_create": lambda topic: Topic.objects.update_or_create(slug=topic.slug, defaults={"name": "Other"}),
}


@pytest.mark.parametrize("change", CHANGES_OF_A_LABEL.values(), ids=CHANGES_OF_A_LABEL)
def test_each_change_of_a_label_moves_the_live_version(change: Any) -> None:
    topic = make_topic()
    before = LiveVersion.objects.get().number
    change(topic)
    assert LiveVersion.objects.get().number > before


def test_nobody_deletes_all_topics_by_a_slip() -> None:
    assert not hasattr(Topic.objects, "delete")


def test_the_address_of_an_article_is_free_until_published_and_then_fixed() -> None:
    article = make_article(slug="old")
    article.slug = "new"
    assert messages_of(article) == []
    article.save()
    make_edition(article)
    article.slug = "newer"
    assert messages_of(article) == [
        "This article has been published as “new”. Its address is fixed, so that links to it hold."
    ]


def test_the_anchor_of_a_section_is_free_until_published_and_then_fixed() -> None:
    article = make_article(sections=0)
    section = make_section(article, anchor="old")
    section.anchor = "new"
    assert messages_of(section) == []
    section.save()
    make_edition(article)
    section.anchor = "newer"
    assert messages_of(section) == [
        "This section has been published as “new”. Its anchor is fixed, so that links to it hold."
    ]
    section.anchor, section.heading = "new", "Another heading"
    assert messages_of(section) == []


def test_a_section_that_came_after_publishing_may_still_change_its_anchor() -> None:
    article = make_article()
    make_edition(article)
    section = make_section(article)
    section.anchor = "other"
    assert messages_of(section) == []


def test_an_unknown_placeholder_in_a_text_is_refused() -> None:
    section = Section(article=make_article(), heading="H", anchor="a", body="<p>Call {nurse}.</p>")
    assert "“{nurse}” is not a placeholder." in messages_of(section)[0]


def write_by_save(section: Section) -> None:
    section.body = DIRTY
    section.save()


def write_by_bulk_update(section: Section) -> None:
    section.body = DIRTY
    Section.objects.bulk_update([section], ["body"])


def write_by_bulk_create(section: Section) -> None:
    article = section.article
    section.delete()
    Section.objects.bulk_create([Section(article=article, anchor="a", heading="H", body=DIRTY)])


WRITES = {
    "save": write_by_save,
    "bulk_update": write_by_bulk_update,
    "bulk_create": write_by_bulk_create,
    "update": lambda section: Section.objects.update(body=DIRTY),
    "update_or_create": lambda section: Section.objects.update_or_create(pk=section.pk, defaults={"body": DIRTY}),
    "related manager": lambda section: section.article.sections.update(body=DIRTY),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_rich_text_is_clean_whatever_wrote_it(write: Any) -> None:
    write(make_article().sections.get())
    assert Section.objects.values_list("body", flat=True).get() == CLEAN


def test_a_saved_section_holds_the_clean_text_too() -> None:
    section = make_section(make_article(sections=0), body=DIRTY)
    assert section.body == CLEAN


def test_rows_have_names_and_addresses() -> None:
    article = make_article(slug="cramps", title="Cramps")
    section = make_section(article, anchor="rest", heading="Rest")
    assert [str(article), str(section), str(article.topic)] == ["Cramps", "Rest", article.topic.name]
    assert article.get_absolute_url() == "/articles/cramps/"
    assert section.get_absolute_url() == "/articles/cramps/#rest"
    assert str(make_source(ref="S1", title="T", organisation="O")) == "S1 T (O)"
    assert Article.objects.get(pk=article.pk).has_published_anchor("rest") is False
