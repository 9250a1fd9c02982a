"""A FHIR Questionnaire as the beginning of a self-check: its questions, answers and conditions, and what was left behind.

What it cannot say (results, rules, danger signs, stories) staff write afterwards. Until they do, the only result is the
careful one that a self-check gives where no rule holds.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from articles.parts import UNWANTED
from articles.yamlfile import shorten
from checker.evaluation import LEVEL_IF_NO_RULE_HOLDS
from checker.fhir import EXCLUSIVE, ITEM_CONTROL
from checker.fhir_conditions import Literal

MOST_LEVELS = 200
# The types of items that are asked and answered by a choice.
ASKING = ("choice", "open-choice", "coding", "boolean")
NOT_ASKED_FOR = (
    "Danger signs, results, rules, sections to read and patient stories are not part of it. Write them here."
)
YES_NO = {True: ("yes", "Yes"), False: ("no", "No")}

type Read = list[Literal] | None  # None: a condition that cannot be read


class NotAQuestionnaire(ValueError):
    """Its text is the sentence for the editor."""


@dataclass
class Imported:
    """`data` has the form of a definition; `report` says in sentences what could not be carried over."""

    data: dict[str, Any]
    report: list[str]


def looks_like_fhir(text: str) -> bool:
    """Whether a pasted text is JSON rather than YAML for people."""
    return text.lstrip("\ufeff \t\r\n").startswith("{") and "resourceType" in text


def from_json(text: str, title: str) -> Imported:
    """The self-check in a pasted Questionnaire. `title` is given to the only result. Raises NotAQuestionnaire."""
    try:
        data = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        place = f" Look at line {error.lineno}." if isinstance(error, json.JSONDecodeError) else ""
        raise NotAQuestionnaire(f"This begins like FHIR, but it cannot be read as JSON.{place}") from error
    if not isinstance(data, dict) or data.get("resourceType") != "Questionnaire":
        raise NotAQuestionnaire('This is FHIR, but no Questionnaire: "resourceType" must be "Questionnaire".')
    return _Import().run(data, title)


@dataclass
class _Asked:
    item: dict[str, Any]
    key: str
    choices: dict[str, str]  # what an answer is called in the questionnaire: its key here
    conditions: list[Read]
    data: dict[str, Any] = field(default_factory=dict)


class _Import:
    def __init__(self) -> None:
        self.report = [NOT_ASKED_FOR]
        self.asked: dict[str, _Asked] = {}

    def run(self, data: dict[str, Any], title: str) -> Imported:
        self._walk(data.get("item"), [], 0)
        if not self.asked:
            raise NotAQuestionnaire("This Questionnaire has no question with answers to choose from.")
        for each in self.asked.values():
            self._finish(each)
        intro = _text(data.get("description")) or _text(data.get("title")) or "Self-check"
        outcome = {"key": "first", "level": LEVEL_IF_NO_RULE_HOLDS.slug, "title": title, "facts": [], "links": []}
        return Imported(
            {
                "quiz": _key(str(data.get("url") or data.get("name") or data.get("title") or "").rpartition("/")[2])[
                    :60
                ],
                "title": _text(data.get("title")) or _text(data.get("name")) or "Self-check",
                "estimated_minutes": 3,
                "intro": intro,
                "result_notes": [],
                "questions": [each.data for each in self.asked.values()],
                "outcomes": [outcome],
                "rules": [{"id": "D01", "when": {"always": True}, "outcome": "first", "default": True}],
                "vignettes": [],
            },
            list(dict.fromkeys(self.report)),
        )

    def _walk(self, items: Any, around: list[Any], level: int) -> None:
        """Notes each question with its own conditions and those of the groups around it."""
        if level > MOST_LEVELS:
            raise NotAQuestionnaire("Too many groups stand inside each other.")
        for item in _list(items):
            if not isinstance(item, dict):
                continue
            conditions = [*around, *_clauses(item)]
            kind = item.get("type")
            if kind in ASKING:
                self._question(item, conditions)
            elif kind == "group":
                if text := _text(item.get("text")):
                    self.report.append(f"The heading “{shorten(text)}” of a group was left out.")
            elif kind == "display":
                self._display(item)
            else:
                self.report.append(
                    f"{_named(item)} asks for “{shorten(str(kind))}”, not for a choice. It was left out."
                )
            inside = item.get("item")
            if kind in ASKING:
                inside = [each for each in _list(inside) if not _is_help(each)]
            self._walk(inside, conditions, level + 1)

    def _display(self, item: dict[str, Any]) -> None:
        if str(item.get("linkId")) != "text.intro":
            self.report.append(f"The text “{shorten(_text(item.get('text')))}” was left out.")

    def _question(self, item: dict[str, Any], conditions: list[Any]) -> None:
        options = list(self._options(item))
        if len(options) < 2:
            why = "takes its answers from a value set" if item.get("answerValueSet") else "has fewer than two answers"
            self.report.append(f"{_named(item)} {why}. It was left out.")
            return
        if item.get("type") == "open-choice":
            self.report.append(f"{_named(item)} also takes free text. Only its answers to choose from came along.")
        if item.get("required") is not True:
            self.report.append(f"{_named(item)} need not be answered there. Here each question needs an answer.")
        link_id = self._own_link_id(item)
        key = _fresh(_key(link_id)[:40], {each.key for each in self.asked.values()})
        choices: dict[str, str] = {}
        data: list[dict[str, Any]] = []
        for code, text, exclusive in options:
            if code in choices:
                self.report.append(f"{_named(item)} has the answer “{shorten(text)}” twice. One was left out.")
                continue
            choices[code] = _fresh(_key(code)[:40], set(choices.values()))
            data.append({"key": choices[code], "text": text, **({"exclusive": True} if exclusive else {})})
        repeats = item.get("repeats") is True
        if sum("exclusive" in each for each in data) > (1 if repeats else 0):
            self.report.append(
                f"{_named(item)} marks more answers as “none of these” than can be. The marks were left out."
            )
            data = [{"key": each["key"], "text": each["text"]} for each in data]
        question = {
            "key": key,
            "type": "multi" if repeats else "single",
            "text": _text(item.get("text")) or _text(item.get("linkId")) or key,
        }
        if hint := "\n".join(_text(each.get("text")) for each in _list(item.get("item")) if _is_help(each)):
            question["hint"] = " ".join(hint.split())
        read = [_literals(each) for each in conditions]
        self.asked[link_id] = _Asked(item, key, choices, read, question | {"choices": data})

    def _own_link_id(self, item: dict[str, Any]) -> str:
        """What conditions call the question. Two must not have the same, but if they do, none of them is lost."""
        link_id = str(item.get("linkId", ""))
        if link_id and link_id in self.asked:
            self.report.append(
                f"{_named(item)} has the same linkId as a question before it. Conditions on it were taken for the first."
            )
        while link_id in self.asked:
            link_id += "\0"
        return link_id

    def _options(self, item: dict[str, Any]) -> Iterator[tuple[str, str, bool]]:
        """The code, text and “none of these” of each answer."""
        if item.get("type") == "boolean":
            yield from ((code, text, False) for code, text in YES_NO.values())
            return
        for option in _list(item.get("answerOption")):
            if not isinstance(option, dict):
                continue
            coding = option.get("valueCoding")
            given = coding if isinstance(coding, dict) else {}
            plain = next(
                (str(option[name]) for name in ("valueString", "valueInteger", "valueDate") if name in option), ""
            )
            code = str(given.get("code") or given.get("display") or plain)
            text = _text(given.get("display")) or _text(given.get("code")) or _text(plain)
            if not code or not text:
                self.report.append(f"An answer of {_named(item)} has no text. It was left out.")
                continue
            yield code, text, _says(option, EXCLUSIVE) or _says(given, EXCLUSIVE)

    def _finish(self, asked: _Asked) -> None:
        """Its conditions in the one form that a question has here. What does not fit is left out: so it is asked more often."""
        condition: dict[str, list[str]] = {}
        earlier = list(self.asked.values())
        earlier = earlier[: earlier.index(asked)]
        for clause in asked.conditions:
            part = self._part(clause, earlier)
            if part is None or (part[0] == "any" and condition.get("any", part[1]) != part[1]):
                self.report.append(f"A condition of {_named(asked.item)} does not fit here. It was left out.")
                continue
            name, refs = part
            if refs:
                condition[name] = list(dict.fromkeys([*condition.get(name, []), *refs]))
        if condition:
            choices = asked.data.pop("choices")
            order = ("any", "all", "none_of")
            asked.data["show_if"] = {name: condition[name] for name in order if name in condition}
            asked.data["choices"] = choices

    def _part(self, clause: Read, earlier: list[_Asked]) -> tuple[str, list[str]] | None:
        """One clause as a part of a condition and the choices that it names; none where it always holds here."""
        if not clause or any(self._find(each, earlier) is None for each in clause):
            return None
        first, refs = clause[0], [self._ref(each, earlier) for each in clause]
        found = self.asked[first.question]
        every = [f"{found.key}.{choice}" for choice in found.choices.values()]
        kinds = {each.kind for each in clause}
        if kinds == {"is"}:
            return ("all" if len(clause) == 1 else "any"), refs
        if len(clause) == 1 and first.kind == "asked":
            return ("any", every if found.conditions else [])
        if len(clause) == 1 and first.kind == "unasked":
            return "none_of", every
        nots = [each for each in clause if each.kind == "not"]
        if len(nots) == 1 and kinds <= {"not", "unasked"} and len({each.question for each in clause}) == 1:
            return "none_of", [self._ref(nots[0], earlier)]
        return None

    def _find(self, literal: Literal, earlier: list[_Asked]) -> _Asked | None:
        found = next((each for each in earlier if each is self.asked.get(literal.question)), None)
        if found is None or literal.kind in ("asked", "unasked") or literal.choice in found.choices:
            return found
        return None

    def _ref(self, literal: Literal, earlier: list[_Asked]) -> str:
        found = self.asked[literal.question]
        return f"{found.key}.{found.choices.get(literal.choice, '')}"


def _clauses(item: dict[str, Any]) -> list[list[Any]]:
    """The enableWhen of one item: each clause a list of which one must hold."""
    when = item.get("enableWhen") or []
    if not isinstance(when, list):
        return [[None]]  # a condition that cannot be read
    if not when:
        return []
    return [when] if item.get("enableBehavior") == "any" else [[each] for each in when]


def _literals(clause: list[Any]) -> Read:
    found = [_literal(each) for each in clause]
    return [each for each in found if each] if all(found) else None


def _literal(when: Any) -> Literal | None:
    if not isinstance(when, dict):
        return None
    question, operator = str(when.get("question", "")), when.get("operator")
    if not question:
        return None
    if operator == "exists":
        given = when.get("answerBoolean")
        return Literal("asked" if given else "unasked", question) if isinstance(given, bool) else None
    if operator not in ("=", "!="):
        return None
    coding = when.get("answerCoding")
    if isinstance(coding, dict):
        code = str(coding.get("code") or coding.get("display") or "")
    elif isinstance(when.get("answerBoolean"), bool):
        code = YES_NO[when["answerBoolean"]][0]
    else:
        code = next((str(when[name]) for name in ("answerString", "answerInteger", "answerDate") if name in when), "")
    return Literal("is" if operator == "=" else "not", question, code) if code else None


def _is_help(item: Any) -> bool:
    if not isinstance(item, dict) or item.get("type") != "display":
        return False
    return any(_extensions(item, ITEM_CONTROL))


def _says(part: dict[str, Any], url: str) -> bool:
    return any(each.get("valueBoolean") is True for each in _extensions(part, url))


def _extensions(part: dict[str, Any], url: str) -> Iterator[dict[str, Any]]:
    for each in _list(part.get("extension")):
        if isinstance(each, dict) and each.get("url") == url:
            yield each


def _named(item: dict[str, Any]) -> str:
    return f"“{shorten(_text(item.get('text')) or str(item.get('linkId', '?')))}”"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return " ".join(UNWANTED.sub(" ", value).split()) if isinstance(value, str) else ""


def _key(text: str) -> str:
    return re.sub(r"[^a-z0-9_-]+", "-", text.lower()).strip("-") or "x"


def _fresh(key: str, taken: set[str]) -> str:
    """The key, with a number behind it where it is taken."""
    number, found = 1, key
    while found in taken:
        number += 1
        found = f"{key[:36]}-{number}"
    return found
