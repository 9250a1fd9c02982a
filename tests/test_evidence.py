"""The file of evidence of an edition: complete, understandable, and the same each time."""

import hashlib
import re
from html import unescape

import pytest
from django.test import Client

from articles import approval, publishing, rating, review_links
from articles.instruments import PEMAT, Mark
from articles.models import ArticleEdition, Audience, Clinic, Source, Topic
from checker.models import Choice, QuizEdition
from tests.factories import (
    make_article,
    make_clinic,
    make_edition,
    make_editor,
    make_quiz_edition,
    make_reviewer,
    make_section,
    make_source,
    make_submission,
    make_term,
)
from tests.staff import url

pytestmark = pytest.mark.django_db
BOTH = {"article": make_edition, "self-check": make_quiz_edition}
both = pytest.mark.parametrize("make", BOTH.values(), ids=BOTH)


def file_of(edition, person=None):
    client = Client()
    client.force_login(person or make_editor())
    return client.get(url(type(edition), "evidence", edition.pk))


def text_of(edition) -> str:
    return unescape(file_of(edition).content.decode())


@pytest.fixture
def full_edition() -> ArticleEdition:
    """Returned once, signed by somebody without an account, approved as edition 2, and rated."""
    make_clinic()
    make_term(term="Gout", meaning="Crystals in a joint.")
    article = make_article(slug="gout", title="Gout", author=make_editor(first_name="Ann", last_name="Author"))
    make_edition(article, by=make_reviewer(), reason="The first.")
    body = '<p>Call {clinic_phone}. Gout: <a href="/articles/gout/#helps">read on</a>.</p>'
    section = make_section(article, heading="What helps", anchor="helps", callout="self-care", body=body)
    section.sources.set([make_source(ref="Q7", title="Seven", how_read="COPY", dated="2023", note="Pages 3 to 5.")])
    editor = make_editor(first_name="Ed", last_name="Itor")
    returned = make_submission(article, by=editor, message="Please look.")
    approval.give_back(returned, by=make_reviewer(), comment="Say how often.")
    waiting = make_submission(article, by=editor, reason="A section on what helps.", message="Now it does.")
    token = (
        review_links.address(review_links.invite(waiting, by=editor, invited="A specialist")).strip("/").split("/")[-1]
    )
    review_links.sign(token, name="Ada Byron", role="GP", agrees=True, comment="Well said.")
    edition = approval.approve(waiting, by=make_reviewer(first_name="Rita", last_name="Reviewer"))
    marks = {item.number: Mark.YES for _part, item in PEMAT.items}
    rating.rate(edition, PEMAT, marks, by=make_editor(first_name="Tara", last_name="Rater"), note="Well done.")
    return ArticleEdition.objects.get(pk=edition.pk)


EXPECTED = {
    "title": "Gout: evidence for edition 2",
    "what changed": "A section on what helps.",
    "author": "Ann Author",
    "submitted by": "Ed Itor",
    "note for the reviewer": "Now it does.",
    "approved by": "Rita Reviewer",
    "text, with placeholders": "Call {clinic_phone}.",
    "address of a link": "read on [/articles/gout/#helps]",
    "kind of section": "Self-care",
    "word explained": "Crystals in a joint.",
    "differences": "What changed since edition 1",
    "new section": "new section",
    "source": "Seven, An organization, 2023",
    "how far it was read": "Copy: read on a site that republishes it",
    "note on the source": "Pages 3 to 5.",
    "rating": "PEMAT-P",
    "rater": "Tara Rater",
    "note of the rater": "Well done.",
    "reader without an account": "Ada Byron, GP",
    "what they said": "Patients may read it.",
    "returned": "Say how often.",
}


def test_the_file_of_an_article_holds_all_that_is_on_record(full_edition):
    text = text_of(full_edition)
    assert [name for name, words in EXPECTED.items() if words not in text] == []


def test_the_steps_lead_from_the_edition_before_to_this_one(full_edition):
    publishing.withdraw(full_edition, by=make_editor(), message="We check it.")
    table = re.search(r'<h2 id="log">.*?</table>', text_of(full_edition), re.DOTALL)[0]
    assert re.findall(r"</th><td>([a-z ]+)", table) == [
        "submitted for review",
        "returned",
        "submitted for review",
        "made a review link",
        "signed as a reader without an account",
        "approved ",
        "withdrawn ",
    ]


def test_the_warnings_are_those_of_its_time():
    article = make_article()
    article.sections.get().sources.clear()
    edition = make_edition(article)
    article.sections.get().sources.add(make_source())
    assert "names no source." in re.search(r'id="checks">.*?</ul>', text_of(edition), re.DOTALL)[0]


def test_the_file_of_a_self_check_holds_its_questions_results_rules_stories_and_why_it_is_less_urgent():
    make_clinic()
    quiz = make_quiz_edition(by=make_reviewer()).quiz
    quiz.vignettes.create(name="V1", story="A cold leg at night.", answers={"danger": ["cold"]}, min_level="urgent")
    Choice.objects.filter(question__quiz=quiz, key="swollen").update(red_flag="")
    quiz.rules.filter(name="U1").delete()
    quiz.outcomes.filter(key="ur").delete()
    edition = make_quiz_edition(quiz, by=make_reviewer(), less_urgent_reason="A doctor said so.")
    text = text_of(edition)
    expected = [
        "How often does it come?", "A cold, pale leg", "red flag: emergency", "Book a routine visit",
        "“Every day” (often.daily)", "anything, if no other rule holds", "A cold leg at night.", "A doctor said so.",
        "What changed since edition 1", *edition.less_urgent,
    ]  # fmt: skip
    assert [words for words in expected if words not in text] == []


