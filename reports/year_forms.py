"""What people type about months and years: which one, what is shared of it, how each part is paid."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.utils.translation import gettext_lazy as _

from reports.forms import METHODS, AmountField, AnsweredForm, PageForm, WordsField

REVIEW, CONFIRM = "review", "confirm"
_PERIOD = re.compile(r"\A(?!0000)[0-9]{4}(-(0[1-9]|1[0-2]))?\Z")


class ClosingForm(AnsweredForm):
    """The month ("2026-10") or the year ("2026") that is to be closed."""

    period = forms.CharField(
        max_length=7,
        validators=[RegexValidator(_PERIOD, _("Choose a month or a year from the list."))],
        error_messages={"required": _("Choose a month or a year from the list.")},
        widget=forms.HiddenInput,
    )


Choices = Sequence[tuple[str, str]]
KINDS = [("DIVIDEND", _("Dividends")), ("SHARE_OUT", _("Share-out of everything"))]
KEEP = "KEEP"
HANDED = [*METHODS, (KEEP, _("Keep as savings"))]


def _choose(form: forms.Form, name: str, choices: Choices) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101  # narrows the type, nothing else
    field.choices = list(choices)


class LookForm(AnsweredForm):
    """Which year is looked at, and what would be shared of it."""

    kind = forms.ChoiceField(label=_("What is shared?"), choices=KINDS, widget=forms.RadioSelect)
    fiscal_year = forms.ChoiceField(label=_("Which year?"))

    def __init__(self, *args: Any, years: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "fiscal_year", years)


class StepForm(PageForm):
    """A yes or a declaration: nothing is typed, the figures that were seen come along."""

    seen = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)


class PayPartForm(StepForm):
    """Who is paid her part, and how."""

    who = forms.ChoiceField(label=_("Who is paid?"))
    payment_method = forms.ChoiceField(label=_("How?"), choices=HANDED, widget=forms.RadioSelect)
    transaction_id = WordsField(
        label=_("Receipt number"),
        help_text=_("From the M-Pesa message or the bank slip. Leave it empty for cash and savings."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"class": "receipt", "autocomplete": "off", "autocapitalize": "characters"}),
    )

    def __init__(self, *args: Any, who: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "who", who)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        method, number = given.get("payment_method"), given.get("transaction_id", "").strip().upper()
        is_one = given.get("who") != "all"
        if method in {"MPESA", "BANK"} and not number and is_one:
            self.add_error("transaction_id", _("Write the number that stands on the message or slip."))
        if number and not is_one:
            self.add_error("transaction_id", _("A receipt number is one member's. Choose the member."))
        given["transaction_id"] = number if method in {"MPESA", "BANK"} else ""
        return given


class PerhapsAmountField(AmountField):
    """An amount, or none at all."""

    def clean(self, value: Any) -> Any:
        return super().clean(value) if str(value or "").strip() else None


class TrialForm(AnsweredForm):
    """What if: another surplus, or a part of it."""

    year = forms.ChoiceField(label=_("Year"), help_text=_("The one that runs, or an earlier one."), required=False)
    surplus = PerhapsAmountField(label=_("Surplus"), help_text=_("Empty: what the books hold."), required=False)
    percent = forms.DecimalField(
        label=_("Percent of it"),
        help_text=_("Empty: all of it."),
        required=False,
        max_digits=5,
        decimal_places=2,
        validators=[
            MinValueValidator(Decimal(0), _("From 0 to 100.")),
            MaxValueValidator(Decimal(100), _("From 0 to 100.")),
        ],
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, years: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "year", years)
