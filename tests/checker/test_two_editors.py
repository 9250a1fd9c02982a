"""Two editors, every way to change something, and whatever the other one did meanwhile: nobody overwrites what they did not see."""

from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.forms import MultiWidget
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles import stale, yamlfile
from articles.models import Article, ArticleEdition, Audience, GlossaryTerm, SearchPhrase, Source, Topic
from checker import rows
from checker.definition import to_yaml
from checker.models import Outcome, Quiz, QuizEdition, Rule, Vignette
from tests.factories import (
    confirm,
    filled_form,
    make_article,
    make_audience,
    make_clinic,
    make_edition,
    make_editor,
    make_quiz,
    make_quiz_edition,
    make_section,
    make_source,
    make_term,
    make_topic,
)

pytestmark = pytest.mark.django_db


def url(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def log_in() -> Client:
    client = Client()
    client.force_login(make_editor())
    return client


@pytest.fixture
def me():
    return log_in()


@pytest.fixture
def other():
    return log_in()


def make_article_with_code():
    article = make_article()
    article.codes.create(system="icd-10-cm", code="R25.2")
    return article


def make_vignette():
    quiz = make_quiz()
    answers = {"danger": ["cold"], "often": ["daily"]}
    return quiz.vignettes.create(name="V1", story="A story.", answers=answers, min_level="urgent")


@dataclass(frozen=True)
class Form:
    """One field of a form that both change, and another one that only the other changes."""

    make: Any
    field: str
    mine: str
    theirs: str
    other_field: str
    other: str


FORMS = {
    "article": Form(make_article, "title", "Mine", "Theirs", "summary", "Another summary."),
    "article settings": Form(make_article, "review_months", "6", "12", "title", "Theirs"),
    "section": Form(make_article, "sections-0-heading", "Mine", "Theirs", "sections-0-review_note", "Check."),
    "section text": Form(make_article, "sections-0-body", "<p>Mine.</p>", "<p>Theirs.</p>", "title", "Theirs"),
    "code": Form(make_article_with_code, "codes-0-code", "R25.1", "R25.3", "sections-0-heading", "Theirs"),
    "quiz": Form(make_quiz, "title", "Mine", "Theirs", "intro", "Another introduction."),
    "notes": Form(make_quiz, "result_notes", "Mine.", "Theirs.", "title", "Theirs"),
    "question": Form(lambda: make_quiz().questions.first(), "text", "Mine?", "Theirs?", "hint", "Theirs"),
    "choice": Form(lambda: make_quiz().questions.first(), "choices-0-red_flag", "urgent", "soon", "text", "Theirs?"),
    "outcome": Form(lambda: make_quiz().outcomes.last(), "title", "Mine", "Theirs", "facts", "One.\nTwo."),
    "outcome link": Form(lambda: make_quiz().outcomes.last(), "links-0-order", "3", "4", "safety_net", "Theirs."),
    "rule": Form(lambda: make_quiz().rules.first(), "when", "any: danger.cold, danger.swollen", "any: danger.swollen", "rationale", "Why."),
    "story": Form(make_vignette, "story", "Mine.", "Theirs.", "basis", "Theirs"),
    "topic": Form(make_topic, "name", "Mine", "Theirs", "description", "Theirs."),
    "audience": Form(make_audience, "name", "Mine", "Theirs", "order", "7"),
    "source": Form(make_source, "title", "Mine", "Theirs", "note", "Theirs."),
    "glossary term": Form(make_term, "meaning", "Mine.", "Theirs.", "term", "Theirs"),
    "search phrase": Form(lambda: SearchPhrase.objects.create(phrase="sore calf", means="leg pain"), "means", "mine", "theirs", "phrase", "theirs"),
    "clinic": Form(make_clinic, "phone", "555-0001", "555-0002", "hours", "Mondays"),
}  # fmt: skip
every_form = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)


@dataclass
class Screen:
    client: Client
    row: Any

    @property
    def address(self):
        return url(type(self.row), "change", self.row.pk)

    def open(self):
        return filled_form(self.client.get(self.address))

    def save(self, **typed):
        return self.client.post(self.address, self.open() | typed)

    def stored(self, field):
        return self.open()[field]


def pairs(fields):
    """Hidden fields as a browser sends them."""
    data: dict[str, list[str]] = {}
    for name, value in fields:
        data.setdefault(name, []).append(value)
    return data


def sent(page, **chosen):
    """What a browser sends from the page that stopped a save."""
    return pairs(page.context["hidden"]) | {"merging": page.context["merging"], **chosen}


def choose(page, value):
    return {conflict.name: value for conflict in page.context["conflicts"]}


def delete(row):
    if isinstance(row, Outcome):
        # It cannot go while a rule leads to it.
        Rule.objects.all().delete()
    type(row).objects.filter(pk=row.pk).delete()


def text_of(value) -> str:
    return str(value).replace("\r\n", "\n")


@every_form
def test_nobody_else_saved_and_mine_is_saved(me, form):
    screen = Screen(me, form.make())
    assert screen.save(**{form.field: form.mine}).status_code == 302
    assert text_of(screen.stored(form.field)) == form.mine


@pytest.mark.parametrize(
    ("form", "choice"),
    [*((form, "mine") for form in FORMS.values()), (FORMS["section text"], "theirs"), (FORMS["choice"], "theirs")],
    ids=[*FORMS, "section text: theirs", "choice: theirs"],
)
def test_the_other_changed_the_same_field_and_i_choose(me, other, form, choice):
    row = form.make()
    mine = Screen(me, row)
    opened = mine.open()
    assert Screen(other, row).save(**{form.field: form.theirs}).status_code == 302
    page = me.post(mine.address, opened | {form.field: form.mine})
    assert page.status_code == 409
    assert len(page.context["conflicts"]) == 1
    assert form.mine in [value.replace("\r\n", "\n") for _name, value in page.context["hidden"]]
    assert text_of(mine.stored(form.field)) == form.theirs
    merged = me.post(mine.address, sent(page, **choose(page, choice)))
    assert merged.status_code == 200
    assert "Nothing is saved yet" in unescape(merged.content.decode())
    assert text_of(mine.stored(form.field)) == form.theirs
    assert me.post(mine.address, filled_form(merged)).status_code == 302
    assert text_of(mine.stored(form.field)) == getattr(form, choice)


