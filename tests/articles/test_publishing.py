import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles import publishing, richtext
from articles.models import Article, ArticleEdition, ClinicalCode, LiveVersion, Section, Source
from articles.publishing import CannotRestore, link_problem
from articles.record import CannotPublish, add_months
from articles.snapshot import reading_order, reference_order
from checker import rows
from checker.definition import parse
from checker.models import Quiz
from tests.factories import (
    make_article,
    make_audience,
    make_clinic,
    make_edition,
    make_editor,
    make_quiz_data,
    make_quiz_edition,
    make_reviewer,
    make_section,
    make_source,
    make_term,
    make_topic,
)

MAY_3 = datetime.datetime(2026, 5, 3, 12, tzinfo=datetime.UTC)
HARD = "<p>Immediate radiological investigation of metatarsophalangeal abnormalities facilitates identification.</p>"
LONG = f"<p>{' '.join(['See a doctor about the other leg'] * 4)}.</p>"


def body(text: str) -> Any:
    return lambda article: article.sections.update(body=text)


def link_to(address: str) -> Any:
    return body(f'<p>See <a href="{address}">this</a>.</p>')


def make_heading_twice(article: Article) -> None:
    for _time in range(2):
        make_section(article, heading="Rest ")


def drop_a_published_section(article: Article) -> None:
    make_section(article, anchor="gone")
    make_edition(article)
    article.sections.filter(anchor="gone").delete()


def findings_of(article: Article) -> list[tuple[str, bool]]:
    return [(finding.message, finding.blocks) for finding in publishing.check(Article.objects.get(pk=article.pk))]


@pytest.mark.django_db
def test_an_article_that_is_valid_by_default_has_no_findings() -> None:
    assert findings_of(make_article(sections=3)) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "message", "blocks"),
    [
        (lambda article: article.sections.all().delete(), "The article has no sections.", True),
        (lambda article: article.audiences.clear(), "Choose at least one audience.", True),
        (lambda article: Article.objects.update(summary="Call {nurse}"), "Summary: “{nurse}” is not a placeholder.", True),
        (make_heading_twice, "Two sections have the heading “Rest ”.", True),
        (lambda article: article.sections.update(heading="Call {clinic_phone}"), "a heading cannot hold a placeholder.", True),
        (body("<p></p>"), "has no text.", True),
        (body("<p>Call {nurse}.</p>"), "“{nurse}” is not a placeholder.", True),
        (body("<p>Call {clinic_phone.</p>"), "A curly bracket has no partner.", True),
        (link_to("tel:{clinic_phone}"), "a link cannot hold a placeholder.", True),
        (link_to("example.org"), "the link “example.org” is not an address. Begin it with https:// or", True),
        (link_to("/articles/nowhere/"), "the link “/articles/nowhere/” leads to an article that is not published.", True),
        (link_to("/articles/live/#nowhere"), "leads to a section that is not published.", True),
        (link_to("/pages/x/"), "the link “/pages/x/” leads to no page of this site.", True),
        (lambda article: article.sections.get().sources.clear(), "names no source.", False),
        (lambda article: ClinicalCode.objects.create(article=article, system="icd-10-cm", code="M77.4-"), "The code ICD-10-CM M77.4- still needs", False),
        (drop_a_published_section, "The section “gone” was published before and is gone. Old links", False),
        (body(HARD), "aim for 8 or less.", False),
        (body(LONG), "The article reads at grade", False),
    ],
)  # fmt: skip
def test_each_finding_is_named_and_blocks_or_not(change: Any, message: str, blocks: bool) -> None:
    make_edition(make_article(slug="live"))
    article = make_article()
    change(article)
    matching = [found for found in findings_of(article) if message in found[0]]
    assert matching, findings_of(article)
    assert {found[1] for found in matching} == {blocks}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("back", "advice"),
    [
        ("", "Have “Second” approved first, or take the link out for now."),
        ("/articles/second/", "Have “Second” approved first, or take the link out for now."),
        (
            "/articles/first/",
            "“Second” leads back here, so each waits for the other. Take the link out of one of the two",
        ),
    ],
)
def test_a_link_to_a_text_that_waits_too_says_what_to_do(back: str, advice: str) -> None:
    first, second = make_article(slug="first"), make_article(slug="second", title="Second")
    link_to("/articles/second/")(first)
    link_to(back)(second)
    assert advice in findings_of(first)[0][0]


