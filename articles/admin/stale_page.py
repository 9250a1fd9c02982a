"""The page that stops a save: mine, theirs and before, and what to choose from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import HttpRequest, QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django_prose_editor.fields import ProseEditorFormField

from articles import differences, richtext, stale
from articles.differences import FieldChange, OrderChange
from articles.merge import Change, Conflict, Merged, Row, Rows, Value, orders_together, together

MERGING = "merging"
CHOICE, TEXT, WITHOUT = "choice:", "text:", "without:"
# What leads staff to a part, in the fields of it.
TITLES = ("heading", "text", "title", "name", "code", "section", "key")


@dataclass(frozen=True)
class Option:
    """`text` shows what it leads to, where neither column does."""

    value: str
    label: str
    text: str = ""


@dataclass(frozen=True)
class ShownConflict:
    """`theirs` and `mine` say what each changed; `name` and `text_name` are the inputs that answer it."""

    place: str
    label: str
    name: str
    theirs: list[FieldChange]
    mine: list[FieldChange]
    options: list[Option]
    before: str = ""
    note: str = ""
    chosen: str = ""
    text_name: str = ""
    text: str = ""
    error: str = ""


@dataclass(frozen=True)
class ShownChange:
    """`name` is the box that leaves it out, where there is a choice; `mine` is what would stand instead of theirs."""

    place: str
    label: str
    fields: list[FieldChange] = field(default_factory=list)
    name: str = ""
    left_out: bool = False
    mine: list[FieldChange] = field(default_factory=list)


class ShownField(forms.Field):
    """A field that no form has: it only says what its values mean."""

    def in_words(self, value: str) -> str:
        raise NotImplementedError


class OrderField(ShownField):
    """Keys, a line each, of rows that have an order; `names` are what staff know them by."""

    def __init__(self, label: str, names: Mapping[str, str]) -> None:
        super().__init__(label=label)
        self.names = names

    def in_words(self, value: str) -> str:
        return "\n".join(self.names.get(key, key) for key in value.splitlines())


class Parts(Protocol):
    """What the rows of a state mean: their fields, and what staff call them."""

    def fields(self, key: str) -> Mapping[str, forms.Field]: ...

    def noun(self, key: str) -> str: ...

    def name(self, key: str) -> str:
        """Where none of TITLES is among the fields."""


@dataclass(frozen=True)
class Meeting:
    """Two people's changes on their way into one. `may_leave_out`: what only one of them changed is a choice too."""

    merged: Merged
    parts: Parts
    mine: Rows
    sent: QueryDict
    knows_before: bool
    may_leave_out: bool = False

    def answer(self, conflict: Conflict) -> str:
        return self.sent.get(_name(CHOICE, conflict), "")

    def missing(self) -> list[Conflict]:
        return [each for each in self.merged.conflicts if self.answer(each) not in _values(self._options(each))]

    def matters(self, now: Rows) -> bool:
        """Whether anything of mine would change what is stored."""
        return bool(self.merged.conflicts) or self.merged.rows != now

    def settle(self) -> None:
        for conflict in self.merged.conflicts:
            self.merged.settle(conflict, self._result(conflict))
        if self.may_leave_out:
            self.merged.leave_out(
                [each for each in self.merged.only_mine if self._box("mine", each) in self.sent],
                [each for each in self.merged.only_theirs if self._box("theirs", each) in self.sent],
            )

    def conflicts(self) -> Iterator[ShownConflict]:
        asked = MERGING in self.sent
        missing = self.missing() if asked else []
        for each in self.merged.conflicts:
            error = _("Choose what shall stand.") if each in missing else ""
            yield self._whole_part(each, error) if not each.field else self._field(each, error)

    def only_mine(self) -> list[ShownChange]:
        return [self._only(each, "mine") for each in self.merged.only_mine]

    def only_theirs(self) -> list[ShownChange]:
        return [self._only(each, "theirs") for each in self.merged.only_theirs]

    def _only(self, change: Change, whose: str) -> ShownChange:
        name = self._box(whose, change) if self.may_leave_out else ""
        if change.field:
            shown = [self._change(change.row, change.field, change.before, change.after)]
            return ShownChange(self._place(change.row), self._label(change), shown, name, name in self.sent)
        row: Any = change.after or change.before
        label = _("taken away") if change.after is None else _("added")
        shown = self._all_of(change.row, row, gone=change.after is None) if self.may_leave_out else []
        return ShownChange(self._place(change.row, row), label, shown, name, name in self.sent)

    def _all_of(self, key: str, row: Row, *, gone: bool) -> list[FieldChange]:
        return [self._change(key, name, *((row[name], "") if gone else ("", row[name]))) for name in row if row[name]]

    def _box(self, whose: str, change: Change) -> str:
        return f"{WITHOUT}{whose}:{change.row}:{change.field}"

    def texts(self) -> Iterator[ShownChange]:
        """All that was typed, a row at a time."""
        for key, row in self.merged.rows.items():
            yield ShownChange(self._place(key, row), "", self._all_of(key, row, gone=False))

    def _field(self, conflict: Conflict, error: str) -> ShownConflict:
        field = self._form_field(conflict)
        before = conflict.before if self.knows_before else conflict.theirs
        words = _is_text(field) and not _is_rich(field)
        text = self.sent.get(_name(TEXT, conflict)) or _both(field, conflict) or conflict.mine
        return ShownConflict(
            self._place(conflict.row),
            self._label(conflict),
            _name(CHOICE, conflict),
            [self._change(conflict.row, conflict.field, before, conflict.theirs)],
            [self._change(conflict.row, conflict.field, before, conflict.mine)],
            self._options(conflict),
            before=self._change(conflict.row, conflict.field, conflict.before, conflict.mine).before,
            chosen=self.answer(conflict),
            text_name=_name(TEXT, conflict) if words else "",
            text=str(text) if words else "",
            error=error,
        )

    def _whole_part(self, conflict: Conflict, error: str) -> ShownConflict:
        left = conflict.mine if conflict.theirs is None else conflict.theirs
        assert isinstance(left, Mapping)
        old = conflict.before if isinstance(conflict.before, Mapping) else {}
        changes = [
            self._change(conflict.row, name, old.get(name, ""), left[name])
            for name in left
            if left[name] != old.get(name)
        ]
        return ShownConflict(
            self._place(conflict.row, left),
            "",
            _name(CHOICE, conflict),
            [] if conflict.theirs is None else changes,
            [] if conflict.mine is None else changes,
            self._options(conflict),
            note=self._who_has_it(conflict),
            chosen=self.answer(conflict),
            error=error,
        )

    def _who_has_it(self, conflict: Conflict) -> str:
        if not self.knows_before:
            return _("Only yours has it.") if conflict.theirs is None else _("Only theirs has it.")
        if conflict.theirs is None:
            return _("They took it away, and you changed it.")
        return _("You took it away, and they changed it.")

    def _options(self, conflict: Conflict) -> list[Option]:
        if not conflict.field:
            keep = Option("keep", _("Keep it"))
            return [keep, Option("drop", _("Take it away"))]
        field = self._form_field(conflict)
        options = [Option("theirs", _("Theirs")), Option("mine", _("Mine"))]
        if both := _both(field, conflict):
            options.append(Option("both", _("Both changes together:"), _readable(field, both)))
        elif _is_rich(field):
            options.append(Option("after", _("Theirs, and mine below it")))
        return [*options, Option("own", _("These words:"))] if _is_text(field) and not _is_rich(field) else options

    def _result(self, conflict: Conflict) -> Value | Row | None:
        answer = self.answer(conflict)
        if not conflict.field:
            return None if answer == "drop" else (conflict.mine if conflict.theirs is None else conflict.theirs)
        return {
            "theirs": conflict.theirs,
            "mine": conflict.mine,
            "both": _both(self._form_field(conflict), conflict),
            "after": f"{conflict.theirs}{conflict.mine}",
            "own": self.sent.get(_name(TEXT, conflict), "").replace("\r\n", "\n"),
        }[answer]

    def _form_field(self, at: Conflict | Change) -> forms.Field:
        return self.parts.fields(at.row)[at.field]

    def _label(self, at: Conflict | Change) -> str:
        return capfirst(str(self._form_field(at).label or at.field))

    def _place(self, key: str, row: Any = None) -> str:
        """“Section “Rest””, or nothing for the thing itself."""
        if not key:
            return ""
        row = row or self.merged.rows.get(key) or self.mine.get(key) or {}
        fields = self.parts.fields(key)
        title = next((_shown(fields[name], row[name]) for name in TITLES if row.get(name) and name in fields), "")
        title, kind = title or self.parts.name(key), self.parts.noun(key)
        return _("%(kind)s “%(title)s”") % {"kind": kind, "title": title} if title else kind

    def _change(self, key: str, name: str, before: Any, after: Any) -> FieldChange:
        field = self.parts.fields(key)[name]
        label = capfirst(str(field.label or name))
        if isinstance(field, OrderField):
            return OrderChange(name, label, _shown(field, before), _shown(field, after))
        if _is_rich(field):
            return FieldChange(name, label, *differences.rich(before or "", after or ""))
        return FieldChange(name, label, _shown(field, before), _shown(field, after))


