"""Editions: what patients read. A row is written once and never changes; withdrawing one is a row of its own."""

import datetime
from collections.abc import Iterable
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Case, Exists, F, Min, OuterRef, Q, When
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import pictures
from articles.review import Review

from .content import Article, Callout, Subtopic, Topic
from .frozen import Frozen, FrozenQuerySet
from .search import IndexedSection
from .submissions import Submission

# Withdrawn before its time: it never counts.
CANCELLED = Q(withdrawal__isnull=False, withdrawal__at__lt=F("goes_live_at"))


class EditionQuerySet[T: models.Model](FrozenQuerySet[T]):
    def started(self, now: datetime.datetime) -> Self:
        """Editions whose time has come; one that was withdrawn before its time never counts."""
        return self.filter(goes_live_at__lte=now).exclude(CANCELLED)

    def current(self, now: datetime.datetime | None = None) -> Self:
        """For each parent the newest edition that has started, be it live, withdrawn or expired.

        An older edition never comes back by itself: what was replaced may have been wrong.
        """
        now = now or timezone.now()
        parent = self.model.parent_field  # type: ignore[attr-defined]
        editions = self.model._default_manager.started(now)  # type: ignore[attr-defined]
        newer = editions.filter(**{parent: OuterRef(parent)}, number__gt=OuterRef("number"))
        return self.started(now).filter(~Exists(newer))

    def live(self, now: datetime.datetime | None = None) -> Self:
        """The editions that patients read at this moment: decided now, not by a job."""
        now = now or timezone.now()
        return self.current(now).filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now), withdrawal__isnull=True)

    def planned(self, now: datetime.datetime | None = None) -> Self:
        """The live editions, and those that go live later."""
        now = now or timezone.now()
        later = Q(goes_live_at__gt=now, withdrawal__isnull=True)
        editions = self.model._default_manager.live(now)  # type: ignore[attr-defined]
        return self.filter(later | Q(pk__in=editions.values("pk")))

    def to_review_by(self, day: datetime.date) -> Self:
        """The live editions whose review is due by that day, the one that waits longest first."""
        return self.live().filter(next_review_due__lte=day).order_by("next_review_due", "pk")

    def upcoming(self, now: datetime.datetime | None = None) -> Self:
        """The editions that will go live later, the next one first: none that was cancelled, none that a newer one overtakes."""
        parent = self.model.parent_field  # type: ignore[attr-defined]
        editions = self.model._default_manager.exclude(CANCELLED)
        overtaking = editions.filter(
            **{parent: OuterRef(parent)}, number__gt=OuterRef("number"), goes_live_at__lte=OuterRef("goes_live_at")
        )
        later = self.filter(goes_live_at__gt=now or timezone.now(), withdrawal__isnull=True)
        return later.filter(~Exists(overtaking)).order_by("goes_live_at")


class Edition(Frozen):
    """What the editions of articles and of self-checks have in common."""

    number = models.PositiveIntegerField(_("edition"), editable=False)
    reason = models.CharField(
        _("what changed"), max_length=300, blank=True, help_text=_("One sentence, for patients and staff.")
    )
    goes_live_at = models.DateTimeField(_("goes live"))
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), default=timezone.now)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("published by")
    )
    # Without a reviewer the page says that no clinician has approved it yet.
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    reviewer_name = models.CharField(_("clinical reviewer"), max_length=150, blank=True)
    # What was approved: the submission, whose fingerprint this edition's text has. Example content has none.
    submission = models.OneToOneField(
        Submission, models.PROTECT, null=True, related_name="+", verbose_name=_("submission")
    )
    submitted_by_name = models.CharField(_("submitted by"), max_length=150, blank=True)
    fingerprint = models.CharField(_("fingerprint"), max_length=64, blank=True)
    warnings: Any = models.JSONField(_("what the checks said"), default=list, help_text="Sentences.")
    last_reviewed = models.DateField(_("last reviewed"), null=True)
    next_review_due = models.DateField(_("next review due"), null=True)

    # The name of the foreign key to what this is an edition of.
    parent_field = ""
    # Texts that lists do without.
    large_fields: tuple[str, ...] = ()

    class Meta(Frozen.Meta):
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("goes_live_at")),
                name="%(class)s_expires_after_it_goes_live",
            )
        ]

    @classmethod
    def parent_model(cls) -> Any:
        return cls._meta.get_field(cls.parent_field).related_model

    def has_begun(self) -> bool:
        return self.goes_live_at <= timezone.now()

    def one_before(self) -> Self | None:
        """The edition before this one, leaving out what had been cancelled by the time this one was made."""
        siblings = type(self)._default_manager.filter(
            **{self.parent_field: getattr(self, f"{self.parent_field}_id"), "number__lt": self.number}
        )
        return siblings.exclude(CANCELLED, withdrawal__at__lte=self.published_at).order_by("-number").first()

    @property
    def was_cancelled(self) -> bool:
        """As `CANCELLED` says it of rows."""
        withdrawal = getattr(self, "withdrawal", None)
        return withdrawal is not None and withdrawal.at < self.goes_live_at

    @property
    def changed_at(self) -> datetime.datetime:
        """Since when patients read it."""
        return max(self.goes_live_at, self.published_at)

    @property
    def what_changed(self) -> str:
        """Since the edition before, in the words of those who published this one."""
        return self.reason if self.number > 1 else ""

    @property
    def is_approved(self) -> bool:
        return bool(self.reviewer_name)

    @property
    def review(self) -> Review | None:
        """The next review as it stands today; None for what no clinician has approved yet."""
        if self.next_review_due is None:
            return None
        return Review(
            self.next_review_due, timezone.localdate(), settings.REVIEW_GRACE_DAYS, settings.REVIEW_LIMIT_DAYS
        )


