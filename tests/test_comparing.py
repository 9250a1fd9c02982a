"""Two editions side by side, or one and the working copy."""

import pytest
from django.contrib.auth.models import Permission

from articles import publishing, review_links
from articles.models import Article, ArticleEdition
from checker.models import Choice, QuizEdition
from tests.factories import (
    make_article,
    make_audience,
    make_clinic,
    make_edition,
    make_editor,
    make_quiz,
    make_quiz_edition,
    make_section,
    make_submission,
    make_topic,
)
from tests.staff import html_of, url

pytestmark = pytest.mark.django_db


def three_editions() -> Article:
    """“First”, “Second” and “Third” are live one after another; the working copy says “Fourth”."""
    article = make_article(title="First")
    for title in ("Second", "Third", "Fourth"):
        make_edition(article)
        Article.objects.filter(pk=article.pk).update(title=title)
    return Article.objects.get(pk=article.pk)


def changed(client, subject, **chosen) -> str:
    return html_of(client.get(url(type(subject), "compare", subject.pk, **chosen)))


def pair(old: str, new: str) -> list[str]:
    return [f"<del>{old}</del>", f"<ins>{new}</ins>"]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        # Nothing said: what patients read now, and the working copy.
        ({}, pair("Third", "Fourth")),
        # An edition alone: the one before it.
        ({"after": 2}, pair("First", "Second")),
        ({"before": 1, "after": 3}, pair("First", "Third")),
        ({"before": 3, "after": 1}, pair("Third", "First")),
        ({"before": 1}, pair("First", "Fourth")),
        ({"before": "draft", "after": 1}, pair("Fourth", "First")),
        ({"before": 2, "after": 2}, ["Nothing differs."]),
    ],
)
def test_any_two_states_of_an_article_are_compared(editor, chosen, expected):
    page = changed(editor, three_editions(), **chosen)
    assert all(words in page for words in expected)


def test_sections_are_compared_too(editor):
    article = make_article()
    make_edition(article)
    section = make_section(article, heading="What is new")
    page = changed(editor, article)
    assert "new section" in page
    assert section.anchor in page


@pytest.mark.parametrize("where", ["compare", "review", "link"])
def test_what_is_kept_as_a_key_is_shown_in_the_words_that_staff_know(editor, where):
    make_clinic()
    article = make_article(topic=make_topic(slug="old", name="Legs"))
    make_edition(article)
    related = make_article(slug="other", title="Another page")
    article.topic = make_topic(slug="new", name="Feet")
    article.save()
    article.audiences.set([make_audience(slug="grown-up", name="Adults")])
    article.related.set([related])
    article.sections.update(callout="urgent", subtopic="therapy")
    submission = make_submission(article)
    page = html_of(editor.get({
        "compare": url(Article, "compare", article.pk),
        "review": url(Article, "publish", article.pk),
        "link": review_links.address(review_links.invite(submission, by=submission.by, invited="Dr. Byron")),
    }[where]))  # fmt: skip
    kind = ["<ins>Urgent: be seen today</ins>", "<ins>Treatment</ins>"]
    assert all(words in page for words in [*pair("Legs", "Feet"), "<ins>Adults</ins>", "Another page", *kind])
    assert not any(f">{key}</" in page for key in ("old", "new", "grown-up", "other", "urgent", "therapy"))


def test_the_page_says_which_two_are_compared_and_which_one_patients_read(editor):
    page = changed(editor, three_editions(), after=2)
    assert "Edition 1, from " in page
    assert page.count("edition 3, which patients read now") == 2  # as a choice, twice


def test_one_that_was_cancelled_is_not_the_one_before(editor, set_clock):
    article = three_editions()
    cancelled = make_edition(article, goes_live_at=article.updated_at.replace(year=2090))
    publishing.withdraw(cancelled, by=None)
    assert make_edition(article).one_before().number == 3
    page = html_of(editor.get(url(Article, "compare", article.pk)))
    assert page.count(">edition 4, cancelled before ") == 2  # as a choice, twice


@pytest.mark.parametrize("chosen", [{"after": 9}, {"before": "x"}, {"before": "' OR 1=1", "after": ""}])
def test_an_edition_that_is_not_there_is_refused_beside_its_field(editor, chosen):
    response = editor.get(url(Article, "compare", three_editions().pk), chosen)
    assert response.status_code == 422
    assert 'class="errorlist"' in html_of(response)


