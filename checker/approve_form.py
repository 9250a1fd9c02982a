"""Approving a self-check: if answers lose urgency, whoever approves says how many they have seen, and why it is right."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.admin.review_forms import ApproveForm
from checker import urgency
from checker.definition import parse
from checker.urgency import Losses


class QuizApproveForm(ApproveForm):
    less_urgent_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Less urgent than before"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Tick this if you have seen the answers that lose urgency."),
            "invalid_choice": gettext_lazy("The number has changed. Look at the answers that lose urgency again."),
        },
    )
    less_urgent_reason = forms.CharField(
        label=gettext_lazy("Why less urgent is right"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=gettext_lazy("Kept with the edition, for whoever looks back."),
        error_messages={"required": gettext_lazy("Say why less urgent is right.")},
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.definition = parse(self.submission.snapshot)
        self._ask(self._losses(self.initial["goes_live_at"]))

    def _losses(self, moment: Any) -> Losses:
        return urgency.losses(self.submission.subject, self.definition, moment or timezone.now())

    def _ask(self, losses: Losses) -> None:
        self.losses = losses
        kinds = losses.kinds
        label = ngettext(
            "I have seen that %(n)d kind of answers now gets a less urgent result.",
            "I have seen that %(n)d kinds of answers now get a less urgent result.",
            kinds,
        ) % {"n": kinds}
        self.fields["less_urgent_kinds"].choices = [(str(kinds), label)]  # type: ignore[attr-defined]
        for name in ("less_urgent_kinds", "less_urgent_reason"):
            self.fields[name].required = bool(kinds)

    @property
    def hidden_names(self) -> set[str]:
        return set() if self.losses.kinds else {"less_urgent_kinds", "less_urgent_reason"}

    def clean(self) -> None:
        super().clean()
        losses = self._losses(self.cleaned_data.get("goes_live_at"))
        if losses.kinds != self.losses.kinds:
            # At another time it takes the place of another edition.
            self._ask(losses)
            if self.cleaned_data.get("less_urgent_kinds") != [str(losses.kinds)] and losses.kinds:
                self.add_error("less_urgent_kinds", _("At that time other answers lose urgency. Look again."))

    def how(self) -> dict[str, Any]:
        if not self.losses.kinds:
            return super().how()
        reason = self.cleaned_data["less_urgent_reason"]
        return super().how() | {"less_urgent_kinds": self.losses.kinds, "less_urgent_reason": reason}
