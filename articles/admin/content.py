"""What staff write: articles with their sections, and what articles share."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import differences, live, naming, problems, publishing, registry, review_facts
from articles.models import (
    Article,
    ArticleEdition,
    Audience,
    Clinic,
    GlossaryTerm,
    Section,
    Source,
    Topic,
)
from articles.review_facts import ArticleFacts

from . import levels, linking, preview, using
from .coding import CodeInline
from .drafts import DraftFilter
from .guarded import GuardedAdmin
from .linking import LinkFilter
from .people import PersonField
from .problems import ProblemFilter, check_now
from .publishing import PublishableAdmin, ShownFinding
from .reviewing import ReviewFilter, review_due, with_review_due
from .sections import SectionInline


class LiveFilter(admin.SimpleListFilter):
    title = gettext_lazy("live")
    parameter_name = "live"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Patients can read it")), ("no", _("Not live"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        live = queryset.model.editions.rel.related_model.objects.live()
        if self.value() == "yes":
            return queryset.filter(editions__in=live)
        if self.value() == "no":
            return queryset.exclude(editions__in=live)
        return queryset


@admin.register(Article)
class ArticleAdmin(PublishableAdmin):
    change_form_template = "admin/articles/article_change_form.html"
    list_display = ["title", "topic", "written_for", "section_count", "live", review_due, "updated_at"]
    list_filter = [LiveFilter, DraftFilter, ReviewFilter, ProblemFilter, "topic", "audiences", "last_reviewed"]
    search_fields = ["title", "slug", "summary", "sections__heading"]
    list_per_page = 50
    date_hierarchy = "updated_at"
    actions = [check_now]

    fieldsets = [
        (None, {"fields": ["title", "slug", "summary", "topic", "audiences", "reading_level_of_all"]}),
        (
            gettext_lazy("Review"),
            {"fields": ["review_months", "last_reviewed", "author", "clinical_reviewer"], "classes": ["collapse"]},
        ),
        (gettext_lazy("Related articles"), {"fields": ["related"], "classes": ["collapse"]}),
        (gettext_lazy("Used by"), {"fields": ["used_by"], "classes": ["collapse"]}),
    ]
    readonly_fields = ["last_reviewed", "used_by", "reading_level_of_all"]
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["related"]
    inlines = [SectionInline, CodeInline]
    facts_template = "admin/articles/_article_facts.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        articles = super().get_queryset(request).select_related("topic").prefetch_related("audiences")
        return with_review_due(articles.annotate(sections_number=Count("sections", distinct=True)))

    def get_urls(self) -> list[URLPattern]:
        return [*preview.urls(self), *super().get_urls()]

    @admin.display(description=gettext_lazy("Reading level of all"))
    def reading_level_of_all(self, article: Article) -> SafeString:
        return levels.level_of_article(article)

    def preview_url(self, obj: Article | None) -> str:
        return preview.url_of(obj)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Article | None = None) -> dict[str, Any]:
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Who begins an article is its author, unless they choose somebody else."""
        return {"author": request.user.pk} | super().get_changeform_initial_data(request)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.related_model is User:
            kwargs["form_class"] = PersonField
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "audiences":
            # A handful: all of them can be seen at once.
            kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("places that lead here"))
    def used_by(self, article: Article) -> str:
        return using.shown(registry.uses_of(article.pk) if article.pk else [])

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What other texts lead to stays; each is named, and a row without a page of its own (a string without a link) is
        part of one that is named already."""
        to_delete, counts, permissions, protected = super().get_deleted_objects(objs, request)
        uses = [using.shown_line(use) for article in objs for use in registry.uses_of(article.pk)]
        if uses:
            protected = [row for row in protected if isinstance(row, SafeString)]
        return to_delete, counts, permissions, list(dict.fromkeys([*protected, *uses]))

    @admin.display(description=gettext_lazy("written for"))
    def written_for(self, article: Article) -> str:
        return ", ".join(audience.name for audience in article.audiences.all())

    @admin.display(description=gettext_lazy("sections"), ordering="sections_number")
    def section_count(self, article: Any) -> int:
        return article.sections_number

    @admin.display(description=gettext_lazy("live"), boolean=True)
    def live(self, article: Article) -> bool:
        return article.pk in self._live_articles

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        live = ArticleEdition.objects.live()
        self._live_articles = set(live.values_list("article_id", flat=True))
        return super().changelist_view(request, extra_context)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        problems.keep(form.instance, publishing.check(form.instance))

    def shown_findings(self, obj: Article) -> list[ShownFinding]:
        findings = publishing.check(obj)
        problems.keep(obj, findings)
        change = self.admin_url("change", obj)
        place = {section.pk: number for number, section in enumerate(obj.sections.all())}
        return [
            ShownFinding(
                finding.message,
                f"{change}#sections-{place[finding.section.pk]}" if finding.section else change,
                finding.blocks,
            )
            for finding in findings
        ]

    def review_facts(self, obj: Article) -> ArticleFacts:
        return review_facts.of_article(obj)

    def shown_changes(self, before: Any, now: Any) -> SafeString:
        changes = differences.compare(before, now, naming.of(before, now))
        return render_to_string("admin/articles/_changes.html", {"changes": changes})


@admin.register(Section)
class SectionAdmin(admin.ModelAdmin):
    """Only so that sections can be looked up by name; they are edited on their article's page."""

    search_fields = ["heading", "anchor", "article__title"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Section]:
        return super().get_queryset(request).select_related("article").order_by("article__title", "order")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Topic)
