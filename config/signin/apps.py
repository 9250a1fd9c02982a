from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SigninConfig(AppConfig):
    name = "config.signin"
    verbose_name = _("Sign-in")

    def ready(self) -> None:
        from config.signin import events  # noqa: F401 - its functions listen
