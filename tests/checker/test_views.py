import re
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from checker import rows
from checker.definition import parse
from checker.models import Quiz, QuizEdition
from tests.factories import answer, make_clinic, make_edition, make_quiz_data, make_quiz_edition

pytestmark = pytest.mark.django_db

PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


def html_of(page) -> str:
    return page.content.decode()


def main_of(page) -> str:
    return html_of(page).partition("<main")[2].partition("</main>")[0]


def heading_of(page) -> str:
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", html_of(page), re.DOTALL)[1]
    return " ".join(unescape(re.sub(r"<[^>]*>", "", heading)).split())


def title_of(page) -> str:
    return unescape(re.search(r"<title>(.*?)</title>", html_of(page))[1])


def form_address(page) -> str:
    action, hx_post = re.search(
        r'<form class="question" method="post" action="([^"]*)" hx-post="([^"]*)"', html_of(page)
    ).groups()
    assert action == hx_post
    return action


@pytest.fixture
def slug():
    """A published self-check of two questions; see tests.factories.make_quiz_data."""
    make_clinic()
    return make_quiz_edition().slug


def test_an_htmx_step_gets_the_next_question_alone_with_title_and_address(client, slug):
    page = answer(client, slug, "danger", "none", HX_Request="true")
    assert (page.status_code, page["HX-Push-Url"]) == (200, f"/check/{slug}/question/often/")
    assert html_of(page).startswith("<title>Question 2: How often does it come?</title>")
    assert "<html" not in html_of(page)
    assert html_of(page).count('id="step"') == 1


def test_a_plain_step_gets_a_redirect_to_the_next_question(client, slug):
    response = answer(client, slug, "danger", "none")
    assert (response.status_code, response["Location"]) == (303, f"/check/{slug}/question/often/")


def test_a_page_restored_by_the_back_button_is_whole(client, slug):
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    page = client.get(f"/check/{slug}/question/danger/", headers=headers)
    assert "<html" in html_of(page)
    assert "<html" not in html_of(client.get(f"/check/{slug}/question/danger/", headers={"HX-Request": "true"}))


def test_no_cookie_is_set_before_the_first_answer(client, slug):
    for path in ("", "question/danger/", "answers/", "result/"):
        client.get(f"/check/{slug}/{path}", follow=True)
    answer(client, slug, "danger")
    assert not client.cookies


def test_an_answer_sets_one_cookie_for_this_check_alone(client, slug):
    cookies = answer(client, slug, "danger", "none").cookies
    assert list(cookies) == ["check"]
    cookie = cookies["check"]
    assert (cookie["path"], cookie["max-age"], cookie["samesite"]) == (f"/check/{slug}/", 86400, "Strict")
    assert cookie["httponly"]


def test_start_again_takes_the_cookie_away_and_leads_to_the_start(client, slug):
    answer(client, slug, "danger", "none")
    response = client.post(f"/check/{slug}/start-again/")
    assert (response.status_code, response["Location"]) == (303, f"/check/{slug}/")
    assert (response.cookies["check"].value, response.cookies["check"]["path"]) == ("", f"/check/{slug}/")


def test_to_open_the_address_of_start_again_leads_to_the_start_and_forgets_nothing(client, slug):
    response = client.get(f"/check/{slug}/start-again/")
    assert (response.status_code, response["Location"]) == (303, f"/check/{slug}/")
    assert not response.cookies


ERRORS = [
    ("danger", [], "Choose at least one answer. If nothing fits, choose “None of these”."),
    ("danger", ["gone"], "That answer is not on the list. Choose again."),
    ("danger", ["cold", "gone"], "That answer is not on the list. Choose again."),
    ("danger", ["cold\x00"], "That answer is not on the list. Choose again."),
    ("danger", ["swollen", "none"], "You chose “None of these” and another answer. Untick one of them."),
    ("often", [], "Choose one answer."),
    ("often", ["rarely", "daily"], "Choose only one answer."),
]


@pytest.mark.parametrize("headers", [{}, {"HX_Request": "true"}], ids=["plain", "htmx"])
@pytest.mark.parametrize(("key", "chosen", "sentence"), ERRORS)
def test_an_answer_that_cannot_be_taken_is_shown_again_with_the_error(client, slug, key, chosen, sentence, headers):
    answer(client, slug, "danger", "none")
    page = answer(client, slug, key, *chosen, **headers)
    html = html_of(page)
    assert page.status_code == 422
    assert title_of(page).startswith("Error: Question")
    assert unescape(re.search(r'<a href="#choice-1">(.*?)</a>', html)[1]) == sentence
    assert re.search(r'id="error"><span class="visually-hidden">Error:</span> (.*?)</p>', html)[1] in html
    assert html.index("error-summary") < html.index("<h1")
    ticked = set(re.findall(r'value="(\w+)" type="\w+" checked', html))
    assert ticked == set(chosen) - {"gone", "cold\x00"}
    assert ("<html" in html) is (not headers)
    assert "check" not in page.cookies


