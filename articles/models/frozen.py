"""Rows that are written once: editions, withdrawals, signatures, the log."""

from collections.abc import Iterable
from typing import Any

from django.db import models


class EditionIsFrozen(Exception):
    """Something tried to change or delete what patients may have read, or the record of what was done."""

    def __init__(self, what: object) -> None:
        super().__init__(f"{what} is frozen: it cannot be changed or deleted, only followed by a new one.")


class FrozenQuerySet[T: models.Model](models.QuerySet[T]):
    """Rows can be added and read, and nothing else."""

    def update(self, **kwargs: Any) -> int:
        raise EditionIsFrozen(self.model._meta.verbose_name)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise EditionIsFrozen(self.model._meta.verbose_name)

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise EditionIsFrozen(self.model._meta.verbose_name)

    def bulk_create(self, objs: Iterable[T], **kwargs: Any) -> list[T]:  # type: ignore[override]
        if kwargs.get("update_conflicts"):
            raise EditionIsFrozen(self.model._meta.verbose_name)
        return super().bulk_create(objs, **kwargs)


class Frozen(models.Model):
    """A row that is written once."""

    class Meta:
        abstract = True
        # Related managers and refresh_from_db must refuse too, so the frozen manager is the only one.
        base_manager_name = "objects"

    def save(self, **kwargs: Any) -> None:
        if not self._state.adding:
            raise EditionIsFrozen(self)
        super().save(**kwargs | {"force_insert": True})

    def delete(self, **kwargs: Any) -> tuple[int, dict[str, int]]:  # type: ignore[override]
        raise EditionIsFrozen(self)
