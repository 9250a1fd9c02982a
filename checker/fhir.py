"""A self-check as a FHIR R4 Questionnaire, and a patient's answers as a QuestionnaireResponse: plain data for JSON.

An emergency answer ends a self-check, so what follows a question that can end it stands in a group that such an answer
disables. Results stand at the end as texts, the more urgent ones first. Where the last questions are conditional, the
results stand there once for each of them that can be the last one asked: so no group has to rule out what the answer to
a later question rules out anyway, and the groups stay less deep.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from checker.definition_types import Definition, Level, Link, Outcome, Question, Rule
from checker.evaluation import Answers
from checker.fhir_conditions import Clause, Literal, always_asked, failing, going_on, holding, reduced

MEDIA_TYPE = "application/fhir+json"
EXCLUSIVE = "http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive"
SUPPORT_LINK = "http://hl7.org/fhir/StructureDefinition/questionnaire-supportLink"
ITEM_CONTROL = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl"
CONTROLS = "http://hl7.org/fhir/questionnaire-item-control"

type Item = dict[str, Any]


@dataclass(frozen=True)
class Words:
    """What the export says besides the definition. `fill` puts the clinic's numbers into a text; `address` gives the
    whole address of a section, nothing if it cannot be read now; `levels` holds the word of each level."""

    levels: Mapping[Level, str]
    if_no_other: str
    read: str
    fill: Callable[[str], str] = lambda text: text
    address: Callable[[Link], str] = lambda link: ""


def questionnaire(definition: Definition, words: Words, **head: str) -> dict[str, Any]:
    """`head` holds what is known of the edition: url, version, status, date, publisher and so on; empty ones are left out."""
    name = "".join(part.capitalize() for part in definition.quiz.replace("_", "-").split("-"))
    notes = [_display(f"text.note.{n}", words.fill(note)) for n, note in enumerate(definition.result_notes, start=1)]
    return {
        "resourceType": "Questionnaire",
        **{key: value for key, value in head.items() if value},
        "name": f"SelfCheck{name}",
        "title": words.fill(definition.title),
        "description": words.fill(definition.intro),
        "subjectType": ["Patient"],
        "item": [
            _display("text.intro", words.fill(definition.intro)),
            *_Export(definition, words).items(),
            *notes,
        ],
    }


def response(exported: Mapping[str, Any], answers: Answers, **head: str) -> dict[str, Any]:
    """The answers to the questions that were asked, in the groups of the questionnaire. Says nothing of who gave them."""
    return {"resourceType": "QuestionnaireResponse", **head, "item": _answered(exported["item"], answers)}


def _answered(items: Iterable[Item], answers: Answers) -> list[Item]:
    found = []
    for item in items:
        if item["type"] == "group":
            if inside := _answered(item["item"], answers):
                found.append({"linkId": item["linkId"], "item": inside})
        elif chosen := answers.get(item["linkId"]):
            codings = [_bare(option["valueCoding"]) for option in item["answerOption"]]
            given = [{"valueCoding": coding} for coding in codings if coding["code"] in chosen]
            found.append({"linkId": item["linkId"], "text": item["text"], "answer": given})
    return found


def _bare(coding: Item) -> Item:
    return {"code": coding["code"], "display": coding["display"]}


def _display(link_id: str, text: str) -> Item:
    return {"linkId": link_id, "text": text, "type": "display"}


class _Export:
    def __init__(self, definition: Definition, words: Words) -> None:
        self.definition, self.words = definition, words
        self.outcomes = {outcome.key: outcome for outcome in definition.outcomes}
        self.displays = {
            (question.key, choice.key): choice.text for question in definition.questions for choice in question.choices
        }
        self.first = definition.questions[0].key
        self.emergencies = [rule for rule in self._by_urgency() if self._ends_the_check(rule)]
        self.known_at: dict[int, frozenset[Clause]] = {}  # what is sure wherever a question is asked, by its number

    def items(self) -> list[Item]:
        """Whatever follows a question that is always asked needs only its answer: the answer vouches for all before it."""
        items: list[Item] = []
        number, gate, name = 0, list[Clause](), ""
        known: frozenset[Clause] = frozenset()
        while True:
            segment, number, known = self._segment(number, known)
            items += self._gated(f"after.{name}", gate, segment)
            if number > len(self.definition.questions):
                break
            name = self.definition.questions[number - 1].key
            asked: Clause = (Literal("asked", name),)
            gate = [asked, *self._going_on(number - 1, known | {asked})]
            known |= frozenset(gate)
        emergencies = (item for rule in self.emergencies for item in self._rule(rule, [], ()))
        return [*items, *self._results(), *emergencies]

    def _by_urgency(self) -> list[Rule]:
        """Add-ons and defaults last, as they count after all others."""
        return sorted(
            self.definition.rules, key=lambda rule: (rule.default, rule.addon, -self.outcomes[rule.outcome].level)
        )

    def _ends_the_check(self, rule: Rule) -> bool:
        return self.outcomes[rule.outcome].level is Level.EMERGENCY and not rule.default and not rule.addon

    def _segment(self, number: int, known: frozenset[Clause]) -> tuple[list[Item], int, frozenset[Clause]]:
        """The questions from this one to the next that is always asked, or to the last.

        Then the number of the first question behind them, and what is sure there.
        """
        if number == len(self.definition.questions):
            return [], number + 1, known
        self.known_at[number] = known
        question = self.definition.questions[number]
        show_if = holding(question.show_if, self._sure(number)) if question.show_if else []
        items = self._gated(f"if.{question.key}", reduced(show_if, known, self.first), [self._question(question)])
        if always_asked(question):
            return items, number + 1, known
        stops = self._going_on(number, known)
        rest, behind, sure = self._segment(number + 1, known | frozenset(stops))
        return items + self._gated(f"after.{question.key}", stops, rest), behind, sure

    def _going_on(self, number: int, known: frozenset[Clause]) -> list[Clause]:
        return reduced(going_on(self.definition, number, self.emergencies), known, self.first)

    def _sure(self, number: int) -> list[str]:
        """The questions before this one that are asked on every path that comes to it."""
        return [each.key for each in self.definition.questions[:number] if always_asked(each)]

    def _results(self) -> list[Item]:
        """What can be said once all questions are answered; several may hold, and the most urgent one counts."""
        questions = self.definition.questions
        sure = self._sure(len(questions))
        last = max(number for number, each in enumerate(questions) if always_asked(each))
        could_stop = [
            number for number in range(last + 1, len(questions)) if self._going_on(number, self.known_at[number])
        ]
        rules = [rule for rule in self._by_urgency() if not self._ends_the_check(rule)]
        made_sure = frozenset[Clause]((Literal("asked", key),) for key in sure)
        items: list[Item] = []
        for number in (last, *could_stop):
            key, known = questions[number].key, self.known_at[number]
            case = "" if number == last else f"@{key}"
            finished: list[Clause] = [(Literal("asked", key),), *self._going_on(number, known)]
            finished += [(Literal("unasked", questions[later].key),) for later in could_stop if later > number]
            finished += [clause for later in range(number + 1, len(questions)) for clause in self._done(later)]
            gate = reduced(finished, known, self.first)
            known |= made_sure | frozenset(gate)
            inside = [item for rule in rules for item in self._rule(rule, sure, known, case)]
            items += self._gated(f"results{case}", gate, inside)
        return items

    def _done(self, number: int) -> list[Clause]:
        """That this question has its answer, or need not be asked."""
        question = self.definition.questions[number]
        if question.show_if is None:
            return []
        earlier = {each.key for each in self.definition.questions[:number]}
        clauses = failing(question.show_if, earlier, self._sure(number))
        return [(Literal("asked", question.key), *clause) for clause in clauses]

    def _rule(self, rule: Rule, sure: Iterable[str], known: Iterable[Clause], case: str = "") -> list[Item]:
        name = f"rule.{rule.id}{case}"
        clauses = reduced(holding(rule.when, list(sure)), frozenset(known), self.first)
        return self._gated(name, clauses, [self._outcome(name, rule, self.outcomes[rule.outcome])])

    def _outcome(self, name: str, rule: Rule, outcome: Outcome) -> Item:
        fill, words = self.words.fill, self.words
        title = fill(outcome.title) if rule.addon else f"{words.levels[outcome.level]}: {fill(outcome.title)}"
        addresses = [address for link in outcome.links if (address := words.address(link))]
        parts = [f"{words.if_no_other} {title}" if rule.default else title, *map(fill, outcome.facts)]
        parts += [fill(outcome.safety_net)] if outcome.safety_net else []
        parts += [f"{words.read} {address}" for address in addresses]
        item = _display(name, "\n".join(parts))
        links = [{"url": SUPPORT_LINK, "valueUri": address} for address in addresses]
        return item | ({"extension": links} if links else {})

    def _question(self, question: Question) -> Item:
        fill = self.words.fill
        item: Item = {
            "linkId": question.key,
            "text": fill(question.text),
            "type": "choice",
            "required": True,
            "repeats": question.type == "multi",
            "answerOption": [],
        }
        for choice in question.choices:
            option: Item = {"valueCoding": {"code": choice.key, "display": fill(choice.text)}}
            if choice.exclusive:
                option["extension"] = [{"url": EXCLUSIVE, "valueBoolean": True}]
            item["answerOption"].append(option)
        hints = [question.hint, *(f"{each.text}: {each.hint}" for each in question.choices if each.hint)]
        if said := "\n".join(fill(hint) for hint in hints if hint):
            help_text = {"coding": [{"system": CONTROLS, "code": "help"}]}
            extension = {"url": ITEM_CONTROL, "valueCodeableConcept": help_text}
            item["item"] = [_display(f"hint.{question.key}", said) | {"extension": [extension]}]
        return item

    def _gated(self, name: str, clauses: list[Clause], items: list[Item]) -> list[Item]:
        """The items, enabled only while every clause holds. The innermost layer stands on the item itself if it is one."""
        if not clauses or not items:
            return items
        units = [clause[0] for clause in clauses if len(clause) == 1]
        layers = [*([("all", units)] if units else []), *(("any", list(each)) for each in clauses if len(each) > 1)]
        for number, (behavior, literals) in reversed(list(enumerate(layers, start=1))):
            when: Item = {"enableWhen": [self._when(literal) for literal in literals]}
            if len(literals) > 1:
                when["enableBehavior"] = behavior
            if len(items) == 1 and "enableWhen" not in items[0]:
                items = [items[0] | when]
            else:
                items = [{"linkId": f"{name}.{number}", "type": "group", **when, "item": items}]
        return items

    def _when(self, literal: Literal) -> Item:
        when: Item = {"question": literal.question}
        if literal.kind in ("asked", "unasked"):
            return when | {"operator": "exists", "answerBoolean": literal.kind == "asked"}
        display = self.words.fill(self.displays[literal.question, literal.choice])
        coding = {"code": literal.choice, "display": display}
        return when | {"operator": "=" if literal.kind == "is" else "!=", "answerCoding": coding}
