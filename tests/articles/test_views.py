import datetime
import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from articles import publishing
from articles.models import Article, ArticleEdition, EditionSection
from tests.factories import (
    make_article,
    make_audience,
    make_clinic,
    make_edition,
    make_quiz,
    make_quiz_edition,
    make_reviewer,
    make_section,
    make_source,
    make_term,
    make_topic,
)

pytestmark = pytest.mark.django_db

NOTICE = "Example content, not yet approved by a clinician."
NOON = datetime.datetime(2026, 5, 3, 12, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


def make_cramps(**fields: Any) -> Article:
    """An article with a word, a source, an emergency section and a related article."""
    make_clinic()
    make_term(term="Calf", meaning="The back of the lower leg.")
    article = make_article(
        sections=0,
        topic=make_topic(slug="legs", name="Leg pain", description="All about legs."),
        **{"slug": "cramps", "title": "Leg cramps", "summary": "Stretch it. Call {clinic_phone}."} | fields,
    )
    article.audiences.set([make_audience(slug="adults", name="Adults")])
    make_section(
        article, anchor="stretch", heading="How do I stretch?", body="<p>Stretch the calf.</p>", callout="self-care"
    )
    danger = make_section(
        article, anchor="danger", heading="When do I call?", body="<p>Call {emergency_number}.</p>", callout="emergency"
    )
    danger.sources.set([make_source(ref="S1", title="The source", organisation="NHS", url="https://example.org/s1")])
    return article


def text_of(response: HttpResponse) -> str:
    return " ".join(response.content.decode().split())


def get(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return text_of(response)


PUBLIC = [
    "/",
    "/topics/legs/",
    "/for/adults/",
    "/articles/cramps/",
    "/glossary/",
    "/search/",
    "/search/?q=calf",
    "/robots.txt",
]


@pytest.mark.parametrize("url", PUBLIC)
def test_a_page_answers_get_and_head_and_refuses_the_rest(url: str, client: Client) -> None:
    make_edition(make_cramps())
    assert client.get(url).status_code == 200
    head = client.head(url)
    assert (head.status_code, head.content) == (200, b"")
    assert [getattr(client, method)(url).status_code for method in ("post", "put", "delete")] == [405] * 3


@pytest.mark.parametrize("url", [*PUBLIC, "/nowhere/", "/articles/nowhere/", "/articles/old/"])
def test_no_page_sets_a_cookie(url: str, client: Client) -> None:
    make_edition(make_cramps())
    publishing.withdraw(make_edition(make_article(slug="old")), by=None)
    response = client.get(url)
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


@pytest.mark.parametrize(
    ("url", "heading"),
    [
        ("/", "Plain answers about your health"),
        ("/topics/legs/", "Leg pain"),
        ("/for/adults/", "Adults"),
        ("/articles/cramps/", "Leg cramps"),
        ("/glossary/", "Words explained"),
        ("/search/", "Search"),
        ("/search/?q=calf", "Search"),
    ],
)
def test_a_page_has_one_heading_of_the_first_rank_and_a_title(url: str, heading: str, client: Client) -> None:
    make_edition(make_cramps())
    html = get(client, url)
    assert html.count("<h1") == 1
    assert f"<h1>{heading}</h1>" in html
    assert " - Example Clinic</title>" in html
    assert '<a class="phone" href="tel:911">911</a>' in html


def test_the_first_page_leads_to_topics_audiences_and_self_checks(client: Client) -> None:
    make_edition(make_cramps())
    quiz = make_quiz_edition()
    html = get(client, "/")
    for address in ("/topics/legs/", "/for/adults/", f"/check/{quiz.slug}/"):
        assert f'href="{address}"' in html


def test_the_first_page_before_anything_is_published(client: Client) -> None:
    assert "Nothing has been published yet." in get(client, "/")


@pytest.mark.parametrize("url", ["/topics/legs/", "/for/adults/"])
def test_a_label_lists_its_live_articles(url: str, client: Client) -> None:
    article = make_cramps()
    get(client, url, status=404)
    make_edition(article)
    html = get(client, url)
    assert '<a class="cards__link" href="/articles/cramps/">Leg cramps</a>' in html
    assert "Stretch it." in html


@pytest.mark.parametrize("url", ["/topics/legs/", "/for/adults/"])
def test_a_summary_in_a_list_has_its_numbers_filled(url: str, client: Client) -> None:
    make_edition(make_cramps())
    assert "{clinic_phone}" not in get(client, url)


def test_an_article_shows_its_sections_emergencies_first(client: Client) -> None:
    make_edition(make_cramps())
    html = get(client, "/articles/cramps/")
    assert 0 < html.index('id="danger"') < html.index('id="stretch"')
    assert html.index('href="#danger"') < html.index('href="#stretch"')
    for piece in ("When do I call?", "<p>Stretch the <button", "The back of the lower leg.", "Adults", "Leg pain"):
        assert piece in html


def test_an_article_fills_the_clinics_numbers_of_today(client: Client) -> None:
    make_edition(make_cramps())
    make_clinic(emergency_number="112", phone="555-0199")
    html = get(client, "/articles/cramps/")
    assert '<p>Call <a class="phone" href="tel:112">112</a>.</p>' in html
    assert 'Call <a class="phone" href="tel:5550199">555-0199</a>.' in html
    assert 'content="Stretch it. Call 555-0199."' in html
    assert not re.search(r"\{[a-z]", html)


def test_an_article_names_its_sources_by_number(client: Client) -> None:
    make_edition(make_cramps())
    html = get(client, "/articles/cramps/")
    assert '<li id="source_1"><a href="https://example.org/s1" rel="noreferrer">The source</a>' in html
    assert html.count('href="#source_1"') == 1


def test_an_article_leads_to_its_self_check_and_to_live_related_articles_only(client: Client) -> None:
    friend, draft, article = (
        make_article(slug="friend", title="A friend"),
        make_article(slug="draft", title="A draft"),
        make_cramps(),
    )
    make_edition(friend)
    article.related.set([friend, draft])
    quiz = make_quiz_edition(make_quiz(make_edition(article)))
    other = make_quiz_edition()
    html = get(client, "/articles/cramps/")
    assert [piece in html for piece in ("A friend", "A draft", quiz.title, f"{other.title}<")] == [
        True,
        False,
        True,
        False,
    ]


def test_the_notice_of_unapproved_content_stays_until_a_clinician_approves(client: Client) -> None:
    article = make_cramps()
    make_edition(article)
    html = get(client, "/articles/cramps/")
    assert NOTICE in html
    assert "Not yet reviewed by a clinician" in html
    make_edition(article, by=make_reviewer(first_name="Ada", last_name="Byron"))
    html = get(client, "/articles/cramps/")
    assert NOTICE not in html
    for piece in ("Ada Byron", "Last reviewed", "Next review due", "edition 2"):
        assert piece in html


def test_an_article_that_goes_live_later_is_not_found_before(client: Client, set_clock: Any) -> None:
    set_clock(NOON)
    make_edition(make_cramps(), goes_live_at=NOON + DAY)
    get(client, "/articles/cramps/", status=404)
    set_clock(NOON + DAY)
    assert "May 4, 2026" in get(client, "/articles/cramps/")


def test_a_withdrawn_article_says_so_with_the_message(client: Client) -> None:
    article = make_cramps()
    make_edition(make_article(slug="other", title="Other legs", topic=article.topic))
    publishing.withdraw(make_edition(article), by=None, message="Call us on {clinic_phone}. <b>")
    html = get(client, "/articles/cramps/", status=410)
    assert "<h1>“Leg cramps” is not available now</h1>" in html
    assert 'Call us on <a class="phone" href="tel:5550100">555-0100</a>. &lt;b&gt;' in html
    assert "Other legs" in html
    assert '<meta name="robots" content="noindex">' in html
    assert "Stretch the calf" not in html


def test_an_article_withdrawn_without_a_message_says_a_standard_sentence(client: Client) -> None:
    publishing.withdraw(make_edition(make_cramps()), by=None)
    assert "We have taken this page back to check it." in get(client, "/articles/cramps/", status=410)


def test_an_expired_article_says_that_it_was_too_old(client: Client, set_clock: Any) -> None:
    set_clock(NOON)
    make_edition(make_cramps(), expires_at=NOON + DAY)
    get(client, "/articles/cramps/")
    set_clock(NOON + DAY)
    assert "too old to rely on" in get(client, "/articles/cramps/", status=410)


@pytest.mark.parametrize(
    "url", ["/articles/leg-cramps/", "/articles/cramp/", "/cramps", "/cramps/", "/old/cramps.html"]
)
def test_a_wrong_address_is_404_with_suggestions_and_the_emergency_number(url: str, client: Client) -> None:
    make_edition(make_cramps())
    html = get(client, url, status=404)
    assert "<h1>We cannot find that page</h1>" in html
    assert 'href="/articles/cramps/"' in html
    assert "In an emergency, call" in html
    assert "tel:911" in html


@pytest.mark.parametrize(
    ("url", "to"),
    [("/topics/", "/#topics"), ("/for/", "/#audiences"), ("/check/", "/#checks"), ("/articles/", "/a-z/")],
)
def test_an_address_cut_short_leads_to_the_list_of_what_lies_below_it(url: str, to: str, client: Client) -> None:
    make_edition(make_cramps())
    make_quiz_edition()
    assert client.get(url).headers["Location"] == to
    assert client.post(url).status_code == 405
    page, _hash, place = to.partition("#")
    html = get(client, page)
    assert not place or f'id="{place}"' in html


@pytest.mark.parametrize(
    "url",
    [
        "/topics/nowhere/",
        "/for/nowhere/",
        "/articles/nowhere/",
        "/articles/Cramps/",
        "/articles/" + "x" * 5_000 + "/",
        "/%F0%9F%92%A9",
        "/..%2f",
    ],
)
def test_what_is_nowhere_is_404(url: str, client: Client) -> None:
    make_edition(make_cramps())
    get(client, url, status=404)


def test_an_address_with_nul_is_refused_and_a_search_with_nul_keeps_its_words(client: Client) -> None:
    assert client.get("/articles/%00/").status_code == 400
    assert 'value="calf"' in client.get("/search/?q=%00calf", follow=True).content.decode()


def test_a_search_shows_the_section_and_keeps_the_words(client: Client) -> None:
    make_edition(make_cramps())
    html = get(client, "/search/?q=stretch+calf")
    assert 'href="/articles/cramps/#stretch:~:text=' in html
    assert "How do I <mark>stretch</mark>?</a>" in html
    assert 'value="stretch calf"' in html
    assert "1 part of an article found" in html


def test_a_search_fills_numbers_in_what_it_shows(client: Client) -> None:
    make_edition(make_cramps())
    html = get(client, "/search/?q=call")
    assert "<mark>Call</mark> 911." in html
    assert "{" not in html.partition("<body>")[2]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("nothing fits", "nothing fits"),
        ("the what", "the what"),
        ("%", "%"),
        ("_%_", "_%_"),
        ("\"'><script>alert(1)</script>", "&quot;&#x27;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("' OR 1=1; DROP TABLE x --", "&#x27; OR 1=1; DROP TABLE x --"),
        ("a\x07b\x1b\x7f", "a\x07b\x7f"),
        ("  leg\t\n pain ", "leg pain"),
        ("👩‍⚕️ é", "👩‍⚕️ é"),
        ("{clinic_phone}", "{clinic_phone}"),
        ("\\", "\\"),
        ("x" * 10_000, "x" * 200),
        ("word " * 2_000, ("word " * 40).strip()),
    ],
    ids=range(13),
)
def test_whatever_is_searched_for_the_page_is_there_and_keeps_it(query: str, shown: str, client: Client) -> None:
    make_edition(make_cramps())
    response = client.get("/search/", {"q": query})
    assert response.status_code == 200
    assert f'value="{shown.rstrip()}' in response.content.decode().replace("\x1b", "")
    assert ("first 200 characters" in text_of(response)) == (len(query) > 9_999)
    assert response.content.count(b"<script") == 1, "htmx and nothing else"


def test_a_search_without_a_hit_offers_the_topics(client: Client) -> None:
    make_edition(make_cramps())
    html = get(client, "/search/?q=nowhere")
    assert "0 parts of articles found" in html
    assert 'href="/topics/legs/"' in html


def test_broken_encodings_in_a_search_are_no_error(client: Client) -> None:
    assert client.get("/search/?q=%ff%fe%ed%a0%80&q=").status_code == 200
    assert client.get("/search/?" + "&".join(f"a{number}=1" for number in range(500))).status_code == 200


def test_robots_are_kept_out_of_the_admin_of_searches_and_of_handouts(client: Client) -> None:
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain"
    kept_out = ["/admin/", "/search/", "/handout/", "/h/"]
    assert response.content.decode().splitlines()[:5] == ["User-agent: *", *(f"Disallow: {path}" for path in kept_out)]


def test_the_glossary_lists_the_words_of_live_articles(client: Client) -> None:
    assert "No words have been explained yet." in get(client, "/glossary/")
    make_edition(make_cramps())
    assert "<dt>Calf</dt><dd>The back of the lower leg.</dd>" in get(client, "/glossary/")


@pytest.mark.parametrize("url", [*PUBLIC, "/search/?q=secret", "/nowhere/", "/articles/secret/"])
def test_nothing_written_after_publishing_can_be_seen(url: str, client: Client) -> None:
    article = make_cramps()
    make_edition(article)
    article.title = article.summary = "SECRET"
    article.save()
    article.sections.update(heading="SECRET", body="<p>SECRET</p>", review_note="SECRET")
    article.sections.first().sources.update(title="SECRET", organisation="SECRET", note="SECRET")
    make_term(term="SECRET")
    make_section(make_article(slug="secret", title="SECRET"), heading="SECRET")
    assert "SECRET" not in client.get(url).content.decode()


def test_notes_for_staff_are_on_no_page(client: Client) -> None:
    article = make_cramps()
    article.sections.update(review_note="SECRET")
    article.sections.last().sources.update(note="HOW READ")
    make_edition(article)
    html = get(client, "/articles/cramps/")
    assert "SECRET" not in html
    assert "HOW READ" not in html
    assert "SECRET" not in str(list(ArticleEdition.objects.values()) + list(EditionSection.objects.values()))


def test_an_article_says_what_changed_since_the_edition_before(client: Client) -> None:
    article = make_article()
    make_edition(article, reason="First edition.")
    assert "What changed" not in get(client, article.get_absolute_url())
    make_edition(article, reason="We say more about stretches.")
    html = get(client, article.get_absolute_url())
    assert "<dt>What changed</dt><dd>We say more about stretches.</dd>" in html


def test_each_part_of_an_article_has_a_link_that_can_be_copied(client: Client) -> None:
    make_edition(make_cramps())
    html = get(client, "/articles/cramps/")
    assert 'href="#danger">Link to this part<span class="visually-hidden">: When do I call?</span></a>' in html
