import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from checker.definition import Definition, DefinitionError, Level, dump, load_yaml, parse, to_yaml
from tests.checker.strategies import definitions

STARTER = Path(__file__).parents[2] / "checker" / "starter" / "ball-of-foot-pain.yaml"
STARTER_TEXT = STARTER.read_text(encoding="utf-8")

type Change = Callable[[Any], object]


def make_data() -> dict[str, Any]:
    """A valid self-check as plain data: two questions, an add-on, a default, one story."""
    return {
        "quiz": "cramps",
        "title": "Cramps",
        "estimated_minutes": 2,
        "intro": "Hello",
        "result_notes": ["This does not diagnose."],
        "questions": [
            {
                "key": "who",
                "type": "single",
                "text": "How old?",
                "choices": [{"key": "young", "text": "Young"}, {"key": "old", "text": "Old"}],
            },
            {
                "key": "look",
                "type": "multi",
                "text": "Look",
                "show_if": {"any": ["who.old"]},
                "choices": [
                    {"key": "cold", "text": "Cold", "red_flag": "urgent"},
                    {"key": "none", "text": "None of these", "exclusive": True},
                ],
            },
        ],
        "outcomes": [
            {
                "key": "today",
                "level": "urgent",
                "title": "Be seen today",
                "facts": [],
                "links": ["legs#clot"],
            },
            {"key": "pills", "level": "self-care", "title": "Ask", "facts": [], "links": [], "addon": True},
        ],
        "rules": [
            {"id": "A1", "when": {"all": ["who.old"]}, "outcome": "pills", "addon": True},
            {"id": "D1", "when": {"always": True}, "outcome": "today", "default": True},
        ],
        "vignettes": [
            {
                "id": "V1",
                "story": "Old, cold",
                "answers": {"who": ["old"], "look": ["cold"]},
                "min_level": "urgent",
                "must_link": ["legs#clot"],
            }
        ],
    }


def problems_of(data: object) -> list[str]:
    """Each problem as `place: message`, none if the data is good."""
    try:
        parse(data)
    except DefinitionError as error:
        return [str(problem) for problem in error.problems]
    return []


def problems_of_yaml(text: str) -> list[str]:
    try:
        load_yaml(text, "cramps.yaml")
    except DefinitionError as error:
        return [str(problem) for problem in error.problems]
    return []


def without(*path: str | int) -> Change:
    return lambda data: inside(data, path[:-1]).pop(path[-1])


def put(value: object, *path: str | int) -> Change:
    return lambda data: inside(data, path[:-1]).__setitem__(path[-1], value)


def append(value: object, *path: str | int) -> Change:
    return lambda data: inside(data, path).append(value)


