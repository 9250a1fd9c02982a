"""What leads where inside the site: uses of an article, withdrawing what is used, and links that lead nowhere."""

import pytest
from django.core.management import CommandError, call_command

from articles import links, publishing, registry
from articles.links import Page, page_of
from articles.models import Section
from articles.record import CannotPublish
from checker.models import OutcomeLink
from tests.factories import (
    answer,
    confirm,
    filled_form,
    make_article,
    make_clinic,
    make_edition,
    make_quiz,
    make_quiz_edition,
    make_section,
)


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/articles/calf-pain/", Page("calf-pain")),
        ("/articles/calf-pain", Page("calf-pain")),
        (" /articles/calf-pain/#rest ", Page("calf-pain", "rest")),
        ("https://clinic.example/articles/calf-pain/#rest", Page("calf-pain", "rest")),
        ("calf-pain#rest", Page("calf-pain", "rest")),
        ("/check/leg-cramps/", None),
        ("/calf-pain", None),
        ("https://calf-pain", None),
        ("mailto:calf-pain", None),
        ("http://[", None),
        ("", None),
    ],
)
def test_an_address_names_an_article_and_its_section_in_every_form_that_staff_may_paste(address, page):
    assert page_of(address) == page


def linking(address: str, **fields):
    """An article whose one section links to an address."""
    article = make_article(sections=0, **fields)
    make_section(article, heading="See also", body=f'<p><a href="{address}">More</a></p>')
    return article


def whats(article) -> dict[str, bool]:
    return {use.what: use.breaks for use in registry.uses_of(article.pk)}


@pytest.fixture
def edition(db):
    make_clinic()
    article = make_article(sections=0, slug="calf-pain", title="Calf pain")
    make_section(article, anchor="rest")
    make_section(article, anchor="heat")
    return make_edition(article)


def test_links_of_live_editions_and_working_copies_are_uses_of_their_section(edition):
    live, draft = linking("/articles/calf-pain/#rest", title="Live"), linking("/articles/calf-pain/", title="Draft")
    make_edition(live)
    uses = {(use.anchor, use.what, use.breaks) for use in registry.uses_of(edition.article_id)}
    assert uses == {
        ("rest", "“See also” in the live edition of “Live”", True),
        ("", "“See also” in the working copy of “Draft”", False),
    }
    assert {use.url for use in registry.uses_of(edition.article_id)} == {
        f"/admin/articles/article/{article.pk}/change/" for article in (live, draft)
    }


def test_related_lists_and_pages_of_withdrawn_articles_are_uses_too_but_leave_no_gap(edition):
    related = make_article(title="Near")
    related.related.add(edition.article)
    gone = make_edition(make_article(title="Old"))
    publishing.withdraw(gone, by=None, successor=edition.article, successor_anchor="rest")
    assert whats(edition.article) == {
        "the related articles of “Near”": False,
        "the page of “Old”, which was withdrawn": False,
    }


def test_longer_names_own_links_and_other_sites_are_no_uses(edition):
    for address in ("/articles/calf-pain-at-night/", "https://elsewhere.example/articles/calf-pain/"):
        linking(address)
    make_section(edition.article, body='<p><a href="/articles/calf-pain/#rest">Up</a></p>')
    assert whats(edition.article) == {}


def test_an_article_cannot_be_published_without_a_section_that_a_live_article_links_to(edition):
    other = linking("/articles/calf-pain/#rest", title="Live")
    make_edition(other)
    edition.article.sections.get(anchor="rest").delete()
    with pytest.raises(CannotPublish, match="“See also” in the live edition of “Live” sends patients to it"):
        make_edition(edition.article)
    Section.objects.filter(article=other).update(body="<p>Rest.</p>")
    make_edition(other)
    assert make_edition(edition.article).number == 2


def test_a_draft_of_somebody_else_keeps_nobody_from_publishing_and_is_named(edition):
    linking("/articles/calf-pain/#rest", title="Draft")
    edition.article.sections.get(anchor="rest").delete()
    findings = publishing.check(edition.article)
    assert any("the working copy of “Draft”" in finding.message and not finding.blocks for finding in findings)
    assert make_edition(edition.article).number == 2


def broken() -> list[tuple[str, bool]]:
    return [(each.problem, each.link.live) for each in links.broken()]


