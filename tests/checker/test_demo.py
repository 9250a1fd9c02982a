import io
import re

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from articles.models import Article, Section
from checker.models import Quiz

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_a_trial_machine(settings, monkeypatch):
    settings.DEBUG = True
    monkeypatch.delenv("RUN_MAIN", raising=False)


def demo(*arguments: str) -> str:
    out = io.StringIO()
    call_command("demo", *arguments, stdout=out, no_color=True)
    return out.getvalue()


def test_it_refuses_to_run_where_debug_is_off(settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="only with DEBUG on, never on a server"):
        demo("--no-serve")
    assert not User.objects.exists()
    assert not Article.objects.exists()


def test_it_sets_up_content_and_two_people_who_can_log_in(client):
    out = demo("--no-serve")
    assert (Article.objects.count(), Quiz.objects.count()) == (14, 2)
    people = re.findall(r"DEMO ONLY  name: (\S+)  password: (\S+)", out)
    assert [name for name, _password in people] == ["demo-editor", "demo-reviewer"]
    for name, password in people:
        assert client.login(username=name, password=password)
    assert User.objects.get(username="demo-reviewer").has_perm("articles.approve_article")
    assert not User.objects.get(username="demo-editor").has_perm("articles.approve_article")


def test_run_again_it_changes_nothing_that_staff_edited_and_shows_no_password():
    demo("--no-serve")
    Article.objects.filter(slug="night-leg-cramps").update(title="Edited")
    Section.objects.filter(article__slug="night-leg-cramps").update(body="<p>Edited.</p>")
    Quiz.objects.filter(slug="leg-cramps").update(title="Edited")
    User.objects.get(username="demo-editor").groups.clear()
    before = everything()
    out = demo("--no-serve")
    assert everything() == before
    assert "0 added" in out
    assert "password" not in out


def everything() -> list[list[object]]:
    from django.apps import apps

    models = [model for app in ("articles", "checker", "auth") for model in apps.get_app_config(app).get_models()]
    return [list(model._base_manager.order_by("pk").values()) for model in models]


@pytest.mark.parametrize("port", ["0", "-1", "65536", "http", "80.5"])
def test_a_port_that_cannot_be_is_refused_before_anything_is_done(port):
    with pytest.raises(CommandError, match="--port"):
        demo("--no-serve", f"--port={port}")
    assert not User.objects.exists()


def test_it_serves_on_this_machine_alone_at_the_port_asked_for(monkeypatch):
    served = []
    monkeypatch.setattr("checker.management.commands.demo.Command.set_up", lambda self: None)
    monkeypatch.setattr(
        "checker.management.commands.demo.call_command", lambda *arguments, **options: served.append(arguments)
    )
    out = demo("--port", "8123")
    assert served == [("runserver", "127.0.0.1:8123")]
    assert "Open http://127.0.0.1:8123/ and, for staff, http://127.0.0.1:8123/admin/" in out


def test_the_autoreloader_does_not_set_up_a_second_time(monkeypatch):
    monkeypatch.setenv("RUN_MAIN", "true")
    demo("--no-serve")
    assert not User.objects.exists()
