"""What tests of the screens for staff ask them, and read from them."""

import re
from html import unescape

from django.contrib.auth.models import Group
from django.urls import reverse

from tests.factories import make_editor

NOW = {"reason": "What is new.", "goes_live_at_0": "", "goes_live_at_1": "", "expires_at_0": "", "expires_at_1": ""}


def url(model, page, *args, **query):
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)
    return address + ("?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else "")


def html_of(response) -> str:
    return unescape(response.content.decode())


def errors_at(response, name: str) -> str:
    """The errors that stand right before the field of this name."""
    row = re.search(rf'<ul class="errorlist"[^>]*id="id_{name}_error".*?</ul>', html_of(response), re.DOTALL)
    return row[0] if row else ""


def submit(client, subject, **typed):
    """What the browser sends when the form that submits for review was filled in."""
    address = url(type(subject), "publish", subject.pk)
    seen = client.get(address).context["screen"].fingerprint
    return client.post(address, NOW | {"step": "submit", "seen": seen} | typed)


def without_permission(client, codename: str):
    person = make_editor()
    group = Group.objects.create(name="Without")
    group.permissions.set(Group.objects.get(name="Editors").permissions.exclude(codename=codename))
    person.groups.set([group])
    client.force_login(person)