@every_form
def test_the_other_changed_another_field_and_both_are_kept(me, other, form):
    row = form.make()
    mine = Screen(me, row)
    opened = mine.open()
    assert Screen(other, row).save(**{form.other_field: form.other}).status_code == 302
    page = me.post(mine.address, opened | {form.field: form.mine})
    assert (page.status_code, page.context["conflicts"]) == (409, [])
    assert page.context["only_mine"]
    assert page.context["only_theirs"]
    assert text_of(mine.stored(form.field)) != form.mine
    merged = me.post(mine.address, sent(page))
    assert me.post(mine.address, filled_form(merged)).status_code == 302
    assert text_of(mine.stored(form.field)) == form.mine
    assert text_of(mine.stored(form.other_field)) == form.other


@pytest.mark.parametrize(
    "form",
    [each for each in FORMS.values() if each.make is not make_clinic],
    ids=[name for name in FORMS if name != "clinic"],
)
def test_the_other_deleted_it_and_what_i_typed_begins_a_new_one(me, other, form):
    row = form.make()
    screen = Screen(me, row)
    opened = screen.open() | {form.field: form.mine}
    delete(row)
    page = me.post(screen.address, opened)
    assert page.status_code == 409
    assert "Somebody deleted it" in unescape(page.content.decode())
    assert not type(row).objects.filter(pk=row.pk).exists()
    new = me.post(page.context["add_url"], sent_from_gone(page))
    assert new.status_code == 200
    assert text_of(filled_form(new)[form.field]) == form.mine
    assert me.post(page.context["add_url"], filled_form(new)).status_code == 302
    assert type(row).objects.count() >= 1


def sent_from_gone(page):
    return pairs(page.context["hidden"]) | {"merging": "new"}


@every_form
def test_a_form_that_does_not_say_what_it_showed_overwrites_nothing(me, form):
    screen = Screen(me, form.make())
    before = text_of(screen.stored(form.field))
    typed = screen.open() | {form.field: form.mine}
    del typed["seen"]
    page = me.post(screen.address, typed)
    assert me.post(screen.address, typed | {"seen": "forged"}).context["hidden"][:-1] == page.context["hidden"]
    assert (page.status_code, page.context["knows_before"]) == (409, False)
    assert text_of(screen.stored(form.field)) == before
    merged = me.post(screen.address, sent(page, **choose(page, "mine")))
    assert me.post(screen.address, filled_form(merged)).status_code == 302
    assert text_of(screen.stored(form.field)) == form.mine


def test_every_field_is_one_input_so_that_it_can_be_compared_and_sent_again(me):
    for make in {form.make for form in FORMS.values()}:
        page = me.get(Screen(me, make()).address)
        formsets = [inline.formset for inline in page.context["inline_admin_formsets"]]
        for shown in [page.context["adminform"].form, *(formset.empty_form for formset in formsets)]:
            assert not [name for name, field in shown.fields.items() if isinstance(field.widget, MultiWidget)]


def test_pressing_save_twice_saves_once_and_says_so(me):
    screen = Screen(me, make_article(sections=1))
    new = {"sections-TOTAL_FORMS": 2, "sections-1-heading": "New", "sections-1-anchor": "new", "sections-1-body": "<p>New.</p>",
           "sections-1-callout": "info", "sections-1-order": 5, "sections-1-id": ""}  # fmt: skip
    typed = screen.open() | new
    assert [me.post(screen.address, typed).status_code for _press in range(2)] == [302, 302]
    assert screen.row.sections.count() == 2
    assert "is stored as you typed it" in unescape(me.get(screen.address).content.decode())


def test_who_changed_nothing_keeps_theirs(me, other):
    article = make_article()
    screen = Screen(me, article)
    opened = screen.open()
    Screen(other, article).save(title="Theirs")
    page = me.post(screen.address, opened, follow=True)
    assert "You had changed nothing, so theirs stands" in unescape(page.content.decode())
    assert screen.stored("title") == "Theirs"


@pytest.mark.parametrize(("choice", "kept"), [("keep", True), ("drop", False)])
@pytest.mark.parametrize("i_delete", [True, False])
def test_one_takes_a_section_away_that_the_other_changed(me, other, i_delete, choice, kept):
    article = make_article(sections=2)
    screen = Screen(me, article)
    mine, theirs = {"sections-1-heading": "Changed"}, {"sections-1-DELETE": "on"}
    if i_delete:
        mine, theirs = theirs, mine
    opened = screen.open()
    assert Screen(other, article).save(**theirs).status_code == 302
    page = me.post(screen.address, opened | mine)
    (conflict,) = page.context["conflicts"]
    assert "Changed" in unescape(page.content.decode())
    merged = me.post(screen.address, sent(page, **{conflict.name: choice}))
    form = filled_form(merged) | ({"sections-1-DELETE": "on"} if i_delete and not kept else {})
    assert me.post(screen.address, form).status_code == 302
    assert article.sections.filter(heading="Changed").exists() is kept
    assert article.sections.count() == 1 + kept


def test_both_change_other_sections_and_other_sources_of_one(me, other):
    article = make_article(sections=2)
    first = article.sections.first()
    more, less = make_source(), first.sources.get()
    screen = Screen(me, article)
    opened = screen.open()
    Screen(other, article).save(**{"sections-1-heading": "Theirs", "sections-0-sources": [less.pk, more.pk]})
    page = me.post(screen.address, opened | {"sections-0-heading": "Mine", "sections-0-sources": []})
    assert page.context["conflicts"] == []
    me.post(screen.address, filled_form(me.post(screen.address, sent(page))))
    assert list(article.sections.values_list("heading", flat=True)) == ["Mine", "Theirs"]
    assert list(first.sources.all()) == [more]


