"""What a report of an error may hold. Patients tick their health into these pages, and staff type into them."""

from collections.abc import ItemsView
from types import FrameType
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter


class NothingTyped(SafeExceptionReporterFilter):
    """Where something broke, but nothing that anybody ticked, typed or keeps in a cookie.

    With DEBUG, on a developer's own machine, Django shows everything as usual.
    """

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        return self._hidden(request, super().get_post_parameters(request))

    def get_safe_cookies(self, request: HttpRequest) -> dict[str, Any]:
        return self._hidden(request, super().get_safe_cookies(request))

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame: FrameType) -> ItemsView[str, Any]:
        """Variables hold answers under any name."""
        found = super().get_traceback_frame_variables(request, tb_frame)
        return self._hidden(request, dict(found)).items()

    def _hidden(self, request: HttpRequest | None, values: Any) -> dict[str, Any]:
        return dict.fromkeys(values, self.cleansed_substitute) if self.is_active(request) else values
