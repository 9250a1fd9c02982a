from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.richtext import SCHEMES, TAGS, clean, has_placeholder_in_link, links, one_block_a_line, to_text

PIECES = [
    *(f"<{tag}>" for tag in sorted(TAGS)),
    *(f"</{tag}>" for tag in sorted(TAGS)),
    *(
        '<b style="font-weight:normal">',
        '<span style="font-weight:700">',
        "</span>",
        "<div>",
        "</div>",
        "<b>",
        "</b>",
        "<i>",
        "<h1>",
        "</h2>",
        "<B ",
        "<script>",
        "</script>",
        "<style>",
        "</style>",
    ),
    *("<svg>", "<math>", "<iframe src=", "<img src=x onerror=alert(1)>", "<table><tr><td>", "<template>", "<noscript>"),
    *('<a href="', "<a href='", '">', "'>", "javascript:alert(1)", "data:text/html,x", "//host", "/\t/host", "/\\host"),
    *(
        "https://example.org/",
        "/articles/x/#y",
        "tel:911",
        'onclick="x"',
        ' style="x"',
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
    ),
    *(
        "&nbsp;",
        "\xa0",
        "&lt;",
        "&amp;",
        "&#60;",
        "&",
        "<",
        ">",
        '"',
        "\n",
        "\n\n",
        "\t",
        "\x1c",
        "\u2028",
        " ",
        "leg",
        "é",
    ),
]
html_soup = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=14).map("".join)
any_text = st.one_of(html_soup, html_soup, html_soup, st.text(max_size=60))


class Seen(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


def as_a_browser_reads(address: str) -> str:
    """A browser drops tabs and line breaks, and control characters in front, and takes a backslash for a slash."""
    kept = "".join(char for char in address if char not in "\t\r\n")
    return kept.lstrip("".join(map(chr, range(33)))).replace("\\", "/").lower()


@given(any_text)
def test_cleaning_a_clean_text_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(any_text)
def test_a_clean_text_holds_only_known_tags_and_link_addresses(text: str) -> None:
    seen = Seen(clean(text))
    assert seen.tags <= TAGS
    assert {(tag, name) for tag, name, _value in seen.attributes} <= {("a", "href")}


@given(any_text)
def test_no_link_leads_to_a_script_or_to_another_site_unseen(text: str) -> None:
    for _tag, _name, value in Seen(clean(text)).attributes:
        address = as_a_browser_reads(value)
        assert not address.startswith("//")
        scheme, colon, _rest = address.partition(":")
        assert not colon or scheme in SCHEMES or set(scheme) & set("/?#.") or not scheme.replace("-", "").isalnum()


@given(any_text)
def test_a_text_laid_out_for_a_file_comes_back(text: str) -> None:
    source = clean(text)
    assert clean(one_block_a_line(source)) == source


@given(any_text)
def test_a_text_without_markup_has_one_line_a_block(text: str) -> None:
    lines = to_text(clean(text)).splitlines()
    assert all(line == line.strip() != "" for line in lines)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<b>Rest</b> <i>now</i>", "<strong>Rest</strong> <em>now</em>"),
        ("<B class='x'>Rest</B>", "<strong>Rest</strong>"),
        ("<h1>Leg</h1><h2>Foot</h2><h6>Toe</h6>", "<h3>Leg</h3><h3>Foot</h3><h3>Toe</h3>"),
        ("<div>Rest</div>", "<p>Rest</p>"),
        ("<ul><li><p>Rest</p></li></ul>", "<ul><li>Rest</li></ul>"),
        ("<ul>\n<li>\n<p>Rest\nnow</p>\n</li>\n</ul>", "<ul><li>Rest now</li></ul>"),
        ("<ul><li><p>Rest</p><ul><li><p>Sit</p></li></ul></li></ul>", "<ul><li>Rest<ul><li>Sit</li></ul></li></ul>"),
        ("<p>Rest</p><p>&nbsp;</p><p><br></p><ul></ul>", "<p>Rest</p>"),
        ("<p>555&nbsp;0100</p>", "<p>555 0100</p>"),
        ("<p>Rest</p>\n\n<p>Sit</p>", "<p>Rest</p><p>Sit</p>"),
        ("<p>Rest<script>alert(1)</script></p><style>p{}</style>", "<p>Rest</p>"),
        ('<p onclick="x" style="color:red">Rest</p>', "<p>Rest</p>"),
        ("<img src=x onerror=alert(1)>Rest", "Rest"),
        ('<a href="https://example.org" target="_blank" rel="x">a</a>', '<a href="https://example.org">a</a>'),
        ('<a href="tel:911">a</a>', '<a href="tel:911">a</a>'),
        ("5 < 6 & 7", "5 &lt; 6 &amp; 7"),
        ("<bold>Rest</bold>", "Rest"),
    ],
)  # fmt: skip
def test_what_stands_for_the_same_thing_becomes_the_same(source: str, expected: str) -> None:
    assert clean(source) == expected


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "JavaScript:alert(1)", "java\tscript:alert(1)", "&#106;avascript:alert(1)", " javascript:alert(1)",
        "data:text/html,x", "vbscript:x", "file:///etc/passwd", "//evil.example", " //evil.example", "\\\\evil.example",
        "/\\evil.example", "/\t/evil.example", "/&#9;/evil.example", "/\n\\evil.example", "\x01//evil.example",
    ],
)  # fmt: skip
def test_a_dangerous_address_is_taken_out_and_its_words_stay(address: str) -> None:
    assert clean(f'<p>See <a href="{address}">this page</a>.</p>') == "<p>See <a>this page</a>.</p>"


