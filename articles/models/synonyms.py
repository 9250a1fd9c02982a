"""What patients say for what the texts say, and the words that put emergency help first."""

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from articles import words

from .clinic import ShownDirectly, ShownDirectlyQuerySet


class SearchPhraseQuerySet(ShownDirectlyQuerySet["SearchPhrase"]):
    def other_names(self) -> Self:
        """Those that patients see as another name for something."""
        return self.exclude(means="").filter(is_danger=False, is_everyday=False)


class SearchPhrase(ShownDirectly):
    phrase = models.CharField(
        _("what patients type"), max_length=60, help_text=_("One word or a few: “charley horse”.")
    )
    means = models.CharField(
        _("what our texts say"),
        max_length=120,
        blank=True,
        help_text=_("Search then looks for these words too: “leg cramp”. Put a comma between two ways to say it."),
    )
    is_everyday = models.BooleanField(
        _("an everyday word"),
        default=False,
        help_text=_(
            "Like “kid” for “child”: search knows it, but patients do not see it as another name or in A to Z."
        ),
    )
    is_danger = models.BooleanField(
        _("a danger sign"),
        default=False,
        help_text=_(
            "Who types all of these words, in any order, sees emergency help first. “No chest pain” counts too. "
            "The danger signs that come with this program stay on when their row is deleted. To switch one off, "
            "keep its row and clear this box."
        ),
    )

    objects = SearchPhraseQuerySet.as_manager()

    class Meta:
        ordering = ["phrase"]
        verbose_name = _("search phrase")
        verbose_name_plural = _("search phrases")
        constraints = [
            models.UniqueConstraint(
                Lower("phrase"),
                name="search_phrase_once",
                violation_error_message=_("There is a row for this phrase already. Change that one."),
            )
        ]

    def __str__(self) -> str:
        return self.phrase

    def clean(self) -> None:
        super().clean()
        if self.phrase and not words.stems(self.phrase):
            raise ValidationError({"phrase": _("Write at least one word that says what is meant.")})
