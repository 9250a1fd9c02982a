from hypothesis import given
from hypothesis import strategies as st

from articles.handouts.nodes import nodes
from articles.richtext import clean, to_text

SITE = "https://health.example"


def node(tag, *inside, **more):
    return {"tag": tag, "class": [], "inside": list(inside)} | more


def test_blocks_and_lines_become_a_tree():
    html = "<p>Call <strong>now</strong><br>or &amp; wait</p>\n<ul>\n  <li>One<ul><li>Two</li></ul></li>\n</ul>"
    assert nodes(html, SITE) == [
        node("p", "Call ", node("strong", "now"), node("br"), "or & wait"),
        node("ul", node("li", "One", node("ul", node("li", "Two")))),
    ]


def test_white_space_of_a_template_is_dropped():
    html = '<div class="a b">\n  <p>\n    Sit   down. <a class="phone" href="tel:911">911</a>\n  </p>\n</div>'
    phone = {"class": ["phone"], "to": "tel:911", "outside": False}
    assert nodes(html, SITE) == [
        node("div", node("p", "Sit down. ", node("a", "911", **phone)), **{"class": ["a", "b"]})
    ]


def test_links_inside_the_site_get_its_address_and_those_out_of_it_are_known():
    html = '<a href="/articles/cramps/#rest">Rest</a><a href="https://example.org/x">X</a>'
    assert nodes(html, SITE) == [
        node("a", "Rest", to="https://health.example/articles/cramps/#rest", outside=False),
        node("a", "X", to="https://example.org/x", outside=True),
    ]


def words(tree):
    return "".join(each if isinstance(each, str) else words(each["inside"]) for each in tree)


@given(st.text(alphabet="ab <>/&;pulistrong\n\u05d0", max_size=120))
def test_any_clean_text_keeps_all_its_words(text):
    html = clean(f"<p>{text}</p>")
    assert words(nodes(html, SITE)).split() or not to_text(html)
    assert "".join(words(nodes(html, SITE)).split()) == "".join(to_text(html).split())