def _name(start: str, conflict: Conflict) -> str:
    return f"{start}{conflict.row}:{conflict.field}"


def _values(options: list[Option]) -> set[str]:
    return {option.value for option in options}


def _is_rich(field: forms.Field) -> bool:
    return isinstance(field, ProseEditorFormField)


def _is_text(field: forms.Field) -> bool:
    return isinstance(field, forms.CharField) and not isinstance(field, forms.SlugField)


def _both(field: forms.Field, conflict: Conflict) -> str:
    """A text with both changes, if they do not touch: word by word, or block by block in rich text, or row by row."""
    texts = conflict.before, conflict.mine, conflict.theirs
    if not (_is_text(field) or isinstance(field, OrderField)) or not all(isinstance(text, str) for text in texts):
        return ""
    if isinstance(field, OrderField):
        return "\n".join(orders_together(*(str(text).splitlines() for text in texts)) or [])
    cut = (lambda text: richtext.one_block_a_line(text).splitlines()) if _is_rich(field) else differences.tokens
    both = together(*(cut(text) for text in texts))  # type: ignore[arg-type]
    return "".join(both or [])


def _readable(field: forms.Field, text: str) -> str:
    return _shown(field, text) if _is_rich(field) or isinstance(field, OrderField) else text


def _shown(field: forms.Field, value: Any) -> str:
    """A value of a form in words."""
    if isinstance(field, ShownField):
        return field.in_words(str(value or ""))
    if isinstance(field, forms.BooleanField):
        return _("yes") if value else _("no")
    if isinstance(field, forms.ModelChoiceField):
        keys = [each for each in (value if isinstance(value, list) else [value]) if str(each or "").isdecimal()]
        found = {str(row.pk): field.label_from_instance(row) for row in field.queryset.filter(pk__in=keys)}  # type: ignore[union-attr]
        return ", ".join(str(found.get(each, each)) for each in keys)
    if isinstance(field, forms.ChoiceField):
        names = {str(key): str(name) for key, name in field.choices}  # type: ignore[union-attr, misc]
        return ", ".join(names.get(each, each) for each in (value if isinstance(value, list) else [str(value or "")]))
    if isinstance(value, list):
        return ", ".join(value)
    return differences.readable(str(value or "")) if _is_rich(field) else str(value or "")


