"""Two people at once make no edition that nobody approved: on SQLite, and on PostgreSQL, each with a real database."""

from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest

from tests.processes import run, server


def races(**environment: str) -> str:
    return run("-m", "tests.races", DEBUG="1", ALLOWED_HOSTS="testserver,localhost", **environment)


def test_on_sqlite(tmp_path):
    assert "all races run" in races(DATA_DIR=str(tmp_path), DATABASE_URL="")


@pytest.mark.postgres
def test_on_postgresql(tmp_path):
    url = server("TEST_DATABASE_URL")
    name = f"races_{uuid4().hex[:8]}"
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    try:
        own = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        assert "all races run" in races(DATA_DIR=str(tmp_path), DATABASE_URL=own)
    finally:
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
