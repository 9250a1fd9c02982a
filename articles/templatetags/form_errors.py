"""The list of errors on top of every form of the admin."""

from typing import Any

from django import template

from articles.admin import form_errors as found
from articles.admin.form_errors import FormError

register = template.Library()


@register.simple_tag
def form_errors(adminform: Any, inline_admin_formsets: Any) -> list[FormError]:
    return found.errors_of(adminform.form, [inline.formset for inline in inline_admin_formsets])


@register.simple_tag
def plain_errors(form: Any) -> list[FormError]:
    """Those of a form without inlines."""
    return found.errors_of(form, [])


@register.simple_tag
def list_errors(formset: Any) -> list[FormError]:
    return found.errors_of_list(formset)
