"""The tasks of the start page."""

from django import template
from django.template.context import Context

from articles.today import Task, tasks

register = template.Library()


@register.simple_tag(takes_context=True)
def todays_tasks(context: Context) -> list[Task]:
    return tasks(context["request"])