@both
def test_the_same_record_gives_the_same_bytes_whoever_asks_and_whenever(make, set_clock, settings):
    make_clinic()
    edition = make(by=make_reviewer())
    first = file_of(edition).content
    Clinic.objects.update(phone="555-9999", emergency_number="112", name="Another name")
    Source.objects.update(title="Changed", how_read="KNOWN")
    subject = getattr(edition, edition.parent_field)
    type(subject).objects.filter(pk=subject.pk).update(title="Changed")
    set_clock(edition.published_at.replace(year=2090))
    assert file_of(edition, make_reviewer()).content == first


def test_the_file_has_words_for_what_the_program_named_and_keys_for_what_staff_may_rename():
    make_clinic()
    article = make_article()
    make_edition(article)
    article.sections.update(callout="urgent")
    article.codes.create(system="icd-10", code="M77.4")
    edition = make_edition(article)
    first = file_of(edition).content
    assert b"<ins>ICD-10 M77.4</ins>" in first
    assert b"<ins>Urgent: be seen today</ins>" in first
    Audience.objects.update(name="Renamed")
    Topic.objects.update(name="Renamed")
    assert file_of(edition).content == first


@both
def test_whoever_has_the_file_can_check_the_fingerprint(make):
    make_clinic()
    edition = make(by=make_reviewer())
    text = text_of(edition)
    data = re.search(r'<pre id="json">(.*?)</pre>', text, re.DOTALL)[1]
    assert hashlib.sha256(data.encode()).hexdigest() == edition.fingerprint
    assert "they are exactly what was approved" in text


@both
def test_the_file_says_until_when_it_counted(make, set_clock):
    make_clinic()
    edition = make()
    subject = getattr(edition, edition.parent_field)
    kind = approval.kind_of(subject)
    withdrawn = kind.publish(subject, goes_live_at=edition.published_at.replace(year=2090))
    kind.withdraw(withdrawn, by=None)
    kind.publish(subject, expires_at=edition.published_at.replace(year=2091))
    assert "By edition 3, from " in text_of(edition)
    assert "This was before its time: patients never read it." in text_of(withdrawn)
    assert "Set to expire" in text_of(type(edition).objects.get(number=3))


def test_a_withdrawal_is_told_with_its_message_and_successor():
    make_clinic()
    edition, other = make_edition(), make_edition()
    publishing.withdraw(edition, by=None, message="We check it.", successor=other.article)
    text = text_of(edition)
    assert "Message to patients: We check it." in text
    assert f"They were sent to: {other.get_absolute_url()}" in text


@both
def test_the_file_needs_nothing_else_and_is_kept_not_shown(make):
    make_clinic()
    edition = make()
    response = file_of(edition)
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="{edition.slug}-edition-1.html"'
    text = response.content.decode()
    assert not re.search(r"<(script|link|img|iframe)|\ssrc=|url\(|@import|href=\"(?!#)", text)


def test_what_staff_wrote_is_never_taken_for_html():
    make_clinic()
    article = make_article(title="<b>Bold</b>", summary="A <script>alert(1)</script> summary.")
    text = file_of(make_edition(article, reason="<img src=x>")).content.decode()
    assert not re.search(r"<(b|script|img)\b", text)


@both
def test_what_older_editions_did_not_keep_is_said_to_be_missing(make):
    make_clinic()
    edition = make()
    model = type(edition)
    kept = {
        each.attname: getattr(edition, each.attname) for each in model._meta.concrete_fields if not each.primary_key
    }
    old = model.objects.create(**kept | {"number": 2, "fingerprint": "", "warnings": []})
    text = text_of(old)
    assert "None was kept." in text
    assert "This was not recorded." in text
    assert "All checks passed." not in text


@both
def test_only_those_who_may_see_editions_get_the_file(make):
    make_clinic()
    edition, person = make(), make_editor()
    person.groups.clear()
    assert file_of(edition, person).status_code == 403


def test_the_way_to_the_file_is_on_the_page_of_each_edition():
    make_clinic()
    make_quiz_edition()
    client = Client()
    client.force_login(make_editor())
    for edition in (ArticleEdition.objects.first(), QuizEdition.objects.first()):
        page = client.get(url(type(edition), "change", edition.pk)).content.decode()
        assert f'href="{url(type(edition), "evidence", edition.pk)}" download' in page


def test_a_file_asks_little_however_much_is_on_record(client, full_edition, django_assert_max_num_queries):
    article = full_edition.article
    for _number in range(8):
        make_section(article)
        make_edition(article, by=make_reviewer())
    client.force_login(make_editor())
    address = url(ArticleEdition, "evidence", article.editions.first().pk)
    with django_assert_max_num_queries(25):
        response = client.get(address)
    assert response.status_code == 200
