"""The preview of an article: what is saved, or what is typed in the form and not yet saved."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Max, Model
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse

from articles import freezing, preview, richtext
from articles.freezing import Written
from articles.models import Article, ClinicalCode, Section, Source

from .form_errors import errors_of


def urls(model_admin: Any) -> list[URLPattern]:
    @preview.unpublished
    def view(request: HttpRequest, object_id: str | None = None) -> HttpResponse:
        return show(model_admin, request, object_id)

    shown = model_admin.admin_site.admin_view(view)
    return [
        path("preview/", shown, name="articles_article_preview_new"),
        path("<path:object_id>/preview/", shown, name="articles_article_preview"),
    ]


def url_of(article: Article | None) -> str:
    if article is None:
        return reverse("admin:articles_article_preview_new")
    return reverse("admin:articles_article_preview", args=[article.pk])


def show(model_admin: Any, request: HttpRequest, object_id: str | None) -> HttpResponse:
    """GET shows the working copy as it is saved; POST shows the form that was sent. Neither changes anything."""
    article: Article | None = model_admin.get_object(request, object_id) if object_id else None
    if article is None and (object_id or request.method != "POST"):
        raise Http404
    allowed = model_admin.has_view_permission(request, article) if article else model_admin.has_add_permission(request)
    if not allowed:
        raise PermissionDenied
    problems: list[str] = []
    if article and request.method != "POST":
        written = freezing.stored(article)
    else:
        written, problems = typed(model_admin, request, article)
    change = model_admin.admin_url("change", article) if article else reverse("admin:articles_article_add")
    preview.mark_as_draft(request, change, problems)
    last = article.editions.aggregate(last=Max("number"))["last"] if article else 0
    return preview.show_article(request, written, (last or 0) + 1)


def typed(model_admin: Any, request: HttpRequest, article: Article | None) -> tuple[Written, list[str]]:
    """What the form says, with a sentence for each error. A field with an error is shown as it was typed."""
    form = model_admin.get_form(request, article, change=article is not None)(request.POST, instance=article)
    form.is_valid()
    _take_typed(form, "title", "summary")
    formsets, _inlines = model_admin._create_formsets(request, form.instance, change=article is not None)
    by_model = {formset.model: formset for formset in formsets}
    written = Written(
        article=form.instance,
        audiences=[audience.slug for audience in form.cleaned_data.get("audiences", ())],
        related=[each.slug for each in form.cleaned_data.get("related", ())],
        codes=[[row.system, row.code] for row, _sources in _rows(by_model.get(ClinicalCode))],
        sections=freezing.in_reading_order(_rows(by_model.get(Section))),
    )
    return written, [str(error) for error in errors_of(form, formsets)]


def _rows(formset: Any) -> list[tuple[Any, list[Source]]]:
    """The rows that would be there after saving, in their order, each with its sources."""
    if formset is None:
        return []
    formset.is_valid()
    kept = [
        form
        for form in formset.forms
        if (form.instance.pk or form.has_changed()) and not formset._should_delete_form(form)
    ]
    for number, form in enumerate(kept, start=1):
        _take_typed(form, "heading", "body")
        if "anchor" in form.errors:
            form.instance.anchor = f"section-{number}"
    kept.sort(key=lambda form: getattr(form.instance, "order", 0))
    return [(form.instance, list(form.cleaned_data.get("sources", ()))) for form in kept]


def _take_typed(form: "forms.ModelForm[Model]", *names: str) -> None:
    """A value that was refused is not on the instance; patients' text shows it all the same, cleaned."""
    for name in names:
        if name in form.errors:
            value = str(form[name].value() or "")
            setattr(form.instance, name, richtext.clean(value) if name == "body" else value)