def hidden_fields(sent: QueryDict, *left_out: str) -> list[tuple[str, str]]:
    """Everything typed, so that reloading the page or going back loses nothing."""
    own = ("csrfmiddlewaretoken", MERGING, *left_out)
    names = [name for name in sent if name not in own and not name.startswith((CHOICE, TEXT, WITHOUT))]
    return [(name, value) for name in names for value in sent.getlist(name)]


def stopped(request: HttpRequest, meeting: Meeting, now: Rows, last: LogEntry | None) -> dict[str, Any]:
    """What every page that stops a save shows; `last` is the save that came between."""
    conflicts = list(meeting.conflicts())
    asked = meeting.sent.get(MERGING)
    by_me = last is not None and last.user_id == request.user.pk
    return {
        "title": _("You changed this in another window") if by_me else _("Somebody else changed this"),
        "last": last,
        "by_me": by_me,
        "conflicts": conflicts,
        "errors": [each for each in conflicts if each.error],
        "again": asked is not None and asked != stale.fingerprint(now),
        "knows_before": meeting.knows_before,
        "only_mine": meeting.only_mine(),
        "only_theirs": meeting.only_theirs(),
        "merging": stale.fingerprint(now),
        "back_url": request.get_full_path(),
    }


def last_save(model: type[Model], row: Model | None) -> LogEntry | None:
    """Who saved `row`, or any of its kind, last in the admin, and when."""
    entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))
    entries = entries.filter(object_id=str(row.pk)) if row else entries
    return entries.select_related("user").order_by("-action_time").first()