def test_a_paste_from_a_word_processor_leaves_its_words() -> None:
    paste = """<!--StartFragment--><p class=MsoNormal style='margin:0'><b><span lang=EN-US>Danger&nbsp;signs</span></b><o:p></o:p></p>
    <p class=MsoListParagraph><![if !supportLists]><span>·</span><![endif]>A cold leg<o:p></o:p></p><font color=red>Call</font>"""
    assert clean(paste) == "<p><strong>Danger signs</strong></p><p>·A cold leg</p>Call"


PASTES = Path(__file__).parent.parent / "pastes"
PASTED = (
    "<h3>Stretch the calf</h3><p>Stand <strong>facing a wall</strong>. <em>Keep</em> your heel down.</p>"
    "<ul><li>Hold for a short time.</li><li>Change legs.</li></ul>"
    '<p>Read <a href="https://example.org/calf">more</a>.</p><ol><li>First this.</li><li>Then that.</li></ol>'
)


@pytest.mark.parametrize("name", ["google-docs", "libreoffice"])
def test_what_a_word_processor_copies_comes_out_clean(name: str) -> None:
    assert clean((PASTES / f"{name}.html").read_text(encoding="utf-8")) == PASTED


def test_the_lists_of_word_keep_their_words_and_marks() -> None:
    """Word writes paragraphs; the editor makes lists of them before they come here (admin-paste.js)."""
    lines = to_text(clean((PASTES / "word.html").read_text(encoding="utf-8"))).splitlines()
    assert lines == ["Stretch the calf", "Stand facing a wall. Keep your heel down.", "· Hold for a short time.", "· Change legs.", "Read more.", "1. First this.", "2. Then that."]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('<b style="font-weight:normal"><p>Rest</p></b>', "<p>Rest</p>"),
        ('<p><span style="color:red;font-weight:700">Rest</span> now</p>', "<p><strong>Rest</strong> now</p>"),
        ('<p><span style="font-weight:400">Rest</span> now</p>', "<p>Rest now</p>"),
        ('<p><span style="font-style: italic">Rest</span></p>', "<p><em>Rest</em></p>"),
        ('<p><b style="color:red">Rest</b></p>', "<p><strong>Rest</strong></p>"),
        ("<p>Rest<br></p><br><br>", "<p>Rest</p>"),
        ("<p>Rest<br>now</p>", "<p>Rest<br>now</p>"),
    ],
)
def test_bold_is_what_looks_bold(source: str, expected: str) -> None:
    assert clean(source) == expected


def test_text_has_one_line_for_each_block() -> None:
    source = "<h3>Rest</h3><p>Sit<br>or lie.</p><ul><li>One<ul><li>Two</li></ul></li></ul><p>5 &lt; 6</p>End"
    assert to_text(source) == "Rest\nSit\nor lie.\nOne\nTwo\n5 < 6\nEnd"


def test_two_paragraphs_of_one_list_item_do_not_run_together() -> None:
    assert to_text(clean("<ul><li><p>Rest.</p><p>Sit.</p></li></ul>")) == "Rest.\nSit."


def test_a_paragraph_wrapped_in_a_file_stays_one_block() -> None:
    assert to_text(clean("<p>Rest the\n  leg\n\nnow.</p>")) == "Rest the leg now."


def test_links_come_in_order_and_as_written() -> None:
    source = clean('<p><a href="/articles/a/?x=1&amp;y=2#b">a</a> <a href="tel:911">b</a> <a>c</a></p>')
    assert links(source) == ["/articles/a/?x=1&y=2#b", "tel:911"]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('<a href="tel:{clinic_phone}">us</a>', True),
        ('<a href="/x">Call <strong>{clinic_phone}</strong></a>', True),
        ('<a href="/x">Read</a> or call {clinic_phone}, <a href="/y">then this</a>', False),
        ("{clinic_phone}", False),
    ],
)
def test_a_placeholder_inside_a_link_is_found(source: str, found: bool) -> None:
    assert has_placeholder_in_link(source) is found


def test_a_file_has_one_block_on_each_line() -> None:
    source = "<p>Rest.</p><ul><li>One</li><li>Two</li></ul><p>Sit.</p>"
    assert one_block_a_line(source) == "<p>Rest.</p>\n<ul>\n<li>One</li>\n<li>Two</li>\n</ul>\n<p>Sit.</p>"