def test_answers_of_a_story_that_either_ticked_are_ticked_and_that_either_unticked_are_not(me, other):
    screen = Screen(me, make_vignette())
    opened = screen.open()
    Screen(other, screen.row).save(answers=["danger.cold", "danger.swollen", "often.daily"])
    page = me.post(screen.address, opened | {"answers": ["danger.cold"]})
    assert "danger.swollen" in unescape(page.content.decode())
    me.post(screen.address, filled_form(me.post(screen.address, sent(page))))
    assert set(screen.stored("answers")) == {"danger.cold", "danger.swollen"}


def test_changes_of_two_blocks_of_one_text_can_be_put_together(me, other):
    article = make_article()
    article.sections.update(body="<p>Rest.</p><p>Walk.</p><p>Call us.</p>")
    screen = Screen(me, article)
    opened = screen.open()
    Screen(other, article).save(**{"sections-0-body": "<p>Rest now.</p><p>Walk.</p><p>Call us.</p>"})
    page = me.post(screen.address, opened | {"sections-0-body": "<p>Rest.</p><p>Walk.</p><p>Call us today.</p>"})
    me.post(screen.address, filled_form(me.post(screen.address, sent(page, **choose(page, "both")))))
    assert article.sections.get().body == "<p>Rest now.</p><p>Walk.</p><p>Call us today.</p>"


def test_texts_that_touch_can_stand_one_below_the_other_and_plain_words_can_be_written_anew(me, other):
    article = make_article()
    screen = Screen(me, article)
    opened = screen.open()
    Screen(other, article).save(title="Theirs", **{"sections-0-body": "<p>Theirs.</p>"})
    page = me.post(screen.address, opened | {"title": "Mine", "sections-0-body": "<p>Mine.</p>"})
    title, body = page.context["conflicts"]
    chosen = {title.name: "own", title.text_name: "Ours", body.name: "after"}
    form = filled_form(me.post(screen.address, sent(page, **chosen)))
    assert me.post(screen.address, form).status_code == 302
    assert (screen.stored("title"), article.sections.get().body) == ("Ours", "<p>Theirs.</p><p>Mine.</p>")


def test_without_a_choice_the_page_comes_again_and_asks(me, other):
    article = make_article()
    screen = Screen(me, article)
    opened = screen.open()
    Screen(other, article).save(title="Theirs")
    page = me.post(screen.address, opened | {"title": "Mine"})
    again = me.post(screen.address, sent(page))
    assert "Choose what shall stand." in unescape(again.content.decode())
    assert sent(again) == sent(page)


def test_saved_once_more_while_i_chose_shows_the_page_again_with_my_words(me, other):
    article = make_article()
    screen = Screen(me, article)
    opened = screen.open()
    Screen(other, article).save(title="Theirs")
    page = me.post(screen.address, opened | {"title": "Mine"})
    Screen(other, article).save(title="Theirs again")
    (conflict,) = page.context["conflicts"]
    again = me.post(screen.address, sent(page, **{conflict.name: "own", conflict.text_name: "Ours"}))
    text = unescape(again.content.decode())
    assert "saved once more while you chose" in text
    assert all(words in text for words in ("Theirs again", "Ours"))
    assert screen.stored("title") == "Theirs again"


def test_what_a_form_refuses_stays_as_typed_through_the_whole_way(me, other):
    rule = make_quiz().rules.first()
    screen = Screen(me, rule)
    opened = screen.open()
    Screen(other, rule).save(rationale="Theirs")
    page = me.post(screen.address, opened | {"when": "any: nobody knows"})
    merged = me.post(screen.address, sent(page))
    assert filled_form(merged)["when"] == "any: nobody knows"
    assert merged.context["errors"]
    assert filled_form(merged)["rationale"] == "Theirs"


LISTS = {"topics": make_topic, "audiences": make_audience}


def list_form(client, model):
    page = client.get(url(model, "changelist"))
    formset = page.context["cl"].formset
    forms = [formset.management_form, *formset.forms]
    values = {field.html_name: field.value() for form in forms for field in form}
    return values | {"_save": "Save", "seen": page.context["seen"]}


def orders(model):
    return dict(model.objects.values_list("pk", "order"))


@pytest.mark.parametrize("make", LISTS.values(), ids=LISTS)
@pytest.mark.parametrize("meanwhile", ["nobody", "same", "another", "deleted"])
def test_a_list_of_orders(me, other, make, meanwhile):
    first, second, third = make(order=1), make(order=2), make(order=3)
    model = type(first)
    mine, theirs = list_form(me, model), list_form(other, model)
    change = {"nobody": {}, "same": {"form-0-order": 8}, "another": {"form-1-order": 8}, "deleted": {}}[meanwhile]
    other.post(url(model, "changelist"), theirs | change)
    if meanwhile == "deleted":
        third.delete()
    page = me.post(url(model, "changelist"), mine | {"form-0-order": 9})
    if meanwhile in ("nobody", "deleted"):
        assert page.status_code == 302
    else:
        assert page.status_code == 409
        assert f"“{first}”: Order" in unescape(page.content.decode())
        assert orders(model)[first.pk] != 9
        page = me.post(url(model, "changelist"), sent(page, **choose(page, "mine")))
        assert page.status_code == 302
    assert orders(model)[first.pk] == 9
    assert orders(model)[second.pk] == (8 if meanwhile == "another" else 2)


@pytest.mark.parametrize("make", LISTS.values(), ids=LISTS)
def test_a_list_that_does_not_say_what_it_showed_overwrites_nothing(me, make):
    row = make(order=1)
    form = list_form(me, type(row)) | {"form-0-order": 9, "seen": "forged"}
    page = me.post(url(type(row), "changelist"), form)
    assert (page.status_code, orders(type(row))) == (409, {row.pk: 1})
    me.post(url(type(row), "changelist"), sent(page, **choose(page, "theirs")))
    assert orders(type(row)) == {row.pk: 1}


