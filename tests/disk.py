"""The database of the tests, in a file."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connection


@contextmanager
def on_disk(folder: Path) -> Iterator[None]:
    """On SQLite the tests run in memory, where all threads share one connection: two at once would be in one transaction.

    In a copy on disk each thread has a connection of its own, and waits for the others as on a server. What happens to
    the copy never reaches the database in memory.
    """
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    in_memory, name = connection.connection, connection.settings_dict["NAME"]
    with closing(sqlite3.connect(folder / "copy.sqlite3")) as copy:
        in_memory.backup(copy)
    connection.connection, connection.settings_dict["NAME"] = None, str(folder / "copy.sqlite3")
    try:
        yield
    finally:
        connection.close()
        connection.connection, connection.settings_dict["NAME"] = in_memory, name