def inside(data: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        data = data[step]
    return data


def test_the_data_of_these_tests_is_valid() -> None:
    assert problems_of(make_data()) == []


@pytest.mark.parametrize(
    ("change", "place", "message"),
    [
        (without("title"), "top level", 'The self-check: "title" is missing.'),
        (put(2, "version"), "version", 'The self-check: "version" is not known. Use: quiz, title'),
        (put(0, "estimated_minutes"), "estimated_minutes", "must be a whole number from 1 to 60"),
        (put(True, "estimated_minutes"), "estimated_minutes", "must be a whole number"),
        (put("Leg Cramps", "quiz"), "quiz", '"Leg Cramps" cannot be used. Use only small letters'),
        (put("", "intro"), "intro", 'The self-check: "intro" is empty.'),
        (put([" "], "result_notes"), "result_notes[0]", "has an empty text"),
        (put([], "questions"), "questions", '"questions" needs at least 1.'),
        (put([], "outcomes"), "outcomes", '"outcomes" needs at least 1.'),
        (put("x", "questions", 0), "questions[0]", "Question number 1: must have settings"),
        (
            put("yes/no", "questions", 0, "type"),
            "questions[0].type",
            'Question "who": "type" must be single or multi.',
        ),
        (without("questions", 0, "choices", 1), "questions[0].choices", '"choices" needs at least 2.'),
        (
            put(5, "questions", 0, "text"),
            "questions[0].text",
            '"text" must be text. In a file, put it in quotes.',
        ),
        (put(None, "questions", 0, "hint"), "questions[0].hint", '"hint" must be text.'),
        (put("a\x07b", "questions", 0, "hint"), "questions[0].hint", "a character that cannot be shown"),
        (
            put("x" * 2001, "questions", 0, "hint"),
            "questions[0].hint",
            "2,001 characters long. At most 2,000",
        ),
        (put("who", "questions", 1, "key"), "questions[1].key", 'Two questions are called "who".'),
        (put("cold", "questions", 1, "choices", 1, "key"), "questions[1].choices[1].key", "Two choices"),
        (
            put("old", "questions", 0, "choices", 0, "key"),
            "questions[0].choices[1].key",
            "Two choices of question",
        ),
        (
            put("high", "questions", 1, "choices", 0, "red_flag"),
            "questions[1].choices[0].red_flag",
            'Choice "cold" of question "look": the level "high" is not known. Use emergency, urgent, soon',
        ),
        (
            put(None, "questions", 1, "choices", 0, "red_flag"),
            "questions[1].choices[0].red_flag",
            "is not known",
        ),
        (
            put("urgent", "questions", 1, "choices", 1, "red_flag"),
            "questions[1].choices[1].red_flag",
            "cannot be a red",
        ),
        (
            put(True, "questions", 0, "choices", 1, "exclusive"),
            "questions[0].choices[1].exclusive",
            "only one answer",
        ),
        (
            put("yes", "questions", 1, "choices", 1, "exclusive"),
            "questions[1].choices[1].exclusive",
            "true or false",
        ),
        (
            append({"key": "non", "text": "No", "exclusive": True}, "questions", 1, "choices"),
            "questions[1].choices[2].exclusive",
            'Choice "non" of question "look": another choice is exclusive already.',
        ),
        (
            put("urgent", "questions", 1, "choices", 0, "redflag"),
            "questions[1].choices[0].redflag",
            "is not known",
        ),
        (put(5, "questions", 1, "show_if"), "questions[1].show_if", "must have settings"),
        (put({}, "questions", 1, "show_if"), "questions[1].show_if", "names no choice"),
        (put({"any": []}, "questions", 1, "show_if"), "questions[1].show_if.any", '"any" is an empty list.'),
        (put({"some": ["who.old"]}, "questions", 1, "show_if"), "questions[1].show_if.some", "is not known"),
        (
            put({"any": ["look.cold"]}, "questions", 1, "show_if"),
            "questions[1].show_if.any[0]",
            "only earlier",
        ),
        (
            put({"none_of": ["look.cold"]}, "questions", 0, "show_if"),
            "questions[0].show_if.none_of[0]",
            "earlier",
        ),
        (
            put({"any": ["who.old", "who.old"]}, "rules", 0, "when"),
            "rules[0].when.any",
            "names who.old twice",
        ),
        (
            put({"any": ["whoold"]}, "rules", 0, "when"),
            "rules[0].when.any[0]",
            "as question.choice, for example",
        ),
        (
            put({"any": ["unreadable", "whom.old"]}, "rules", 0, "when"),
            "rules[0].when.any[1]",
            'there is no question "whom".',
        ),
        (
            put({"all": ["who.mid"]}, "rules", 0, "when"),
            "rules[0].when.all[0]",
            'question "who" has no choice "mid".',
        ),
        (
            put({"none_of": ["who.mid"]}, "rules", 0, "when"),
            "rules[0].when.none_of[0]",
            'Rule "A1": question "who"',
        ),
        (put({"always": False}, "rules", 1, "when"), "rules[1].when.always", "stands alone and is true"),
        (
            put({"always": True, "any": ["who.old"]}, "rules", 1, "when"),
            "rules[1].when.always",
            "stands alone",
        ),
        (
            put("nowhere", "rules", 1, "outcome"),
            "rules[1].outcome",
            'Rule "D1": there is no outcome "nowhere".',
        ),
        (without("rules", 0, "addon"), "rules[0].outcome", "is an add-on, so the rule needs addon: true"),
        (without("outcomes", 1, "addon"), "rules[0].addon", "is not an add-on, so the rule cannot be one"),
        (put(True, "rules", 0, "default"), "rules[0].default", "an add-on cannot be the default"),
        (without("rules", 1, "default"), "rules", "no rule has default: true"),
        (put("A1", "rules", 1, "id"), "rules[1].id", 'Two rules are called "A1".'),
        (put("today", "outcomes", 1, "key"), "outcomes[1].key", 'Two outcomes are called "today".'),
        (
            put("legs", "outcomes", 0, "links", 0),
            "outcomes[0].links[0]",
            '"legs" must be written as article#section',
        ),
        (
            put("now", "outcomes", 0, "level"),
            "outcomes[0].level",
            'Outcome "today": the level "now" is not known.',
        ),
        (put("legs#clot", "outcomes", 0, "links"), "outcomes[0].links", '"links" must be a list.'),
        (put(["who.old"], "vignettes", 0, "answers"), "vignettes[0].answers", "must have settings"),
        (put([], "vignettes", 0, "answers", "who"), "vignettes[0].answers.who", "is an empty list"),
        (put(["big"], "vignettes", 0, "answers", "who"), "vignettes[0].answers.who", 'has no choice "big"'),
        (put(["big"], "vignettes", 0, "answers", "size"), "vignettes[0].answers.size", 'no question "size"'),
        (put("soon", "vignettes", 0, "max_level"), "vignettes[0].max_level", "must not be lower than"),
        (put([{}] * 61, "questions"), "questions", "has 61 entries. At most 60 are possible."),
        (put([{}] * 21, "questions", 0, "choices"), "questions[0].choices", "At most 20"),
        (put([{}] * 101, "outcomes"), "outcomes", "At most 100"),
        (put([{}] * 301, "rules"), "rules", "At most 300"),
        (put([{}] * 301, "vignettes"), "vignettes", "At most 300"),
    ],
)
def test_each_problem_has_its_place_and_a_plain_sentence(change: Change, place: str, message: str) -> None:
    data = make_data()
    change(data)
    found = problems_of(data)
    assert any(each.startswith(f"{place}: ") and message in each for each in found), found


@pytest.mark.parametrize("data", [None, [], "quiz", 5, {}, {"questions": [None]}, {1: 2}, {"rules": {"a": 1}}])
def test_data_of_another_kind_is_refused(data: object) -> None:
    assert problems_of(data)


def test_all_problems_are_reported_at_once() -> None:
    data = make_data()
    for change in (without("title"), put("high", "outcomes", 0, "level"), put("x", "rules", 1, "outcome")):
        change(data)
    assert [each.split(": ")[0] for each in problems_of(data)] == [
        "top level",
        "outcomes[0].level",
        "rules[1].outcome",
    ]


def test_an_error_reads_as_its_problems() -> None:
    with pytest.raises(DefinitionError, match=r'^top level: The self-check: "title" is missing\.$'):
        parse({key: value for key, value in make_data().items() if key != "title"})


def test_line_breaks_and_spaces_in_a_text_become_one_space() -> None:
    assert parse(make_data() | {"intro": " Sit up.\r\n\tRest. \n"}).intro == "Sit up. Rest."


def test_the_answers_of_a_story_are_equal_in_any_order() -> None:
    data = make_data()
    data["vignettes"][0]["answers"] = {"look": ["cold"], "who": ["old"]}
    assert parse(data) == parse(make_data())


def test_levels_are_ordered_and_known_by_their_slug() -> None:
    assert [level.slug for level in sorted(Level)] == ["self-care", "routine", "soon", "urgent", "emergency"]
    assert all(Level.from_slug(level.slug) is level for level in Level)


@given(definitions())
def test_a_definition_survives_json(definition: Definition) -> None:
    assert parse(json.loads(json.dumps(dump(definition), sort_keys=True))) == definition


@given(definitions())
def test_a_definition_survives_yaml(definition: Definition) -> None:
    text = to_yaml(definition)
    assert load_yaml(text, "quiz.yaml") == definition
    assert to_yaml(load_yaml(text, "quiz.yaml")) == text


@given(definitions())
def test_another_reader_of_yaml_reads_the_same(definition: Definition) -> None:
    assert yaml.load(to_yaml(definition), Loader=yaml.SafeLoader) == dump(definition)


def test_a_definition_can_be_a_member_of_a_set() -> None:
    assert len({parse(make_data()), parse(make_data())}) == 1


def test_settings_at_their_default_are_left_out() -> None:
    assert dump(parse(make_data())) == make_data()


def test_a_file_is_easy_to_read_and_compare() -> None:
    lines = to_yaml(parse(make_data())).splitlines()
    assert '      - {key: none, text: "None of these", exclusive: true}' in lines
    assert "  - {id: D1, when: {always: true}, outcome: today, default: true}" in lines
    assert '  - "This does not diagnose."' in lines
    assert max(len(line) for line in lines) <= 110


@pytest.mark.parametrize(
    ("old", "new", "lines_below", "message"),
    [
        (
            "level: urgent",
            "level: high",
            0,
            'outcomes[0].level: Outcome "today": the level "high" is not known.',
        ),
        (
            "red_flag: urgent",
            "red_flag: ~",
            0,
            'Choice "cold" of question "look": the level "" is not known.',
        ),
        ("red_flag: urgent", "redflag: urgent", 0, '"redflag" is not known.'),
        ('title: "Cramps"', "title: yes", 0, '"title" must be text. In a file, put it in quotes.'),
        ('title: "Cramps"', "title: 2026-01-01", 0, '"title" must be text.'),
        ('title: "Cramps"', "title: 1.5", 0, '"title" must be text.'),
        ('title: "Cramps"', "title: ~", 0, '"title" must be text.'),
        ('title: "Cramps"', 'title: "a\\0b"', 0, "a character that cannot be shown"),
        ('title: "Cramps"', 'title: "Cramps', 2, "This cannot be read as YAML"),
        ('title: "Cramps"', "title: &t Cramps", 0, "Names for repeated parts"),
        ('title: "Cramps"', "title: *t", 0, "Names for repeated parts"),
        ('title: "Cramps"', "title: !!str Cramps", 0, "Type marks"),
        ('title: "Cramps"', "title: !python/name:os.system x", 0, "Type marks"),
        ('title: "Cramps"', 'title: "Cramps"\ntitle: "Leg"', 1, '"title" stands here twice.'),
        ('title: "Cramps"', 'title: "Cramps"\n<<: {a: b}', 1, 'The name "<<" must stand in quotes.'),
        ('title: "Cramps"', 'title: "Cramps"\nno: x', 1, 'The name "no" must stand in quotes.'),
        ('title: "Cramps"', 'title: "Cramps"\n? [a]\n: x', 1, "The name of a setting must be a word."),
        ("estimated_minutes: 2", "estimated_minutes: 010", 0, "must be a whole number from 1 to 60"),
        (
            "estimated_minutes: 2",
            f"estimated_minutes: {'9' * 5000}",
            0,
            "must be a whole number from 1 to 60",
        ),
        ("{always: true}", '{always: "true"}', 0, '"always" must be true or false, without quotes.'),
        ("{always: true}", "{any: [who.mid]}", 0, 'Rule "D1": question "who" has no choice "mid".'),
    ],
)
def test_a_problem_in_a_file_names_file_and_line(old: str, new: str, lines_below: int, message: str) -> None:
    text = to_yaml(parse(make_data()))
    line = text[: text.index(old)].count("\n") + 1 + lines_below
    found = problems_of_yaml(text.replace(old, new, 1))
    assert any(each.startswith(f"cramps.yaml, line {line}: ") and message in each for each in found), found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "It is empty."),
        ("# nothing\n", "It is empty."),
        ("---\n", "must have settings"),
        ("just words", "must have settings"),
        ("a: 1\n---\nb: 2\n", "It holds more than one article or self-check."),
        ("[" * 100_000, "Too many lists"),
        ("- " * 100_000, "Too many lists"),
        ("{a: " * 100_000, "Too many lists"),
        ("x" * 1_000_001, "It is too large."),
        ("é" * 500_001, "It is too large."),
        ("\x00", "a character that YAML cannot hold"),
        ("\ud800", "a character that YAML cannot hold"),
        ("%YAML 9.9\n---\na: b\n", "This cannot be read as YAML"),
        ('a: "\\U00110000"', "This cannot be read as YAML"),
        ("\tquiz: x", "This cannot be read as YAML"),
    ],
)
def test_a_file_that_is_no_self_check_says_why(text: str, message: str) -> None:
    assert any(message in each for each in problems_of_yaml(text))


