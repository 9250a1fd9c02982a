"""The few HTML elements that patient text needs: what is kept, and what a text says without them."""

import html
import re

import nh3

TAGS = {"p", "ul", "ol", "li", "strong", "em", "a", "br", "h3"}
SCHEMES = {"http", "https", "mailto", "tel"}
# What word processors and the browser's own paste write for the same thing.
SAME_AS = {"b": "strong", "i": "em", "h1": "h3", "h2": "h3", "h4": "h3", "h5": "h3", "h6": "h3", "div": "p"}
# The editor of the admin offers exactly what `clean` keeps.
EDITOR_EXTENSIONS = {
    "Bold": True,
    "Italic": True,
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "HardBreak": True,
    "History": True,
    "Heading": {"levels": [3]},
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto", "tel"]},
}

_foreign = re.compile(rf"<(/?)({'|'.join(SAME_AS)})(?=[\s/>])", re.IGNORECASE)
# Google Docs puts all of a copy into a bold element that is not bold, and says bold and italic by style.
_not_bold = re.compile(r"<b\s[^<>]*font-weight:\s*(?:normal|400)\b[^<>]*>", re.IGNORECASE)
_styled = re.compile(
    r"<span\s[^<>]*?(font-weight:\s*(?:bold|[6-9]00)|font-style:\s*italic)\b[^<>]*>((?:(?!</?span\b).)*)</span>",
    re.IGNORECASE | re.DOTALL,
)
_between_blocks = re.compile(r"\s*(</?(?:p|ul|ol|li|h3)>)\s*")
_list_paragraph = re.compile(r"<li><p>((?:(?!</?p>|</?li>).)*)</p>")
_empty_block = re.compile(r"<(p|li|h3|ul|ol|strong|em)>(?:\s|&nbsp;|<br>)*</\1>")
_last_break = re.compile(r"(?:\s*<br>)+\s*(?=</(?:p|li|h3)>|$)")
_block_edge = re.compile(r"</?(?:p|li|h3|ul|ol)>|<br>")
_tag = re.compile(r"<[^>]*>")
_control = re.compile(r"[\x00-\x1f\x7f]")
# What breaks a line in a file, and is one space in a browser.
_spaces = re.compile("[ \t\n\r\v\f\x1c-\x1f\x85\u2028\u2029]+")
_link = re.compile(r"<a [^>]*>.*?</a>")
_whole_link = re.compile(r'<a href="([^"]*)">(.*?)</a>')
_href = re.compile(r'<a href="([^"]*)"')


def _keep_attribute(tag: str, attribute: str, value: str) -> str | None:
    """No link to another site by a bare `//host`: it would escape every check of internal links.

    Browsers ignore control characters in an address, so `/<tab>/host` is such a link too.
    """
    value = _control.sub("", value).strip()
    return None if re.match(r"[/\\]{2}", value) else value


_cleaner = nh3.Cleaner(
    tags=TAGS,
    attributes={"a": {"href"}},
    url_schemes=SCHEMES,
    link_rel=None,
    attribute_filter=_keep_attribute,
)


def _as_element(span: re.Match[str]) -> str:
    tag = "strong" if span[1].lower().startswith("font-weight") else "em"
    return f"<{tag}>{span[2]}</{tag}>"


def clean(source: str) -> str:
    """Keep only what patient text may hold, in one form: cleaning a clean text changes nothing."""
    text = source
    while True:
        result = _styled.sub(_as_element, _not_bold.sub("<span>", text))
        result = _foreign.sub(lambda found: f"<{found[1]}{SAME_AS[found[2].lower()]}", result)
        result = _cleaner.clean(result).replace("&nbsp;", " ").replace("\xa0", " ")
        result = _spaces.sub(" ", result)
        result = _between_blocks.sub(r"\1", result)
        result = _list_paragraph.sub(r"<li>\1", result)
        result = _last_break.sub("", result)
        result = _empty_block.sub("", result).strip()
        if result == text:
            return result
        text = result


def to_text(source: str) -> str:
    """The words of a clean text, one block a line."""
    lines = html.unescape(_tag.sub("", _block_edge.sub("\n", source))).splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())


def with_addresses(body: str) -> str:
    """Clean rich text for where nobody can follow a link: its words, then its address in brackets."""
    return _whole_link.sub(lambda found: f"{found[2]} [{found[1]}]", body)


def links(source: str) -> list[str]:
    """The addresses that a clean text links to, in order."""
    return [html.unescape(address) for address in _href.findall(source)]


def has_placeholder_in_link(source: str) -> bool:
    """Whether a clean text would put a phone link, which is what a placeholder becomes, into another link."""
    return any("{" in link for link in _link.findall(source))


def one_block_a_line(source: str) -> str:
    """The same text laid out for a file that people read and compare; `clean` takes it back."""
    text = re.sub(r"(<(?:ul|ol)>|</(?:p|li|h3|ul|ol)>)", r"\1\n", source)
    text = re.sub(r"(?<!\n)(<(?:ul|ol)>)", r"\n\1", text)
    return "\n".join(line for line in text.splitlines() if line)
