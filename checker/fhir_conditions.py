"""When an item of a FHIR Questionnaire is enabled, as clauses: all of them must hold, each by one of its literals.

FHIR joins conditions of one item by `all` or by `any`, never both, so each clause of more than one literal becomes a
group of its own around what depends on it. How `!=` treats a question without an answer differs between programs:
here it stands only where the question has an answer, or beside “has no answer”, so that both readings agree.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Literal as Word
from typing import NamedTuple

from checker.definition_types import ChoiceRef, Condition, Definition, Level, Question, Rule


class Literal(NamedTuple):
    """`is` and `not` speak of a choice; `asked` and `unasked` of whether the question has an answer."""

    kind: Word["is", "not", "asked", "unasked"]
    question: str
    choice: str = ""

    @property
    def opposite(self) -> "Literal":
        kinds: dict[str, Word["is", "not", "asked", "unasked"]] = {
            "is": "not",
            "not": "is",
            "asked": "unasked",
            "unasked": "asked",
        }
        return Literal(kinds[self.kind], self.question, self.choice)


type Clause = tuple[Literal, ...]


def always_asked(question: Question) -> bool:
    """Asked on every path that comes so far."""
    return question.show_if is None or question.show_if.always


def _not(ref: ChoiceRef, sure: Collection[str]) -> Clause:
    """That a choice was not made. Where it is sure that the question was asked, see `_asked` for the rest."""
    chosen = Literal("not", *ref)
    return (chosen,) if ref.question in sure else (Literal("unasked", ref.question), chosen)


def _asked(refs: Iterable[ChoiceRef], sure: Collection[str]) -> Iterator[Clause]:
    for question in dict.fromkeys(ref.question for ref in refs):
        if question in sure:
            yield (Literal("asked", question),)


def holding(condition: Condition, sure: Collection[str]) -> list[Clause]:
    """The clauses of a condition. `sure` names the questions that were asked wherever it is looked at."""
    clauses: list[Clause] = [(Literal("is", *ref),) for ref in condition.all]
    if condition.any:
        clauses.append(tuple(Literal("is", *ref) for ref in condition.any))
    return [*clauses, *_asked(condition.none_of, sure), *(_not(ref, sure) for ref in condition.none_of)]


def going_on(definition: Definition, number: int, emergencies: Iterable[Rule]) -> list[Clause]:
    """That the check goes on after this question: no emergency answer there, no emergency rule that its answer decides."""
    asked = definition.questions[: number + 1]
    question, keys = asked[-1], {each.key for each in asked}
    sure = {each.key for each in asked if always_asked(each)}
    flags = [ChoiceRef(question.key, each.key) for each in question.choices if each.red_flag is Level.EMERGENCY]
    clauses = [*_asked(flags, sure), *(_not(ref, sure) for ref in flags)]
    for rule in emergencies:
        decided_by = rule.when.asks or {definition.questions[0].key}
        if question.key in decided_by:
            clauses += failing(rule.when, keys, sure)
    return clauses


def failing(condition: Condition, known: Collection[str], sure: Collection[str]) -> list[Clause]:
    """The clauses of a condition that does not hold, while only the `known` questions have been asked."""
    any_of = [ref for ref in condition.any if ref.question in known]
    if any(ref.question not in known for ref in condition.all) or (condition.any and not any_of):
        return []
    none_of = [ref for ref in condition.none_of if ref.question in known]
    others = [literal for ref in condition.all for literal in _not(ref, sure)]
    others += [Literal("is", *ref) for ref in none_of]
    clauses = [(*_not(ref, sure), *others) for ref in any_of] if any_of else [tuple(others)]
    return [*_asked([*any_of, *condition.all], sure), *clauses]


def reduced(clauses: Iterable[Clause], known: Collection[Clause], first: str) -> list[Clause]:
    """Without what is `known` to hold there. What can never hold is a contradiction about the first question."""
    given = {clause[0] for clause in known if len(clause) == 1}
    sure, rest = set(given), [tuple(dict.fromkeys(clause)) for clause in clauses]
    while True:
        rest = [
            tuple(literal for literal in clause if literal.opposite not in sure)
            for clause in rest
            if not any(literal in sure or literal.opposite in clause for literal in clause)
        ]
        units = {clause[0] for clause in rest if len(clause) == 1}
        if not all(rest) or any(unit.opposite in units for unit in units):
            return [(Literal("asked", first),), (Literal("unasked", first),)]
        if not units:
            return [*((unit,) for unit in _in_order(clauses, sure - given)), *_not_implied(rest, known)]
        sure |= units


def _not_implied(clauses: Iterable[Clause], known: Collection[Clause]) -> list[Clause]:
    """Those that do not follow from a shorter one: each that is left costs a layer of groups."""
    shortest = sorted(dict.fromkeys(clauses), key=len)
    said = [set(clause) for clause in known]
    left: list[Clause] = []
    for clause in shortest:
        if not any(each <= set(clause) for each in said):
            left.append(clause)
            said.append(set(clause))
    return left


def _in_order(clauses: Iterable[Clause], found: Collection[Literal]) -> list[Literal]:
    """What was found, in the order in which the clauses name it: an export must be the same each time."""
    named = dict.fromkeys(literal for clause in clauses for literal in clause)
    return [literal for literal in named if literal in found]
