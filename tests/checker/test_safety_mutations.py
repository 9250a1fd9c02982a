"""A sound self-check is broken in one way after another; the proofs must name each."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from checker.clauses import Clauses
from checker.definition import Choice, ChoiceRef, Condition, Definition, Level, Question, Rule, load_yaml, to_yaml
from checker.finding import Finding
from checker.safety import prove
from checker.safety_pairs import find_in_pairs
from checker.safety_paths import find_on_paths
from tests.checker.large_quiz import large_quiz
from tests.checker.test_starter_quizzes import QUIZZES

type Break = Callable[[Definition], Definition]

SOUND = load_yaml(
    """
quiz: leg
title: "Leg check"
estimated_minutes: 3
intro: "Do you have trouble breathing? Call {emergency_number}."
result_notes: ["Feeling very ill? Get help."]
questions:
  - {key: who, type: single, text: "How old?", choices: [{key: child, text: "Child"}, {key: adult, text: "Adult"}]}
  - key: danger
    type: multi
    text: "Any of these?"
    choices:
      - {key: chest, text: "Chest pain", red_flag: emergency, severity: 3}
      - {key: unsure, text: "I am not sure", red_flag: urgent, severity: 2}
      - {key: none, text: "None of these", exclusive: true}
  - key: more
    type: multi
    text: "What are you not sure about?"
    show_if: {any: [danger.unsure]}
    choices:
      - {key: breath, text: "Breathing", red_flag: urgent}
      - {key: other, text: "Something else", exclusive: true}
  - key: signs
    type: multi
    text: "What does the leg look like?"
    choices:
      - {key: hot, text: "Hot", red_flag: urgent, severity: 3}
      - {key: sore, text: "An open sore", severity: 2}
      - {key: limp, text: "A limp", severity: 1}
      - {key: none, text: "None of these", exclusive: true}
  - key: course
    type: multi
    text: "How is it going?"
    hint: "Tick all that fit. Your safety comes first."
    choices:
      - {key: long, text: "2 weeks or more"}
      - {key: pills, text: "Taking pills"}
      - {key: none, text: "None of these", exclusive: true}
