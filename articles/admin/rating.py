"""Rating an edition with a public instrument, and reading what others said."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import instruments, rating, suggestions
from articles.instruments import INSTRUMENTS, Instrument, Mark, Part
from articles.models import ArticleEdition, Clinic, QualityRating
from articles.placeholders import fill_text
from articles.rating import CannotRate

SHOWN = {
    Mark.YES: gettext_lazy("yes"),
    Mark.NO: gettext_lazy("no"),
    Mark.NOT_APPLICABLE: gettext_lazy("not applicable"),
}


class RatingForm(forms.Form):
    """A choice for each item, none of them made beforehand."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=gettext_lazy("What would make it better."),
    )

    def __init__(
        self, data: Any, *, instrument: Instrument, suggested: dict[int, suggestions.Suggestion], clinic: Clinic
    ) -> None:
        super().__init__(data)
        self.instrument = instrument
        for part, item in instrument.items:
            names = {Mark.YES: instrument.yes, Mark.NO: instrument.no}
            if instruments.can_be_left_out(part, item):
                names[Mark.NOT_APPLICABLE] = _("Not applicable")
            suggestion = suggested.get(item.number)
            said = f"{names[suggestion.mark]}. {suggestion.reason}" if suggestion else ""
            self.fields[_name(item.number)] = forms.ChoiceField(
                label=f"{item.number}. {item.text}",
                choices=[(mark.value, name) for mark, name in names.items()],
                required=False,
                widget=forms.RadioSelect,
                help_text=fill_text(_hint(item, said), clinic),
            )

    @property
    def parts(self) -> list[tuple[Part, list[forms.BoundField]]]:
        return [(part, [self[_name(item.number)] for item in part.items]) for part in self.instrument.parts]

    @property
    def marks(self) -> dict[int, Mark]:
        given = {item.number: self.cleaned_data.get(_name(item.number)) for _part, item in self.instrument.items}
        return {number: Mark(mark) for number, mark in given.items() if mark}

    def clean(self) -> None:
        super().clean()
        if any(name.startswith("item_") for name in self.errors):
            return
        for number in instruments.missing(self.instrument, self.marks):
            self.add_error(_name(number), _("Choose an answer to item %(number)d.") % {"number": number})
        for part in instruments.mixed(self.instrument, self.marks):
            self.add_error(
                _name(part.items[0].number),
                _("The part “%(part)s” applies as a whole or not at all. Mark all of it as not applicable, or none.")
                % {"part": part.name},
            )


def _name(number: int) -> str:
    return f"item_{number}"


def _hint(item: instruments.Item, suggestion: str) -> str:
    said = []
    if item.zero_without:
        said.append(_("Counts as no after a no to item %(number)d.") % {"number": item.zero_without})
    if item.skip_without:
        said.append(_("Leave it out after a no to item %(number)d.") % {"number": item.skip_without})
    if suggestion:
        said.append(_("Suggestion: %(suggestion)s") % {"suggestion": suggestion})
    return " ".join(said)


def rate_view(request: HttpRequest, object_id: str, key: str) -> HttpResponse:
    """GET shows the items with suggestions beside them; POST keeps a complete rating for good."""
    instrument = INSTRUMENTS.get(key)
    edition = _edition(object_id)
    if instrument is None or edition is None:
        raise Http404
    if not request.user.has_perm("articles.add_qualityrating"):
        raise PermissionDenied
    back = reverse("admin:articles_articleedition_change", args=[edition.pk])
    try:
        rating.check_rater(edition, request.user)  # type: ignore[arg-type]
    except CannotRate as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(back)
    sections = list(edition.sections.all())
    suggested = suggestions.BY_INSTRUMENT[key](sections)
    clinic = Clinic.objects.current()
    typed = request.POST if request.method == "POST" else None
    form = RatingForm(typed, instrument=instrument, suggested=suggested, clinic=clinic)
    if form.is_valid():
        rating.rate(edition, instrument, form.marks, by=request.user, note=form.cleaned_data["note"])  # type: ignore[arg-type]
        messages.success(request, _("Your rating is kept with %(edition)s.") % {"edition": edition})
        return HttpResponseRedirect(back)
    context = {
        **admin.site.each_context(request),
        "title": _("Rate with %(instrument)s") % {"instrument": instrument.name},
        "opts": ArticleEdition._meta,
        "edition": edition,
        "sections": sections,
        "clinic": clinic,
        "form": form,
        "back_url": back,
    }
    return render(request, "admin/articles/rate.html", context, status=422 if form.errors else 200)


def _edition(object_id: str) -> ArticleEdition | None:
    if not (object_id.isascii() and object_id.isdecimal() and len(object_id) < 19):
        return None
    return ArticleEdition.objects.select_related("article", "submission").filter(pk=object_id).first()


def quality(edition: ArticleEdition) -> SafeString:
    """The ratings of an edition, and the way to add one."""
    ways = [
        (instrument.name, reverse("admin:articles_articleedition_rate", args=[edition.pk, key]))
        for key, instrument in INSTRUMENTS.items()
    ]
    context = {"ratings": edition.ratings.all(), "ways": ways}
    return render_to_string("admin/articles/edition_quality.html", context)


@admin.register(QualityRating)
class QualityRatingAdmin(admin.ModelAdmin):
    """Ratings are made on the page of an edition, and never change."""

    list_display = ["edition", "instrument", "result", "rater_name", "rated_at"]
    list_filter = ["instrument", "rated_at"]
    search_fields = ["edition__title", "rater_name", "note"]
    list_select_related = ["edition"]
    fields = ["edition", "instrument", "result", ("rater_name", "rated_at"), "note", "items"]
    readonly_fields = ["result", "items"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("result"))
    def result(self, row: QualityRating) -> SafeString:
        return render_to_string("admin/articles/_scores.html", {"scores": row.scores})

    @admin.display(description=gettext_lazy("answers"))
    def items(self, row: QualityRating) -> SafeString:
        return format_html("<div>{}</div>", format_html_join("", "<p>{}. {} <strong>{}</strong></p>", answers(row)))


def answers(row: QualityRating) -> list[tuple[int, str, str]]:
    """Number, words and answer of each item."""
    marks = row.marks
    return [
        (item.number, item.text, str(SHOWN[marks[item.number]]) if item.number in marks else _("left out"))
        for _part, item in row.used.items
    ]
