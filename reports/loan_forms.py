"""What people type about loans: an application, its payment, a repayment, a change. The verbs judge it."""

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from core.api.fields import EARLIEST_DAY
from core.money import ZERO
from loans.models import LoanChange
from reports.forms import METHODS, AmountField, DayInput, PageForm

CHANGE, REVIEW, CONFIRM = "change", "review", "confirm"
MOST_MONTHS = 600
Choices = Sequence[tuple[str, str]]


class ExtraField(AmountField):
    """An amount, or nothing."""

    def clean(self, value: Any) -> Decimal:
        text = str(value or "").strip()
        return ZERO if text in {"", "0", "0.00"} else super().clean(text)


def _months(**options: Any) -> forms.IntegerField:
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    limits = [MinValueValidator(1), MaxValueValidator(MOST_MONTHS)]
    return forms.IntegerField(widget=widget, validators=limits, **options)


def _words(label: Any, hint: Any, *, required: bool = True) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, help_text=hint, max_length=500, widget=area, required=required)


def choose(form: forms.Form, name: str, choices: Choices) -> None:
    """Gives a field of the form its choices."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101  # narrows the type, nothing else
    field.choices = list(choices)


class ApplyForm(PageForm):
    """Who borrows what, for how long, what for, and who witnesses it. Fields are named as the verb names them."""

    member = forms.ChoiceField(label=_("Who borrows?"))
    loan_type = forms.ChoiceField(label=_("What kind of loan?"), widget=forms.RadioSelect)
    amount = AmountField(label=_("How much?"))
    duration_months = _months(label=_("For how many months?"))
    grace_months = forms.IntegerField(
        label=_("Months of interest only"),
        help_text=_("Project loans only: so many months at the start without principal. Empty for none."),
        required=False,
        min_value=0,
        max_value=MOST_MONTHS,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    extra_payment = ExtraField(
        label=_("Extra principal each month"),
        help_text=_("Long-term loans only: it ends the loan earlier. Empty for none."),
        required=False,
    )
    purpose = _words(_("What for?"), _("Those who decide read it. It is kept sealed."))
    witnesses = forms.MultipleChoiceField(
        label=_("Who witnesses it?"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, members: Choices, types: Choices, witnesses: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = [("", str(_("Choose a member")))] if len(members) > 1 else []
        choose(self, "member", [*asked, *members])
        choose(self, "loan_type", types)
        choose(self, "witnesses", witnesses)

    @property
    def member_id(self) -> uuid.UUID:
        return uuid.UUID(self.cleaned_data["member"])

    @property
    def witness_ids(self) -> list[uuid.UUID]:
        return [uuid.UUID(one) for one in self.cleaned_data["witnesses"]]


class MoneyForm(PageForm):
    """How money comes or goes, with its receipt number where it is not cash."""

    payment_method = forms.ChoiceField(label=_("How?"), choices=METHODS, widget=forms.RadioSelect)
    transaction_id = forms.CharField(
        label=_("Receipt number"),
        help_text=_("From the M-Pesa message or the bank slip. Leave it empty for cash."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"class": "receipt", "autocomplete": "off", "autocapitalize": "characters"}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        method, number = given.get("payment_method"), given.get("transaction_id", "").strip().upper()
        if method in {"MPESA", "BANK"} and not number:
            self.add_error("transaction_id", _("Write the number that stands on the message or slip."))
        given["transaction_id"] = "" if method == "CASH" else number
        return given


def _day(label: Any) -> forms.DateField:
    earliest = MinValueValidator(EARLIEST_DAY, _("No books are that old."))
    return forms.DateField(label=label, widget=DayInput, validators=[earliest])


class PayOutForm(MoneyForm):
    """An approved loan goes to its borrower."""

    disbursed_on = _day(_("When?"))


class RepayForm(MoneyForm):
    """Money for a loan."""

    amount = AmountField(label=_("How much?"))
    payment_date = _day(_("When?"))

    field_order = ["offline_sync_id", "amount", "payment_method", "transaction_id", "payment_date"]


class ChangeForm(PageForm):
    """A write-off, or a rescheduling over so many months, and why."""

    kind = forms.ChoiceField(choices=LoanChange.Kind.choices, widget=forms.HiddenInput)
    duration_months = _months(label=_("Over how many months from today?"), required=False)
    reason = _words(_("Why?"), _("Those who decide with you read it. It is kept sealed."))

    def __init__(self, *args: Any, needs_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_reason:
            # The reason stands there already; a further yes may add a note.
            self.fields["reason"].required = False
            self.fields["reason"].label = _("A note, if you like")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        is_unsaid = "duration_months" not in self.errors and not given.get("duration_months")
        if given.get("kind") == LoanChange.Kind.RESCHEDULE and is_unsaid:
            self.add_error("duration_months", _("Write a number of months."))
        return given

    @property
    def is_reschedule(self) -> bool:
        return bool(self["kind"].value() == LoanChange.Kind.RESCHEDULE)