def test_a_hostile_answer_is_never_part_of_the_page(client, slug):
    page = answer(client, slug, "danger", '"><script>alert(1)</script>', *("x" * 5000 for _ in range(50)))
    assert page.status_code == 422
    assert "alert(1)" not in html_of(page)


@pytest.mark.parametrize("path", ["question/often/", "answers/", "result/"])
def test_who_has_not_answered_is_led_to_the_first_open_question(client, slug, path):
    response = client.get(f"/check/{slug}/{path}")
    assert (response.status_code, response["Location"]) == (303, f"/check/{slug}/question/danger/")


@pytest.mark.parametrize("path", ["question/often/", "answers/", "result/"])
def test_an_emergency_leaves_nothing_else_to_ask(client, slug, path):
    response = answer(client, slug, "danger", "cold")
    assert response["Location"] == f"/check/{slug}/result/"
    assert "Emergency" in html_of(client.get(f"/check/{slug}/{path}", follow=True)) or path == "answers/"


def test_an_answer_out_of_order_is_not_kept(client, slug):
    response = answer(client, slug, "often", "daily")
    assert response["Location"] == f"/check/{slug}/question/danger/"
    assert "check" not in response.cookies


@pytest.mark.parametrize("path", ["nothing/", "nothing/question/danger/", "nothing/answers/", "nothing/result/"])
def test_an_unknown_check_is_not_found(client, slug, path):
    assert client.get(f"/check/{path}").status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_question_is_not_found_and_not_kept_by_a_cache(client, slug, method):
    response = getattr(client, method)(f"/check/{slug}/question/gone/")
    assert response.status_code == 404
    assert response["Cache-Control"] == "no-store"


def test_the_back_link_leads_to_the_question_before_and_from_the_first_to_the_start(client, slug):
    answer(client, slug, "danger", "none")
    back = re.compile(r'<a class="back-link" href="([^"]*)"')
    assert back.search(html_of(client.get(f"/check/{slug}/question/often/")))[1] == f"/check/{slug}/question/danger/"
    assert back.search(html_of(client.get(f"/check/{slug}/question/danger/")))[1] == f"/check/{slug}/"


def test_the_answer_given_before_is_ticked_and_no_other(client, slug):
    answer(client, slug, "danger", "swollen")
    ticked = re.findall(
        r'value="(\w+)" type="checkbox" checked', html_of(client.get(f"/check/{slug}/question/danger/"))
    )
    assert ticked == ["swollen"]
    assert " checked" not in html_of(client.get(f"/check/{slug}/question/often/"))


def test_the_answers_page_lists_each_answer_with_a_way_to_change_it(client, slug):
    answer(client, slug, "danger", "swollen")
    answer(client, slug, "often", "daily")
    html = main_of(client.get(f"/check/{slug}/answers/"))
    assert re.findall(r'given__answer"><p>(.*?)</p>', html) == ["One swollen leg", "Every day"]
    assert re.findall(r'href="([^"]*)\?change"', html) == [
        f"/check/{slug}/question/{key}/" for key in ("danger", "often")
    ]
    assert f'href="/check/{slug}/result/"' in html


@pytest.mark.parametrize("headers", [{}, {"HX_Request": "true"}], ids=["plain", "htmx"])
def test_a_change_keeps_the_other_answers_and_returns_to_the_answers_page(client, slug, headers):
    answer(client, slug, "danger", "swollen")
    answer(client, slug, "often", "daily")
    assert 'name="change"' in html_of(client.get(f"/check/{slug}/question/danger/?change"))
    response = answer(client, slug, "danger", "none", change=True, **headers)
    assert response.get("Location", response.get("HX-Push-Url")) == f"/check/{slug}/answers/"
    html = html_of(client.get(f"/check/{slug}/answers/"))
    assert re.findall(r'given__answer"><p>(.*?)</p>', html) == ["None of these", "Every day"]


def branching_quiz() -> str:
    edition = make_edition()
    data = make_quiz_data(f"{edition.slug}#{edition.sections.get().anchor}")
    choices = [{"key": "yes", "text": "Yes"}, {"key": "no", "text": "No"}]
    opened = {"key": "since", "type": "single", "text": "Since today?", "choices": choices}
    data["questions"].insert(1, opened | {"show_if": {"any": ["danger.swollen"]}})
    return make_quiz_edition_from(data)


