"""The self-check as rows that staff edit, and its frozen editions."""

from typing import Any, Self

from django.contrib.contenttypes.fields import GenericRelation
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models.editions import Edition, EditionQuerySet, Withdrawal
from articles.models.fields import AddressField, known_placeholders
from articles.models.frozen import FrozenQuerySet

key_form = RegexValidator(r"^[a-z0-9_-]+$", _("Use small letters, digits, hyphens and underscores."))
placeholders = [known_placeholders]


class Level(models.TextChoices):
    """How soon to get help, most urgent first."""

    EMERGENCY = "emergency", _("Emergency: now")
    URGENT = "urgent", _("Urgent: today")
    SOON = "soon", _("Soon: a few days to two weeks")
    ROUTINE = "routine", _("Routine: next ordinary visit")
    SELF_CARE = "self-care", _("Self-care")


class Quiz(models.Model):
    slug = AddressField(
        _("address"), max_length=60, unique=True, help_text=_("The last part of its address. Fixed once published.")
    )
    title = models.CharField(_("title"), max_length=120)
    estimated_minutes = models.PositiveSmallIntegerField(
        _("minutes it takes"), default=3, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    intro = models.TextField(
        _("introduction"), max_length=2000, validators=placeholders, help_text=_("Shown before the first question.")
    )
    result_notes = models.JSONField(
        _("notes on every result"),
        default=list,
        blank=True,
        help_text=_("One sentence a line, such as what the self-check cannot do."),
    )
    review_months = models.PositiveSmallIntegerField(
        _("review every (months)"), default=24, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    # A draft that is deleted takes its submissions with it; the log keeps what happened.
    submissions = GenericRelation("articles.Submission")

    # Saved, brought back and deleted together with it (see `articles.stale`).
    own_parts = ("questions", "outcomes", "rules", "vignettes")

    class Meta:
        ordering = ["title"]
        verbose_name = _("self-check")
        verbose_name_plural = _("self-checks")
        permissions = [
            ("submit_quiz", "Can submit self-checks for review"),
            ("withdraw_quiz", "Can withdraw self-checks, and cancel what is planned"),
            ("approve_quiz", "Can approve and return self-checks as a clinical reviewer"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("check", args=[self.slug])


class Question(models.Model):
    class Kind(models.TextChoices):
        SINGLE = "single", _("One answer")
        MULTI = "multi", _("One or more answers")

    quiz = models.ForeignKey(Quiz, models.CASCADE, related_name="questions", verbose_name=_("self-check"))
    order = models.PositiveIntegerField(_("order"), default=0)
    key = models.CharField(
        _("key"),
        max_length=40,
        validators=[key_form],
        help_text=_("Names the question in conditions, such as “leg_look”."),
    )
    kind = models.CharField(_("answers"), max_length=6, choices=Kind, default=Kind.MULTI)
    text = models.CharField(_("question"), max_length=200, validators=placeholders)
    hint = models.CharField(_("hint"), max_length=300, blank=True, validators=placeholders)
    show_if = models.JSONField(_("ask only if"), null=True, blank=True)

    own_parts = ("choices",)

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.UniqueConstraint(
                fields=["quiz", "key"],
                name="question_key_once_a_quiz",
                violation_error_message=_("Another question of this self-check has this key."),
            )
        ]

    def __str__(self) -> str:
        return self.text


class Choice(models.Model):
    question = models.ForeignKey(Question, models.CASCADE, related_name="choices", verbose_name=_("question"))
    order = models.PositiveIntegerField(_("order"), default=0)
    key = models.CharField(_("key"), max_length=40, validators=[key_form])
    text = models.CharField(_("answer"), max_length=200, validators=placeholders)
    hint = models.CharField(_("hint"), max_length=300, blank=True, validators=placeholders)
    red_flag = models.CharField(
        _("red flag"),
        max_length=9,
        choices=Level,
        blank=True,
        help_text=_("No result with this answer may be less urgent than this."),
    )
    exclusive = models.BooleanField(
        _("“None of these”"), default=False, help_text=_("Cannot be ticked together with another answer.")
    )
    severity = models.PositiveSmallIntegerField(
        _("severity"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text=_("Ranks the answers of one question, graver ones higher: a milder one never leads to more urgency."),
    )
    rationale = models.CharField(
        _("why"), max_length=500, blank=True, help_text=_("Hazard and source, for the clinical reviewer.")
    )

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        constraints = [
            models.UniqueConstraint(
                fields=["question", "key"],
                name="choice_key_once_a_question",
                violation_error_message=_("Another choice of this question has this key."),
            )
        ]

    def __str__(self) -> str:
        return self.text


class Outcome(models.Model):
    quiz = models.ForeignKey(Quiz, models.CASCADE, related_name="outcomes", verbose_name=_("self-check"))
    order = models.PositiveIntegerField(_("order"), default=0)
    key = models.CharField(_("key"), max_length=40, validators=[key_form])
    level = models.CharField(_("how soon"), max_length=9, choices=Level)
    title = models.CharField(
        _("title"),
        max_length=200,
        validators=placeholders,
        help_text=_("An action and a time: “Be seen today”. Never a disease."),
    )
    facts = models.JSONField(
        _("facts"), default=list, blank=True, help_text=_("One sentence a line; at most three for an emergency.")
    )
    safety_net = models.TextField(
        _("what would make it urgent"),
        max_length=2000,
        blank=True,
        validators=placeholders,
        help_text=_("Every result but an emergency needs it."),
    )
    addon = models.BooleanField(
        _("add-on"), default=False, help_text=_("Adds facts and links to another result, and never decides.")
    )

    own_parts = ("links",)

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        constraints = [
            models.UniqueConstraint(
                fields=["quiz", "key"],
                name="outcome_key_once_a_quiz",
                violation_error_message=_("Another outcome of this self-check has this key."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.title}"


class OutcomeLink(models.Model):
    outcome = models.ForeignKey(Outcome, models.CASCADE, related_name="links", verbose_name=_("outcome"))
    order = models.PositiveIntegerField(_("order"), default=0)
    # PROTECT: a section that a result sends patients to cannot be deleted.
    section = models.ForeignKey("articles.Section", models.PROTECT, related_name="+", verbose_name=_("section"))

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("section to read")
        verbose_name_plural = _("sections to read")
        constraints = [
            models.UniqueConstraint(
                fields=["outcome", "section"],
                name="outcome_link_once",
                violation_error_message=_("This outcome links to this section already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.section)


class Rule(models.Model):
    quiz = models.ForeignKey(Quiz, models.CASCADE, related_name="rules", verbose_name=_("self-check"))
    order = models.PositiveIntegerField(_("order"), default=0)
    name = models.CharField(
        _("name"), max_length=20, validators=[RegexValidator(r"^[A-Za-z0-9_-]+$")], help_text=_("Such as E01.")
    )
    when = models.JSONField(_("holds when"))
    # RESTRICT: an outcome that a rule leads to cannot be deleted, except together with the whole self-check.
    outcome = models.ForeignKey(Outcome, models.RESTRICT, related_name="rules", verbose_name=_("outcome"))
    default = models.BooleanField(_("default"), default=False, help_text=_("Counts only when no other rule holds."))
    rationale = models.CharField(_("why"), max_length=500, blank=True)

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        constraints = [
            models.UniqueConstraint(
                fields=["quiz", "name"],
                name="rule_name_once_a_quiz",
                violation_error_message=_("Another rule of this self-check has this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Vignette(models.Model):
    """A clinician's patient story, with the lowest level that is safe for it."""

    quiz = models.ForeignKey(Quiz, models.CASCADE, related_name="vignettes", verbose_name=_("self-check"))
    order = models.PositiveIntegerField(_("order"), default=0)
    name = models.CharField(_("name"), max_length=20, validators=[RegexValidator(r"^[A-Za-z0-9_-]+$")])
    story = models.TextField(_("story"), max_length=2000)
    answers = models.JSONField(_("answers"), default=dict, help_text=_("question: [choice, …]"))
    min_level = models.CharField(_("lowest safe level"), max_length=9, choices=Level)
    max_level = models.CharField(_("highest acceptable level"), max_length=9, choices=Level, blank=True)
    must_link = models.ManyToManyField("articles.Section", blank=True, related_name="+", verbose_name=_("must link to"))
    basis = models.CharField(_("basis"), max_length=500, blank=True)

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("patient story")
        verbose_name_plural = _("patient stories")
        constraints = [
            models.UniqueConstraint(
                fields=["quiz", "name"],
                name="vignette_name_once_a_quiz",
                violation_error_message=_("Another story of this self-check has this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class QuizEditionQuerySet(EditionQuerySet["QuizEdition"]):
    def with_status(self) -> Self:
        return self.select_related("withdrawal")


class QuizEdition(Edition):
    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="editions", verbose_name=_("self-check"))
    slug = models.SlugField(max_length=60)
    title = models.CharField(_("title"), max_length=120)
    definition: Any = models.JSONField(help_text="As checker.definition.dump() gives it.")
    stories: Any = models.JSONField(
        _("patient stories"), default=list, help_text="What each got, as checker.story_table.table() gives it."
    )
    less_urgent: Any = models.JSONField(
        _("less urgent than before"), default=list, help_text="The kinds of answers that lost urgency, in sentences."
    )
    less_urgent_reason = models.CharField(_("why less urgent is right"), max_length=500, blank=True)

    objects = QuizEditionQuerySet.as_manager()
    parent_field = "quiz"
    large_fields = ("definition",)

    class Meta(Edition.Meta):
        ordering = ["-number"]
        verbose_name = _("self-check edition")
        verbose_name_plural = _("self-check editions")
        constraints = [
            *Edition.Meta.constraints,
            models.UniqueConstraint(fields=["quiz", "number"], name="quiz_edition_numbered_once"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, edition {self.number}"

    def get_absolute_url(self) -> str:
        return self.quiz.get_absolute_url()


class QuizWithdrawalQuerySet(FrozenQuerySet["QuizWithdrawal"]):
    pass


class QuizWithdrawal(Withdrawal):
    edition = models.OneToOneField(QuizEdition, models.PROTECT, related_name="withdrawal")

    objects = QuizWithdrawalQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.edition}, withdrawn"
