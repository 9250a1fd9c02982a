"""Filters that fill the clinic's numbers into patient text."""

import json
from collections.abc import Iterable
from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from articles import placeholders
from articles.models import Clinic
from articles.search.excerpts import Piece

register = template.Library()


@register.filter
def fill_html(source: str, clinic: Clinic) -> SafeString:
    """Clean rich text with its placeholders filled."""
    return placeholders.fill_html(source, clinic)


@register.filter
def fill_line(source: str, clinic: Clinic) -> SafeString:
    """A line of plain text with its placeholders filled; numbers can be tapped to call."""
    return placeholders.fill_line(source, clinic)


@register.filter
def fill_text(source: str, clinic: Clinic) -> str:
    """The same without links: for titles and for text inside a link."""
    return placeholders.fill_text(source, clinic)


@register.simple_tag
def page_address(request: HttpRequest) -> str:
    """The whole address of a page without its query: a kept page must not hold what one reader's address had in it."""
    return request.build_absolute_uri(request.path)


@register.filter
def ld_json(data: Any) -> SafeString:
    """A block of JSON-LD, which no browser runs; escaped so that no text in it can end it or open a tag."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    escaped = text.replace("&", "\\u0026").replace("<", "\\u003C").replace(">", "\\u003E")
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(escaped))  # noqa: S308 - escaped right here


@register.filter
def phone(number: str) -> SafeString:
    return placeholders.phone_link(number)


@register.filter
def marked(pieces: Iterable[Piece], clinic: Clinic) -> SafeString:
    """A heading or an excerpt of a search, with what was found marked and numbers filled."""
    return format_html_join(
        "",
        "{}",
        (
            [
                format_html("<mark>{}</mark>", piece.text)
                if piece.is_marked
                else placeholders.fill_text(piece.text, clinic)
            ]
            for piece in pieces
        ),
    )
