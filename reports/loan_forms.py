"""What people type about loans: an application, its payment, a repayment, a change. The verbs judge it."""

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from core.api.fields import EARLIEST_DAY
from core.errors import Refusal
from core.money import ZERO
from loans.models import LoanChange
from loans.operations.texts import LONGEST_REASON
from reports.forms import METHODS, AmountField, AnsweredForm, DayInput, PageForm, WordsField

CHANGE, REVIEW, CONFIRM = "change", "review", "confirm"
MOST_MONTHS = 600
Choices = Sequence[tuple[str, str]]


class ExtraField(AmountField):
    """An amount, or nothing."""

    def clean(self, value: Any) -> Decimal:
        text = str(value or "").strip()
        return ZERO if text in {"", "0", "0.00"} else super().clean(text)


class MonthsField(forms.IntegerField):
    """A number of months, in the digits 0 to 9."""

    def __init__(self, *, least: int = 1, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        limits = [MinValueValidator(least), MaxValueValidator(MOST_MONTHS)]
        super().__init__(widget=widget, validators=limits, **options)

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip()
        if text and not (text.isascii() and text.isdigit()):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text)


def _words(label: Any, hint: Any = "", *, required: bool = True, **options: Any) -> WordsField:
    area = forms.Textarea(attrs={"rows": 2})
    return WordsField(label=label, help_text=hint, max_length=LONGEST_REASON, widget=area, required=required, **options)


def _seen() -> forms.CharField:
    """The figures that the review has shown; where others stand when it is confirmed, they are shown anew."""
    return forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)


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
    duration_months = MonthsField(label=_("For how many months?"))
    grace_months = MonthsField(
        label=_("Months of interest only"),
        help_text=_("Project loans only: so many months at the start without principal. Empty for none."),
        required=False,
        least=0,
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

    seen = _seen()
    payment_method = forms.ChoiceField(label=_("How?"), choices=METHODS, widget=forms.RadioSelect)
    transaction_id = WordsField(
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
    seen = _seen()
    duration_months = MonthsField(label=_("Over how many months from today?"), required=False)
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


APPROVE, REJECT = "approve", "reject"


class DecideForm(AnsweredForm):
    """A yes or a no to a loan that waits, with a note. The button says which of the two it is."""

    action = forms.CharField(required=False, widget=forms.HiddenInput)
    words = _words(_("Note for the minutes"), _("Needed when you reject; the borrower reads it then."), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("action") not in {APPROVE, REJECT}:
            raise forms.ValidationError(_("Nothing is decided yet. Approve it, or reject it with a reason."))
        return given

    def refuse(self, refusal: Refusal) -> None:
        """The verbs call the note by other names."""
        is_note = refusal.field in {"reason", "approval_notes"}
        super().refuse(Refusal(refusal.detail, field="words") if is_note else refusal)


class CancelForm(AnsweredForm):
    """Why a loan is no longer wanted."""

    reason = _words(_("Why? You may leave it empty."), required=False)


class TurnDownForm(AnsweredForm):
    """Why a change that waits is rejected."""

    # Tells this form from that of a change, which is sent to the same page.
    act = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = _words(
        _("Why? It stays with the loan."),
        error_messages={"required": _("Say why it is rejected: the reason stays with it.")},
    )
