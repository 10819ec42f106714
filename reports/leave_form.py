"""What is asked when a member leaves: why, from when, how and to whom her money is paid."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _

from core.api.fields import EARLIEST_DAY
from cycles.models import Leaving
from reports.forms import METHODS, DayInput, PageForm

REASON_LONGEST = 500


class LeaveForm(PageForm):
    """How she leaves, in the words of the meeting."""

    kind = forms.ChoiceField(label=_("What happened?"), choices=Leaving.Kind.choices, widget=forms.RadioSelect)
    left_on = forms.DateField(
        label=_("From which day?"),
        widget=DayInput,
        validators=[MinValueValidator(EARLIEST_DAY, _("No books are that old."))],
    )
    next_of_kin = forms.ChoiceField(
        label=_("If she died: who is paid?"),
        help_text=_("One of the people she named. Leave it empty when she leaves herself."),
        required=False,
    )
    payment_method = forms.ChoiceField(label=_("How is it paid?"), choices=METHODS, widget=forms.RadioSelect)
    transaction_id = forms.CharField(
        label=_("Receipt number"),
        help_text=_("From the M-Pesa message or the bank slip. Leave it empty for cash."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"class": "receipt", "autocomplete": "off", "autocapitalize": "characters"}),
    )
    # What the review has shown that she is paid; another sum by the time of confirming is shown again.
    expected_amount = forms.DecimalField(
        required=False, min_value=0, max_digits=11, decimal_places=2, widget=forms.HiddenInput
    )
    reason = forms.CharField(
        label=_("Why?"), help_text=_("It is kept, and only officers can read it."), max_length=REASON_LONGEST
    )

    def __init__(self, *args: Any, kin: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = self.fields["next_of_kin"]
        assert isinstance(asked, forms.ChoiceField)  # noqa: S101  # narrows the type, nothing else
        asked.choices = [("", _("Nobody")), *kin]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        number = given.get("transaction_id", "").strip().upper()
        if given.get("payment_method") in {"MPESA", "BANK"} and not number:
            self.add_error("transaction_id", _("Write the number that stands on the message or slip."))
        given["transaction_id"] = "" if given.get("payment_method") == "CASH" else number
        return given

    @property
    def kin_id(self) -> uuid.UUID | None:
        chosen = self.cleaned_data["next_of_kin"]
        return uuid.UUID(chosen) if chosen else None
