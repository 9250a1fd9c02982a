"""HTML of our own templates as plain data: what a typesetter takes that knows no HTML."""

import re
from html.parser import HTMLParser
from typing import Any

type Node = str | dict[str, Any]

EMPTY = {"br", "img"}
# What holds text; between all others white space only lays out the template.
LINES = {"p", "li", "h1", "h2", "h3", "dt", "dd"}
INLINE = {"a", "br", "em", "span", "strong", "time"}
_spaces = re.compile(r"[ \t\r\n\f]+")


def nodes(html: str, site: str) -> list[Node]:
    """`<p class="a">Call <a href="/b/">b</a></p>` as `{"tag": "p", "class": ["a"], "inside": ["Call ", {"tag": "a", "to": …}]}`.

    `site` is put before addresses inside this site, since paper and files stand elsewhere. A link out of it is `outside`.
    """
    reader = _Reader(site)
    reader.feed(html)
    reader.close()
    return reader.top


class _Reader(HTMLParser):
    def __init__(self, site: str) -> None:
        super().__init__(convert_charrefs=True)
        self.site = site
        self.top: list[Node] = []
        self._open: list[dict[str, Any]] = [{"tag": "", "inside": self.top}]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        node: dict[str, Any] = {"tag": tag, "class": (given.get("class") or "").split(), "inside": []}
        if tag == "a":
            address = given.get("href") or ""
            node["to"] = f"{self.site}{address}" if address.startswith("/") else address
            node["outside"] = address.startswith("http")
        if tag == "img":
            node["alt"] = given.get("alt") or ""
        self._open[-1]["inside"].append(node)
        if tag not in EMPTY:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag not in EMPTY and len(self._open) > 1:
            node = self._open.pop()
            if tag in LINES:
                _strip(node["inside"])

    def handle_data(self, data: str) -> None:
        text = _spaces.sub(" ", data)
        if self._open[-1]["tag"] in LINES | INLINE or text != " ":
            self._open[-1]["inside"].append(text)


def _strip(inside: list[Node]) -> None:
    """No white space at the ends of a line."""
    if inside and isinstance(inside[0], str):
        inside[0] = inside[0].lstrip(" ")
    if inside and isinstance(inside[-1], str):
        inside[-1] = inside[-1].rstrip(" ")
    inside[:] = [each for each in inside if each != ""]
