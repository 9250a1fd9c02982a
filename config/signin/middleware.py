"""Who may go on below /admin/: staff whose sign-in still holds, with a second factor where one is asked for."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from config.signin import events, lifetimes

STAFF = "/admin/"
# Where somebody without a second factor may go: to add one, or to leave.
OPEN = ("/admin/login/", "/admin/logout/", "/admin/sign-in/", "/admin/jsi18n/")
# Who may do what, and how they sign in: asked for a recent sign-in.
SENSITIVE = ("/admin/auth/", "/admin/sign-in/factors/")


def staff_only(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(STAFF) and request.user.is_authenticated:
            if step := _stop(request):
                return step
            lifetimes.still_here(request.session)
        return get_response(request)

    return middleware


def _stop(request: HttpRequest) -> HttpResponse | None:
    """Where the person must go first, if anywhere."""
    if not request.user.is_staff:
        return _sign_out(request, _("Only staff can sign in here."))
    if why := lifetimes.why_over(request.session):
        return _sign_out(request, why)
    if settings.STAFF_MFA and not request.path.startswith(OPEN):
        if not is_mfa_enabled(request.user):
            return HttpResponseRedirect(reverse("mfa_index"))
        if not lifetimes.used_second_factor(request):
            return _sign_out(request, _("Please sign in again, with your second factor."))
    to_change = reverse("account_change_password")
    if lifetimes.needs_new_password(request) and not request.path.startswith((to_change, *OPEN)):
        messages.warning(request, _("Your password is on a list of stolen ones. Please choose another now."))
        return HttpResponseRedirect(to_change)
    if request.path.startswith(SENSITIVE):
        if lifetimes.is_recent(request):
            lifetimes.note_opened(request)
        elif request.method != "POST" or not lifetimes.was_opened(request):
            return HttpResponseRedirect(lifetimes.again_url(request.get_full_path()))
    return None


def _sign_out(request: HttpRequest, why: str) -> HttpResponse:
    events.note(request.user, "signed out", why)
    logout(request)
    messages.warning(request, why)
    if request.path.startswith(OPEN):
        return HttpResponseRedirect(reverse("account_login"))
    return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")