DELETED = {
    "article": (make_article, lambda row: row.sections.update(heading="Theirs")),
    "quiz": (make_quiz, lambda row: row.questions.first().choices.update(text="Theirs")),
    "question": (lambda: make_quiz().questions.last(), lambda row: row.choices.update(text="Theirs")),
    "outcome": (lambda: make_quiz().outcomes.create(key="x", title="X", level="soon"), lambda row: Outcome.objects.filter(pk=row.pk).update(title="Theirs")),
    "rule": (lambda: make_quiz().rules.first(), lambda row: Rule.objects.filter(pk=row.pk).update(rationale="Theirs")),
    "story": (make_vignette, lambda row: Vignette.objects.filter(pk=row.pk).update(story="Theirs")),
    "topic": (make_topic, lambda row: Topic.objects.filter(pk=row.pk).update(name="Theirs")),
    "audience": (make_audience, lambda row: Audience.objects.filter(pk=row.pk).update(name="Theirs")),
    "source": (make_source, lambda row: Source.objects.filter(pk=row.pk).update(title="Theirs")),
    "glossary term": (make_term, lambda row: GlossaryTerm.objects.filter(pk=row.pk).update(meaning="Theirs")),
}  # fmt: skip
every_deletion = pytest.mark.parametrize(("make", "change"), DELETED.values(), ids=DELETED)


@every_deletion
def test_deleting_what_the_other_changed_asks_again_and_shows_it(me, make, change):
    row = make()
    address = url(type(row), "delete", row.pk)
    page = me.get(address)
    change(row)
    again = me.post(address, {"post": "yes", "seen": page.context["seen"]})
    assert type(row).objects.filter(pk=row.pk).exists()
    assert "Theirs" in unescape(again.content.decode())
    assert me.post(address, {"post": "yes", "seen": again.context["seen"]}).status_code == 302
    assert not type(row).objects.filter(pk=row.pk).exists()


@every_deletion
def test_deleting_what_nobody_changed_is_done_and_what_is_deleted_already_says_so(me, make, change):
    row = make()
    address = url(type(row), "delete", row.pk)
    assert confirm(me, address).status_code == 302
    assert not type(row).objects.filter(pk=row.pk).exists()
    assert "Perhaps it was deleted?" in unescape(me.post(address, {"post": "yes"}, follow=True).content.decode())


@every_deletion
def test_deleting_from_a_page_that_does_not_say_what_it_showed_asks_first(me, make, change):
    row = make()
    me.post(url(type(row), "delete", row.pk), {"post": "yes"})
    me.post(url(type(row), "delete", row.pk), {"post": "yes", "seen": "forged"})
    assert type(row).objects.filter(pk=row.pk).exists()


@every_deletion
@pytest.mark.parametrize("meanwhile", ["nobody", "changed", "deleted"])
def test_deleting_several_at_once(me, make, change, meanwhile):
    row, kept = make(), make()
    address = url(type(row), "changelist")
    action = {"action": "delete_selected", "_selected_action": [row.pk]}
    page = me.post(address, action)
    if meanwhile == "changed":
        change(row)
        again = me.post(address, action | {"post": "yes", "seen": page.context["seen"]})
        assert type(row).objects.filter(pk=row.pk).exists()
        assert "Theirs" in unescape(again.content.decode())
        page = again
    elif meanwhile == "deleted":
        delete(row)
    me.post(address, action | {"post": "yes", "seen": page.context["seen"]})
    assert not type(row).objects.filter(pk=row.pk).exists()
    assert type(row).objects.filter(pk=kept.pk).exists()


RESTORED = {
    "article": (ArticleEdition, make_edition, "article", lambda row: row.sections.update(heading="Theirs")),
    "quiz": (QuizEdition, make_quiz_edition, "quiz", lambda row: row.rules.update(rationale="Theirs")),
}  # fmt: skip


@pytest.mark.parametrize(("model", "make", "parent", "change"), RESTORED.values(), ids=RESTORED)
@pytest.mark.parametrize("seen", ["as opened", "", "forged"])
def test_bringing_an_edition_back_over_what_the_other_changed_asks_again(me, model, make, parent, change, seen):
    edition = make()
    row = getattr(edition, parent)
    address = url(model, "restore", edition.pk)
    page = me.get(address)
    change(row)
    before = stale.state_of(row)
    again = me.post(address, {"seen": page.context["seen"] if seen == "as opened" else seen})
    assert again.status_code == 409
    assert stale.state_of(row) == before
    assert ("Theirs" in unescape(again.content.decode())) is (seen == "as opened")
    assert me.post(address, {"seen": again.context["seen"]}).status_code == 302
    assert stale.state_of(row) != before


def bring_back(client, edition, **seen):
    """The page that asks, and what it says when somebody has changed the working copy meanwhile."""
    page = client.get(url(type(edition), "restore", edition.pk))
    return {"seen": page.context["seen"], "seen_together": page.context["seen_together"]} | seen


def test_bringing_back_shows_before_theirs_and_the_edition(me):
    edition = make_quiz_edition()
    edition.quiz.questions.update(hint="Before.")
    form = bring_back(me, edition)
    edition.quiz.questions.filter(key="often").update(hint="Theirs.")
    page = me.post(url(QuizEdition, "restore", edition.pk), form)
    (change,) = page.context["since"]
    assert (change.fields[0].before, change.fields[0].after, change.mine[0].after) == ("Before.", "Theirs.", "")
    assert edition.quiz.questions.get(key="often").hint == "Theirs."


