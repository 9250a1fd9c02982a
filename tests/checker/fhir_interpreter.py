"""What a program that fills in FHIR Questionnaires does with one: which items are enabled, and what is asked in order.

Written from the FHIR specification alone. It knows nothing of self-checks.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Filled:
    """`unanswered_differs`: whether `!=` holds for a question without an answer. Programs differ in this."""

    answers: dict[str, frozenset[str]]
    unanswered_differs: bool
    asked: list[str] = field(default_factory=list)
    given: dict[str, frozenset[str]] = field(default_factory=dict)
    displays: list[str] = field(default_factory=list)

    def visit(self, items: Iterable[dict[str, Any]]) -> "Filled":
        """Goes through the items in order. A disabled item has no answer, and neither has anything in it."""
        for item in items:
            if not self.enabled(item):
                continue
            if item["type"] == "choice":
                self.asked.append(item["linkId"])
                if item["linkId"] in self.answers:
                    self.given[item["linkId"]] = self.answers[item["linkId"]]
            if item["type"] == "display":
                self.displays.append(item["linkId"])
            self.visit(item.get("item", ()))
        return self

    def enabled(self, item: dict[str, Any]) -> bool:
        found = [self.holds(when) for when in item.get("enableWhen", ())]
        return not found or (any(found) if item.get("enableBehavior") == "any" else all(found))

    def holds(self, when: dict[str, Any]) -> bool:
        given = self.given.get(when["question"], frozenset())
        if when["operator"] == "exists":
            return bool(given) is when["answerBoolean"]
        is_among = when["answerCoding"]["code"] in given
        if when["operator"] == "=":
            return is_among
        assert when["operator"] == "!="
        return not is_among if given else self.unanswered_differs


def every_item(items: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    for item in items:
        yield item
        yield from every_item(item.get("item", ()))