def test_where_all_leads_somewhere_nothing_is_broken(edition):
    quiz = make_quiz_edition(make_quiz(edition))
    article = linking("/articles/calf-pain/#rest")
    for address in (f"/check/{quiz.slug}/", f"/topics/{edition.topic.slug}/", "/glossary/", "/", "tel:911"):
        make_section(article, body=f'<p><a href="{address}">More</a></p>')
    article.related.add(edition.article)
    make_edition(article)
    assert broken() == []


def test_a_withdrawal_breaks_every_link_that_led_there_and_each_is_named_once(edition):
    make_quiz_edition(make_quiz(edition))
    article = linking("/articles/calf-pain/#rest", title="Live")
    article.related.add(edition.article)
    make_edition(article)
    publishing.withdraw(edition, by=None)
    found = {(each.link.place, each.link.live) for each in links.broken()}
    assert ("“See also” in “Live”", True) in found
    assert ("Related articles of “Live”", False) in found
    assert sum(place.startswith("The outcome “Be seen today”") for place, _live in found) == 1
    assert len(found) == len(links.broken()) == 6
    assert [each.link.live for each in links.broken()] == [True] * 5 + [False]


@pytest.mark.parametrize("address", ["/check/nowhere/", "/topics/nowhere/", "/for/nowhere/"])
def test_a_link_to_a_page_that_is_not_there_is_broken(edition, address):
    make_edition(linking(address))
    assert broken() == [(f"The link “{address}” leads to a page that is not there now.", True)]


def test_the_number_of_queries_does_not_grow_with_the_articles(edition, django_assert_max_num_queries):
    for _number in range(5):
        make_edition(linking("/articles/calf-pain/#rest"))
    publishing.withdraw(edition, by=None)
    with django_assert_max_num_queries(14):
        assert len(links.broken()) == 5


def test_the_command_names_what_is_broken_and_fails(edition, capsys):
    call_command("checklinks")
    assert "Links inside the site: 0 broken." in capsys.readouterr().out
    make_edition(linking("/articles/calf-pain/#rest", title="Live"))
    publishing.withdraw(edition, by=None)
    with pytest.raises(CommandError, match=r"1 broken\."):
        call_command("checklinks")
    assert "“See also” in “Live” (patients see it): The link “/articles/calf-pain/#rest”" in capsys.readouterr().out


# Withdrawing what is used.


def withdraw(client, edition, **typed):
    return client.post(f"/admin/articles/articleedition/{edition.pk}/withdraw/", {"message": "", **typed})


def used(edition):
    make_edition(linking("/articles/calf-pain/#rest", title="Live"))
    make_quiz_edition(make_quiz(edition))
    return make_edition(make_article(slug="other", title="Other"))


def test_withdrawing_what_is_used_names_each_place_and_asks(editor, edition):
    used(edition)
    page = editor.get(f"/admin/articles/articleedition/{edition.pk}/withdraw/").content.decode()
    assert "5 places lead patients here" in page
    assert "“See also” in the live edition of “Live”" in page
    assert "Withdraw it although 5 places lead here" in page
    response = withdraw(editor, edition, message="A typed message.")
    assert response.status_code == 422
    assert "Say where readers go instead, or tick the box below." in response.content.decode()
    assert 'value="A typed message."' in response.content.decode()
    assert not hasattr(type(edition).objects.get(pk=edition.pk), "withdrawal")


def test_a_tick_is_enough_to_withdraw_it_at_once(editor, edition):
    used(edition)
    withdraw(editor, edition, anyway="on")
    assert editor.get("/articles/calf-pain/").status_code == 410


def test_what_nobody_uses_is_withdrawn_without_a_question(editor, edition):
    make_article().related.add(edition.article)
    page = editor.get(f"/admin/articles/articleedition/{edition.pk}/withdraw/").content.decode()
    assert "although" not in page
    assert "1 other place names it, where patients meet no gap" in page
    withdraw(editor, edition)
    assert editor.get("/articles/calf-pain/").status_code == 410


def test_an_edition_that_is_not_live_is_withdrawn_without_a_question(editor, edition):
    used(edition)
    make_edition(edition.article)
    withdraw(editor, edition)
    assert editor.get("/articles/calf-pain/").status_code == 200


def test_readers_of_a_withdrawn_article_are_sent_to_its_successor_first(editor, edition):
    other = used(edition)
    section = other.sections.get()
    withdraw(editor, edition, successor=f"http://testserver/articles/other/#{section.anchor}")
    html = editor.get("/articles/calf-pain/").content.decode()
    assert html.index("Read this instead") < html.index(f'href="/articles/other/#{section.anchor}">{section.heading}<')
    assert "Other</p>" in html


