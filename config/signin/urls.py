"""The pages of signing in. Only these of allauth's exist here: no sign-up, no e-mail addresses, no reset by mail.

Every one stands below /admin/, where the cookie of the session ends. What needs a recent sign-in is below `factors/`.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import path

from config.signin.invitations import ChoosePasswordView
from config.signin.limits import closed_without_limits
from config.signin.sessions import sessions

urlpatterns = [
    path("login/", closed_without_limits(account.login), name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("password_change/", closed_without_limits(account.password_change), name="account_change_password"),
    path("choose-password/<uidb64>/<token>/", ChoosePasswordView.as_view(), name="invitation"),
    path("sign-in/", mfa.index, name="mfa_index"),
    path("sign-in/code/", closed_without_limits(mfa.authenticate), name="mfa_authenticate"),
    path("sign-in/passkey/", closed_without_limits(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("sign-in/again/", closed_without_limits(account.reauthenticate), name="account_reauthenticate"),
    path("sign-in/again/code/", closed_without_limits(mfa.reauthenticate), name="mfa_reauthenticate"),
    path(
        "sign-in/again/passkey/",
        closed_without_limits(passkeys.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("sign-in/factors/sessions/", sessions, name="account_sessions"),
    path("sign-in/factors/password/", closed_without_limits(account.password_set), name="account_set_password"),
    path("sign-in/factors/app/", closed_without_limits(totp.activate_totp), name="mfa_activate_totp"),
    path("sign-in/factors/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("sign-in/factors/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("sign-in/factors/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("sign-in/factors/codes/download/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("sign-in/factors/passkeys/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("sign-in/factors/passkeys/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("sign-in/factors/passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("sign-in/factors/passkeys/<int:pk>/name/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
]
