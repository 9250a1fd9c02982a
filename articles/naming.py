"""What staff call the things that a snapshot (see `articles.snapshot`) names by their keys."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model

from articles import pictures
from articles.differences import Names
from articles.models import Article, Audience, Callout, CodeSystem, Subtopic, Topic
from articles.snapshot import Snapshot


def fixed() -> Names:
    """Those that come with the program: the same for whatever is stored now."""
    choices: dict[str, Iterable[tuple[Any, Any]]] = {
        "callout": Callout.choices,
        "subtopic": Subtopic.choices,
        "picture": pictures.choices(),
        "codes": CodeSystem.choices,
    }
    return {field: {str(key): str(name) for key, name in named} for field, named in choices.items()}


def of(*states: Snapshot) -> Names:
    """All that these states name, as it is called today; in three queries."""
    return {
        **fixed(),
        "topic": _called(Topic, "name", [state["topic"] for state in states]),
        "audiences": _called(Audience, "name", [slug for state in states for slug in state["audiences"]]),
        "related": _called(Article, "title", [slug for state in states for slug in state["related"]]),
    }


def _called(model: type[Model], name: str, slugs: Iterable[str]) -> Mapping[str, str]:
    return dict(model._default_manager.filter(slug__in=set(slugs)).values_list("slug", name))