def test_a_successor_that_is_gone_too_is_not_shown(editor, edition):
    other = used(edition)
    withdraw(editor, edition, successor="/articles/other/")
    assert 'href="/articles/other/">Other<' in editor.get("/articles/calf-pain/").content.decode()
    publishing.withdraw(other, by=None)
    gone = editor.get("/articles/calf-pain/")
    assert gone.status_code == 410
    assert "Read this instead" not in gone.content.decode()


@pytest.mark.parametrize(
    ("successor", "sentence"),
    [
        ("/articles/nowhere/", "There is no live article at this address."),
        ("/check/leg-cramps/", "There is no live article at this address."),
        ("calf-pain", "This is the article that you withdraw."),
        ("other#nowhere", "That article has no section “nowhere” now."),
    ],
)
def test_a_successor_that_cannot_be_read_is_refused_and_what_was_typed_is_kept(editor, edition, successor, sentence):
    used(edition)
    page = withdraw(editor, edition, successor=successor, anyway="on", message="Typed.").content.decode()
    assert sentence in page
    assert f'value="{successor}"' in page
    assert 'value="Typed."' in page
    assert editor.get("/articles/calf-pain/").status_code == 200


# The pages where something used could go.


def test_an_article_and_each_of_its_sections_say_what_uses_them(editor, edition):
    make_edition(linking("/articles/calf-pain/#rest", title="Live"))
    html = editor.get(f"/admin/articles/article/{edition.article_id}/change/").content.decode()
    assert html.count("“See also” in the live edition of “Live”") == 2
    assert html.count("Nothing leads here.") == 2  # the section “heat”, and the empty form for new ones


def test_a_section_that_a_live_article_links_to_cannot_be_deleted_in_its_article(editor, edition):
    make_edition(linking("/articles/calf-pain/#rest", title="Live"))
    url = f"/admin/articles/article/{edition.article_id}/change/"
    form = filled_form(editor.get(url))
    response = editor.post(url, form | {"sections-0-DELETE": "on"})
    assert "patients are sent to it: “See also” in the live edition of “Live”" in response.content.decode()
    assert editor.post(url, form | {"sections-1-DELETE": "on"}).status_code == 302
    assert [section.anchor for section in edition.article.sections.all()] == ["rest"]


def test_an_unpublished_article_that_others_lead_to_cannot_be_deleted_and_says_so(editor, edition):
    article = make_article()
    edition.article.related.add(article)
    url = f"/admin/articles/article/{article.pk}/delete/"
    assert "The related articles of “Calf pain”" in editor.get(url).content.decode()
    confirm(editor, url)
    action = {"action": "delete_selected", "_selected_action": article.pk}
    seen = editor.post("/admin/articles/article/", action).context["seen"]
    editor.post("/admin/articles/article/", action | {"post": "yes", "seen": seen})
    assert type(article).objects.filter(pk=article.pk).exists()
    edition.article.related.clear()
    confirm(editor, url)
    assert not type(article).objects.filter(pk=article.pk).exists()


# What a patient in a self-check meets.


def test_a_result_whose_sections_are_all_gone_still_says_whom_to_call(client, edition):
    slug = make_quiz_edition(make_quiz(edition)).slug
    answer(client, slug, "danger", "none")
    answer(client, slug, "often", "rarely")
    sentence = "What we wrote for this result is not available now. Please call the clinic"
    html = client.get(f"/check/{slug}/result/").content.decode()
    assert "Try home care now" in html
    assert sentence not in html
    publishing.withdraw(edition, by=None)
    html = client.get(f"/check/{slug}/result/").content.decode()
    assert "calf-pain" not in html
    assert html.index(sentence) < html.index('href="tel:5550100"')


def test_a_result_with_one_section_left_shows_that_one_alone(client, edition):
    quiz = make_quiz(edition)
    other = make_edition()
    OutcomeLink.objects.create(outcome=quiz.outcomes.get(key="sc"), order=99, section=other.article.sections.get())
    slug = make_quiz_edition(quiz).slug
    answer(client, slug, "danger", "none")
    answer(client, slug, "often", "rarely")
    publishing.withdraw(edition, by=None)
    html = client.get(f"/check/{slug}/result/").content.decode()
    assert f'href="/articles/{other.slug}/#' in html
    assert "not available now" not in html
