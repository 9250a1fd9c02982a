"""Places of leg and foot, and the sections that speak about pain there."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .clinic import ShownDirectly, ShownDirectlyQuerySet
from .content import Section


class Place(models.TextChoices):
    """In the order of the list beside the picture: from above downward. `articles/body.py` draws them."""

    WHOLE_LEG = "whole-leg", _("The whole leg")
    THIGH = "thigh", _("Thigh")
    SHIN = "shin", _("Shin")
    CALF = "calf", _("Calf")
    ANKLE = "ankle", _("Ankle")
    TOP_OF_FOOT = "top-of-foot", _("Top of the foot")
    TOES = "toes", _("Toes")
    BALL_OF_FOOT = "ball-of-foot", _("Ball of the foot")
    SOLE = "sole", _("Heel and sole")


class BodyPlaceQuerySet(ShownDirectlyQuerySet["BodyPlace"]):
    pass


class BodyPlace(ShownDirectly):
    place = models.CharField(_("place"), max_length=20, choices=Place, unique=True)
    sections = models.ManyToManyField(
        Section,
        blank=True,
        related_name="body_places",
        verbose_name=_("sections"),
        help_text=_("Patients who choose this place see these sections, as far as they are published."),
    )

    objects = BodyPlaceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("place that hurts")
        verbose_name_plural = _("places that hurt")

    def __str__(self) -> str:
        return str(self.get_place_display())