def test_an_edition_of_an_article_and_a_newer_working_copy_can_be_put_together(me, other):
    article = make_article(sections=2)
    edition = make_edition(article)
    Screen(other, article).save(title="Draft", **{"sections-0-heading": "Draft"})
    form = bring_back(me, edition)
    Screen(other, article).save(**{"sections-0-heading": "Theirs", "sections-1-heading": "Also theirs"})
    both = me.post(url(ArticleEdition, "restore", edition.pk), form).context["together"]
    page = me.post(both.address, pairs(both.sent))
    assert page.status_code == 409
    (conflict,) = page.context["conflicts"]
    assert [conflict.before, conflict.theirs[0].after] == ["Draft", "Theirs"]
    merged = me.post(both.address, sent(page, **{conflict.name: "mine"}))
    assert "Nothing is saved yet" in unescape(merged.content.decode())
    assert me.post(both.address, filled_form(merged)).status_code == 302
    headings = [each.heading for each in edition.sections.all()]
    article.refresh_from_db()
    assert article.title == edition.title
    assert list(article.sections.values_list("heading", flat=True)) == [headings[0], "Also theirs"]


def test_an_edition_with_a_section_that_is_gone_and_codes_can_be_put_together_too(me, other):
    article = make_article_with_code()
    make_section(article)
    edition = make_edition(article)
    article.sections.last().delete()
    form = bring_back(me, edition)
    Screen(other, article).save(title="Theirs")
    both = me.post(url(ArticleEdition, "restore", edition.pk), form).context["together"]
    page = me.post(both.address, pairs(both.sent))
    assert (page.status_code, page.context["conflicts"]) == (409, [])
    # The sections that came back have the numbers of the edition.
    assert {each.label for each in page.context["only_mine"]} == {"Order", "added"}
    merged = me.post(both.address, sent(page))
    assert me.post(both.address, filled_form(merged)).status_code == 302
    article.refresh_from_db()
    assert (article.title, article.sections.count(), article.codes.count()) == ("Theirs", 2, 1)


def test_an_edition_of_a_self_check_and_a_newer_working_copy_can_be_put_together(me, other):
    edition = make_quiz_edition()
    quiz = edition.quiz
    save_part(other, quiz, "questions", "danger", "text", "Draft?")
    form = bring_back(me, edition)
    save_part(other, quiz, "questions", "danger", "text", "Theirs?")
    save_part(other, quiz, "rules", "E1", "rationale", "Also theirs")
    both = me.post(url(QuizEdition, "restore", edition.pk), form).context["together"]
    page = me.post(both.address, pairs(both.sent))
    (conflict,) = page.context["conflicts"]
    texts = [conflict.before, conflict.theirs[0].after, conflict.mine[0].after]
    assert texts == ["Draft?", "Theirs?", "Any of these now?"]
    assert me.post(both.address, sent(page, step="merge", **{conflict.name: "mine"})).status_code == 302
    assert part_of(quiz, "questions", "danger").text == "Any of these now?"
    assert part_of(quiz, "rules", "E1").rationale == "Also theirs"


@pytest.mark.parametrize("make", [make_article, make_quiz], ids=["article", "quiz"])
def test_a_form_that_was_open_while_an_edition_came_back_is_stopped(me, other, make):
    row = make()
    edition = make_edition(row) if isinstance(row, Article) else make_quiz_edition(row)
    type(row).objects.filter(pk=row.pk).update(title="Draft")
    screen = Screen(me, row)
    opened = screen.open()
    assert confirm(other, url(type(edition), "restore", edition.pk)).status_code == 302
    page = me.post(screen.address, opened | {"title": "Mine"})
    assert page.status_code == 409
    assert screen.stored("title") == edition.title


def test_a_part_that_was_open_while_an_edition_came_back_is_still_found_and_stopped(me, other):
    edition = make_quiz_edition()
    question = edition.quiz.questions.first()
    question.choices.filter(key="cold").update(text="Draft")
    screen = Screen(me, question)
    opened = screen.open()
    assert confirm(other, url(QuizEdition, "restore", edition.pk)).status_code == 302
    page = me.post(screen.address, opened | {"choices-0-text": "Mine"})
    (conflict,) = page.context["conflicts"]
    assert (conflict.theirs[0].after, conflict.mine[0].after) == ("A cold, pale leg", "Mine")
    me.post(screen.address, filled_form(me.post(screen.address, sent(page, **choose(page, "mine")))))
    assert question.choices.first().text == "Mine"


# A text that is imported, and an order: the same for what is saved on a screen of its own.


def yaml_of(quiz):
    return to_yaml(rows.to_definition(Quiz.objects.get(pk=quiz.pk)))


@dataclass(frozen=True)
class Import:
    """One part of a text that both change, and another one that only the other changes, on the screen of that part."""

    part: str
    key: str
    field: str
    was: str
    mine: str
    theirs: str
    other: tuple[str, str, str, str] = ("rules", "E1", "rationale", "Another reason.")

    def text(self, quiz, new):
        text = yaml_of(quiz)
        assert text.count(self.was) == 1
        return text.replace(self.was, new)


def part_of(quiz, part, key):
    if part == "quiz":
        return Quiz.objects.get(pk=quiz.pk)
    rows = getattr(quiz, part)
    return rows.get(name=key) if part in ("rules", "vignettes") else rows.get(key=key)


def save_part(client, quiz, part, key, field, new):
    assert Screen(client, part_of(quiz, part, key)).save(**{field: new}).status_code == 302


