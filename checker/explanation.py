"""“Because you said …”: the fewest ticks of a patient that are enough for the level of the result.

Ticks are enough if one and the same reason (a red flag or a rule, as urgent as the result) would have held whatever
had become of the patient's other answers:

- another tick left out, on its own or with others, or “None of these” chosen in place of all of a question;
- a question not asked at all;
- a question with one answer answered in another way.

What the patient left unticked stays unticked. So a “none of” part counts as given, unless an answer that the patient
gave is what keeps it true: “none of adult” makes “child” one of the decisive ticks.

Defaults and add-ons are no reasons: a result that no red flag and no rule brought about has no decisive ticks.
"""

from collections.abc import Iterator, Sequence

from checker.definition_types import Choice, ChoiceRef, Condition, Definition, Level, Question
from checker.evaluation import Answers, holds, walk


def decisive(definition: Definition, answers: Answers) -> tuple[tuple[Question, Choice], ...]:
    """In the order of the questions. Of several equally small sets, the one whose ticks were asked for first.

    Empty without a result, and where no tick is decisive.
    """
    walked = walk(definition, answers)
    if walked.result is None:
        return ()
    said = {
        ChoiceRef(question.key, choice.key): (question, choice)
        for question in walked.asked
        for choice in question.choices
        if choice.key in walked.answers[question.key]
    }
    place = {ref: number for number, ref in enumerate(said)}
    enough = [
        sorted(place[ref] for ref in ticks)
        for reason in _reasons(definition, walked.result.level)
        if holds(reason, walked.answers)
        for ticks in _ticks_for(reason, walked.asked, list(said))
    ]
    ticked = list(said.values())
    return tuple(ticked[number] for number in min(enough, key=lambda places: (len(places), places), default=[]))


def _reasons(definition: Definition, level: Level) -> list[Condition]:
    """Everything that by itself gives the level or a higher one."""
    urgent = {outcome.key for outcome in definition.outcomes if outcome.level >= level}
    flags = [
        Condition(all=(ChoiceRef(question.key, choice.key),))
        for question in definition.questions
        for choice in question.choices
        if choice.red_flag is not None and choice.red_flag >= level
    ]
    rules = [rule.when for rule in definition.rules if rule.outcome in urgent and not rule.default and not rule.addon]
    return flags + rules


def _ticks_for(reason: Condition, asked: Sequence[Question], said: list[ChoiceRef]) -> Iterator[set[ChoiceRef]]:
    """Sets of ticks that are enough for a reason that holds, the smallest and earliest among them."""
    needed = [[ref] for ref in dict.fromkeys(reason.all)] + list(_that_keep_none_of(reason, asked, said))
    first_of_each = [ticks[0] for ticks in needed]
    any_of = [ref for ref in said if ref in reason.any]
    yield {*first_of_each, *any_of[:1]}
    for number, ticks in enumerate(needed):
        in_both = [ref for ref in ticks if ref in any_of]
        yield from [{*first_of_each[:number], ref, *first_of_each[number + 1 :]} for ref in in_both[:1]]


def _that_keep_none_of(
    reason: Condition, asked: Sequence[Question], said: list[ChoiceRef]
) -> Iterator[list[ChoiceRef]]:
    """For each question whose other answer would undo the reason: the ticks of which one must stay."""
    for question in asked:
        undoing = [ref for ref in reason.none_of if ref.question == question.key]
        none = question.exclusive_choice
        if question.type == "single" or (none and ChoiceRef(question.key, none.key) in undoing):
            own = [ref for ref in said if ref.question == question.key]
            # one that the reason needs anyway comes first, so that the set stays small
            yield from [sorted(own, key=lambda ref: ref not in reason.all)] if undoing else []
