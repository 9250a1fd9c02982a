"""“Used by”: what leads to an article or a section, shown, and asked about, where staff could take it away."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles import links, registry
from articles.models import Article, ArticleEdition, EditionSection
from articles.registry import Use

from .edition_admin import WithdrawForm


def to_section(uses: Iterable[Use], anchor: str) -> list[Use]:
    return [use for use in uses if use.anchor == anchor]


def shown(uses: list[Use]) -> SafeString | str:
    """A list of links to the places where staff can change each."""
    if not uses:
        return _("Nothing leads here.")
    items = format_html_join("", "<li>{}</li>", ((shown_line(use),) for use in uses))
    return format_html('<ul class="uses">{}</ul>', items)


def shown_line(use: Use) -> SafeString:
    return format_html('<a href="{}">{}</a>', use.url, use.what[:1].upper() + use.what[1:])


class KeepsWhatIsUsed(BaseInlineFormSet):
    """Sections of an article: one that patients are sent to from elsewhere cannot be deleted."""

    def clean(self) -> None:
        super().clean()
        going = [form.instance for form in self.deleted_forms if form.instance.pk]
        if not going:
            return
        uses = [use for use in registry.uses_of(self.instance.pk) if use.breaks]
        for section in going:
            if names := [use.what for use in to_section(uses, section.anchor)]:
                raise ValidationError(
                    _("The section “%(section)s” cannot be deleted, since patients are sent to it: %(names)s.")
                    % {"section": section, "names": "; ".join(names)}
                )


class ArticleWithdrawForm(WithdrawForm):
    """Asks for a successor where other texts lead to the live article. Nobody is ever kept from withdrawing it."""

    successor = forms.CharField(
        label=gettext_lazy("Send readers to"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vTextField", "list": "live-articles"}),
        help_text=gettext_lazy(
            "The address of another page, such as /articles/calf-pain/ or /articles/calf-pain/#rest. "
            "It comes first on the page that patients see instead."
        ),
    )
    anyway = forms.BooleanField(required=False)

    def __init__(self, data: Any, *, edition: ArticleEdition) -> None:
        super().__init__(data)
        self.edition = edition
        is_live = ArticleEdition.objects.live().filter(pk=edition.pk).exists()
        uses = registry.uses_of(edition.article_id) if is_live else []
        # A text that leads to several sections is one place.
        self.uses = list({use.what: use for use in uses if use.breaks}.values())
        self.mentions = list({use.what: use for use in uses if not use.breaks}.values())
        if self.uses:
            self.fields["anyway"].label = ngettext(
                "Withdraw it although %(number)d place leads here",
                "Withdraw it although %(number)d places lead here",
                len(self.uses),
            ) % {"number": len(self.uses)}
        else:
            del self.fields["anyway"]

    @property
    def live_articles(self) -> list[ArticleEdition]:
        """What readers can be sent to."""
        return list(
            ArticleEdition.objects.live().summaries().exclude(article=self.edition.article_id).order_by("title")
        )

    def clean_successor(self) -> tuple[Article, str] | None:
        typed = self.cleaned_data["successor"].strip()
        if not typed:
            return None
        page = links.page_of(typed)
        sections = EditionSection.objects.live().filter(edition__slug=page.article) if page else None
        if page is None or not sections:
            raise ValidationError(_("There is no live article at this address."))
        if page.article == self.edition.slug:
            raise ValidationError(_("This is the article that you withdraw."))
        if page.anchor and not sections.filter(anchor=page.anchor).exists():
            raise ValidationError(_("That article has no section “%(anchor)s” now.") % {"anchor": page.anchor})
        return Article.objects.get(slug=page.article), page.anchor

    def clean(self) -> None:
        super().clean()
        if self.uses and not self.errors and not self.cleaned_data["successor"] and not self.cleaned_data["anyway"]:
            self.add_error(
                "successor", _("Other texts lead here. Say where readers go instead, or tick the box below.")
            )

    def decision(self) -> dict[str, Any]:
        article, anchor = self.cleaned_data["successor"] or (None, "")
        return {"message": self.cleaned_data["message"], "successor": article, "successor_anchor": anchor}
