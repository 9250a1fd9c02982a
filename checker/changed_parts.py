"""What differs between the parts of two definitions of a self-check, each in a sentence for staff."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from checker.definition_types import Choice, Definition, Outcome, Question, Rule, Vignette
from checker.finding import (
    WHOLE,
    Place,
    at_choice,
    at_outcome,
    at_question,
    at_rule,
    at_story,
    join,
    name_choice,
    name_condition,
    name_outcome,
    name_question,
    sentence,
)

LESS_URGENT, MORE_URGENT = "less-urgent", "more-urgent"
ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True, slots=True)
class Described:
    """One change in a sentence.

    `kind` is less-urgent, more-urgent, added, removed or changed. `before` and `now` are what stood there and what
    stands there, as text, empty where there was nothing. `example` holds answers in words, a line for each question.
    `place` is the row in the newer definition, or the whole if it is gone. What only staff see (reasons, stories) is
    not `for_patients`.
    """

    kind: str
    message: str
    place: Place = WHOLE
    before: str = ""
    now: str = ""
    example: tuple[str, ...] = ()
    for_patients: bool = True


def changed_parts(before: Definition, now: Definition) -> Iterator[Described]:
    """What was added, removed or changed, by key. Nothing exactly if both definitions say the same."""
    yield from _whole(before, now)
    yield from _questions(before, now)
    yield from _outcomes(before, now)
    yield from _rules(before, now)
    yield from _stories(before, now)


def _pairs[Part](before: Mapping[str, Part], now: Mapping[str, Part]) -> Iterator[tuple[Part | None, Part | None]]:
    """Each part as it was and as it is: those of now in their order, then those that are gone."""
    yield from ((before.get(key), part) for key, part in now.items())
    yield from ((part, None) for key, part in before.items() if key not in now)


def _compared(
    name: str, place: Place, texts: Mapping[str, tuple[str, str]], *, for_patients: bool = True
) -> Iterator[Described]:
    for what, (old, new) in texts.items():
        if old != new:
            yield Described(CHANGED, f"{sentence(name)}: {what} changed.", place, old, new, for_patients=for_patients)


def _named[Part](
    words: Callable[[Definition, Part], str],
    before: tuple[Definition, Part],
    now: tuple[Definition, Part],
    keys: Callable[[Part], object],
) -> tuple[str, str]:
    """What two parts say of others, in words; nothing if both name the same keys.

    The new words of a choice are told once, at the choice, and not again at each rule and story that names it.
    """
    return ("", "") if keys(before[1]) == keys(now[1]) else (words(*before), words(*now))


def _order(
    message: str,
    place: Place,
    before: Mapping[str, object],
    now: Mapping[str, object],
    *,
    for_patients: bool = True,
) -> Iterator[Described]:
    """Whether what both have stands in another order."""
    old, new = [key for key in before if key in now], [key for key in now if key in before]
    if old != new:
        yield Described(CHANGED, message, place, join(old), join(new), for_patients=for_patients)


def _whole(before: Definition, now: Definition) -> Iterator[Described]:
    texts = {
        "the address": (before.quiz, now.quiz),
        "the title": (before.title, now.title),
        "the minutes it takes": (str(before.estimated_minutes), str(now.estimated_minutes)),
        "the introduction": (before.intro, now.intro),
        "the notes on every result": ("\n".join(before.result_notes), "\n".join(now.result_notes)),
    }
    yield from _compared("the self-check", WHOLE, texts)


def _questions(before: Definition, now: Definition) -> Iterator[Described]:
    old_keys, new_keys = ({each.key: each for each in definition.questions} for definition in (before, now))
    for old, new in _pairs(old_keys, new_keys):
        if old and new:
            texts = {
                "its words": (old.text, new.text),
                "its hint": (old.hint, new.hint),
                "how many answers can be given": (_how_many(old), _how_many(new)),
                "when it is asked": _named(_asked, (before, old), (now, new), lambda each: each.show_if),
            }
            yield from _compared(name_question(new), at_question(new), texts)
            yield from _choices(old, new)
        elif new:
            yield Described(ADDED, f"{sentence(name_question(new))} is new.", at_question(new))
        elif old:
            yield Described(REMOVED, f"{sentence(name_question(old))} is no longer asked.")
    yield from _order("The order of the questions changed.", WHOLE, old_keys, new_keys)


def _how_many(question: Question) -> str:
    return "one answer" if question.type == "single" else "one or more answers"


def _asked(definition: Definition, question: Question) -> str:
    return f"only if {name_condition(definition, question.show_if)}" if question.show_if else "always"


def _choices(old_question: Question, question: Question) -> Iterator[Described]:
    old_keys, new_keys = ({each.key: each for each in part.choices} for part in (old_question, question))
    for old, new in _pairs(old_keys, new_keys):
        if old and new:
            name, place = name_choice(question, new), at_choice(question, new)
            texts = {
                "its words": (old.text, new.text),
                "its hint": (old.hint, new.hint),
                "its red flag": (_flag(old), _flag(new)),
                "whether it stands alone": (_alone(old), _alone(new)),
            }
            reasons = {"the reason": (old.rationale, new.rationale), "its rank": (_rank(old), _rank(new))}
            yield from _compared(name, place, texts)
            yield from _compared(name, place, reasons, for_patients=False)
        elif new:
            yield Described(ADDED, f"{sentence(name_choice(question, new))} is new.", at_choice(question, new))
        elif old:
            yield Described(REMOVED, f"{sentence(name_choice(old_question, old))} is gone.", at_question(question))
    message = f"{sentence(name_question(question))}: the order of its choices changed."
    yield from _order(message, at_question(question), old_keys, new_keys)


def _flag(choice: Choice) -> str:
    return choice.red_flag.slug if choice.red_flag else "none"


def _alone(choice: Choice) -> str:
    return "cannot be ticked together with another" if choice.exclusive else "can be ticked together with others"


def _rank(choice: Choice) -> str:
    return "not ranked" if choice.severity is None else str(choice.severity)


def _outcomes(before: Definition, now: Definition) -> Iterator[Described]:
    old_keys, new_keys = ({each.key: each for each in definition.outcomes} for definition in (before, now))
    for old, new in _pairs(old_keys, new_keys):
        if old and new:
            yield from _compared(name_outcome(new), at_outcome(new), _outcome_texts(old, new))
        elif new:
            yield Described(ADDED, f"{sentence(name_outcome(new))} is new.", at_outcome(new))
        elif old:
            yield Described(REMOVED, f"{sentence(name_outcome(old))} is gone.")
    message = "The order of the outcomes changed."
    yield from _order(message, WHOLE, old_keys, new_keys, for_patients=False)


def _outcome_texts(old: Outcome, new: Outcome) -> dict[str, tuple[str, str]]:
    return {
        "its level": (old.level.slug, new.level.slug),
        "its title": (old.title, new.title),
        "its facts": ("\n".join(old.facts), "\n".join(new.facts)),
        "what would make it urgent": (old.safety_net, new.safety_net),
        "the sections to read": ("\n".join(map(str, old.links)), "\n".join(map(str, new.links))),
        "whether it is an add-on": (_addon(old), _addon(new)),
    }


def _addon(outcome: Outcome) -> str:
    return "an add-on" if outcome.addon else "a result of its own"


def _rules(before: Definition, now: Definition) -> Iterator[Described]:
    old_ids, new_ids = ({each.id: each for each in definition.rules} for definition in (before, now))
    for old, new in _pairs(old_ids, new_ids):
        if old and new:
            name = f"rule {new.id}"
            texts = {
                "what it leads to": _named(_leads_to, (before, old), (now, new), lambda each: each.outcome),
                "when it holds": _named(_holds, (before, old), (now, new), lambda each: each.when),
                "whether it is a default": (_default(old), _default(new)),
            }
            yield from _compared(name, at_rule(new), texts)
            yield from _compared(name, at_rule(new), {"the reason": (old.rationale, new.rationale)}, for_patients=False)
        elif new:
            yield Described(ADDED, f"Rule {new.id} is new.", at_rule(new), now=_whole_rule(now, new))
        elif old:
            yield Described(REMOVED, f"Rule {old.id} is gone.", before=_whole_rule(before, old))
    yield from _order("The order of the rules changed.", WHOLE, old_ids, new_ids)


def _holds(definition: Definition, rule: Rule) -> str:
    return name_condition(definition, rule.when)


def _leads_to(definition: Definition, rule: Rule) -> str:
    return name_outcome(definition.outcome_of(rule))


def _default(rule: Rule) -> str:
    return "counts only if no other rule holds" if rule.default else "counts whenever it holds"


def _whole_rule(definition: Definition, rule: Rule) -> str:
    return f"{name_condition(definition, rule.when)}: {_leads_to(definition, rule)}"


def _stories(before: Definition, now: Definition) -> Iterator[Described]:
    old_ids, new_ids = ({each.id: each for each in definition.vignettes} for definition in (before, now))
    for old, new in _pairs(old_ids, new_ids):
        if old and new:
            texts = {
                "its words": (old.story, new.story),
                "its answers": _named(_answers, (before, old), (now, new), lambda each: dict(each.answers)),
                "its levels": (_levels(old), _levels(new)),
                "the sections it must link to": (_must_link(old), _must_link(new)),
                "its basis": (old.basis, new.basis),
            }
            yield from _compared(f"patient story {new.id}", at_story(new), texts, for_patients=False)
        elif new:
            message = f"Patient story {new.id} is new."
            yield Described(ADDED, message, at_story(new), now=new.story, for_patients=False)
        elif old:
            yield Described(REMOVED, f"Patient story {old.id} is gone.", before=old.story, for_patients=False)
    yield from _order("The order of the patient stories changed.", WHOLE, old_ids, new_ids, for_patients=False)


def _answers(definition: Definition, story: Vignette) -> str:
    given = dict(story.answers)
    return "\n".join(
        f"{question.text} {join(f'“{choice.text}” ({choice.key})' for choice in question.choices if choice.key in given[question.key])}"
        for question in definition.questions
        if question.key in given
    )


def _must_link(story: Vignette) -> str:
    return "\n".join(sorted(map(str, story.must_link)))


def _levels(story: Vignette) -> str:
    at_most = f", at most “{story.max_level.slug}”" if story.max_level else ""
    return f"at least “{story.min_level.slug}”{at_most}"