@pytest.mark.django_db
def test_two_new_articles_that_lead_to_each_other_go_live_as_the_advice_says() -> None:
    first, second = make_article(slug="first"), make_article(slug="second")
    link_to("/articles/first/")(second)
    make_edition(first)
    link_to("/articles/second/")(first)
    make_edition(second)
    make_edition(first)
    assert findings_of(first) == findings_of(second) == []


@pytest.mark.django_db
def test_a_finding_about_a_section_leads_to_it() -> None:
    article = make_article(sections=2)
    section = article.sections.last()
    Section.objects.filter(pk=section.pk).update(body="", heading="Sit")
    (finding,) = [finding for finding in publishing.check(article) if finding.blocks]
    assert (finding.message, finding.section) == ("“Sit” has no text.", section)


@pytest.mark.django_db
def test_findings_that_block_come_first() -> None:
    article = make_article(sections=2)
    article.sections.first().sources.clear()
    article.audiences.clear()
    assert [blocks for _message, blocks in findings_of(article)] == [True, False]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/x", "mailto:a@example.org", "tel:911", "/articles/live/", "/articles/live/#rest", "/articles/live#rest",
        "/articles/own/#own-section", "/", "/topics/x/", "/for/x/", "/check/x/", "/glossary/",
    ],
)  # fmt: skip
def test_a_link_that_leads_somewhere_is_no_finding(address: str) -> None:
    live = make_article(slug="live", sections=0)
    make_section(live, anchor="rest")
    make_edition(live)
    article = make_article(slug="own", sections=0)
    make_section(article, anchor="own-section", body=f'<p><a href="{address}">x</a></p>')
    assert findings_of(article) == []


@given(st.text(max_size=20) | st.sampled_from(["//[", "/articles/[/#]", "/\\", "?", "#", "/articles//"]))
def test_any_address_is_judged(address: str) -> None:
    for link in richtext.links(richtext.clean(f'<a href="{address}">x</a>')):
        assert isinstance(link_problem(link, {"a": {"b"}}), str)


@pytest.mark.django_db
def test_a_section_that_patients_are_sent_to_cannot_be_dropped() -> None:
    edition = make_edition()
    quiz = make_quiz_edition(
        rows.fill(Quiz(), parse(make_quiz_data(f"{edition.slug}#{edition.sections.get().anchor}")))
    )
    Section.objects.filter(article=edition.article).update(anchor="other")
    blocking = [message for message, blocks in findings_of(edition.article) if blocks]
    assert blocking
    assert all("is gone, but the outcome “" in message and quiz.title in message for message in blocking)


@pytest.mark.django_db
def test_what_blocks_stops_publishing_and_is_named() -> None:
    article = make_article(sections=0)
    with pytest.raises(CannotPublish, match=r"cannot be published: The article has no sections\."):
        make_edition(article)
    assert not ArticleEdition.objects.exists()


@pytest.mark.django_db
def test_what_does_not_block_can_be_published() -> None:
    article = make_article()
    article.sections.get().sources.clear()
    assert make_edition(article).number == 1


@pytest.mark.django_db
def test_sections_published_alongside_can_be_linked() -> None:
    article = make_article()
    link_to("/articles/later/#rest")(article)
    assert make_edition(article, alongside={"later": ["rest"]}).number == 1


@pytest.mark.django_db
def test_editions_are_numbered_for_each_article_from_1() -> None:
    first, second = make_article(), make_article()
    assert [make_edition(article).number for article in (first, first, second, first)] == [1, 2, 1, 3]


@pytest.mark.django_db
def test_a_withdrawn_number_is_not_given_again() -> None:
    article = make_article()
    publishing.withdraw(make_edition(article), by=None)
    assert make_edition(article).number == 2


