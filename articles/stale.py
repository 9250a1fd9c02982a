"""Nobody overwrites what they have not seen: what a page was opened on, and whether that still stands.

A page that will change something carries what it shows as a signed, compressed field (`sign`). It needs no table and no
clean-up, holds however long the page stays open, and takes about a third of the text it stands for, so the limit on the size
of a form bounds it. A field that is missing or was tampered with says nothing, and is never a permission to overwrite.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from django.core import signing
from django.db.models import Model, QuerySet

from articles.merge import Change, Rows, Value, merge

FIELD = "seen"
SALT = "legible.seen"


class Stale(Exception):
    """Somebody changed it since the page was opened. `seen` is None where the page does not say what it showed."""

    def __init__(self, seen: Rows | None, now: Rows) -> None:
        super().__init__("Somebody else changed this after you opened it. Nothing was saved.")
        self.seen, self.now = seen, now

    @property
    def changes(self) -> list[Change]:
        return [] if self.seen is None else merge(self.seen, self.seen, self.now).only_theirs


def name_of(row: Model) -> str:
    """How a signed field and the list of who has what open call a row: `articles.article-12`."""
    return f"{row._meta.label_lower}-{row.pk}"


def sign(what: str, rows: Rows) -> str:
    return signing.dumps({"what": what, "rows": rows}, salt=SALT, compress=True)


def read(signed: str | None, what: str) -> Rows | None:
    """What the page showed of `what`, or None if that cannot be known."""
    try:
        seen = signing.loads(signed or "", salt=SALT)
    except signing.BadSignature:
        return None
    return seen["rows"] if seen["what"] == what else None


def fingerprint(rows: Rows) -> str:
    """SHA-256 of a state, as 64 hexadecimal digits."""
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()


def token(row: Model) -> str:
    """The field for a page that acts on the whole of `row`: deleting it, bringing an edition back, an import."""
    return sign(name_of(row), state_of(row))


def guard(row: Model, signed: str | None) -> None:
    """Lock `row` and raise Stale unless it still is what the page showed. Call it in the transaction that changes it."""
    lock(row)
    seen, now = read(signed, name_of(row)), state_of(row)
    if seen != now:
        raise Stale(seen, now)


def lock(row: Model) -> None:
    """Two saves of one thing wait for each other. SQLite has no row locks; there every transaction waits at its start."""
    type(row)._base_manager.select_for_update(of=("self",)).filter(pk=row.pk).first()


def state_of(row: Model) -> Rows:
    """What is stored of `row` and its parts now. A row that is gone has no state."""
    return next(iter(states_of(type(row)._base_manager.filter(pk=row.pk))), {})


def states_of(rows: QuerySet[Any]) -> list[Rows]:
    """In as many queries as there are kinds of parts, however many rows."""
    return [dict(_state(row)) for row in rows.prefetch_related(*_paths(rows.model))]


def parts_of(model: type[Model]) -> tuple[str, ...]:
    """The relations whose rows are saved, brought back and deleted together with one of `model`."""
    return getattr(model, "own_parts", ())


def _paths(model: type[Model]) -> Iterator[str]:
    yield from (each.name for each in model._meta.many_to_many)
    for part in parts_of(model):
        yield part
        yield from (f"{part}__{path}" for path in _paths(model._meta.get_field(part).related_model))  # type: ignore[arg-type]


def _state(row: Model) -> Iterator[tuple[str, dict[str, Value]]]:
    own = [each for each in row._meta.fields if each.editable and not each.primary_key]
    values: dict[str, Value] = {each.name: _text(each.value_from_object(row)) for each in own}
    for several in row._meta.many_to_many:
        values[several.name] = sorted(str(each.pk) for each in getattr(row, several.name).all())
    yield name_of(row), values
    for part in parts_of(type(row)):
        for each in getattr(row, part).all():
            yield from _state(each)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(str(each) for each in value)
    if isinstance(value, dict):
        return json.dumps(value, sort_keys=True, ensure_ascii=False)
    # A browser sends other ends of lines than a file has: no change that anybody sees.
    return "" if value is None else str(value).replace("\r\n", "\n")
