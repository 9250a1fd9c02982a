"""Reading the editions of articles, bringing one back, withdrawing one."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

from articles import differences, naming, publishing, richtext, snapshot, stale
from articles.evidence import Evidence
from articles.models import Article, ArticleEdition, Clinic, Source

from .edition_admin import EditionAdmin, EditionStatus
from .rating import answers, quality, rate_view
from .restoring import Together, for_a_look, hidden, with_known_keys
from .using import ArticleWithdrawForm


@admin.register(ArticleEdition)
class ArticleEditionAdmin(EditionAdmin):
    list_filter = [EditionStatus, "topic", "goes_live_at"]
    own_fields = ["quality"]
    readonly_fields = [*EditionAdmin.readonly_fields, "quality"]
    evidence_template = "admin/evidence/article.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(rate_view)
        return [
            path("<path:object_id>/rate/<slug:key>/", view, name="articles_articleedition_rate"),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("quality"))
    def quality(self, edition: ArticleEdition) -> SafeString:
        return quality(edition)

    @admin.display(description=gettext_lazy("text"))
    def text(self, edition: ArticleEdition) -> SafeString:
        context = {"edition": edition, "sections": edition.sections.all(), "clinic": Clinic.objects.current()}
        return render_to_string("admin/articles/edition_text.html", context)

    def evidence_facts(self, evidence: Evidence) -> dict[str, Any]:
        edition, before = evidence.edition, evidence.before
        sections = list(edition.sections.all())
        # In the words of the program alone: what staff may rename would change the file afterwards.
        now, names = snapshot.of_edition(edition), naming.fixed()
        return {
            "codes": [f"{names['codes'].get(system, system)} {code}" for system, code in edition.codes],
            "sections": [(section, _on_paper(section.body)) for section in sections],
            "changes": differences.compare(snapshot.of_edition(before), now, names) if before else None,
            "sources": [
                _source_on_paper(ref, edition.sources[ref], [each.heading for each in sections if ref in each.sources])
                for ref in sorted(edition.sources, key=snapshot.reference_order)
            ],
            "ratings": [(rating, answers(rating)) for rating in edition.ratings.order_by("rated_at", "pk")],
        }

    def restore(self, edition: ArticleEdition, *, by: Any) -> Article:
        return publishing.restore(edition, by=by)

    def seen_together(self, request: HttpRequest, parent: Article) -> str:
        form: Any = self.admin_site.get_model_admin(Article)
        return stale.sign(stale.name_of(parent), form.said(request, parent))

    def together(self, request: HttpRequest, edition: ArticleEdition, seen: str) -> Together:
        """In the form of the article, as if the edition had been typed into it."""
        form: Any = self.admin_site.get_model_admin(Article)
        article = Article.objects.get(pk=edition.article_id)
        stored = form.said(request, article)
        with for_a_look(lambda: self.restore(edition, by=request.user)) as restored:
            mine = form.said(request, restored)
        sent = form.sent_for(request, article, with_known_keys(mine, stored))
        return Together(form.admin_url("change", article), hidden(sent, seen=seen))

    def withdraw_form(self, data: Any, edition: ArticleEdition) -> ArticleWithdrawForm:
        return ArticleWithdrawForm(data, edition=edition)

    def withdraw(self, edition: ArticleEdition, **kwargs: Any) -> Any:
        return publishing.withdraw(edition, **kwargs)


def _on_paper(body: str) -> SafeString:
    return mark_safe(richtext.with_addresses(richtext.clean(body)))  # noqa: S308 - cleaned right here


def _source_on_paper(ref: str, frozen: dict[str, str], headings: list[str]) -> dict[str, Any]:
    how_read = frozen.get("how_read", "")
    return frozen | {"ref": ref, "cited_in": headings, "how_read": dict(Source.HowRead.choices).get(how_read, "")}