@pytest.mark.django_db
def test_emergency_sections_come_first_and_the_rest_keep_their_order() -> None:
    article = make_article(sections=0)
    callouts = {"a": "info", "b": "emergency", "c": "urgent", "d": "emergency", "e": "self-care"}
    for anchor, callout in callouts.items():
        make_section(article, anchor=anchor, callout=callout)
    assert [section.anchor for section in make_edition(article).sections.all()] == ["b", "d", "a", "c", "e"]


@given(st.lists(st.sampled_from(["emergency", "urgent", "info"])))
def test_no_section_is_lost_in_putting_them_in_order(callouts: list[str]) -> None:
    sections = [Section(callout=callout, order=number) for number, callout in enumerate(callouts)]
    order = [section.order for section in reading_order(sections)]
    emergencies = callouts.count("emergency")
    assert order[:emergencies] == [number for number, callout in enumerate(callouts) if callout == "emergency"]
    assert order[emergencies:] == [number for number, callout in enumerate(callouts) if callout != "emergency"]


def make_full_article() -> Article:
    """An article with something in each place."""
    article = make_article(
        sections=0, slug="full", title="Gout", summary="Call {clinic_phone}.", topic=make_topic(slug="feet")
    )
    article.audiences.set([make_audience(slug="adults")])
    article.related.set([make_article(slug="friend", title="A friend")])
    ClinicalCode.objects.create(article=article, system="icd-10-cm", code="M10.9")
    make_term(term="Gout (podagra)", meaning="Crystals in a joint.")
    make_term(term="Bunion")
    section = make_section(
        article, anchor="rest", heading="Rest", callout="self-care", body="<p>Rest with <em>gout</em>.</p>"
    )
    twelve = make_source(ref="S12", title="Twelve", organisation="WHO", url="https://x.org/12")
    section.sources.set([twelve, make_source(ref="S2", title="Two", organisation="NHS", url="https://x.org/2")])
    return article


SOURCE = {"dated": "", "how_read": "SEEN", "note": ""}


def content_of(edition: ArticleEdition) -> dict[str, Any]:
    names = ["slug", "title", "summary", "topic_id", "audiences", "related", "codes", "sources", "glossary"]
    sections = edition.sections.values_list("order", "anchor", "heading", "callout", "body", "text", "sources")
    return {name: getattr(edition, name) for name in names} | {"sections": list(sections)}


def change_everything(article: Article) -> None:
    """What staff may do to a working copy and what it shares."""
    Source.objects.filter(ref="S2").update(title="Changed")
    Source.objects.get(ref="S12").delete()
    article.title, article.summary, article.topic = "Changed", "Changed.", make_topic()
    article.save()
    article.audiences.set([make_audience()])
    article.related.clear()
    article.codes.update(code="X1")
    ClinicalCode.objects.create(article=article, system="snomed-ct", code="1")
    article.sections.update(heading="Changed", body="<p>Changed.</p>", callout="info", order=70)
    make_section(article, anchor="later")


@pytest.mark.django_db
def test_an_edition_holds_all_that_patients_need() -> None:
    edition = ArticleEdition.objects.get(pk=make_edition(make_full_article()).pk)
    assert content_of(edition) == {
        "slug": "full",
        "title": "Gout",
        "summary": "Call {clinic_phone}.",
        "topic_id": edition.topic_id,
        "audiences": ["adults"],
        "related": ["friend"],
        "codes": [["icd-10-cm", "M10.9"]],
        "sources": {
            "S12": SOURCE | {"title": "Twelve", "organisation": "WHO", "url": "https://x.org/12"},
            "S2": SOURCE | {"title": "Two", "organisation": "NHS", "url": "https://x.org/2"},
        },
        "glossary": [["Gout (podagra)", "Crystals in a joint."]],
        "sections": [
            (0, "rest", "Rest", "self-care", "<p>Rest with <em>gout</em>.</p>", "Rest with gout.", ["S2", "S12"])
        ],
    }


@pytest.mark.django_db
def test_later_edits_do_not_reach_an_edition() -> None:
    edition = ArticleEdition.objects.get(pk=make_edition(make_full_article()).pk)
    before = content_of(edition)
    change_everything(Article.objects.get(slug="full"))
    assert content_of(ArticleEdition.objects.get(pk=edition.pk)) == before


