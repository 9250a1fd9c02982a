"""Accounts without a password that anybody else knows: whoever adds a person gives them a link to choose one.

allauth's own screens show secrets and invite mistakes: the second factor is reset by a command instead.
"""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from config.signin import invitations, notices
from config.signin.models import Notice

admin.site.unregister([Authenticator, EmailAddress, User])


class NewAccountForm(forms.ModelForm):
    def clean_username(self) -> str:
        name = str(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=name).exists():
            raise ValidationError(_("Somebody has this name already."))
        return name


@admin.register(User)
class AccountAdmin(UserAdmin):
    add_form = NewAccountForm
    add_form_template = "admin/change_form.html"
    add_fieldsets = ((None, {"fields": ("username", "first_name", "last_name", "email", "is_staff", "groups")}),)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> Any:
        """Only one way to go on: to the link for the person."""
        only_save = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, {**only_save, **(extra_context or {})})

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"is_staff": True} | super().get_changeform_initial_data(request)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            notices.tell(obj, Notice.What.EMAIL, also_to=[form.initial["email"]])

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:auth_user_password_change", args=[obj.pk]))

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002 - Django's
        """In place of Django's form, in which a superuser types the password of somebody else."""
        person = self.get_object(request, unquote(id))
        if not self.has_change_permission(request, person):
            raise PermissionDenied
        if person is None:
            raise Http404
        if person == request.user:
            return HttpResponseRedirect(reverse("account_change_password"))
        link = ""
        if request.method == "POST":
            link = request.build_absolute_uri(invitations.invite(person, by=request.user))
            self.log_change(request, person, _("Made a link to choose a password."))
        title = _("Link for %(name)s to choose a password") % {"name": person.get_username()}
        context = {**self.admin_site.each_context(request), "title": title, "person": person, "link": link}
        return TemplateResponse(request, "admin/auth/user/link.html", context)