class TopicAdmin(GuardedAdmin):
    list_display = ["name", "description", "order", "article_count"]
    list_editable = ["order"]
    search_fields = ["name", "description"]
    list_filter = ["articles__audiences"]
    prepopulated_fields = {"slug": ["name"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        return super().get_queryset(request).annotate(articles_number=Count("articles", distinct=True))

    @admin.display(description=gettext_lazy("articles"), ordering="articles_number")
    def article_count(self, topic: Any) -> int:
        return topic.articles_number


@admin.register(Audience)
class AudienceAdmin(GuardedAdmin):
    list_display = ["name", "slug", "order"]
    list_editable = ["order"]
    search_fields = ["name"]
    list_filter = ["articles__topic"]
    prepopulated_fields = {"slug": ["name"]}

    def kept_by(self, objs: Any) -> list[SafeString]:
        articles = Article.objects.filter(audiences__in=[row.pk for row in objs]).distinct().order_by("title")
        return [
            _link_to(article, _("Article “%(title)s” is written for it") % {"title": article}) for article in articles
        ]


@admin.register(Source)
class SourceAdmin(GuardedAdmin):
    list_display = ["ref", "title", "organisation", "how_read", "dated", "link", "checked", "cited"]
    list_filter = [LinkFilter, "how_read", "organisation"]
    list_select_related = ["link_check"]
    change_list_template = "admin/articles/source_change_list.html"
    search_fields = ["ref", "title", "organisation", "url"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        return super().get_queryset(request).annotate(sections_number=Count("sections"))

    def kept_by(self, objs: Any) -> list[SafeString]:
        sections = Section.objects.filter(sources__in=[row.pk for row in objs]).distinct().select_related("article")
        said = _("Section “%(section)s” of “%(article)s” cites it")
        return [
            _link_to(section.article, said % {"section": section, "article": section.article})
            for section in sections.order_by("article__title", "order", "pk")
        ]

    @admin.display(description=gettext_lazy("link"))
    def link(self, source: Source) -> str:
        return format_html('<a href="{}" rel="noreferrer">{}</a>', source.url, _("open"))

    @admin.display(description=gettext_lazy("link check"), ordering="link_check__state")
    def checked(self, source: Source) -> str:
        return linking.shown(source)

    @admin.display(description=gettext_lazy("cited in sections"), ordering="sections_number")
    def cited(self, source: Any) -> int:
        return source.sections_number


def _link_to(article: Article, text: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse("admin:articles_article_change", args=[article.pk]), text)


class UsedFilter(admin.SimpleListFilter):
    title = gettext_lazy("used in live articles")
    parameter_name = "used"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[GlossaryTerm]) -> QuerySet[GlossaryTerm]:
        used = [term for term, _meaning in live.glossary(request.clinic.live_version)]  # type: ignore[attr-defined]
        if self.value() == "yes":
            return queryset.filter(term__in=used)
        return queryset.exclude(term__in=used) if self.value() == "no" else queryset


@admin.register(GlossaryTerm)
class GlossaryTermAdmin(GuardedAdmin):
    list_display = ["term", "meaning"]
    list_filter = [UsedFilter]
    search_fields = ["term", "meaning"]


@admin.register(Clinic)
class ClinicAdmin(GuardedAdmin):
    list_display = ["name", "phone", "emergency_number", "country", "language"]
    search_fields = ["name"]
    fieldsets = [
        (None, {"fields": ["name", "phone", "address", "hours"]}),
        (
            gettext_lazy("Numbers in texts"),
            {
                "fields": ["emergency_number", "maternity_unit", "out_of_hours_line", "poison_center"],
                "description": gettext_lazy("A change shows at once in every article and self-check."),
            },
        ),
        (gettext_lazy("Place"), {"fields": ["country", "language"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Clinic.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """There is one clinic: go straight to it."""
        clinic = Clinic.objects.first()
        if clinic is None:
            return super().changelist_view(request, extra_context)
        return HttpResponseRedirect(reverse("admin:articles_clinic_change", args=[clinic.pk]))
