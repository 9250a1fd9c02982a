import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles import publishing
from articles.models import Article, ArticleEdition, ArticleWithdrawal, EditionSection
from articles.models.frozen import EditionIsFrozen
from tests.factories import confirm, make_article, make_edition, make_reviewer, make_topic

pytestmark = pytest.mark.django_db

type Days = tuple[int, int | None, int | None]


def day(number: int) -> datetime.datetime:
    return datetime.datetime(2026, 5, number, 12, tzinfo=datetime.UTC)


def make_timeline(article: Article, editions: list[Days]) -> None:
    for goes_live, expires, withdrawn in editions:
        edition = make_edition(article, goes_live_at=day(goes_live), expires_at=expires and day(expires))
        if withdrawn:
            ArticleWithdrawal.objects.create(edition=edition, at=day(withdrawn))


@pytest.mark.parametrize(
    ("editions", "live"),
    [
        # Each edition: goes live, expires, withdrawn; then which number is live on which day.
        ([(5, None, None)], {4: None, 5: 1, 28: 1}),
        ([(1, 5, None)], {1: 1, 4: 1, 5: None, 28: None}),
        ([(1, None, 3)], {3: None, 28: None}),
        ([(1, None, None), (3, None, None)], {2: 1, 3: 2, 28: 2}),
        # What was replaced never comes back by itself.
        ([(1, None, None), (3, 5, None)], {2: 1, 3: 2, 5: None, 28: None}),
        ([(1, None, None), (3, None, 4)], {4: None, 28: None}),
        ([(5, None, None), (2, None, None)], {1: None, 2: 2, 5: 2, 28: 2}),
        # One that is withdrawn before its time never counts.
        ([(1, None, None), (5, None, 3)], {3: 1, 5: 1, 28: 1}),
        ([(5, None, 3)], {3: None, 5: None}),
        ([(1, None, None), (5, None, 5)], {4: 1, 5: None}),
        # A new edition ends the gap.
        ([(1, None, None), (2, None, 3), (4, None, None)], {3: None, 4: 3}),
        ([(1, 2, None), (4, None, None)], {1: 1, 3: None, 4: 2}),
    ],
)
def test_which_edition_is_live_is_decided_at_each_moment(editions: list[Days], live: dict[int, int | None]) -> None:
    article = make_article()
    make_timeline(article, editions)
    found = {at: list(article.editions.live(day(at)).values_list("number", flat=True)) for at in live}
    assert found == {at: [number] if number else [] for at, number in live.items()}


def test_a_second_before_its_time_an_edition_is_not_live() -> None:
    edition = make_edition(goes_live_at=day(5), expires_at=day(7))
    second = datetime.timedelta(seconds=1)
    moments = [day(5) - second, day(5), day(7) - second, day(7)]
    assert [ArticleEdition.objects.live(moment).filter(pk=edition.pk).exists() for moment in moments] == [
        False,
        True,
        True,
        False,
    ]


def test_now_is_the_moment_of_asking(set_clock: Any) -> None:
    make_edition(goes_live_at=day(5))
    set_clock(day(4))
    assert not ArticleEdition.objects.live().exists()
    set_clock(day(5))
    assert ArticleEdition.objects.live().exists()


def test_two_articles_do_not_touch_each_other() -> None:
    first, second = make_article(), make_article()
    make_timeline(first, [(1, None, None), (2, None, 3)])
    make_timeline(second, [(1, None, None)])
    assert [edition.article for edition in ArticleEdition.objects.live(day(9))] == [second]


def test_the_sections_of_a_page_are_those_of_its_newest_started_edition() -> None:
    article = make_article(slug="cramps")
    make_timeline(article, [(1, None, None), (3, 5, None), (9, None, None)])
    numbers = {
        at: {row.edition.number for row in EditionSection.objects.of_current_article("cramps", day(at))}
        for at in (2, 4, 6, 9)
    }
    assert numbers == {2: {1}, 4: {2}, 6: {2}, 9: {3}}
    assert [row.edition.number for row in EditionSection.objects.live(day(2))] == [1]
    assert not EditionSection.objects.live(day(6)).exists()


def rows_of(edition: ArticleEdition) -> list[Any]:
    return [edition, edition.sections.get(), publishing.withdraw(edition, by=None)]


