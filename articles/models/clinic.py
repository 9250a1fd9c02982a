"""The clinic, and the counter that tells every process when something patients see has changed."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import connection, models, transaction
from django.db.models import F, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

dialable = RegexValidator(
    r"^[0-9+*#(][0-9+*#() ./-]{1,29}$",
    _("Write a phone number that can be dialled: digits, spaces, and + ( ) - . / only."),
)


class LiveVersionManager(models.Manager["LiveVersion"]):
    def number(self) -> int:
        """The number of this moment. Every page asks for it first, so it is asked without the ORM's work around it."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT number FROM {self.model._meta.db_table}")  # noqa: S608 - a name of our own
            row = cursor.fetchone()
        return int(row[0]) if row else 0

    def bump(self) -> None:
        """Say that patients now see something else. Call it in the transaction that makes it so."""
        if not self.filter(pk=1).update(number=F("number") + 1):
            self.create(pk=1, number=1)


class LiveVersion(models.Model):
    """One row: a number that grows with each publish, each withdrawal, and each change of what is `ShownDirectly`.

    What a process keeps in memory about live content is good for one number (see `articles.live`).
    """

    number = models.PositiveBigIntegerField(default=0)

    objects = LiveVersionManager()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="live_version_is_one_row")]

    def __str__(self) -> str:
        return str(self.number)


class ShownDirectlyQuerySet[T: models.Model](models.QuerySet[T]):
    def update(self, **kwargs: Any) -> int:
        with transaction.atomic():
            LiveVersion.objects.bump()
            return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            LiveVersion.objects.bump()
            return super().delete()

    # As Django marks its own: not on managers, so that nobody deletes all rows by a slip, and not from templates.
    delete.queryset_only = True  # type: ignore[attr-defined]
    update.alters_data = delete.alters_data = True  # type: ignore[attr-defined]


class ShownDirectly(models.Model):
    """What reaches patients without an edition (as the clinic, topics, search phrases): each change moves the live version."""

    class Meta:
        abstract = True

    def save(self, **kwargs: object) -> None:
        with transaction.atomic():
            super().save(**kwargs)  # type: ignore[arg-type]
            LiveVersion.objects.bump()

    def delete(self, **kwargs: object) -> tuple[int, dict[str, int]]:  # type: ignore[override]
        with transaction.atomic():
            LiveVersion.objects.bump()
            return super().delete(**kwargs)  # type: ignore[arg-type]


class ClinicQuerySet(ShownDirectlyQuerySet["Clinic"]):
    def current(self) -> "Clinic":
        """The clinic with its `live_version`, in one query; before staff have filled it in, an empty one."""
        number = Subquery(LiveVersion.objects.values("number")[:1])
        return self.annotate(live_number=Coalesce(number, Value(0))).first() or self._empty()

    def _empty(self) -> "Clinic":
        clinic = Clinic()
        clinic.__dict__["live_number"] = LiveVersion.objects.number()
        return clinic


class Clinic(ShownDirectly):
    """The one clinic that this site speaks for. Its numbers fill the placeholders in every text."""

    name = models.CharField(_("name"), max_length=100, default="The clinic")
    phone = models.CharField(_("phone"), max_length=30, blank=True, validators=[dialable])
    address = models.CharField(_("address"), max_length=200, blank=True, help_text=_("On one line."))
    hours = models.CharField(_("opening hours"), max_length=200, blank=True, help_text=_("Like “Mon–Fri 8:00–17:00”."))
    emergency_number = models.CharField(
        _("emergency number"),
        max_length=30,
        blank=True,
        validators=[dialable],
        help_text=_("Shown on every page, and wherever a text has {emergency_number}."),
    )
    maternity_unit = models.CharField(_("maternity unit"), max_length=30, blank=True, validators=[dialable])
    out_of_hours_line = models.CharField(_("out-of-hours line"), max_length=30, blank=True, validators=[dialable])
    poison_center = models.CharField(_("poison center"), max_length=30, blank=True, validators=[dialable])
    country = models.CharField(_("country"), max_length=60, blank=True)
    language = models.CharField(
        _("language of the pages"),
        max_length=12,
        default="en-US",
        validators=[RegexValidator(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", _("Write a language tag, such as en-US."))],
        help_text=_("A language tag, such as en-US or en-GB. Screen readers and search engines read it."),
    )

    objects = ClinicQuerySet.as_manager()

    class Meta:
        verbose_name = _("clinic")
        verbose_name_plural = _("clinic")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="clinic_is_one_row")]

    def __str__(self) -> str:
        return self.name

    @property
    def live_version(self) -> int:
        """The live version when this was loaded by `current()`; 0 on a clinic that was loaded in another way."""
        number: int = self.__dict__.get("live_number", 0)
        return number