@pytest.mark.django_db
def test_each_publish_moves_the_live_version() -> None:
    article = make_article()
    before = LiveVersion.objects.get().number
    make_edition(article)
    assert LiveVersion.objects.get().number == before + 1


@pytest.mark.django_db
def test_an_edition_goes_live_now_unless_a_time_is_given(set_clock: Any) -> None:
    set_clock(MAY_3)
    later = MAY_3 + datetime.timedelta(days=2)
    now, planned = make_edition(), make_edition(goes_live_at=later, expires_at=later + datetime.timedelta(days=1))
    assert (now.goes_live_at, now.published_at, now.expires_at) == (MAY_3, MAY_3, None)
    assert (planned.goes_live_at, planned.published_at) == (later, MAY_3)


@pytest.mark.django_db
def test_without_approval_an_edition_names_no_reviewer() -> None:
    edition = make_edition(reason="A slip.")
    assert (edition.published_by, edition.reason) == (None, "A slip.")
    assert (edition.is_approved, edition.approved_by, edition.reviewer_name) == (False, None, "")
    assert (edition.last_reviewed, edition.next_review_due) == (None, None)


@pytest.mark.django_db
def test_approval_names_the_reviewer_and_sets_the_dates(set_clock: Any) -> None:
    set_clock(MAY_3)
    reviewer, article = make_reviewer(first_name="Ada", last_name="Byron"), make_article(review_months=12)
    edition = make_edition(article, by=reviewer)
    assert (edition.is_approved, edition.approved_by, edition.reviewer_name) == (True, reviewer, "Ada Byron")
    assert (edition.last_reviewed, edition.next_review_due) == (datetime.date(2026, 5, 3), datetime.date(2027, 5, 3))
    article.refresh_from_db()
    assert article.last_reviewed == datetime.date(2026, 5, 3)


@pytest.mark.django_db
def test_an_edition_after_an_approved_one_is_not_approved_by_itself() -> None:
    article = make_article()
    make_edition(article, by=make_reviewer())
    edition = make_edition(article)
    assert (edition.is_approved, edition.last_reviewed, edition.next_review_due) == (False, None, None)


@pytest.mark.django_db
def test_the_author_is_named_or_known_by_the_name_to_sign_in() -> None:
    author = make_editor(first_name="", last_name="", username="ed")
    assert make_edition(make_article(author=author)).author_name == "ed"
    assert make_edition().author_name == ""


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-05-03", 12, "2027-05-03"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-12-31", 2, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2096-02-29", 48, "2100-02-28"),
        ("2026-03-31", 1, "2026-04-30"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2026-11-30", 13, "2027-12-30"),
        ("2026-01-31", 60, "2031-01-31"),
    ],
)
def test_months_are_added_by_the_calendar(day: str, months: int, expected: str) -> None:
    assert add_months(datetime.date.fromisoformat(day), months).isoformat() == expected


@given(st.dates(max_value=datetime.date(2900, 1, 1)), st.integers(0, 60))
def test_a_review_is_due_in_the_right_month_and_never_late(day: datetime.date, months: int) -> None:
    due = add_months(day, months)
    assert (due.year * 12 + due.month) - (day.year * 12 + day.month) == months
    assert due.day <= day.day


def test_sources_are_in_the_order_of_their_numbers() -> None:
    refs = ["S12", "S2", "A1", "S", "A1b", "A10", "A1b2"]
    assert sorted(refs, key=reference_order) == ["A1", "A10", "A1b", "A1b2", "S", "S2", "S12"]


@pytest.mark.django_db
def test_an_edition_comes_back_with_sections_and_all() -> None:
    article = make_full_article()
    first = ArticleEdition.objects.get(pk=make_edition(article).pk)
    change_everything(article)
    make_edition(article)
    restored = publishing.restore(first)
    assert (restored.title, restored.summary, restored.topic_id) == ("Gout", "Call {clinic_phone}.", first.topic_id)
    assert [str(code) for code in restored.codes.all()] == ["ICD-10-CM M10.9"]
    assert [related.slug for related in restored.related.all()] == ["friend"]
    section = restored.sections.get()
    assert (section.anchor, section.heading, section.callout, section.body) == (
        "rest",
        "Rest",
        "self-care",
        "<p>Rest with <em>gout</em>.</p>",
    )