outcomes:
  - {key: em-call, level: emergency, title: "Call now", facts: ["Sit down."], links: [a#em]}
  - {key: ur-child, level: urgent, title: "Have the child seen today", facts: ["Call."], safety_net: "Worse? Call.", links: [a#child]}
  - {key: ur-today, level: urgent, title: "Be seen today", facts: ["Call."], safety_net: "Worse? Call.", links: [a#today]}
  - {key: so-visit, level: soon, title: "Book a visit", facts: ["Call.", "Rest."], safety_net: "Worse? Call.", links: [a#visit]}
  - {key: ro-visit, level: routine, title: "Next visit", facts: ["Walk."], safety_net: "Worse? Call.", links: [a#routine]}
  - {key: sc-home, level: self-care, title: "Home care", facts: ["Rest."], safety_net: "Worse? Call.", links: [a#home]}
  - {key: add-pills, level: self-care, title: "Pills", facts: ["Ask first."], links: [a#pills], addon: true}
rules:
  - {id: E1, when: {any: [danger.chest]}, outcome: em-call}
  - {id: E2, when: {all: [more.breath, signs.hot]}, outcome: em-call}
  - {id: U1, when: {any: [signs.hot], none_of: [who.adult]}, outcome: ur-child}
  - {id: U2, when: {any: [danger.unsure, signs.hot]}, outcome: ur-today}
  - {id: S1, when: {any: [signs.sore]}, outcome: so-visit}
  - {id: R1, when: {any: [signs.limp, course.long]}, outcome: ro-visit}
  - {id: A1, when: {any: [course.pills]}, outcome: add-pills, addon: true}
  - {id: D1, when: {always: true}, outcome: sc-home, default: true}
vignettes:
  - id: V1
    story: "An adult with a hot leg."
    answers: {who: [adult], danger: [none], signs: [hot], course: [none]}
    min_level: urgent
    max_level: urgent
    must_link: [a#today]
""",
    "sound.yaml",
)


def edit(path: str, **changes: Any) -> Break:
    """`edit("questions signs choices hot", text="")`: what stands there, by the keys on the way to it."""

    def go(value: Any, steps: list[str]) -> Any:
        if not steps:
            return replace(value, **changes)
        listed, key, *rest = steps
        items = (go(each, rest) if key == name(each) else each for each in getattr(value, listed))
        return replace(value, **{listed: tuple(items)})

    return lambda definition: go(definition, path.split())


def name(part: Any) -> str:
    return str(getattr(part, "key", None) or part.id)


def drop(path: str) -> Break:
    *rest, listed, key = path.split()

    def broken(definition: Definition) -> Definition:
        owner: Any = definition
        for step, wanted in zip(rest[::2], rest[1::2], strict=True):
            owner = next(each for each in getattr(owner, step) if name(each) == wanted)
        kept = tuple(each for each in getattr(owner, listed) if name(each) != key)
        return edit(" ".join(rest), **{listed: kept})(definition)

    return broken


def condition(text: str) -> Condition:
    """`condition("any signs.hot none_of who.adult")`"""
    part, parts = "any", dict[str, tuple[ChoiceRef, ...]]()
    for word in text.split():
        if "." in word:
            parts[part] = (*parts.get(part, ()), ChoiceRef(*word.split(".")))
        else:
            part = word
    return Condition(any=parts.get("any", ()), all=parts.get("all", ()), none_of=parts.get("none_of", ()))


def when(rule: str, text: str, **changes: Any) -> Break:
    return edit(f"rules {rule}", when=condition(text), **changes)


def add_rule(number: int, key: str, text: str, outcome: str) -> Break:
    rule = Rule(key, condition(text), outcome)
    return lambda sound: replace(sound, rules=(*sound.rules[:number], rule, *sound.rules[number:]))


def add_choice(question: str, choice: Choice) -> Break:
    def broken(sound: Definition) -> Definition:
        own = next(each for each in sound.questions if each.key == question)
        return edit(f"questions {question}", choices=(choice, *own.choices))(sound)

    return broken


def add_question(question: Question) -> Break:
    return lambda sound: replace(sound, questions=(*sound.questions, question))


def add_vignette(**changes: Any) -> Break:
    return lambda sound: replace(sound, vignettes=(*sound.vignettes, replace(sound.vignettes[0], **changes)))


PLAIN = Question("mood", "single", "How is the mood?", (Choice("good", "Good"), Choice("bad", "Bad")))


def swap_child_and_today(sound: Definition) -> Definition:
    return replace(sound, rules=(*sound.rules[:2], sound.rules[3], sound.rules[2], *sound.rules[4:]))


# What is broken, the kind of finding, and words that its message must say.
BREAKS: dict[str, tuple[Break, str, str]] = {
    "asked only after the end": (edit("questions more", show_if=condition("any danger.chest")), "unreachable-question", "“What are you not sure about?” (more)"),
    "asked only for both": (edit("questions course", show_if=condition("all who.child who.adult")), "unreachable-question", "“How is it going?” (course)"),
    "asked only beside none": (edit("questions more", show_if=condition("all danger.none danger.unsure")), "unreachable-question", "(more)"),
    "a rule is lost": (drop("rules S1"), "unreachable-outcome", "“Book a visit” (so-visit)"),
    "an add-on's rule is lost": (drop("rules A1"), "unreachable-outcome", "“Pills” (add-pills)"),
    "a rule above takes all": (swap_child_and_today, "unreachable-outcome", "“Have the child seen today” (ur-child)"),
    "a rule below another": (swap_child_and_today, "rule-never-decides", "U1 (“Have the child seen today”, ur-child)"),
    "a rule twice": (add_rule(5, "S2", "any signs.sore", "so-visit"), "rule-never-decides", "S2 (“Book a visit”, so-visit)"),
    "a rule under a red flag": (add_rule(5, "S3", "any danger.unsure", "so-visit"), "rule-never-decides", "S3"),
    "a rule wants none and more": (when("S1", "all signs.sore signs.none"), "rule-never-matches", "S1 (“Book a visit”, so-visit)"),
    "a rule wants two ages": (when("R1", "all who.child who.adult"), "rule-never-matches", "R1 (“Next visit”, ro-visit)"),
    "a rule after the end": (when("S1", "any danger.chest"), "rule-never-matches", "S1"),
    "a rule rules itself out": (when("U1", "any signs.hot none_of signs.hot"), "rule-never-matches", "U1"),
    "an add-on never joins": (when("A1", "all course.pills course.none"), "rule-never-matches", "A1 (“Pills”, add-pills)"),
    "the flag's rule is lost": (drop("rules E1"), "flag-without-rule", "“Chest pain” (danger.chest)"),
    "the flag's rule forgets children": (when("E1", "any danger.chest none_of who.child"), "flag-without-rule", "who.child, danger.chest"),
    "the flag's rule leads lower": (edit("rules E1", outcome="ur-today"), "flag-without-rule", "(danger.chest) is a red flag (emergency)"),
    "the outcome's level is lowered": (edit("outcomes ur-today", level=Level.SOON), "flag-without-rule", "“I am not sure” (danger.unsure)"),
    "the flag is raised": (edit("questions signs choices hot", red_flag=Level.EMERGENCY), "flag-without-rule", "“Hot” (signs.hot)"),
    "a flag is new": (edit("questions course choices long", red_flag=Level.SOON), "flag-without-rule", "“2 weeks or more” (course.long)"),
    "the default is for adults": (when("D1", "any who.adult"), "no-rule", "who.child"),
    "the default wants a tick": (when("D1", "none_of signs.none"), "no-rule", "No rule holds for some answers"),
    "the default is lost": (drop("rules D1"), "no-default", "no rule has default: true"),
    "a rule forgets a choice": (when("R1", "any signs.limp"), "idle-choice", "“2 weeks or more” (course.long)"),
    "a new choice without a rule": (add_choice("signs", Choice("itch", "An itch")), "idle-choice", "“An itch” (signs.itch)"),
    "a new question without a rule": (add_question(PLAIN), "idle-question", "“How is the mood?” (mood)"),
    "unsure has no floor": (edit("questions danger choices unsure", red_flag=None), "unsure-without-floor", "(danger.unsure)"),
    "unsure has a low floor": (edit("questions danger choices unsure", red_flag=Level.SOON), "unsure-without-floor", "at least urgent"),
    "unsure under another key": (add_choice("signs", Choice("maybe", "I am not sure, or cannot tell")), "unsure-without-floor", "(signs.maybe)"),
    **{
        f"unsure as “{words}”": (add_choice("signs", Choice("maybe", words)), "unsure-without-floor", "(signs.maybe)")
        for words in ("I’m not sure", "Not sure", "I am unsure", "I don't know", "Do not know, or cannot tell")
    },
    "the ranks are turned round": (edit("questions signs choices limp", severity=9), "milder-more-urgent", "“Hot” (signs.hot) is ranked milder than choice “A limp” (signs.limp)"),
    "a milder sign gets a higher rule": (when("U2", "any danger.unsure signs.hot signs.limp"), "milder-more-urgent", "“A limp” (signs.limp) is ranked milder"),
    "a graver sign rules out a rule": (when("U2", "any danger.unsure signs.hot none_of signs.sore"), "flag-without-rule", "signs.sore"),
    "an emergency beside a result": (edit("outcomes add-pills", level=Level.EMERGENCY), "urgent-add-on", "Outcome “Pills” (add-pills) is an add-on"),
    "urgency beside a result": (edit("outcomes add-pills", level=Level.URGENT), "urgent-add-on", "never makes a result more urgent"),
    "no title": (edit("", title=" "), "empty-text", "The title of the self-check"),
    "no introduction": (edit("", intro=""), "empty-text", "The introduction"),
    "an empty note": (edit("", result_notes=("",)), "empty-text", "A note for every result"),
    "an empty heading": (edit("questions signs", text=""), "empty-text", "question signs"),
    "an empty choice": (edit("questions signs choices hot", text=""), "empty-text", "signs.hot"),
    "an empty outcome": (edit("outcomes ur-child", title=""), "empty-text", "ur-child"),
    "an empty fact": (edit("outcomes ur-child", facts=("",)), "empty-text", "“Have the child seen today”"),
    "an empty story": (edit("vignettes V1", story=""), "empty-text", "V1"),
    "one heading twice": (edit("questions signs", text="How old"), "same-heading", "who and signs"),
    "one choice twice": (edit("questions signs choices limp", text="HOT!"), "repeated-text", "signs.hot and signs.limp"),
    "one fact twice": (edit("outcomes so-visit", facts=("Rest.", "rest")), "repeated-text", "(so-visit) says twice: “rest”"),
    "one story twice": (add_vignette(id="V2"), "repeated-text", "“V1” and “V2”"),
    "no safety net": (edit("outcomes so-visit", safety_net=""), "no-safety-net", "“Book a visit” (so-visit)"),
    "a blank safety net": (edit("outcomes sc-home", safety_net=" "), "no-safety-net", "“Home care” (sc-home)"),
    "no section": (edit("outcomes em-call", links=()), "no-section", "“Call now” (em-call)"),
    "a verdict as title": (edit("outcomes so-visit", title="You have gout"), "forbidden-phrase", "says “you have”"),
    "a verdict in short": (edit("outcomes so-visit", facts=("You’ve got gout.",)), "forbidden-phrase", "says “you have”"),
    "a denial": (edit("outcomes sc-home", safety_net="You do  not have a clot."), "forbidden-phrase", "“you do not have”"),
    "a denial in every result": (edit("", result_notes=("You don't have a clot.",)), "forbidden-phrase", "“you do not have”"),
    "a comfort": (edit("outcomes sc-home", facts=("It’s only a cramp.",)), "forbidden-phrase", "“it is only”"),
    "a comfort in a hint": (edit("questions who", hint="There is NO NEED TO WORRY."), "forbidden-phrase", "(who) says “no need to worry”"),
    "a comfort in a choice": (edit("questions signs choices limp", hint="A safe sign"), "forbidden-phrase", "(signs.limp) says “safe”"),
    "all clear in the introduction": (edit("", intro="Get the all-clear here."), "forbidden-phrase", "“all clear”"),
    "a comfort in a reason": (edit("rules D1", rationale="This is safe."), "forbidden-phrase", "rule D1"),
    "a question that is not there": (when("S1", "any skin.sore"), "broken-reference", 'no question "skin"'),
    "a choice that is not there": (when("S1", "any signs.sores"), "broken-reference", 'no choice "sores"'),
    "an outcome that is not there": (edit("rules S1", outcome="so"), "broken-reference", 'no outcome "so"'),
    "a later question": (edit("questions more", show_if=condition("any signs.hot")), "broken-reference", '"signs" is not one'),
    "two rules of one name": (edit("rules S1", id="R1"), "broken-reference", 'Two rules are called "R1"'),
    "a story gets too little": (edit("vignettes V1", min_level=Level.EMERGENCY, max_level=None), "vignette", "“V1” gets “urgent”"),
    "a story gets too much": (edit("vignettes V1", min_level=Level.SOON, max_level=Level.SOON), "vignette", "highest acceptable level is “soon”"),
    "a story's section is not linked": (edit("outcomes ur-today", links=SOUND.outcomes[0].links), "vignette", "must link to a#today"),
    "a story stops half-way": (edit("vignettes V1", answers=SOUND.vignettes[0].answers[:2]), "vignette", "does not answer all questions"),
}  # fmt: skip


def test_ranks_are_kept_in_a_file() -> None:
    assert load_yaml(to_yaml(SOUND), "again.yaml") == SOUND
    assert SOUND.questions[3].choices[0].severity == 3


def test_the_sound_quiz_has_no_findings() -> None:
    assert prove(SOUND) == ()


@pytest.mark.parametrize("quiz", QUIZZES, ids=lambda quiz: quiz.quiz)
def test_the_starter_quizzes_have_no_findings(quiz: Definition) -> None:
    assert prove(quiz) == ()


@pytest.mark.parametrize(("broken", "kind", "words"), BREAKS.values(), ids=BREAKS)
def test_each_break_is_found_by_name(broken: Break, kind: str, words: str) -> None:
    assert any(finding.kind == kind and words in finding.message for finding in prove(broken(SOUND)))


WARNINGS = {"idle-choice", "idle-question", "rule-never-decides"}


@pytest.mark.parametrize(("broken", "kind"), [each[:2] for each in BREAKS.values()], ids=BREAKS)
def test_what_could_harm_a_patient_blocks(broken: Break, kind: str) -> None:
    found = [finding for finding in prove(broken(SOUND)) if finding.kind == kind]
    in_words_for_staff = broken in (BREAKS["a comfort in a reason"][0], BREAKS["one story twice"][0])
    assert {finding.blocks for finding in found} == {kind not in WARNINGS and not in_words_for_staff}


@pytest.mark.parametrize(
    "allowed",
    [
        edit("questions who", hint="Do you have a fever?"),
        edit("questions danger choices unsure", hint="If you have one, tick it."),
        edit("outcomes sc-home", facts=("An unsafe, fail-safe safety net.",)),
        edit("outcomes sc-home", facts=("Do you haven't slept? Only it is late.",)),
    ],
)
def test_words_that_only_look_like_forbidden_ones_are_allowed(allowed: Break) -> None:
    assert prove(allowed(SOUND)) == ()


def findings_by_kind(definition: Definition) -> dict[str, Finding]:
    return {finding.kind: finding for finding in prove(definition)}


def test_a_finding_leads_to_the_row_to_mend() -> None:
    broken = edit("questions course", show_if=condition("all who.child who.adult"))
    assert findings_by_kind(broken(SOUND))["unreachable-question"].place == ("question", ("course",))
    assert findings_by_kind(drop("rules E1")(SOUND))["flag-without-rule"].place == ("choice", ("danger", "chest"))
    assert findings_by_kind(drop("rules S1")(SOUND))["unreachable-outcome"].place == ("outcome", ("so-visit",))


def test_an_example_has_as_few_ticks_as_possible() -> None:
    example = findings_by_kind(drop("rules E1")(SOUND))["flag-without-rule"].example
    assert [len(chosen) for _question, chosen in example] == [1, 1]
    assert dict(example)["danger"] == {"chest"}


@pytest.mark.parametrize("seed", range(3))
def test_twelve_questions_of_eight_choices_cost_little_work(seed: int) -> None:
    definition = large_quiz(seed)
    for find in (find_on_paths, find_in_pairs):
        with Clauses() as clauses:
            assert list(find(definition, clauses))
            assert clauses.questions < 500
            assert clauses.conflicts < 10_000