IMPORTS = {
    "title": Import("quiz", "", "title", "Self-check", "Mine", "Theirs"),
    "introduction": Import("quiz", "", "intro", "This does not diagnose. Chest", "Mine. Chest", "Theirs."),
    "notes": Import("quiz", "", "result_notes", "This self-check does not diagnose.", "Mine.", "Theirs."),
    "question": Import("questions", "danger", "text", "Any of these now?", "Mine?", "Theirs?"),
    "condition of a question": Import("questions", "often", "show_if", 'text: "How often does it come?"', 'text: "How often does it come?"\n    show_if: {any: [danger.cold]}', "any: danger.none"),
    "choice": Import("questions", "danger", "choices-0-text", "A cold, pale leg", "Mine", "Theirs"),
    "red flag": Import("questions", "danger", "choices-0-red_flag", "red_flag: emergency", "red_flag: urgent", "soon"),
    "outcome": Import("outcomes", "ro", "title", "Book a routine visit", "Mine", "Theirs"),
    "facts": Import("outcomes", "em", "facts", "Do not wait.", "Mine.", "Theirs."),
    "rule": Import("rules", "R1", "when", "often.daily", "often.rarely", "all: often.daily, danger.none"),
    "reason": Import("rules", "R1", "rationale", "outcome: ro", 'outcome: ro, rationale: "Mine"', "Theirs", ("outcomes", "ro", "title", "Another title")),
    "story": Import("vignettes", "V1", "story", "A story.", "Mine.", "Theirs."),
}  # fmt: skip
every_import = pytest.mark.parametrize("change", IMPORTS.values(), ids=IMPORTS)


@pytest.fixture
def quiz():
    return make_vignette().quiz


@dataclass
class Importing:
    client: Client
    quiz: Any

    @property
    def address(self):
        return reverse("admin:checker_quiz_import", args=[self.quiz.pk])

    def show(self, text):
        """The page that says what would change, and what a browser sends from it."""
        page = self.client.post(self.address, {"text": text, "step": "check"})
        assert page.status_code == 200
        return {"text": text, "seen": page.context["seen"], "step": "replace"}

    def send(self, form):
        return self.client.post(self.address, form)

    def merge(self, page, step="merge", **chosen):
        return self.send(sent(page, step=step, **chosen))


@pytest.fixture
def mine(me, quiz):
    return Importing(me, quiz)


@every_import
def test_nobody_else_saved_and_my_text_is_imported(mine, quiz, change):
    text = change.text(quiz, change.mine)
    assert mine.send(mine.show(text)).status_code == 302
    assert yaml_of(quiz) == text


@every_import
@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_the_other_changed_what_my_text_changes_and_i_choose(mine, other, quiz, change, choice):
    text = change.text(quiz, change.mine)
    form = mine.show(text)
    save_part(other, quiz, change.part, change.key, change.field, change.theirs)
    stored = yaml_of(quiz)
    page = mine.send(form)
    assert page.status_code == 409
    (conflict,) = page.context["conflicts"]
    assert conflict.theirs[0].after != conflict.mine[0].after
    assert conflict.theirs[0].before == conflict.mine[0].before
    assert ("text", text) in page.context["hidden"]
    assert yaml_of(quiz) == stored
    again = mine.merge(page)
    assert "Choose what shall stand." in unescape(again.content.decode())
    assert mine.merge(page, **{conflict.name: choice}).status_code == 302
    assert yaml_of(quiz) == (stored if choice == "theirs" else text)


@every_import
@pytest.mark.parametrize("leave_out", ["", "only_mine", "only_theirs"])
def test_the_other_changed_another_part_than_my_text_and_both_are_kept_or_left_out(
    mine, other, quiz, change, leave_out
):
    before, text = yaml_of(quiz), change.text(quiz, change.mine)
    was = getattr(part_of(quiz, *change.other[:2]), change.other[2])
    form = mine.show(text)
    save_part(other, quiz, *change.other)
    theirs = yaml_of(quiz)
    page = mine.send(form)
    assert (page.status_code, page.context["conflicts"]) == (409, [])
    assert yaml_of(quiz) == theirs != before
    left = {each.name: "on" for each in page.context[leave_out]} if leave_out else {}
    assert mine.merge(page, **left).status_code == 302
    if leave_out:
        assert yaml_of(quiz) == {"only_mine": theirs, "only_theirs": text}[leave_out]
    else:
        *place, field, new = change.other
        assert getattr(part_of(quiz, *place), field) == new
        setattr(saved := part_of(quiz, *place), field, was)
        saved.save()
        assert yaml_of(quiz) == text


def test_an_import_that_does_not_say_what_it_showed_overwrites_nothing(mine, quiz):
    before = yaml_of(quiz)
    text = before.replace("Any of these now?", "Mine?").replace(
        "  - {key: rarely", '  - {key: never, text: "Never"}\n      - {key: rarely'
    )
    for seen in ("", "forged"):
        page = mine.send({"text": text, "step": "replace", "seen": seen})
        assert (page.status_code, page.context["knows_before"]) == (409, False)
        assert yaml_of(quiz) == before
        assert "Only yours has it." in [each.note for each in page.context["conflicts"]]
    chosen = {each.name: "mine" if each.label else "keep" for each in page.context["conflicts"]}
    assert mine.merge(page, **chosen).status_code == 302
    assert yaml_of(quiz) == text


def test_a_third_save_while_i_chose_shows_my_text_and_choices_again(mine, other, quiz):
    change = IMPORTS["question"]
    form = mine.show(change.text(quiz, "Mine?"))
    save_part(other, quiz, "questions", "danger", "text", "Theirs?")
    page = mine.send(form)
    save_part(other, quiz, "questions", "danger", "text", "Theirs again?")
    (conflict,) = page.context["conflicts"]
    again = mine.merge(page, **{conflict.name: "own", conflict.text_name: "Ours?"})
    text = unescape(again.content.decode())
    assert again.status_code == 409
    assert "saved once more while you chose" in text
    assert all(words in text for words in ("Theirs again?", "Ours?"))
    assert part_of(quiz, "questions", "danger").text == "Theirs again?"
    assert mine.merge(again, **{conflict.name: "own", conflict.text_name: "Ours?"}).status_code == 302
    assert part_of(quiz, "questions", "danger").text == "Ours?"


def text_without(quiz, *gone):
    """The working copy as text, without the parts of these keys."""
    data = rows.to_data(quiz)
    for kind in ("questions", "outcomes", "rules"):
        data[kind] = [each for each in data[kind] if not {each.get("key"), each.get("id")} & set(gone)]
    for story in data["vignettes"]:
        story["answers"] = {key: chosen for key, chosen in story["answers"].items() if key not in gone}
    return yamlfile.write(data)


