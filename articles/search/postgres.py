"""The index in PostgreSQL: tsvector columns that the database itself keeps the same as the stems, with GIN indexes."""

from django.db.backends.base.base import BaseDatabaseWrapper

AND, OR, QUOTE = " & ", " | ", "'"
COLUMNS = ("heading", "names", "everything")
# Matches are put in order before any is asked whether it is live: so only as many are asked as the limit needs. `OFFSET 0`
# keeps PostgreSQL from turning that round, and from joining with all live editions first.
TIER = """
(
    SELECT entry.section_id FROM (
        SELECT section_id, edition_id FROM articles_indexedsection
        WHERE {column}_vector @@ %s::tsquery
        ORDER BY section_id DESC OFFSET 0
    ) entry
    WHERE EXISTS ({live} OFFSET 0)
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
        for column in COLUMNS:
            # Else new entries wait in a list that each search reads through: writing is rare here, reading is not.
            cursor.execute(f"ALTER INDEX articles_search_{column} SET (fastupdate = off)")
