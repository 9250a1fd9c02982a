"""Filters that fill the clinic's numbers into patient text."""

from django import template
from django.utils.safestring import SafeString

from articles import placeholders
from articles.models import Clinic

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


@register.filter
def phone(number: str) -> SafeString:
    return placeholders.phone_link(number)
