"""Rows that staff put in order: by dragging, by number, or with the buttons that admin-order.js adds."""

from admin_ordering.admin import OrderableAdmin
from django.contrib import admin


class OrderedInline(OrderableAdmin, admin.StackedInline):
    ordering_field = "order"
    extra = 0
    classes = ["foldable"]