class ArticleEditionQuerySet(EditionQuerySet["ArticleEdition"]):
    def newest(self, most: int) -> Self:
        """Those that changed last, without the texts."""
        newest = self.order_by(Greatest("goes_live_at", "published_at").desc(), "-pk")[:most]
        return newest.only("number", "slug", "title", "summary", "reason", "goes_live_at", "published_at")

    def summaries(self) -> Self:
        """What lists and links need, without the texts."""
        return self.select_related("topic").only(
            "number", "slug", "title", "summary", "audiences", "reviewer_name", "goes_live_at", "expires_at",
            "published_at", "article_id", "topic__slug", "topic__name", "topic__order",
        )  # fmt: skip

    def for_lists(self) -> "models.QuerySet[ArticleEdition, tuple[Any, ...]]":
        """What lists of all articles need, as plain rows: making thousands of editions takes thrice as long as finding them."""
        return self.order_by().values_list(
            "slug", "title", "summary", "topic__slug", "audiences", "goes_live_at", "published_at"
        )

    def coded(self) -> Self:
        """What other systems are told, without the texts."""
        return self.select_related("topic").only(
            "number", "slug", "title", "summary", "audiences", "codes", "reviewer_name", "last_reviewed",
            "next_review_due", "goes_live_at", "published_at", "article_id", "topic__slug",
        )  # fmt: skip

    def changed_since(self, moment: datetime.datetime, after: int | None, now: datetime.datetime) -> Self:
        """The current editions with `became_at`, when the last thing became of them, the oldest first.

        Those after a moment; or, where a row is given, those of that moment that come after it too.
        """
        became_at = Case(
            When(withdrawal__isnull=False, then=F("withdrawal__at")),
            When(expires_at__lte=now, then=F("expires_at")),
            default=Greatest("goes_live_at", "published_at"),
        )
        later = Q(became_at__gt=moment)
        if after is not None:
            later |= Q(became_at=moment, pk__gt=after)
        found = self.current(now).select_related("withdrawal").defer(*self.model.large_fields)
        return found.annotate(became_at=became_at).filter(later).order_by("became_at", "pk")


