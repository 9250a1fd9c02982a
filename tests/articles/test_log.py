"""The log is only ever added to."""

import pytest

from articles import publishing
from articles.log import What, note
from articles.models import Step
from articles.models.frozen import EditionIsFrozen
from checker import publishing as checker_publishing
from tests.factories import make_article, make_edition, make_editor, make_quiz_edition

pytestmark = pytest.mark.django_db

CHANGES = {
    "save": lambda step: step.save(),
    "delete": lambda step: step.delete(),
    "update": lambda step: Step.objects.update(why="x"),
    "delete all": lambda step: Step.objects.all().delete(),
    "delete some": lambda step: Step.objects.filter(pk=step.pk).delete(),
    "bulk update": lambda step: Step.objects.bulk_update([step], ["why"]),
    "update or create": lambda step: Step.objects.update_or_create(pk=step.pk, defaults={"why": "x"}),
    "upsert": lambda step: Step.objects.bulk_create(
        [step], update_conflicts=True, update_fields=["why"], unique_fields=["pk"]
    ),
    "base manager": lambda step: Step._base_manager.filter(pk=step.pk).update(why="x"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_step_can_be_neither_changed_nor_deleted(change):
    step = note(make_article(), What.CREATED, by=make_editor())
    with pytest.raises(EditionIsFrozen):
        change(step)
    assert Step.objects.get().why == ""


def test_a_step_outlives_the_account_and_the_draft():
    article, editor = make_article(title="Cramps"), make_editor(username="ed")
    step = note(article, What.CREATED, by=editor, why="New.")
    editor.delete()
    article.delete()
    step.refresh_from_db()
    assert (step.who, step.account, step.title, step.why) == ("Ed Itor", "ed", "Cramps", "New.")


def test_every_way_an_edition_can_go_is_in_the_log():
    editor = make_editor()
    for edition, app in ((make_edition(), publishing), (make_quiz_edition(), checker_publishing)):
        parent = getattr(edition, edition.parent_field)
        app.restore(edition, by=editor)
        app.withdraw(edition, by=editor, message="We check it.")
        steps = [(step.what, step.who, step.edition, step.why) for step in Step.objects.of(parent).order_by("pk")]
        assert steps == [
            ("published", "", 1, "A test."),
            ("restored", "Ed Itor", 1, "From edition 1."),
            ("withdrawn", "Ed Itor", 1, "We check it."),
        ]
