"""Rating an edition in the admin: by somebody else, complete, and kept for good."""

import pytest

from articles import rating
from articles.instruments import CDC, PEMAT, Mark
from articles.models import QualityRating
from articles.models.frozen import EditionIsFrozen
from tests.factories import make_article, make_edition, make_editor, make_reviewer

pytestmark = pytest.mark.django_db


def all_yes(instrument, **changed) -> dict[str, str]:
    return {f"item_{item.number}": "yes" for _part, item in instrument.items} | changed


def marks(instrument) -> dict[int, Mark]:
    return {item.number: Mark.YES for _part, item in instrument.items}


@pytest.fixture
def edition():
    return make_edition(make_article(sections=2, author=make_editor()), by=make_reviewer())


@pytest.fixture
def rater(client):
    person = make_editor(first_name="Ra", last_name="Ter")
    client.force_login(person)
    return person


def url(edition, key: str) -> str:
    return f"/admin/articles/articleedition/{edition.pk}/rate/{key}/"


def test_a_complete_rating_is_kept_with_rater_and_date_and_shown_on_the_edition(client, edition, rater):
    response = client.post(url(edition, "pemat"), all_yes(PEMAT, item_1="no", item_17="na", note="Shorter."))
    assert response["Location"] == f"/admin/articles/articleedition/{edition.pk}/change/"
    kept = QualityRating.objects.get()
    assert (kept.edition, kept.rater, kept.rater_name, kept.note) == (edition, rater, "Ra Ter", "Shorter.")
    html = client.get(response["Location"]).content.decode()
    assert "Understandability: 94 % (meets our goal)" in html  # 15 of 16
    assert "Actionability: 100 % (meets our goal)" in html
    assert "Ra Ter" in html
    shown = client.get(f"/admin/articles/qualityrating/{kept.pk}/change/").content.decode()
    assert "1. Its purpose is completely evident. <strong>no</strong>" in shown


def test_the_cdc_index_leaves_out_what_a_no_decides(client, edition, rater):
    typed = all_yes(CDC, item_12="no", item_17="no")
    del typed["item_13"], typed["item_14"]
    client.post(url(edition, "cdc"), typed)
    score = QualityRating.objects.get().scores[0]
    assert (score.points, score.applicable) == (17, 18)


def test_nothing_is_ticked_beforehand_and_suggestions_stand_beside_with_their_reason(client, edition, rater):
    html = client.get(url(edition, "pemat")).content.decode()
    assert " checked" not in html
    assert "Suggestion: Agree. Each of its 2 sections has a heading." in html
    assert "Suggestion: Not applicable. Texts here hold no tables." in html


def test_an_item_without_an_answer_is_named_with_a_link_and_all_that_was_chosen_is_kept(client, edition, rater):
    typed = all_yes(PEMAT, note="Typed.", item_5="no")
    del typed["item_3"]
    response = client.post(url(edition, "pemat"), typed)
    assert response.status_code == 422
    html = response.content.decode()
    assert '<a href="#id_item_3_0">Choose an answer to item 3.</a>' in html
    assert html.count(" checked") == 23
    assert "Typed.</textarea>" in html
    assert not QualityRating.objects.exists()


@pytest.mark.parametrize("wrong", [{"item_3": "na"}, {"item_3": "maybe"}, {"item_3": ""}, {"note": "x" * 2001}])
def test_what_the_instrument_does_not_know_is_refused(client, edition, rater, wrong):
    assert client.post(url(edition, "pemat"), all_yes(PEMAT, **wrong)).status_code == 422
    assert not QualityRating.objects.exists()


def test_half_a_part_that_does_not_apply_is_refused(client, edition, rater):
    html = client.post(url(edition, "cdc"), all_yes(CDC, item_15="na")).content.decode()
    assert "applies as a whole or not at all" in html


@pytest.mark.parametrize("who", ["author", "publisher"])
def test_neither_the_author_nor_who_published_it_rates_it(client, edition, who):
    person = edition.article.author if who == "author" else edition.published_by
    client.force_login(person)
    for response in (
        client.get(url(edition, "pemat"), follow=True),
        client.post(url(edition, "pemat"), all_yes(PEMAT), follow=True),
    ):
        assert "Somebody else rates it." in response.content.decode()
    with pytest.raises(rating.CannotRate):
        rating.rate(edition, PEMAT, marks(PEMAT), by=person)
    assert not QualityRating.objects.exists()


def test_who_may_not_add_ratings_cannot(client, edition, django_user_model):
    client.force_login(django_user_model.objects.create_user("reader", password="x", is_staff=True))
    assert client.get(url(edition, "pemat")).status_code == 403


@pytest.mark.parametrize("wrong", ["0", "abc", "9" * 40, "²", "1/2"])
def test_a_wrong_edition_or_instrument_is_not_found(client, edition, rater, wrong):
    assert client.get(f"/admin/articles/articleedition/{wrong}/rate/pemat/").status_code == 404
    assert client.get(url(edition, "nothing")).status_code == 404


def test_a_rating_is_frozen(edition, rater):
    kept = rating.rate(edition, PEMAT, marks(PEMAT), by=rater)
    with pytest.raises(EditionIsFrozen):
        kept.save()
    with pytest.raises(EditionIsFrozen):
        QualityRating.objects.all().delete()


def test_a_rating_that_is_not_complete_is_never_kept(edition, rater):
    with pytest.raises(ValueError, match="every item"):
        rating.rate(edition, PEMAT, {1: Mark.YES}, by=rater)


def test_whoever_submitted_an_edition_does_not_rate_it_even_if_somebody_else_is_named_as_author(client, edition):
    client.force_login(edition.submission.by)
    for send in (client.get, client.post):
        assert send(url(edition, "pemat"), follow=True).redirect_chain
    assert not QualityRating.objects.exists()
    with pytest.raises(rating.CannotRate, match="You submitted this edition"):
        rating.rate(edition, PEMAT, marks(PEMAT), by=edition.submission.by)
