"""Copies of the whole database in one file with its checksum, and the way back.

SQLite is copied by its own online backup, PostgreSQL by pg_dump: both while the site runs. A copy counts only once it
has been opened again and its checksum stands beside it.
"""

import hashlib
import os
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from django.db import connection, connections
from django.utils import timezone

type Progress = Callable[[str], None]

PAGES_A_STEP = 2_000
NO_TABLES = """
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('DROP TABLE public.%I CASCADE', name);
  END LOOP;
END $$
"""
ENDINGS = {"sqlite": ".sqlite3", "postgresql": ".pgdump"}


class BackupError(Exception):
    """A copy that cannot be made or used. The text says why."""


def back_up(folder: Path, progress: Progress, name: str = "legible") -> Path:
    """A verified copy in the folder, and `sha256sum`'s file beside it. Raises BackupError, leaving no half copy behind."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BackupError(f"{folder} is no folder that can be written to ({type(error).__name__}).") from error
    moment = timezone.localtime().strftime("%Y%m%d-%H%M%S")
    file = folder / f"{name}-{moment}{ENDINGS[connection.vendor]}"
    if file.exists():
        raise BackupError(f"{file} exists already. Wait a second and try again.")
    unfinished = file.with_name(f"{file.name}.part")
    try:
        # Only who runs the site may read it, from its first byte on: staff accounts are in it.
        unfinished.touch(mode=0o600)
        _copy(unfinished, progress)
        verify(unfinished, progress)
        checksum_file(file).write_text(f"{checksum(unfinished)}  {file.name}\n", encoding="ascii")
        unfinished.rename(file)
    except (OSError, sqlite3.Error) as error:
        checksum_file(file).unlink(missing_ok=True)
        raise BackupError(str(error)) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return file


def checksum_file(file: Path) -> Path:
    return file.with_name(f"{file.name}.sha256")


def checksum(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def check_checksum(file: Path) -> None:
    """Raises BackupError unless the file is exactly what `back_up` wrote."""
    try:
        expected = checksum_file(file).read_text(encoding="ascii").split()[0]
    except (OSError, IndexError, UnicodeDecodeError) as error:
        raise BackupError(
            f"The checksum {checksum_file(file)} cannot be read. Copy it along with the backup."
        ) from error
    if checksum(file) != expected:
        raise BackupError(f"{file} is not what was backed up: its checksum differs. Use another copy.")


def _copy(file: Path, progress: Progress) -> None:
    if connection.vendor == "sqlite":
        with _sqlite() as source, closing(sqlite3.connect(file)) as target:
            source.backup(target, pages=PAGES_A_STEP, progress=_percent("copied", progress))
            # The copy is one file: no log beside it, which somebody would forget to take along.
            target.execute("PRAGMA journal_mode=DELETE")
    else:
        _run(["pg_dump", "--format=custom", "--no-owner", "--file", str(file), "--dbname", _postgres()], progress)


def verify(file: Path, progress: Progress) -> None:
    """Open the copy and look inside. Raises BackupError."""
    if connection.vendor == "sqlite":
        try:
            with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as copy:
                [found] = copy.execute("PRAGMA integrity_check(1)").fetchone()
                if found != "ok":
                    raise BackupError(f"{file} is damaged: {found}")
                copy.execute("SELECT count(*) FROM django_migrations").fetchone()
        except sqlite3.Error as error:
            raise BackupError(f"{file} cannot be opened as a database: {error}") from error
    else:
        listing = _run(["pg_restore", "--list", str(file)], lambda line: None)
        if "TABLE DATA public django_migrations" not in listing:
            raise BackupError(f"{file} does not hold this site's tables.")
    progress("verified")


def bring_back(file: Path, progress: Progress) -> None:
    """Replace all that is in the database by the copy. Raises BackupError; then the database is as it was."""
    check_checksum(file)
    verify(file, progress)
    before = _live_number()
    if connection.vendor == "sqlite":
        try:
            with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as source, _sqlite() as target:
                source.backup(target, pages=PAGES_A_STEP, progress=_percent("restored", progress))
        except sqlite3.Error as error:
            raise BackupError(str(error)) from error
    else:
        _bring_back_to_postgres(file, progress)
    connections.close_all()
    _move_live_number_past(before)


def _bring_back_to_postgres(file: Path, progress: Progress) -> None:
    """All in one transaction. What a newer release has added goes first: its tables lean on those that are replaced."""
    with TemporaryFile() as script:
        _run(["pg_restore", "--clean", "--if-exists", "--no-owner", "--file", "-", str(file)], progress, output=script)
        script.seek(0)
        command = [
            "psql",
            "--no-psqlrc",
            "--quiet",
            "--single-transaction",
            "--set",
            "ON_ERROR_STOP=1",
            "--dbname",
            _postgres(),
        ]
        _run([*command, "--command", NO_TABLES, "--file", "-"], progress, given=script)


def _live_number() -> int:
    """The live version of the database as it is, or 0 where it has none yet."""
    from articles.models import LiveVersion

    if LiveVersion._meta.db_table not in connection.introspection.table_names():
        return 0
    return LiveVersion.objects.number()


def _move_live_number_past(before: int) -> None:
    """A process that runs on keeps pages under numbers it has seen: the restored database must have a new one.

    Where the database was destroyed nobody knows those numbers, so it is at least the seconds since 1970: numbers grow
    by one with each publish, and never that fast.
    """
    from articles.models import LiveVersion

    number = max(before, LiveVersion.objects.number(), int(time.time())) + 1
    if not LiveVersion.objects.filter(pk=1).update(number=number):
        LiveVersion.objects.create(pk=1, number=number)


@contextmanager
def _sqlite() -> Iterator[sqlite3.Connection]:
    """A connection of its own to the database file, so that Django's transactions are left alone."""
    with closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=30)) as own:
        yield own


def _percent(what: str, progress: Progress) -> Callable[[int, int, int], None]:
    def step(_status: int, remaining: int, total: int) -> None:
        if total:
            progress(f"{what} {100 * (total - remaining) // total} %")

    return step


def _postgres() -> str:
    """Where the database is and how to reach it, as the site itself does: certificates too, but no password."""
    from psycopg.conninfo import make_conninfo

    settings: dict[str, Any] = connection.settings_dict
    how = {name: value for name, value in settings["OPTIONS"].items() if isinstance(value, str)}
    return make_conninfo(**how, dbname=settings["NAME"])


def _run(
    command: list[str], progress: Progress, given: IO[bytes] | None = None, output: IO[bytes] | None = None
) -> str:
    """What one of PostgreSQL's programs says, or nothing if that goes to `output`. The password goes by the environment, where
    no other user can see it."""
    settings: dict[str, Any] = connection.settings_dict
    known = {"PGHOST": settings["HOST"], "PGPORT": settings["PORT"], "PGUSER": settings["USER"], "PGPASSWORD": settings["PASSWORD"]}  # fmt: skip
    progress(f"{command[0]} …")
    try:
        done = subprocess.run(  # noqa: S603 - names of our own, and no shell
            command,
            env={**os.environ, **{name: str(value) for name, value in known.items() if value}},
            stdin=given or subprocess.DEVNULL,
            stdout=output or subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise BackupError(f"{command[0]} is not installed. Install PostgreSQL's client programs.") from error
    if done.returncode:
        raise BackupError(done.stderr.strip() or f"{command[0]} failed.")
    return done.stdout or ""