def make_quiz_edition_from(data) -> str:
    return make_quiz_edition(rows.fill(Quiz(), parse(data))).slug


@pytest.mark.parametrize("headers", [{}, {"HX_Request": "true"}], ids=["plain", "htmx"])
def test_a_change_that_opens_a_question_asks_only_that_one(client, headers):
    slug = branching_quiz()
    answer(client, slug, "danger", "none")
    answer(client, slug, "often", "daily")
    opened = answer(client, slug, "danger", "swollen", change=True, **headers)
    url = opened.get("Location") or opened["HX-Push-Url"]
    assert url == f"/check/{slug}/question/since/?change"
    page = opened if headers else client.get(url)
    assert 'name="change"' in html_of(page)
    assert form_address(page) == f"/check/{slug}/question/since/"
    after = answer(client, slug, "since", "no", change=True, **headers)
    assert (after.get("Location") or after["HX-Push-Url"]) == f"/check/{slug}/answers/"


def test_a_question_that_a_change_has_closed_no_longer_counts(client):
    slug = branching_quiz()
    answer(client, slug, "danger", "swollen")
    answer(client, slug, "since", "yes")
    answer(client, slug, "often", "daily")
    answer(client, slug, "danger", "none", change=True)
    html = html_of(client.get(f"/check/{slug}/result/"))
    assert "Since today?" not in html
    assert '<span class="card__word">Routine<' in html


def test_the_same_answer_sent_twice_changes_nothing(client, slug):
    first = answer(client, slug, "danger", "none")
    second = answer(client, slug, "danger", "none")
    assert second["Location"] == first["Location"]


@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 303), ("none", 303)]
)
def test_a_post_from_another_site_is_refused(client, slug, site, status):
    response = answer(client, slug, "danger", "none", Sec_Fetch_Site=site)
    assert response.status_code == status
    assert ("check" in response.cookies) is (status == 303)
    again = client.post(f"/check/{slug}/start-again/", headers={"Sec-Fetch-Site": site})
    assert again.status_code == status


def test_a_post_needs_no_csrf_token_since_no_cookie_stands_before_the_first_answer(slug):
    strict = Client(enforce_csrf_checks=True)
    assert answer(strict, slug, "danger", "none", Sec_Fetch_Site="same-origin").status_code == 303


def private_pages(client, slug):
    yield client.get(f"/check/{slug}/question/danger/")
    yield client.get(f"/check/{slug}/result/")
    yield answer(client, slug, "danger")
    yield answer(client, slug, "danger", HX_Request="true")
    yield answer(client, slug, "danger", "none", HX_Request="true")
    yield answer(client, slug, "often", "daily")
    yield client.get(f"/check/{slug}/question/often/")
    yield client.get(f"/check/{slug}/answers/")
    yield client.get(f"/check/{slug}/result/")
    yield client.post(f"/check/{slug}/start-again/")
    client.cookies["check"] = "rubbish"
    yield client.get(f"/check/{slug}/result/")


def test_nothing_private_is_kept_by_a_cache_or_told_to_another_site(client, slug):
    for page in private_pages(client, slug):
        assert {name: page.get(name) for name in PRIVATE} == PRIVATE
        if page.status_code != 303:
            assert page["Vary"] == "HX-Request" or "HX-Request" in page["Vary"].split(", ")


def test_the_start_page_can_be_found_and_sets_nothing(client, slug):
    page = client.get(f"/check/{slug}/")
    assert "X-Robots-Tag" not in page
    assert not page.cookies
    assert f'href="/check/{slug}/question/danger/"' in html_of(page)


@pytest.mark.parametrize("value", ["rubbish", "x" * 100_000, "1.AA:1:2", "\x00", "é", ""])
@pytest.mark.parametrize("path", ["question/danger/", "answers/", "result/"])
def test_a_cookie_that_cannot_be_read_offers_to_begin_again(client, slug, path, value):
    client.cookies["check"] = value
    page = client.get(f"/check/{slug}/{path}")
    assert page.status_code == 200
    assert heading_of(page) == "Please start again"
    assert page.cookies["check"].value == ""


def test_an_answer_with_an_unreadable_cookie_is_not_guessed_at(client, slug):
    client.cookies["check"] = "rubbish"
    page = answer(client, slug, "danger", "none", HX_Request="true")
    assert heading_of(page) == "Please start again"
    assert page.cookies["check"].value == ""


def test_an_emergency_result_begins_with_the_number_and_has_links_only_below(client, slug):
    answer(client, slug, "danger", "cold")
    main = main_of(client.get(f"/check/{slug}/result/"))
    after_help = main.partition("</aside>")[2]
    assert re.search(r"[^<>\s][^<>]*(?=<)", after_help)[0] == "Emergency"
    assert heading_of(client.get(f"/check/{slug}/result/")) == "Emergency: Call 911 now"
    call, _, rest = after_help.partition("While you wait")
    assert set(re.findall(r'href="([^"]*)"', call)) == {"tel:911"}
    assert re.findall(r'<a class="cards__link" href="/articles/', rest)


