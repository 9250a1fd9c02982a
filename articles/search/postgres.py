"""The index in PostgreSQL: tsvector columns that the database itself keeps the same as the stems, with GIN indexes."""

from django.db.backends.base.base import BaseDatabaseWrapper

AND, OR, QUOTE = " & ", " | ", "'"
COLUMNS = ("heading", "names", "everything")
# `OFFSET 0` keeps PostgreSQL from joining with all live editions first: it asks row by row, newest section first, and
# stops at the limit.
TIER = """
(
    SELECT entry.section_id FROM articles_indexedsection entry
    WHERE entry.{column}_vector @@ %s::tsquery AND EXISTS ({live} OFFSET 0)
    ORDER BY entry.section_id DESC LIMIT %s
)
"""


def expression(column: str, words: str) -> str:
    return words


def install(connection: BaseDatabaseWrapper) -> None:
    """Add what is missing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = 'articles_indexedsection'::regclass")
        known = {name for (name,) in cursor.fetchall()}
        for column in (name for name in COLUMNS if f"{name}_vector" not in known):
            # Not to_tsvector: its parser would take our stems apart again. The index goes when its column goes.
            cursor.execute(
                f"ALTER TABLE articles_indexedsection ADD COLUMN {column}_vector tsvector "
                f"GENERATED ALWAYS AS (array_to_tsvector(string_to_array({column}, ' '))) STORED"
            )
            cursor.execute(
                f"CREATE INDEX articles_search_{column} ON articles_indexedsection USING gin ({column}_vector)"
            )
