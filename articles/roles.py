"""The two kinds of staff, and what each may do.

Editors write, submit for review, and withdraw: taking something back is safe, and must not wait for somebody else.
Only clinical reviewers approve or return. Nobody can put a text before patients without an approval.
"""

from typing import Any

EDITORS = "Editors"
REVIEWERS = "Clinical reviewers"

# model: permissions, for both groups; the reviewers' come on top.
BOTH = {
    "articles": {
        "article": "add change delete view submit withdraw",
        "section": "add change delete view",
        "clinicalcode": "add change delete view",
        "topic": "add change delete view",
        "audience": "add change delete view",
        "source": "add change delete view",
        "glossaryterm": "add change delete view",
        "searchphrase": "add change delete view",
        "bodyplace": "add change delete view",
        "clinic": "change view",
        "articleedition": "view",
        "qualityrating": "add view",
        "feedback": "change delete view",
        "dailycount": "view",
        "submission": "view",
        "step": "view",
    },
    "checker": {
        "quiz": "add change delete view submit withdraw",
        "question": "add change delete view",
        "choice": "add change delete view",
        "outcome": "add change delete view",
        "outcomelink": "add change delete view",
        "rule": "add change delete view",
        "vignette": "add change delete view",
        "quizedition": "view",
    },
}
REVIEWERS_TOO = {"articles": {"article": "approve"}, "checker": {"quiz": "approve"}}


def _codenames(table: dict[str, dict[str, str]], app: str) -> list[str]:
    return [f"{action}_{model}" for model, actions in table.get(app, {}).items() for action in actions.split()]


def make_groups(sender: Any = None, using: str = "default", **kwargs: Any) -> None:
    """Give both groups the permissions that exist now; what a clinic added to them stays."""
    from django.contrib.auth.models import Group, Permission

    for name, tables in ((EDITORS, [BOTH]), (REVIEWERS, [BOTH, REVIEWERS_TOO])):
        group, _created = Group.objects.using(using).get_or_create(name=name)
        for table in tables:
            for app in table:
                found = Permission.objects.using(using).filter(
                    content_type__app_label=app, codename__in=_codenames(table, app)
                )
                group.permissions.add(*found)
