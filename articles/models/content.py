"""The working copy: what staff write. Patients never read these rows, only editions made from them."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles import codes, pictures

from .clinic import ShownDirectly, ShownDirectlyQuerySet
from .fields import AddressField, RichTextField, known_placeholders

# Every page has a place called “main” already.
ANCHOR = r"(?!main$)[a-z][a-z0-9]*(-[a-z0-9]+)*"
anchor_form = RegexValidator(
    rf"^{ANCHOR}$",
    _("Use small letters, digits and single hyphens, and begin with a letter: when-to-get-help. Not “main”."),
)


class TopicQuerySet(ShownDirectlyQuerySet["Topic"]):
    pass


class Topic(ShownDirectly):
    slug = AddressField(_("address"), unique=True)
    name = models.CharField(_("name"), max_length=60, unique=True)
    description = models.CharField(
        _("description"), max_length=200, help_text=_("One plain sentence for the home page.")
    )
    order = models.PositiveIntegerField(_("order"), default=0)

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["order", "name"]
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("topic", args=[self.slug])


class AudienceQuerySet(ShownDirectlyQuerySet["Audience"]):
    pass


class Audience(ShownDirectly):
    slug = AddressField(_("address"), unique=True)
    name = models.CharField(_("name"), max_length=60, unique=True)
    order = models.PositiveIntegerField(_("order"), default=0)

    objects = AudienceQuerySet.as_manager()

    class Meta:
        ordering = ["order", "name"]
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("audience", args=[self.slug])


class Source(models.Model):
    class HowRead(models.TextChoices):
        SEEN = "SEEN", _("Seen: opened and read at this address")
        COPY = "COPY", _("Copy: read on a site that republishes it")
        KNOWN = "KNOWN", _("Known: from general knowledge, not opened")

    ref = models.CharField(
        _("reference"), max_length=12, unique=True, validators=[RegexValidator(r"^[A-Z][A-Za-z0-9]*$")],
        help_text=_("A short name for staff, such as S12."),
    )  # fmt: skip
    title = models.CharField(_("title"), max_length=300)
    organisation = models.CharField(_("organization"), max_length=200)
    url = models.URLField(_("link"), max_length=500)
    dated = models.CharField(
        _("dated"), max_length=60, blank=True, help_text=_("As the source gives it: “2019, upd. 2023”.")
    )
    how_read = models.CharField(_("how far it was read"), max_length=5, choices=HowRead)
    note = models.TextField(
        _("note for staff"), blank=True, help_text=_("What was read, and where. Patients do not see this.")
    )

    class Meta:
        ordering = ["ref"]
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self) -> str:
        return f"{self.ref} {self.title} ({self.organisation})"


class GlossaryTerm(models.Model):
    term = models.CharField(
        _("term"), max_length=80, unique=True, help_text=_("As it stands in texts: “Seizure (fit, convulsion)”.")
    )
    meaning = models.CharField(_("plain meaning"), max_length=300)

    class Meta:
        ordering = ["term"]
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary terms")

    def __str__(self) -> str:
        return self.term


class Article(models.Model):
    slug = AddressField(
        _("address"),
        max_length=80,
        unique=True,
        help_text=_("The last part of the page's address. Fixed once published."),
    )
    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(
        _("summary"),
        max_length=300,
        validators=[known_placeholders],
        help_text=_("One or two plain sentences below the title and in lists."),
    )
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="articles", verbose_name=_("topic"))
    audiences = models.ManyToManyField(Audience, related_name="articles", verbose_name=_("written for"))
    related = models.ManyToManyField("self", symmetrical=False, blank=True, verbose_name=_("related articles"))
    review_months = models.PositiveSmallIntegerField(
        _("review every (months)"), default=24, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    last_reviewed = models.DateField(
        _("last reviewed"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Set when a clinical reviewer approves an edition."),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("author")
    )
    clinical_reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("clinical reviewer"),
        help_text=_("Who is asked to approve it. Patients see the name of the person who did."),
    )  # fmt: skip
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    # A draft that is deleted takes its submissions with it; the log keeps what happened.
    submissions = GenericRelation("articles.Submission")

    # Saved, brought back and deleted together with it (see `articles.stale`).
    own_parts = ("sections", "codes")

    class Meta:
        ordering = ["title"]
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        permissions = [
            ("submit_article", "Can submit articles for review"),
            ("withdraw_article", "Can withdraw articles, and cancel what is planned"),
            ("approve_article", "Can approve and return articles as a clinical reviewer"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("article", args=[self.slug])

    def clean(self) -> None:
        super().clean()
        if self.pk and self.editions.exists():
            before = Article.objects.values_list("slug", flat=True).get(pk=self.pk)
            if before != self.slug:
                raise ValidationError(
                    {"slug": _("This article has been published as “%(slug)s”. Its address is fixed, so that links to it hold.") % {"slug": before}}
                )  # fmt: skip

    def has_published_anchor(self, anchor: str) -> bool:
        return self.editions.filter(sections__anchor=anchor).exists()


class CodeSystem(models.TextChoices):
    ICD_10_CM = codes.ICD_10_CM.key, codes.ICD_10_CM.name
    SNOMED_CT = codes.SNOMED_CT.key, codes.SNOMED_CT.name
    ICD_10 = codes.ICD_10.key, codes.ICD_10.name


class ClinicalCode(models.Model):
    article = models.ForeignKey(Article, models.CASCADE, related_name="codes")
    system = models.CharField(_("system"), max_length=12, choices=CodeSystem)
    code = models.CharField(
        _("code"), max_length=18,
        help_text=_("Like M77.40 in ICD-10-CM, M77.4 in ICD-10, 55300003 in SNOMED CT. Records find the article by it."),
    )  # fmt: skip

    class Meta:
        ordering = ["system", "code"]
        verbose_name = _("clinical code")
        verbose_name_plural = _("clinical codes")
        constraints = [
            models.UniqueConstraint(
                fields=["article", "system", "code"],
                name="clinical_code_once_an_article",
                violation_error_message=_("This article has this code already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_system_display()} {self.code}"

    def clean(self) -> None:
        super().clean()
        if self.code and (problem := codes.problem(self.system, self.code)):
            raise ValidationError({"code": problem})


class Callout(models.TextChoices):
    """What kind of box a section is, most urgent first."""

    EMERGENCY = "emergency", _("Emergency")
    URGENT = "urgent", _("Urgent: be seen today")
    SEE_A_DOCTOR = "see-a-doctor", _("See a doctor")
    SELF_CARE = "self-care", _("Self-care")
    INFO = "info", _("Information")


class Subtopic(models.TextChoices):
    """What a section is about, as far as medical records ask for it."""

    THERAPY = "therapy", _("Treatment")
    DIAGNOSIS = "diagnosis", _("Finding out what it is")
    ETIOLOGY = "etiology", _("Causes")


class Section(models.Model):
    article = models.ForeignKey(Article, models.CASCADE, related_name="sections")
    order = models.PositiveIntegerField(
        _("order"), default=0, help_text=_("Emergency sections always come first on the page.")
    )
    heading = models.CharField(_("heading"), max_length=120)
    anchor = AddressField(
        _("anchor"), max_length=60, validators=[anchor_form],
        help_text=_("The part after # in a link to this section. Fixed once published, so that links hold."),
    )  # fmt: skip
    callout = models.CharField(_("kind of section"), max_length=12, choices=Callout, default=Callout.INFO)
    subtopic = models.CharField(
        _("what records may ask for"), max_length=10, choices=Subtopic, blank=True,
        help_text=_("A medical record that asks for treatment, tests or causes is led straight to this section."),
    )  # fmt: skip
    body = RichTextField(_("text"))
    picture = models.CharField(
        _("picture"), max_length=30, blank=True, choices=pictures.choices,
        help_text=_("A line drawing below the text. The text must say all that it shows."),
    )  # fmt: skip
    sources = models.ManyToManyField(Source, blank=True, related_name="sections", verbose_name=_("sources"))
    review_note = models.TextField(
        _("note for the clinical reviewer"),
        blank=True,
        help_text=_("What still needs checking. Patients do not see this."),
    )

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        constraints = [
            models.UniqueConstraint(
                fields=["article", "anchor"],
                name="section_anchor_once_an_article",
                violation_error_message=_("Another section of this article has this anchor."),
            )
        ]

    def __str__(self) -> str:
        return self.heading

    def get_absolute_url(self) -> str:
        return f"{self.article.get_absolute_url()}#{self.anchor}"

    def clean(self) -> None:
        super().clean()
        if not self.pk:
            return
        before = Section.objects.values_list("anchor", flat=True).filter(pk=self.pk).first()
        if before and before != self.anchor and self.article.has_published_anchor(before):
            raise ValidationError(
                {"anchor": _("This section has been published as “%(anchor)s”. Its anchor is fixed, so that links to it hold.") % {"anchor": before}}
            )  # fmt: skip
