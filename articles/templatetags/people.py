"""What staff call each other."""

from django import template

from articles import freezing

register = template.Library()
register.filter("person_name", freezing.person_name)