def test_what_is_chosen_must_fit_together_and_can_be_changed_as_text(mine, other, quiz):
    form = mine.show(text_without(quiz, "ro", "R1"))
    save_part(other, quiz, "rules", "U1", "outcome", quiz.outcomes.get(key="ro").pk)
    page = mine.send(form)
    refused = mine.merge(page)
    assert refused.status_code == 409
    assert 'there is no outcome "ro"' in unescape(refused.content.decode())
    edit = mine.merge(refused, step="merge-edit")
    assert edit.status_code == 200
    assert "id: U1" in edit.context["text"]
    assert edit.context["pasted"] == form["text"]
    mended = edit.context["text"].replace("outcome: ro", "outcome: ur")
    done = mine.send({"text": mended, "seen": edit.context["seen"], "step": "check"})
    assert mine.send({"text": mended, "seen": done.context["seen"], "step": "replace"}).status_code == 302
    assert not Quiz.objects.get().outcomes.filter(key="ro").exists()


def test_an_import_that_meets_many_changes_asks_the_database_no_more_often_than_with_one(mine, quiz):
    text = yaml_of(quiz)
    form = mine.show(text.replace('text: "', 'text: "Mine ').replace('title: "', 'title: "Mine '))
    counts = []
    for rows_changed in (quiz.questions.filter(key="danger"), quiz.questions.all()):
        rows_changed.update(text="Theirs?", hint="Theirs.")
        Outcome.objects.filter(quiz=quiz).update(title="Theirs")
        with CaptureQueriesContext(connection) as queries:
            page = mine.send(form)
        counts.append((len(queries), len(page.context["conflicts"])))
    (few, some), (more, many) = counts
    # The first one also learns the kinds of content, once for all.
    assert more <= few
    assert some < many


def test_a_fhir_questionnaire_meets_what_the_other_changed_as_a_text_does(mine, other, quiz):
    json = mine.client.get(reverse("admin:checker_quiz_fhir", args=[quiz.pk])).content.decode()
    text = mine.client.post(mine.address, {"text": json}).context["text"].replace("Any of these now?", "Mine?")
    form = mine.show(text) | {"original": json}
    save_part(other, quiz, "questions", "danger", "text", "Theirs?")
    page = mine.send(form)
    (conflict,) = page.context["conflicts"]
    assert (conflict.theirs[0].after, conflict.mine[0].after) == ("Theirs?", "Mine?")
    edit = mine.merge(page, step="merge-edit", **{conflict.name: "theirs"})
    assert "Theirs?" in edit.context["text"]
    assert edit.context["pasted"] == text
    assert mine.merge(page, **{conflict.name: "mine"}).status_code == 302
    assert part_of(quiz, "questions", "danger").text == "Mine?"


def test_one_drops_a_question_that_the_other_changes(mine, other, quiz):
    form = mine.show(text_without(quiz, "often", "R1"))
    save_part(other, quiz, "questions", "often", "choices-1-red_flag", "urgent")
    page = mine.send(form)
    (conflict,) = page.context["conflicts"]
    assert "red flag: urgent" in unescape(page.content.decode())
    assert mine.merge(page, **{conflict.name: "drop"}).status_code == 302
    assert [each.key for each in quiz.questions.all()] == ["danger"]


def test_a_text_that_changes_nothing_of_mine_keeps_theirs(mine, other, quiz):
    form = mine.show(yaml_of(quiz))
    save_part(other, quiz, "questions", "danger", "text", "Theirs?")
    page = mine.client.post(mine.address, form, follow=True)
    assert "so theirs stands" in unescape(page.content.decode())
    assert part_of(quiz, "questions", "danger").text == "Theirs?"


def test_importing_twice_saves_once_and_says_so(mine, quiz):
    form = mine.show(IMPORTS["question"].text(quiz, "Mine?"))
    assert [mine.send(form).status_code for _press in range(2)] == [302, 302]
    assert "says what you imported already" in unescape(mine.client.get(url(Quiz, "change", quiz.pk)).content.decode())


def test_a_form_that_was_open_during_an_import_is_stopped(mine, other, quiz):
    screen = Screen(other, quiz.rules.first())
    opened = screen.open() | {"rationale": "Theirs"}
    text = yaml_of(quiz).replace("outcome: em", 'outcome: em, rationale: "Mine"')
    assert mine.send(mine.show(text)).status_code == 302
    assert other.post(screen.address, opened).status_code == 409
    assert screen.stored("rationale") == "Mine"


PARTS = {"questions": "text", "outcomes": "title", "rules": "rationale", "vignettes": "story"}
every_part = pytest.mark.parametrize("part", PARTS)


@pytest.fixture
def long_quiz(quiz):
    """With four rows of each kind."""
    for number in (2, 3, 4):
        quiz.vignettes.create(name=f"V{number}", story=f"Story {number}.", order=number * 10, min_level="urgent")
    for number in (3, 4):
        question = quiz.questions.create(key=f"q{number}", text=f"Question {number}?", order=number * 10)
        question.choices.create(key="a", text="A")
    return quiz


@dataclass
class Ordering:
    client: Client
    quiz: Any
    part: str

    @property
    def address(self):
        return reverse("admin:checker_quiz_order", args=[self.quiz.pk, self.part])

    def open(self):
        page = self.client.get(self.address)
        return {"seen": page.context["seen"]} | {
            line["field"].html_name: line["field"].value() for line in page.context["form"].lines()
        }

    def move(self, form, row, place):
        """What is sent once the row has another place; both given as numbers from 0 to 3."""
        names = [name for name in form if name.startswith("place-")]
        return form | {names[row]: place + 1}

    def send(self, form):
        return self.client.post(self.address, form)

    def order(self):
        """Where the rows of the beginning stand now, such as BACD."""
        letters = dict(zip(sorted(self.stored()), "ABCD", strict=False))
        return "".join(letters[pk] for pk in self.stored())

    def stored(self):
        return list(getattr(self.quiz, self.part).values_list("pk", flat=True))


