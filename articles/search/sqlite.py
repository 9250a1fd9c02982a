"""The index in SQLite: an FTS5 table beside the rows of IndexedSection, kept the same by triggers."""

from django.db.backends.base.base import BaseDatabaseWrapper

AND, OR, QUOTE = " AND ", " OR ", '"'
# Sections come newest first, so a common word is read only as far as the limit.
TIER = """
SELECT * FROM (
    SELECT entry.section_id FROM articles_search
    CROSS JOIN articles_indexedsection entry ON entry.section_id = articles_search.rowid
    WHERE articles_search MATCH %s AND EXISTS ({live})
    ORDER BY articles_search.rowid DESC LIMIT %s
)
"""
_DELETE = """
    INSERT INTO articles_search (articles_search, rowid, heading, names, everything)
    VALUES ('delete', old.section_id, old.heading, old.names, old.everything);
"""
_INSERT = """
    INSERT INTO articles_search (rowid, heading, names, everything)
    VALUES (new.section_id, new.heading, new.names, new.everything);
"""
_TRIGGERS = {"INSERT": _INSERT, "DELETE": _DELETE, "UPDATE": _DELETE + _INSERT}


def expression(column: str, words: str) -> str:
    return f"{column} : ({words})"


def install(connection: BaseDatabaseWrapper) -> None:
    """Add what is missing. Django drops triggers when it rebuilds a table, so this runs after each migrate."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'articles_search_%'")
        if cursor.fetchone()[0] == len(_TRIGGERS):
            return
        # The columns hold our own stems, so the plainest tokenizer will do: it splits at spaces and leaves é alone.
        cursor.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS articles_search USING fts5 (heading, names, everything, "
            "content='articles_indexedsection', content_rowid='section_id', detail='column', tokenize='ascii')"
        )
        for event, statements in _TRIGGERS.items():
            cursor.execute(
                f"CREATE TRIGGER IF NOT EXISTS articles_search_{event.lower()} "
                f"AFTER {event} ON articles_indexedsection BEGIN {statements} END"
            )
        cursor.execute("INSERT INTO articles_search (articles_search) VALUES ('rebuild')")
