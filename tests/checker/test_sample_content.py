"""`manage.py sample_content`."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from articles.models import Article
from checker.models import QuizEdition
from tests.factories import make_article, make_quiz_data

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("sample_content", *arguments, stdout=out)
    return out.getvalue()


def test_it_says_what_it_wrote():
    assert "2 articles are live." in run("2")
    assert Article.objects.count() == 2


def test_it_never_touches_a_database_with_content():
    make_article()
    with pytest.raises(CommandError, match="only into an empty one"):
        run("2")


def test_a_self_check_can_come_with_it(tmp_path):
    article = {
        "slug": "a",
        "title": "A",
        "summary": "S.",
        "sections": [{"id": "b", "heading": "B", "html": "<p>C.</p>"}],
    }
    (tmp_path / "a.jsonl").write_text(json.dumps(article))
    (tmp_path / "quiz.json").write_text(json.dumps(make_quiz_data("a#b")))
    assert "is live" in run("--from", str(tmp_path / "a.jsonl"), "--quiz", str(tmp_path / "quiz.json"))
    assert QuizEdition.objects.live().count() == 1


def test_if_the_self_check_is_unsound_nothing_is_added(tmp_path):
    (tmp_path / "quiz.json").write_text(json.dumps(make_quiz_data("nothing#here")))
    with pytest.raises(CommandError, match="Nothing was added"):
        run("2", "--quiz", str(tmp_path / "quiz.json"))
    assert not Article.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "one of the two"),
        (["2", "--from", "x"], "one of the two"),
        (["-1"], "cannot be below 0"),
        (["--from", "nowhere.jsonl"], "Nothing was added"),
    ],
)
def test_wrong_words_are_explained(arguments, message):
    with pytest.raises(CommandError, match=message):
        call_command("sample_content", *(int(each) if each == "-1" else each for each in arguments))
