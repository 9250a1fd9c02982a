import html
import re

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from articles import richtext
from articles.explained import explain
from tests.factories import make_article, make_clinic, make_edition, make_section, make_term

GLOSSARY = [
    ("Cramp", "A muscle that tightens hard."),
    ("Deep vein thrombosis (DVT)", "A blood clot in a deep vein."),
    ("Vein", "A tube that carries blood to the heart."),
]
MEANING = re.compile(r'<span class="word__meaning".*?</span>')
BUTTON = re.compile(r'<button class="word" popovertarget="word_\d+">(.*?)</button>')


def buttons(body: str) -> list[str]:
    return BUTTON.findall(body)


def without_buttons(body: str) -> str:
    return BUTTON.sub(r"\1", MEANING.sub("", body))


def test_the_first_use_of_a_word_opens_its_meaning() -> None:
    first, second = explain(["<p>Cramps hurt. A cramp ends.</p>", "<p>A cramp.</p>"], GLOSSARY)
    assert first == (
        '<p><button class="word" popovertarget="word_1">Cramps</button><span class="word__meaning" id="word_1" popover>'
        "<strong>Cramp</strong>: A muscle that tightens hard.</span> hurt. A cramp ends.</p>"
    )
    assert second == "<p>A cramp.</p>"


def test_a_word_in_a_link_or_a_heading_waits_for_its_next_use() -> None:
    (body,) = explain(['<h3>Cramp</h3><p><a href="/x/">A <em>cramp</em></a>, a cramp</p>'], GLOSSARY)
    assert body.startswith('<h3>Cramp</h3><p><a href="/x/">A <em>cramp</em></a>, a <button')


def test_of_two_words_at_one_place_the_longer_is_explained() -> None:
    (body,) = explain(["<p>Deep vein thrombosis is a clot in a vein.</p>"], GLOSSARY)
    assert buttons(body) == ["Deep vein thrombosis", "vein"]


def test_a_meaning_is_text_and_never_a_placeholder() -> None:
    (body,) = explain(["<p>Gout</p>"], [("Gout", "<b>Sore</b> & {clinic_phone}")])
    assert "&lt;b&gt;Sore&lt;/b&gt; &amp; &#123;clinic_phone&#125;" in body


words = st.sampled_from(
    ["cramp", "Cramps", "DVT", "deep vein thrombosis", "vein", "leg", "a < b & c", "{clinic_phone}"]
)
texts = st.lists(st.tuples(words, st.sampled_from(["p", "h3", "li", "strong", "a"])), max_size=8)


@given(st.lists(texts, max_size=4))
def test_explaining_changes_no_word_of_any_text(parts: list[list[tuple[str, str]]]) -> None:
    bodies = [richtext.clean("".join(f"<{tag}>{html.escape(word)}</{tag}> " for word, tag in part)) for part in parts]
    explained = explain(bodies, GLOSSARY)
    assert [without_buttons(body) for body in explained] == bodies
    ids = re.findall(r' id="(\w+)"', "".join(explained))
    assert len(ids) == len(set(ids))


@pytest.mark.django_db
def test_a_page_explains_the_words_that_its_edition_was_frozen_with(client: Client) -> None:
    make_clinic()
    term = make_term(term="Gout", meaning="Sore joints.")
    article = make_article(sections=0)
    make_section(article, body="<p>Is it gout? Call {clinic_phone}.</p>")
    edition = make_edition(article)
    term.delete()
    page = client.get(edition.get_absolute_url()).content.decode()
    assert buttons(page) == ["gout"]
    assert '<a class="phone" href="tel:5550100">' in page