@pytest.mark.django_db
def test_publishing_what_came_back_gives_the_same_content() -> None:
    article = make_full_article()
    make_section(article, anchor="danger", callout="emergency")
    first = ArticleEdition.objects.get(pk=make_edition(article).pk)
    change_everything(article)
    Source.objects.filter(ref="S2").update(title="Two")
    publishing.restore(first)
    again = make_edition(article)
    assert again.number == 2
    assert content_of(ArticleEdition.objects.get(pk=again.pk)) == content_of(first)


@pytest.mark.django_db
def test_a_deleted_section_comes_back() -> None:
    article = make_full_article()
    edition = make_edition(article)
    article.sections.all().delete()
    assert publishing.restore(edition).sections.get().anchor == "rest"


@pytest.mark.django_db
def test_the_note_for_the_reviewer_stays_on_a_section_that_is_still_there() -> None:
    article = make_full_article()
    edition = make_edition(article)
    article.sections.update(review_note="Check.", heading="Changed")
    publishing.restore(edition)
    assert article.sections.values_list("heading", "review_note").get() == ("Rest", "Check.")


@pytest.mark.django_db
@pytest.mark.parametrize("kept", [True, False], ids=["how far it was read is kept", "not kept"])
def test_a_deleted_source_comes_back_as_read_as_the_edition_says(kept: bool) -> None:
    article = make_full_article()
    edition = ArticleEdition.objects.get(pk=make_edition(article).pk)
    if not kept:
        for source in edition.sources.values():
            del source["how_read"], source["note"], source["dated"]
    Source.objects.get(ref="S2").delete()
    publishing.restore(edition)
    source = Source.objects.get(ref="S2")
    assert (source.title, source.organisation, source.url) == ("Two", "NHS", "https://x.org/2")
    assert (source.how_read, source.note) == (("SEEN", "") if kept else ("KNOWN", "Came back with Gout, edition 1."))
    assert list(source.sections.all()) == [article.sections.get()]


@pytest.mark.django_db
def test_patients_see_no_change_until_what_came_back_is_published() -> None:
    article = make_full_article()
    first = make_edition(article)
    change_everything(article)
    second = make_edition(article)
    before = LiveVersion.objects.get().number
    publishing.restore(first)
    assert list(article.editions.live()) == [second]
    assert LiveVersion.objects.get().number == before


@pytest.mark.django_db
def test_a_section_in_use_by_a_self_check_stops_bringing_back() -> None:
    article = make_article()
    first = make_edition(article)
    make_section(article, anchor="later")
    make_edition(article)
    rows.fill(Quiz(), parse(make_quiz_data(f"{article.slug}#later", title="Leg check")))
    Article.objects.update(title="Changed")
    with pytest.raises(CannotRestore, match=r"lacks sections that are in use: “later” \(the outcome “.*“Leg check”\)"):
        publishing.restore(first)
    assert article.sections.count() == 2
    assert Article.objects.get(pk=article.pk).title == "Changed"


@pytest.mark.django_db
def test_withdrawing_takes_effect_at_once_and_says_who_and_why() -> None:
    edition, reviewer = make_edition(), make_reviewer()
    before = LiveVersion.objects.get().number
    withdrawal = publishing.withdraw(edition, by=reviewer, message="Call us.")
    assert (withdrawal.edition, withdrawal.by, withdrawal.message) == (edition, reviewer, "Call us.")
    assert not ArticleEdition.objects.live().exists()
    assert LiveVersion.objects.get().number == before + 1


@pytest.mark.django_db
def test_no_older_edition_takes_the_place_of_a_withdrawn_one() -> None:
    article = make_article()
    make_edition(article)
    publishing.withdraw(make_edition(article), by=None)
    assert not article.editions.live().exists()


@pytest.mark.django_db
def test_the_reading_level_is_measured_with_the_clinics_words_filled_in() -> None:
    clinic = make_clinic(maternity_unit="555-0101")
    body = "<p>Call {maternity_unit}.</p><ul><li>Rest.</li></ul>"
    assert publishing.section_text("Rest", body, clinic) == "Rest\nCall your maternity unit (555-0101).\nRest."
