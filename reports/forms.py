"""What people type on the staff pages, read strictly and answered in words. Rules of money live in the operations."""

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Self

from django import forms
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _

from core.api.fields import EARLIEST_DAY, WordIn, can_be_seen
from core.errors import Refusal
from core.money import NotMoney, kes

FUNDS = [
    ("REGULAR", _("Savings")),
    ("WELFARE", _("Welfare")),
    ("ECD", _("ECD")),
    ("PROJECT", _("Project")),
    ("FINE", _("Fine")),
]
METHODS = [("CASH", _("Cash")), ("MPESA", _("M-Pesa")), ("BANK", _("Bank"))]


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **attributes: Any) -> None:
        super().__init__(attrs=attributes, format="%Y-%m-%d")


class AmountField(forms.CharField):
    """Shillings as people write them: 137.50, 1,200, KES 500."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "money"})
        super().__init__(max_length=20, widget=widget, **options)

    def clean(self, value: Any) -> Decimal:
        text = str(super().clean(value)).upper().removeprefix("KES").replace(",", "").replace(" ", "")
        if not (text.isascii() and text.replace(".", "", 1).isdigit()):
            raise forms.ValidationError(_("Write an amount in shillings, such as 500 or 137.50."))
        try:
            amount = kes(text)
        except NotMoney as error:
            raise forms.ValidationError(_("Write at most two decimals and at most 999,999,999.99.")) from error
        if amount <= 0:
            raise forms.ValidationError(_("The amount must be above zero."))
        return amount


class WordsField(forms.CharField):
    """Words people type, in one line: every letter of them can be seen."""

    def to_python(self, value: Any) -> str:
        text = " ".join(str(super().to_python(value)).split())
        if not can_be_seen(text):
            raise forms.ValidationError(WordIn.default_error_messages["control"])
        return text


class AnsweredForm(forms.Form):
    """A form whose first wrong field takes the focus and whose refusals stand beside their field."""

    @property
    def wrong_fields(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.errors]

    def focused(self) -> Self:
        """The same form, with the cursor in the first field that needs another look."""
        for field in self.wrong_fields[:1]:
            field.field.widget.attrs["autofocus"] = True
        return self

    def refuse(self, refusal: Refusal) -> None:
        """What the operation refused, beside the field it is about where the form has that field."""
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, forms.ValidationError(str(refusal.detail), code=refusal.code))


class PageForm(AnsweredForm):
    """A form that is taken once, by its key."""

    offline_sync_id = forms.CharField(max_length=100, min_length=1, widget=forms.HiddenInput)


class RecordForm(PageForm):
    """Money a member brings: who, for what, how much, how, when."""

    member = forms.ChoiceField(label=_("Who brings it?"))
    contribution_type = forms.ChoiceField(label=_("For what?"), choices=FUNDS, widget=forms.RadioSelect)
    amount = AmountField(label=_("How much?"))
    payment_method = forms.ChoiceField(label=_("How?"), choices=METHODS, widget=forms.RadioSelect)
    transaction_id = forms.CharField(
        label=_("Receipt number"),
        help_text=_("From the M-Pesa message or the bank slip. Leave it empty for cash."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"class": "receipt", "autocomplete": "off", "autocapitalize": "characters"}),
    )
    contribution_date = forms.DateField(
        label=_("When?"), widget=DayInput, validators=[MinValueValidator(EARLIEST_DAY, _("No books are that old."))]
    )

    def __init__(self, *args: Any, members: Sequence[tuple[str, str]], funds: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = [("", _("Choose a member"))] if len(members) > 1 else []
        self.choice("member").choices = [*asked, *members]
        self.choice("contribution_type").choices = [fund for fund in FUNDS if fund[0] in funds]

    def choice(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # narrows the type, nothing else
        return field

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        method, number = given.get("payment_method"), given.get("transaction_id", "").strip().upper()
        if method in {"MPESA", "BANK"} and not number:
            self.add_error("transaction_id", _("Write the number that stands on the message or slip."))
        given["transaction_id"] = "" if method == "CASH" else number
        return given

    @property
    def member_id(self) -> uuid.UUID:
        return uuid.UUID(self.cleaned_data["member"])
