"""What staff fill in to submit, approve or return a text, or to ask somebody without an account."""

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Signature, Submission


class WhenForm(forms.Form):
    """From when, and until when, patients read it."""

    goes_live_at = forms.SplitDateTimeField(
        label=gettext_lazy("Goes live"),
        required=False,
        widget=AdminSplitDateTime,
        help_text=gettext_lazy("Leave empty for now."),
    )
    expires_at = forms.SplitDateTimeField(
        label=gettext_lazy("Expires"),
        required=False,
        widget=AdminSplitDateTime,
        help_text=gettext_lazy("Leave empty if it has no end. After this moment patients see that it was taken down."),
    )

    def clean_goes_live_at(self) -> Any:
        moment = self.cleaned_data["goes_live_at"]
        if moment and moment < timezone.now() - datetime.timedelta(minutes=5):
            raise forms.ValidationError(_("This moment has passed. Leave it empty to go live now."))
        return moment

    def clean(self) -> None:
        super().clean()
        begins = self.cleaned_data.get("goes_live_at") or timezone.now()
        ends = self.cleaned_data.get("expires_at")
        if ends and ends <= begins:
            self.add_error("expires_at", _("It must expire after it goes live."))


class SubmitForm(WhenForm):
    reason = forms.CharField(
        label=gettext_lazy("What changed"),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=gettext_lazy("One sentence, for patients and for whoever looks back."),
    )
    message = forms.CharField(
        label=gettext_lazy("Note for the reviewer"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=gettext_lazy("What to look at, or what you are not sure of. Patients do not see it."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    field_order = ["reason", "message", "goes_live_at", "expires_at"]


class ApproveForm(WhenForm):
    """The button says what will happen and when. Only what it said can happen: `said` comes back with the form."""

    reviewer = forms.ChoiceField(
        label=gettext_lazy("Patients read as reviewer"),
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Whoever it is, it stays on record that you approved it."),
    )

    def __init__(
        self, data: Any = None, *, submission: Submission, signatures: Sequence[Signature], own_name: str
    ) -> None:
        wanted = submission.goes_live_at
        initial = {
            "goes_live_at": wanted if wanted and wanted > timezone.now() else None,
            "expires_at": submission.expires_at,
            "reviewer": own_name,
        }
        super().__init__(data, initial=initial)
        self.submission = submission
        names = dict.fromkeys([own_name, *(str(each) for each in signatures if each.agrees)])
        self.fields["reviewer"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]
        if len(names) == 1:
            del self.fields["reviewer"]

    @property
    def shown_fields(self) -> list[Any]:
        return [field for field in self if field.name not in self.hidden_names]

    @property
    def hidden_names(self) -> set[str]:
        """Fields that have nothing to ask."""
        return set()

    @property
    def moment(self) -> datetime.datetime | None:
        """When it goes live if the button is pressed now; None for at once."""
        if self.is_bound:
            moment: datetime.datetime | None = self.cleaned_data.get("goes_live_at") if self.is_valid() else None
            return moment
        found: datetime.datetime | None = self.initial["goes_live_at"]
        return found

    @property
    def button(self) -> str:
        if self.moment is None:
            return _("Approve, goes live now")
        return _("Approve, goes live %(when)s") % {"when": short(self.moment)}

    @property
    def says(self) -> str:
        """What the button says, for a machine: `now`, or `2026-12-03 09:00`."""
        return timezone.localtime(self.moment).strftime("%Y-%m-%d %H:%M") if self.moment else "now"

    def how(self) -> dict[str, Any]:
        """What `approval.approve` is told."""
        chosen = {"goes_live_at": self.cleaned_data["goes_live_at"], "expires_at": self.cleaned_data["expires_at"]}
        return chosen | {"reviewer_name": self.cleaned_data.get("reviewer", "")}


class ReturnForm(forms.Form):
    comment = forms.CharField(
        label=gettext_lazy("What must be mended"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
        help_text=gettext_lazy("Whoever submitted it reads this."),
        error_messages={"required": gettext_lazy("Say what must be mended.")},
    )


class InviteForm(forms.Form):
    invited = forms.CharField(
        label=gettext_lazy("For whom"),
        max_length=120,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=gettext_lazy("Name and role. One link for each person: it can be signed once."),
        error_messages={"required": gettext_lazy("Say for whom the link is.")},
    )


def short(moment: datetime.datetime) -> str:
    """`3 Dec 09:00`, with the year if it is not this one."""
    local = timezone.localtime(moment)
    return date_format(local, "j M H:i" if local.year == timezone.localtime().year else "j M Y H:i")