def test_a_quote_that_is_never_closed_is_named_where_it_opens() -> None:
    assert problems_of_yaml('a: b\nc: "d\ne: f\n')[0].startswith("cramps.yaml, line 2: This cannot be read")


def test_the_slower_loader_without_c_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    fast = load_yaml(STARTER_TEXT, STARTER.name)
    monkeypatch.setattr("articles.yamlfile._Loader", yaml.SafeLoader)
    assert load_yaml(STARTER_TEXT, STARTER.name) == fast


@given(st.text() | st.text("-?:,[]{}#&*!|>'\"%@` \n\tab1~<="))
def test_any_text_is_a_definition_or_a_definition_error(text: str) -> None:
    assert problems_of_yaml(text)


@st.composite
def mutilated(draw: st.DrawFn) -> str:
    """A starter quiz in which a few stretches are cut out, repeated or overwritten."""
    text = to_yaml(parse(make_data())) if draw(st.booleans()) else STARTER_TEXT
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = start + draw(st.integers(0, 40))
        junk = (
            st.text("-?:,[]{}#&*!|>'\"%@` \n\tab1~<=", max_size=5) | st.text(max_size=3) | st.just(text[start:end] * 2)
        )
        text = text[:start] + draw(junk) + text[end:]
    return text


@given(mutilated())
def test_a_mutilated_file_is_a_definition_or_a_definition_error(text: str) -> None:
    problems = problems_of_yaml(text)
    assert all(each.startswith("cramps.yaml, line ") for each in problems)
    assert problems or parse(dump(load_yaml(text, "cramps.yaml")))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.data())
def test_any_value_in_any_place_is_a_definition_or_a_definition_error(data: st.DataObject) -> None:
    tree: Any = make_data()
    here, keys = tree, list(tree)
    while True:
        key = data.draw(st.sampled_from(keys))
        deeper = here[key]
        if not isinstance(deeper, dict | list) or not deeper or data.draw(st.booleans()):
            break
        here, keys = deeper, list(deeper) if isinstance(deeper, dict) else list(range(len(deeper)))
    here[key] = data.draw(json_values)
    assert problems_of(tree) or parse(dump(parse(tree))) == parse(tree)