def test_the_first_edition_has_nothing_before_it(editor):
    page = changed(editor, three_editions(), after=1)
    assert "This is the first edition. Nothing came before it." in page
    assert "errorlist" not in page


def test_what_was_never_published_has_nothing_to_compare(editor):
    assert "It has no editions yet" in changed(editor, make_article())
    assert "It has no editions yet" in changed(editor, make_quiz())


def test_a_self_check_shows_the_answers_that_lost_urgency_and_the_texts(editor):
    make_clinic()
    quiz = make_quiz_edition().quiz
    Choice.objects.filter(question__quiz=quiz, key="swollen").update(red_flag="", text="A swollen leg")
    quiz.rules.filter(name="U1").delete()
    page = changed(editor, quiz)
    assert "get a less urgent result." in page or "gets a less urgent result." in page
    assert "For example, a patient who says:" in page
    assert "A swollen leg" in page


def test_a_self_check_that_cannot_be_read_says_so(editor):
    quiz = make_quiz_edition().quiz
    quiz.rules.all().delete()
    quiz.questions.all().delete()
    assert "It is not complete, so the changes cannot be listed." in changed(editor, quiz)


@pytest.mark.parametrize("make", [make_edition, make_quiz_edition])
def test_the_ways_to_compare_are_on_the_text_on_its_editions_and_in_their_list(editor, make):
    make_clinic()
    edition = make()
    subject = getattr(edition, edition.parent_field)
    compare = url(type(subject), "compare", subject.pk)
    assert f'href="{compare}"' in html_of(editor.get(url(type(subject), "change", subject.pk)))
    page = html_of(editor.get(url(type(edition), "change", edition.pk)))
    assert f'href="{compare}?after=1"' in page
    assert f'href="{compare}?before=1&after=draft"' in page
    assert f'href="{compare}?after=1"' in html_of(editor.get(url(type(edition), "changelist")))
    assert f'href="{compare}?before=draft&after=1"' in html_of(editor.get(url(type(edition), "restore", edition.pk)))


def chosen_in_list(client, editions):
    data = {"action": "compare_chosen", "_selected_action": [edition.pk for edition in editions]}
    return client.post(url(type(editions[0]), "changelist"), data, follow=True)


def test_two_editions_are_chosen_in_the_list(editor):
    article = three_editions()
    response = chosen_in_list(editor, [article.editions.get(number=3), article.editions.get(number=1)])
    assert response.redirect_chain == [(url(Article, "compare", article.pk, before=1, after=3), 302)]
    assert all(words in html_of(response) for words in pair("First", "Third"))


@pytest.mark.parametrize("numbers", [[1], [1, 2, 3]])
def test_one_or_three_cannot_be_compared(editor, numbers):
    article = three_editions()
    page = html_of(chosen_in_list(editor, list(article.editions.filter(number__in=numbers))))
    assert "Choose two editions of the same text, then compare them." in page


def test_editions_of_two_articles_cannot_be_compared(editor):
    page = html_of(chosen_in_list(editor, [make_edition(), make_edition()]))
    assert "Choose two editions of the same text, then compare them." in page


@pytest.mark.parametrize(("make", "model"), [(make_edition, ArticleEdition), (make_quiz_edition, QuizEdition)])
def test_only_those_who_may_see_the_text_can_compare_it(client, make, model):
    edition = make()
    subject = getattr(edition, edition.parent_field)
    person = make_editor()
    person.groups.clear()
    client.force_login(person)
    address = url(type(subject), "compare", subject.pk)
    assert client.get(address).status_code == 403
    opts = subject._meta
    person.user_permissions.add(
        Permission.objects.get(codename=f"view_{opts.model_name}", content_type__app_label=opts.app_label)
    )
    assert client.get(address).status_code == 200


def test_comparing_asks_little_however_many_editions_there_are(editor, django_assert_max_num_queries):
    article = three_editions()
    for _number in range(10):
        make_edition(article)
    with django_assert_max_num_queries(30):
        changed(editor, article, before=2, after=9)
