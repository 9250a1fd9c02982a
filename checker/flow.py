"""The flow of a self-check, for staff: its questions in order, and what each of them leads to, by urgency.

A lane is a level, most urgent first, or the add-ons. A rule stands at every question that it names. Where its last
part can become true it “decides”; before that it “counts”; where the answers keep it from holding they speak “against”
it. An emergency rule decides wherever it can end the check.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from checker.definition_types import Choice, Definition, Level, Outcome, Question, Rule

ADDON = "add-on"
LANES = (*(level.slug for level in sorted(Level, reverse=True)), ADDON)
DECIDES, COUNTS, AGAINST = "decides", "counts", "against"


@dataclass(frozen=True, slots=True)
class Feed:
    """What a question does for a rule: `how` is decides, counts or against."""

    rule: Rule
    how: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What one question leads to in one lane."""

    lane: str
    flags: tuple[Choice, ...] = ()
    feeds: tuple[Feed, ...] = ()

    @property
    def ends_the_check(self) -> bool:
        emergency = self.lane == Level.EMERGENCY.slug
        return emergency and bool(self.flags or any(feed.how == DECIDES for feed in self.feeds))


@dataclass(frozen=True, slots=True)
class Step:
    """A question with its number, from 1. `cells` holds the lanes in which it leads to something."""

    number: int
    question: Question
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Ending:
    """An outcome and the rules that lead to it."""

    outcome: Outcome
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Lane:
    name: str
    endings: tuple[Ending, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """`anyway` are the rules that name no answer, or only answers that must not be given. Lanes without use are left out."""

    definition: Definition
    steps: tuple[Step, ...]
    anyway: tuple[Cell, ...]
    lanes: tuple[Lane, ...]


def flow_of(definition: Definition) -> Flow:
    outcomes = {outcome.key: outcome for outcome in definition.outcomes}
    lane_of = {rule.id: _lane(outcomes[rule.outcome]) for rule in definition.rules}
    place = {question.key: number for number, question in enumerate(definition.questions)}
    steps = tuple(
        Step(number, question, tuple(_cells(question, definition.rules, lane_of, place)))
        for number, question in enumerate(definition.questions, start=1)
    )
    free = [Feed(rule, DECIDES) for rule in definition.rules if not rule.when.asks]
    endings = [Ending(each, _rules_to(each, definition.rules)) for each in definition.outcomes]
    lanes = (Lane(name, tuple(each for each in endings if _lane(each.outcome) == name)) for name in LANES)
    used = {cell.lane for step in steps for cell in step.cells}
    return Flow(
        definition,
        steps,
        tuple(Cell(lane, (), feeds) for lane in LANES if (feeds := _in_lane(free, lane, lane_of))),
        tuple(lane for lane in lanes if lane.endings or lane.name in used),
    )


def _lane(outcome: Outcome) -> str:
    return ADDON if outcome.addon else outcome.level.slug


def _rules_to(outcome: Outcome, rules: Iterable[Rule]) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules if rule.outcome == outcome.key)


def _in_lane(feeds: Iterable[Feed], lane: str, lane_of: dict[str, str]) -> tuple[Feed, ...]:
    return tuple(feed for feed in feeds if lane_of[feed.rule.id] == lane)


def _cells(question: Question, rules: Iterable[Rule], lane_of: dict[str, str], place: dict[str, int]) -> Iterator[Cell]:
    feeds = [Feed(rule, how) for rule in rules if (how := _how(question, rule, lane_of[rule.id], place))]
    for lane in LANES:
        flags = tuple(choice for choice in question.choices if choice.red_flag and choice.red_flag.slug == lane)
        in_lane = _in_lane(feeds, lane, lane_of)
        if flags or in_lane:
            yield Cell(lane, flags, in_lane)


def _how(question: Question, rule: Rule, lane: str, place: dict[str, int]) -> str:
    here = place[question.key]
    if question.key not in rule.when.asks:
        return AGAINST if any(ref.question == question.key for ref in rule.when.none_of) else ""
    if lane != Level.EMERGENCY.slug or rule.default:
        return DECIDES if here == max(place[key] for key in rule.when.asks) else COUNTS
    can_hold = all(place[ref.question] <= here for ref in rule.when.all) and (
        not rule.when.any or any(place[ref.question] <= here for ref in rule.when.any)
    )
    return DECIDES if can_hold else COUNTS
