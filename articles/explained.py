"""The glossary's words explained where they stand: each becomes a button that opens its meaning, without a script."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from articles.terms import pattern, spellings

_tag = re.compile(r"(<[^>]*>)")
# A button has no place in a link, and a heading stays a heading.
_left_alone = re.compile(r"<(/?)(?:a|h3)\b")


def explain(bodies: Iterable[str], glossary: Sequence[tuple[str, str]]) -> list[str]:
    """Clean rich texts, in the order they are read, with the first use of each word of the glossary as a button.

    The meaning stands behind its button, so that it is what a screen reader reads next once it is open.
    """
    words = _Words(
        {number: pattern(term) for number, (term, _meaning) in enumerate(glossary) if spellings(term)}, glossary
    )
    return ["".join(words.explained(body)) for body in bodies]


@dataclass
class _Words:
    """`waiting` holds the words that no text has used yet, by their place in the glossary."""

    waiting: dict[int, re.Pattern[str]]
    glossary: Sequence[tuple[str, str]]
    depth: int = field(default=0, init=False)

    def explained(self, body: str) -> Iterator[str]:
        for part in _tag.split(body):
            if found := _left_alone.match(part):
                self.depth += -1 if found[1] else 1
            yield part if self.depth or part.startswith("<") else "".join(self._in_text(part))

    def _in_text(self, escaped: str) -> Iterator[str]:
        text, place = html.unescape(escaped), 0
        while use := self._next_use(text, place):
            start, end, number = use
            del self.waiting[number]
            yield html.escape(text[place:start], quote=False)
            yield self._button(text[start:end], number)
            place = end
        yield html.escape(text[place:], quote=False)

    def _next_use(self, text: str, place: int) -> tuple[int, int, int] | None:
        """(start, end, number) of the next use of a waiting word; of two at one place the longer."""
        found = ((number, each.search(text, place)) for number, each in self.waiting.items())
        uses = ((match.start(), match.end(), number) for number, match in found if match)
        return min(uses, key=lambda use: (use[0], -use[1]), default=None)

    def _button(self, shown: str, number: int) -> str:
        # Curly brackets would be taken for a placeholder.
        term, meaning = (
            html.escape(text, quote=False).replace("{", "&#123;").replace("}", "&#125;")
            for text in self.glossary[number]
        )
        return (
            f'<button class="word" popovertarget="word_{number + 1}">{html.escape(shown, quote=False)}</button>'
            f'<span class="word__meaning" id="word_{number + 1}" popover><strong>{term}</strong>: {meaning}</span>'
        )
