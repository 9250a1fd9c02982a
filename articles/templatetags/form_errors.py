"""The list of errors on top of every form of the admin."""

from typing import Any

from django import template

from articles.admin.form_errors import FormError, errors_of

register = template.Library()


@register.simple_tag
def form_errors(adminform: Any, inline_admin_formsets: Any) -> list[FormError]:
    return errors_of(adminform.form, [inline.formset for inline in inline_admin_formsets])