CHANGES = {
    "save": lambda row: row.save(),
    "save of one field": lambda row: row.save(update_fields=["id"]),
    "forced update": lambda row: row.save(force_update=True),
    "delete": lambda row: row.delete(),
    "update": lambda row: type(row).objects.filter(pk=row.pk).update(id=row.pk),
    "delete of many": lambda row: type(row).objects.all().delete(),
    "bulk_update": lambda row: type(row).objects.bulk_update([row], ["id"]),
    "bulk_create over it": lambda row: type(row).objects.bulk_create(
        [row], update_conflicts=True, update_fields=["id"], unique_fields=["id"]
    ),
    "update_or_create": lambda row: type(row).objects.update_or_create(pk=row.pk, defaults={"id": row.pk}),
    "base manager": lambda row: type(row)._base_manager.update(id=row.pk),
    "default manager": lambda row: type(row)._default_manager.all().delete(),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("which", [0, 1, 2], ids=["edition", "section", "withdrawal"])
def test_what_patients_may_have_read_cannot_be_changed_or_deleted(change: Any, which: int) -> None:
    row = type(found := rows_of(make_edition())[which]).objects.get(pk=found.pk)
    with pytest.raises(EditionIsFrozen, match="frozen: it cannot be changed or deleted"), transaction.atomic():
        change(row)


RELATED_CHANGES = {
    "article's editions, update": lambda edition: edition.article.editions.update(title="x"),
    "article's editions, delete": lambda edition: edition.article.editions.all().delete(),
    "topic's editions": lambda edition: edition.topic.editions.update(title="x"),
    "edition moved to another article": lambda edition: make_article().editions.add(edition),
    "sections, update": lambda edition: edition.sections.update(body="x"),
    "sections, delete": lambda edition: edition.sections.all().delete(),
    "sections, update_or_create": lambda edition: edition.sections.update_or_create(
        anchor=edition.sections.get().anchor, defaults={"body": "x"}
    ),
    "withdrawal": lambda edition: edition.withdrawal.delete(),
}  # fmt: skip


@pytest.mark.parametrize("change", RELATED_CHANGES.values(), ids=RELATED_CHANGES)
def test_related_managers_refuse_too(change: Any) -> None:
    edition = make_edition()
    publishing.withdraw(edition, by=None)
    with pytest.raises(EditionIsFrozen), transaction.atomic():
        change(edition)


def test_many_rows_cannot_be_written_over_by_arguments_without_names() -> None:
    section = make_edition().sections.get()
    with pytest.raises(TypeError):
        EditionSection.objects.bulk_create([section], None, False, True, ["body"], ["id"])


def test_a_new_row_cannot_take_the_place_of_an_old_one() -> None:
    edition = make_edition()
    copy = ArticleEdition(
        pk=edition.pk, article=edition.article, number=9, topic=edition.topic, goes_live_at=timezone.now()
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()


DELETIONS = {
    "article": lambda edition: edition.article.delete(),
    "all articles": lambda edition: Article.objects.all().delete(),
    "topic": lambda edition: edition.topic.delete(),
    "person": lambda edition: edition.published_by.delete(),
}


@pytest.mark.parametrize("delete", DELETIONS.values(), ids=DELETIONS)
def test_what_an_edition_stands_on_cannot_be_deleted(delete: Any) -> None:
    edition = make_edition(by=make_reviewer())
    Article.objects.filter(pk=edition.article_id).update(topic=make_topic())
    with pytest.raises(ProtectedError), transaction.atomic():
        delete(ArticleEdition.objects.get(pk=edition.pk))


@pytest.mark.parametrize("step", ["change", "delete"])
def test_the_admin_neither_changes_nor_deletes_an_edition(step: str, admin_client: Client) -> None:
    edition = make_edition()
    response = admin_client.post(
        reverse(f"admin:articles_articleedition_{step}", args=[edition.pk]), {"title": "x", "post": "yes"}
    )
    assert response.status_code == 403
    assert ArticleEdition.objects.get().title == edition.title


def test_the_admin_offers_no_way_to_delete_many_editions(admin_client: Client) -> None:
    edition = make_edition()
    url = reverse("admin:articles_articleedition_changelist")
    admin_client.post(url, {"action": "delete_selected", "_selected_action": [edition.pk], "post": "yes"})
    assert ArticleEdition.objects.filter(pk=edition.pk).exists()
    assert "delete_selected" not in admin_client.get(url).content.decode()


def test_an_article_that_was_published_cannot_be_deleted_in_the_admin(admin_client: Client) -> None:
    edition = make_edition()
    confirm(admin_client, reverse("admin:articles_article_delete", args=[edition.article_id]))
    assert Article.objects.filter(pk=edition.article_id).exists()


def test_an_edition_has_a_name_and_the_address_of_its_article() -> None:
    edition = make_edition(make_article(slug="cramps", title="Cramps"))
    assert (str(edition), edition.get_absolute_url()) == ("Cramps, edition 1", "/articles/cramps/")
    assert str(publishing.withdraw(edition, by=None)) == "Cramps, edition 1, withdrawn"