@every_part
def test_nobody_else_saved_and_my_order_is_saved(me, long_quiz, part):
    mine = Ordering(me, long_quiz, part)
    assert mine.send(mine.move(mine.open(), 3, 0)).status_code == 302
    assert mine.order() == "DABC"


@every_part
@pytest.mark.parametrize(("choice", "order"), [("mine", "DABC"), ("theirs", "BACD")])
def test_the_other_changed_the_order_too_and_i_choose(me, other, long_quiz, part, choice, order):
    mine, theirs = Ordering(me, long_quiz, part), Ordering(other, long_quiz, part)
    form = mine.move(mine.open(), 3, 0)
    assert theirs.send(theirs.move(theirs.open(), 1, 0)).status_code == 302
    page = mine.send(form)
    assert page.status_code == 409
    (conflict,) = page.context["conflicts"]
    assert [len(text.splitlines()) for text in (conflict.before, conflict.theirs[0].after, conflict.mine[0].after)] == [
        4,
        4,
        4,
    ]
    assert "Choose what shall stand." in unescape(mine.send(sent(page)).content.decode())
    assert mine.order() == "BACD"
    assert mine.send(sent(page, **{conflict.name: choice})).status_code == 302
    assert mine.order() == order


@every_part
def test_two_orders_that_do_not_touch_can_be_put_together(me, other, long_quiz, part):
    mine, theirs = Ordering(me, long_quiz, part), Ordering(other, long_quiz, part)
    form = mine.move(mine.open(), 3, 2)
    assert theirs.send(theirs.move(theirs.open(), 1, 0)).status_code == 302
    page = mine.send(form)
    assert mine.send(sent(page, **choose(page, "both"))).status_code == 302
    assert mine.order() == "BDAC"


@every_part
def test_the_other_changed_the_words_of_a_row_and_both_are_kept(me, other, long_quiz, part):
    mine = Ordering(me, long_quiz, part)
    form = mine.move(mine.open(), 3, 0)
    row = getattr(long_quiz, part).first()
    field = {"rules": "name"}.get(part, PARTS[part])
    assert Screen(other, row).save(**{field: "Theirs"}).status_code == 302
    page = mine.send(form)
    assert (page.status_code, page.context["conflicts"]) == (409, [])
    assert "Theirs" in unescape(page.content.decode())
    assert mine.send(sent(page)).status_code == 302
    assert (mine.order(), getattr(getattr(long_quiz, part).get(pk=row.pk), field)) == ("DABC", "Theirs")


@every_part
def test_a_row_that_came_or_went_meanwhile_does_so_in_my_order_too(me, other, long_quiz, part):
    mine = Ordering(me, long_quiz, part)
    form = mine.move(mine.open(), 3, 0)
    first, *_middle, last = getattr(long_quiz, part).all()
    gone = getattr(long_quiz, part).all()[1]
    if part == "outcomes":
        gone.rules.all().delete()
    confirm(other, url(type(gone), "delete", gone.pk))
    copy = type(first).objects.get(pk=first.pk)
    copy.pk, copy.order = None, first.order + 1
    setattr(copy, "name" if part in ("rules", "vignettes") else "key", "new")
    copy.save()
    page = mine.send(form)
    assert (page.status_code, page.context["conflicts"]) == (409, [])
    assert {each.label for each in page.context["only_theirs"]} == {"added", "taken away"}
    assert mine.send(sent(page)).status_code == 302
    third = getattr(long_quiz, part).get(pk=mine.stored()[-1])
    assert mine.stored() == [last.pk, first.pk, copy.pk, third.pk]


@every_part
@pytest.mark.parametrize("seen", ["", "forged"])
def test_an_order_that_does_not_say_what_it_showed_overwrites_nothing(me, long_quiz, part, seen):
    mine = Ordering(me, long_quiz, part)
    page = mine.send(mine.move(mine.open(), 3, 0) | {"seen": seen})
    assert (page.status_code, page.context["knows_before"], mine.order()) == (409, False, "ABCD")
    assert mine.send(sent(page, **choose(page, "mine"))).status_code == 302
    assert mine.order() == "DABC"


def test_an_order_that_was_saved_once_more_while_i_chose_is_asked_about_again(me, other, long_quiz):
    mine, theirs = Ordering(me, long_quiz, "rules"), Ordering(other, long_quiz, "rules")
    form = mine.move(mine.open(), 3, 0)
    theirs.send(theirs.move(theirs.open(), 1, 0))
    page = mine.send(form)
    theirs.send(theirs.move(theirs.open(), 2, 0))
    again = mine.send(sent(page, **choose(page, "mine")))
    assert again.status_code == 409
    assert "saved once more while you chose" in unescape(again.content.decode())
    assert mine.order() == "CBAD"
    assert mine.send(sent(again, **choose(again, "mine"))).status_code == 302
    assert mine.order() == "DABC"


def test_moving_a_row_by_its_button_is_guarded_too_and_leads_back_to_the_list(me, other, long_quiz):
    mine, theirs = Ordering(me, long_quiz, "questions"), Ordering(other, long_quiz, "questions")
    form = mine.open() | {"move": f"up-{mine.stored()[3]}"}
    theirs.send(theirs.move(theirs.open(), 1, 0))
    page = mine.send(form)
    done = mine.send(sent(page, **choose(page, "both")))
    assert done["Location"] == f"{mine.address}?moved=up-{sorted(mine.stored())[3]}"
    assert mine.order() == "BDAC"


def test_who_moved_nothing_keeps_their_order(me, other, long_quiz):
    mine, theirs = Ordering(me, long_quiz, "rules"), Ordering(other, long_quiz, "rules")
    form = mine.open()
    theirs.send(theirs.move(theirs.open(), 1, 0))
    page = me.post(mine.address, form, follow=True)
    assert "so theirs stands" in unescape(page.content.decode())
    assert mine.order() == "BACD"
