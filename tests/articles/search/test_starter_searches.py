"""What patients type, against the starter articles."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.models import Clinic
from articles.search.finding import Found, find
from articles.starter_phrases import built_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]

QUERIES = yaml.safe_load((Path(__file__).parent / "queries.yaml").read_text(encoding="utf-8"))["queries"]


def search(text: str) -> Found:
    return find(text, Clinic.objects.current().live_version)


def test_the_danger_signs_of_the_starter_content_lead_to_emergency_sections_that_fit() -> None:
    for sign in ("chest pain", "cannot feel my leg", "fit", "dark urine", "black toe", "stiff jaw", "stroke"):
        found = search(sign)
        assert found.query.is_danger
        assert found.emergency, sign


@pytest.mark.parametrize(
    "text",
    [
        "chst pain",
        "difficulty breathing",
        "he is not responding",
        "my leg is numb",
        "unable to feel my foot",
        "the bleeding won't stop",
        "purple toes",
        "weakness on one side",
        "weed killer",
        "I want to die",
        "call an ambulance",
        "throat closing up",
        "she cannot swallow",
        "bone is sticking out",
        "my heart skips beats",
        "I missed dialysis",
    ],
)
def test_a_danger_sign_is_known_in_the_words_of_somebody_afraid(text: str) -> None:
    assert search(text).query.is_danger


def test_every_meaning_of_a_phrase_finds_something() -> None:
    lost = [phrase.phrase for phrase in built_in() if phrase.means and not search(phrase.phrase).all_hits]
    assert lost == []


def test_nobody_who_looks_for_a_pad_is_told_of_another_name() -> None:
    assert search("heat pad").query.names == ()


@pytest.mark.parametrize("each", QUERIES, ids=[each["query"] for each in QUERIES])
def test_what_patients_type_finds_the_section_among_the_first_three(each: dict[str, str]) -> None:
    found = [f"{hit.slug}#{hit.anchor}" for hit in search(each["query"]).all_hits]
    assert each["section"] in found[:3]


def test_most_of_what_patients_type_finds_the_section_first(record_property: Any) -> None:
    first = [
        each["query"]
        for each in QUERIES
        if [f"{hit.slug}#{hit.anchor}" for hit in search(each["query"]).all_hits[:1]] == [each["section"]]
    ]
    record_property("first", f"{len(first)} of {len(QUERIES)}")
    assert len(QUERIES) >= 60
    assert len(first) / len(QUERIES) >= 0.8


@settings(deadline=None, max_examples=60)
@given(
    st.text(max_size=300)
    | st.lists(
        st.sampled_from(
            [
                "leg",
                "'",
                '"',
                "*",
                "(",
                ")",
                "AND",
                "NOT",
                ":",
                "&",
                "|",
                "!",
                "\\",
                "\x1a",
                "cramp",
                "§emergency",
                "ß",
                "دوالي",
            ]
        ),
        max_size=12,
    ).map(" ".join)
)
def test_anything_can_be_searched_for(query: str) -> None:
    assert all(hit.slug for hit in find(query, 1).all_hits)