def test_a_red_flag_above_every_rule_still_says_whom_to_call(client):
    """Proofs keep such a self-check from being published; one that got past them must still be safe."""
    edition = make_edition()
    data = make_quiz_data(f"{edition.slug}#{edition.sections.get().anchor}")
    data["rules"] = [rule for rule in data["rules"] if rule["id"] != "E1"]
    make_clinic()
    quiz = rows.fill(Quiz(), parse(data))
    QuizEdition.objects.create(
        quiz=quiz, number=1, slug=quiz.slug, title=quiz.title, definition=data, goes_live_at=timezone.now()
    )
    answer(client, quiz.slug, "danger", "cold")
    assert heading_of(client.get(f"/check/{quiz.slug}/result/")) == "Emergency: Call 911 now"


def test_a_result_shows_level_advice_numbers_links_and_answers(client, slug):
    answer(client, slug, "danger", "swollen")
    answer(client, slug, "often", "daily")
    page = client.get(f"/check/{slug}/result/")
    html = main_of(page)
    assert heading_of(page) == "Urgent: Be seen today"
    assert 'Chest pain? Call <a class="phone" href="tel:911">911</a>.' in html
    assert re.search(r"Whom to call.*tel:5550100.*tel:5550102", html, re.DOTALL)
    assert re.search(r"Your answers.*One swollen leg.*Every day", html, re.DOTALL)
    assert "not yet approved by a clinician" in html


def with_placeholders(value):
    """The same data with a placeholder in each text that patients see."""
    if isinstance(value, dict):
        shown = {"text", "hint", "safety_net", "intro"}
        more = {"hint": "Hint."} if "text" in value else {}
        return {
            key: f"{each} {{maternity_unit}}" if key in shown else with_placeholders(each)
            for key, each in (more | value).items()
        }
    return [with_placeholders(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("first", ["cold", "swollen", "none"])
def test_a_placeholder_is_filled_wherever_staff_may_type_one(client, first):
    make_clinic()
    edition = make_edition()
    data = make_quiz_data(f"{edition.slug}#{edition.sections.get().anchor}")
    data["result_notes"] = ["Call {maternity_unit}."]
    for outcome in data["outcomes"]:
        outcome |= {"title": "Call {maternity_unit}", "facts": ["Call {maternity_unit}."]}
    slug = make_quiz_edition_from(with_placeholders(data))
    pages = [client.get(f"/check/{slug}/"), answer(client, slug, "danger", "none", "cold")]
    pages += [client.get(f"/check/{slug}/question/danger/"), answer(client, slug, "danger", first, HX_Request="true")]
    if first != "cold":
        pages += [
            client.get(f"/check/{slug}/question/often/"),
            answer(client, slug, "often", "daily", HX_Request="true"),
        ]
    pages += [client.get(f"/check/{slug}/answers/"), client.get(f"/check/{slug}/result/")]
    for page in pages:
        assert "{maternity_unit}" not in html_of(page)
        assert "555-0101" in html_of(page)


def test_a_clinic_without_numbers_still_makes_sentences(client, slug):
    make_clinic(emergency_number="", phone="", out_of_hours_line="")
    answer(client, slug, "danger", "cold")
    page = client.get(f"/check/{slug}/result/")
    assert heading_of(page) == "Emergency: Call your emergency number now"
    assert "Emergency number:" not in main_of(page)


def test_a_step_asks_the_database_once(client, slug, django_assert_max_num_queries):
    answer(client, slug, "danger", "none")
    answer(client, slug, "often", "daily")
    # The first result is counted, after it has been sent: see test_counts.py.
    client.get(f"/check/{slug}/result/")
    steps = ["", "question/danger/", "question/often/", "answers/", "result/"]
    for path in steps:
        with django_assert_max_num_queries(1):
            response = client.get(f"/check/{slug}/{path}")
        assert response.status_code == 200, path
    for headers in ({}, {"HX_Request": "true"}):
        for chosen in (["none"], []):
            with django_assert_max_num_queries(1):
                answer(client, slug, "danger", *chosen, **headers)


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(client, slug, method):
    for path in ("", "question/danger/", "answers/", "result/", "start-again/"):
        assert getattr(client, method)(f"/check/{slug}/{path}").status_code == 405


def test_head_answers_as_get_does(client, slug):
    assert client.head(f"/check/{slug}/question/danger/").status_code == 200
