from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.placeholders import PLACEHOLDERS, dial, fill_html, fill_line, fill_text, phone_link, problems


@dataclass
class Numbers:
    name: str = "Example Clinic"
    phone: str = "555-0100"
    address: str = "1 Example Street"
    hours: str = "8 to 17"
    emergency_number: str = "911"
    maternity_unit: str = "555-0101"
    out_of_hours_line: str = "555-0102"
    poison_center: str = "555-0103"


NOTHING = Numbers(*[""] * 8)
ALL = " | ".join(f"{{{name}}}" for name in PLACEHOLDERS)


def test_a_text_with_every_placeholder_has_no_problem() -> None:
    assert problems(ALL) == []


@pytest.mark.parametrize("name", ["emergency", "Emergency_number", " emergency_number", "", "clinic.phone", "0"])
def test_an_unknown_name_is_named_with_those_that_exist(name: str) -> None:
    (problem,) = problems(f"Call {{{name}}} or {{{name}}}.")
    assert problem.startswith(f"“{{{name}}}” is not a placeholder. Use one of: {{emergency_number}},")


@pytest.mark.parametrize("text", ["Call {", "Call }", "{{emergency_number}}", "{emergency_number", "}{"])
def test_a_stray_bracket_is_a_problem(text: str) -> None:
    assert "A curly bracket has no partner" in " ".join(problems(text))


def test_every_placeholder_is_filled() -> None:
    assert fill_text(ALL, Numbers()) == (
        "911 | your maternity unit (555-0101) | the out-of-hours line (555-0102) | the poison center (555-0103)"
        " | 555-0100 | Example Clinic | 1 Example Street | 8 to 17"
    )


def test_what_the_clinic_has_not_given_is_said_in_words() -> None:
    words = " | ".join(placeholder.words for placeholder in PLACEHOLDERS.values())
    assert fill_text(ALL, NOTHING) == fill_html(ALL, NOTHING) == words


def test_a_number_can_be_tapped_to_call() -> None:
    assert (
        fill_html("<p>Call {emergency_number}.</p>", Numbers())
        == '<p>Call <a class="phone" href="tel:911">911</a>.</p>'
    )
    assert (
        fill_html("{maternity_unit}", Numbers())
        == 'your maternity unit (<a class="phone" href="tel:5550101">555-0101</a>)'
    )


@pytest.mark.parametrize(
    ("number", "address"),
    [("911", "tel:911"), ("+1 (555) 010-0", "tel:+15550100"), ("*31# 555.01", "tel:*31#55501"), ("call us", "tel:")],
)
def test_a_phone_address_has_digits_only(number: str, address: str) -> None:
    assert dial(number) == address


def test_what_the_clinic_wrote_is_escaped() -> None:
    evil = Numbers(name="<script>x</script>", phone='1"><b>')
    assert fill_html("{clinic_name}", evil) == "&lt;script&gt;x&lt;/script&gt;"
    assert phone_link(evil.phone) == '<a class="phone" href="tel:1">1&quot;&gt;&lt;b&gt;</a>'


def test_a_line_of_text_is_escaped_and_its_numbers_are_links() -> None:
    assert fill_line("<5 min: {emergency_number}", Numbers()) == '&lt;5 min: <a class="phone" href="tel:911">911</a>'


def test_an_unknown_placeholder_stays_as_it_is() -> None:
    assert fill_html("{x}", Numbers()) == fill_text("{x}", Numbers()) == "{x}"


@given(st.text("{}abc_ emergency_number<&"), st.text())
def test_any_text_without_problems_is_filled_to_the_last_bracket(text: str, value: str) -> None:
    clinic = Numbers(*[value.replace("{", "").replace("}", "")] * 8)
    if not problems(text):
        assert "{" not in fill_text(text, clinic) + fill_html(text, clinic)
        assert "<" not in fill_line(text, NOTHING)
