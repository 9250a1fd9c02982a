"""Backups are made for real, the database is destroyed for real, and every edition comes back."""

import gzip
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from config import backups, env
from tests.processes import attempt, run, server

ALL_EDITIONS = """
import json, django
django.setup()
from articles.models import ArticleEdition, EditionSection
from checker.models import QuizEdition
rows = [list(model.objects.order_by("pk").values()) for model in (ArticleEdition, EditionSection, QuizEdition)]
print(json.dumps(rows, default=str, sort_keys=True))
"""
LIVE = "import django; django.setup(); from articles.models import LiveVersion; print(LiveVersion.objects.number())"
CHANGE = "import django; django.setup(); from articles.models import LiveVersion; LiveVersion.objects.bump()"


class Place:
    """A database that can be destroyed."""

    def __init__(self, folder: Path, database_url: str = "") -> None:
        self.folder, self.database_url = folder, database_url
        self.settings = {"DATA_DIR": str(folder), "DEBUG": "1"} | (
            {"DATABASE_URL": database_url} if database_url else {}
        )

    def destroy(self) -> None:
        if not self.database_url:
            for file in self.folder.glob("legible.sqlite3*"):
                file.unlink()
            return
        self.drop()
        create_database(self.database_url)

    def drop(self) -> None:
        if self.database_url:
            with maintenance(self.database_url) as (connection, name):
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def editions(self) -> str:
        return run("-c", ALL_EDITIONS, **self.settings)


class maintenance:  # noqa: N801
    """A connection to the server's own database, and the name of the one that the address names."""

    def __init__(self, url: str) -> None:
        import psycopg

        self.name = urlsplit(url).path.lstrip("/")
        self.connection = psycopg.connect(url.removesuffix(self.name) + "postgres", autocommit=True)

    def __enter__(self):
        return self.connection, self.name

    def __exit__(self, *error: object) -> None:
        self.connection.close()


def create_database(url: str) -> None:
    with maintenance(url) as (connection, name):
        connection.execute(f'CREATE DATABASE "{name}"')


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request, tmp_path: Path) -> Iterator[Place]:
    if request.param == "sqlite":
        yield Place(tmp_path)
        return
    url = f"{server('TEST_DATABASE_URL').rpartition('/')[0]}/backups_{os.getpid()}"
    place = Place(tmp_path, url)
    place.destroy()
    yield place
    place.drop()


def backup(place: Place) -> Path:
    run("manage.py", "backup", "--to", str(place.folder / "copies"), **place.settings)
    return next(file for file in (place.folder / "copies").iterdir() if file.suffix != ".sha256")


def test_a_destroyed_database_comes_back_with_every_edition(place: Place):
    run("manage.py", "demo", "--no-serve", **place.settings)
    before = place.editions()
    assert [len(rows) for rows in json.loads(before)] == [14, 109, 2]
    copy = backup(place)
    run("-c", CHANGE, **place.settings)
    number = int(run("-c", LIVE, **place.settings))
    place.destroy()
    restored = run("manage.py", "restore", str(copy), **place.settings)
    assert "verified" in restored
    assert place.editions() == before
    # No process may take what it kept in memory, also of after the copy was made, for what is there now.
    assert int(run("-c", LIVE, **place.settings)) > number


def test_a_database_with_something_in_it_is_replaced_only_on_demand(place: Place):
    run("manage.py", "migrate", **place.settings)
    copy = backup(place)
    assert "add --yes" in attempt("manage.py", "restore", str(copy), **place.settings)
    run("manage.py", "restore", str(copy), "--yes", **place.settings)
    assert list((place.folder / "backups").glob("before-restore-*"))


def test_a_copy_of_an_older_release_replaces_a_newer_one(place: Place):
    """A table that came later leans on those that are replaced, and would be in the way of the next `migrate`."""
    run("manage.py", "migrate", **place.settings)
    run("manage.py", "migrate", "signin", "0001", **place.settings)
    copy = backup(place)
    run("manage.py", "migrate", **place.settings)
    run("manage.py", "restore", str(copy), "--yes", **place.settings)
    assert "[ ] 0002_notice" in run("manage.py", "showmigrations", "signin", **place.settings)
    assert "Applying signin.0002_notice... OK" in run("manage.py", "migrate", **place.settings)


FULL_DISK = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
"""


def test_a_disk_that_is_full_is_told_in_a_sentence(tmp_path: Path):
    place, other = Place(tmp_path / "here"), Place(tmp_path / "there")
    run("manage.py", "migrate", **place.settings)
    copy = backup(place)
    said = attempt("-c", FULL_DISK, "restore", str(copy), **other.settings)
    assert "CommandError: Nothing was restored. " in said
    assert "Traceback" not in said
    said = attempt("-c", FULL_DISK, "backup", "--to", str(tmp_path / "copies"), **place.settings)
    assert "CommandError: No backup was made. " in said
    assert not list((tmp_path / "copies").iterdir())
    with pytest.raises(backups.BackupError, match="no folder that can be written to"):
        backups.back_up(copy, print)


def test_a_copy_is_the_sites_own_to_read_from_its_first_byte_on(tmp_path: Path, monkeypatch):
    modes = []
    monkeypatch.setattr(backups, "_copy", lambda file, progress: modes.append(file.stat().st_mode & 0o777))
    monkeypatch.setattr(backups, "verify", lambda file, progress: None)
    copy = backups.back_up(tmp_path, print)
    assert [*modes, copy.stat().st_mode & 0o777] == [0o600, 0o600]
    backups.check_checksum(copy)


def test_copies_are_fetched_by_the_certificates_that_the_site_uses(monkeypatch):
    url = "postgres://me:secret@db.example/legible?sslmode=verify-full&sslcert=/run/me.pem"
    monkeypatch.setattr(backups, "connection", SimpleNamespace(settings_dict=env.database(url)))
    assert set(backups._postgres().split()) == {"sslmode=verify-full", "sslcert=/run/me.pem", "dbname=legible"}


@pytest.mark.parametrize("harm", ["change", "no checksum", "cut"])
def test_a_copy_that_was_harmed_is_never_used(tmp_path: Path, harm: str):
    place = Place(tmp_path)
    run("manage.py", "migrate", **place.settings)
    copy = backup(place)
    if harm == "no checksum":
        copy.with_name(f"{copy.name}.sha256").unlink()
    else:
        content = copy.read_bytes()
        copy.write_bytes(content[:-4096] if harm == "cut" else content[:5000] + b"x" + content[5001:])
    said = attempt("manage.py", "restore", str(copy), "--yes", **place.settings)
    assert "Nothing was restored" in said
    assert "checksum" in said


def test_a_database_of_the_first_release_moves_to_this_one(tmp_path: Path):
    """The file holds the starter content as the first release stored it, without staff accounts."""
    with closing(sqlite3.connect(tmp_path / "legible.sqlite3")) as database:
        database.executescript(gzip.decompress((Path(__file__).parent / "first_release.sql.gz").read_bytes()).decode())
        texts = database.execute("SELECT anchor, heading, body FROM articles_editionsection ORDER BY id").fetchall()
        definitions = database.execute("SELECT definition FROM checker_quizedition ORDER BY id").fetchall()
    place = Place(tmp_path)
    run("manage.py", "migrate", **place.settings)
    _articles, sections, quizzes = json.loads(place.editions())
    assert [(row["anchor"], row["heading"], row["body"]) for row in sections] == texts
    assert [row["definition"] for row in quizzes] == [json.loads(text) for (text,) in definitions]
    walk = "from tests.processes import WALK; exec(WALK)"
    assert "walked" in run("-c", walk, **place.settings)