class ArticleEdition(Edition):
    article = models.ForeignKey(Article, models.PROTECT, related_name="editions", verbose_name=_("article"))
    slug = models.SlugField(max_length=80)
    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(_("summary"), max_length=300)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="editions", verbose_name=_("topic"))
    author_name = models.CharField(_("author"), max_length=150, blank=True)
    audiences = models.JSONField(default=list, help_text="Slugs of the audiences.")
    related = models.JSONField(default=list, help_text="Slugs of related articles.")
    codes = models.JSONField(default=list, help_text="[system, code] pairs.")
    # Also `dated`, `how_read` and `note`, in editions made since these are kept (see articles.freezing).
    sources = models.JSONField(default=dict, help_text="{ref: {title, organisation, url}}")
    glossary = models.JSONField(default=list, help_text="[term, meaning] pairs of the words used.")

    objects = ArticleEditionQuerySet.as_manager()
    parent_field = "article"
    large_fields = ("sources", "glossary")

    class Meta(Edition.Meta):
        ordering = ["-number"]
        verbose_name = _("article edition")
        verbose_name_plural = _("article editions")
        indexes = [models.Index(fields=["slug"], name="article_edition_slug")]
        constraints = [
            *Edition.Meta.constraints,
            models.UniqueConstraint(fields=["article", "number"], name="article_edition_numbered_once"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, edition {self.number}"

    def get_absolute_url(self) -> str:
        return self.article.get_absolute_url()


class EditionSectionQuerySet(FrozenQuerySet["EditionSection"]):
    @transaction.atomic
    def bulk_create(self, objs: Iterable["EditionSection"], **kwargs: Any) -> list["EditionSection"]:  # type: ignore[override]
        """No section without its rows in the search index."""
        sections = super().bulk_create(objs, **kwargs)
        IndexedSection.objects.index(sections)
        return sections

    def live(self, now: datetime.datetime | None = None) -> Self:
        return self.filter(edition__in=ArticleEdition.objects.live(now))

    def with_subtopic(self) -> "models.QuerySet[EditionSection, tuple[int, str, str, str]]":
        """(edition, anchor, heading, subtopic) of the live sections that say what they are about, in reading order."""
        marked = self.live().exclude(subtopic="").order_by("edition", "order")
        return marked.values_list("edition_id", "anchor", "heading", "subtopic")

    def of_current_article(self, slug: str, now: datetime.datetime | None = None) -> Self:
        """One query: the sections in reading order, each with its edition and how that was withdrawn, if it was."""
        return self._of(ArticleEdition.objects.current(now).filter(slug=slug))

    def of_current_articles(self, slugs: Iterable[str]) -> Self:
        """The same for several articles."""
        return self._of(ArticleEdition.objects.current().filter(slug__in=slugs))

    def _of(self, editions: ArticleEditionQuerySet) -> Self:
        return self.filter(edition__in=editions).select_related("edition__withdrawal", "edition__topic")

    def started(self) -> Self:
        """Of editions that patients could read, now or once."""
        return self.filter(edition__in=ArticleEdition.objects.started(timezone.now()))

    def places(self, numbers: Iterable[int]) -> dict[int, tuple[str, str, str]]:
        """Article, anchor and heading that each of these keys stands for. No row is ever deleted, so it does for ever."""
        rows = self.started().filter(pk__in=numbers).values_list("pk", "edition__slug", "anchor", "heading")
        return {pk: (slug, anchor, heading) for pk, slug, anchor, heading in rows}

    def numbers(self, slugs: Iterable[str]) -> dict[tuple[str, str], int]:
        """A number for each (article, anchor), whatever edition is live: the key of its first row."""
        rows = self.started().filter(edition__slug__in=slugs).order_by()
        firsts = rows.values_list("edition__slug", "anchor").annotate(first=Min("pk"))
        return {(slug, anchor): first for slug, anchor, first in firsts}


class EditionSection(Frozen):
    edition = models.ForeignKey(ArticleEdition, models.PROTECT, related_name="sections")
    order = models.PositiveIntegerField()
    anchor = models.SlugField(max_length=60)
    heading = models.CharField(max_length=120)
    callout = models.CharField(max_length=12, choices=Callout)
    subtopic = models.CharField(max_length=10, choices=Subtopic, blank=True)
    body = models.TextField(help_text="Clean rich text; placeholders are filled when it is shown.")
    text = models.TextField(help_text="The words of the body, one block a line.")
    picture = models.CharField(max_length=30, blank=True, choices=pictures.choices)
    sources = models.JSONField(default=list, help_text="References into the edition's sources.")

    objects = EditionSectionQuerySet.as_manager()

    class Meta(Frozen.Meta):
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["edition", "anchor"], name="edition_anchor_once")]

    def __str__(self) -> str:
        return self.heading

    @property
    def drawings(self) -> tuple[pictures.Drawing, ...]:
        return pictures.drawings_of(self.picture)

    def save(self, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(**kwargs)
            IndexedSection.objects.index([self])


class Withdrawal(Frozen):
    """Taken back, at once and for good, with a message to those who come for it."""

    at = models.DateTimeField(_("withdrawn"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    message = models.CharField(_("message to patients"), max_length=300, blank=True)

    class Meta(Frozen.Meta):
        abstract = True


class WithdrawalQuerySet(FrozenQuerySet["ArticleWithdrawal"]):
    pass


class ArticleWithdrawal(Withdrawal):
    edition = models.OneToOneField(ArticleEdition, models.PROTECT, related_name="withdrawal")
    # Where readers are sent instead. An article that has been published is never deleted.
    successor = models.ForeignKey(
        Article, models.PROTECT, null=True, related_name="+", verbose_name=_("readers are sent to")
    )
    successor_anchor = models.SlugField(max_length=60, blank=True)

    objects = WithdrawalQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.edition}, withdrawn"
