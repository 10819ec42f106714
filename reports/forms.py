"""What people type on the staff pages, read strictly and answered in words. Rules of money live in the operations."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _

from core.api.fields import EARLIEST_DAY
from core.errors import Refusal
from core.money import NotMoney, kes
from members.rules import Kin, Particulars

FUNDS = [("REGULAR", _("Savings")), ("WELFARE", _("Welfare")), ("ECD", _("ECD")), ("PROJECT", _("Project"))]
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


class PageForm(forms.Form):
    """A form whose first wrong field takes the focus and whose refusals stand beside their field."""

    offline_sync_id = forms.CharField(max_length=100, min_length=1, widget=forms.HiddenInput)

    @property
    def wrong_fields(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.errors]

    def focused(self) -> "PageForm":
        """The same form, with the cursor in the first field that needs another look."""
        for field in self.wrong_fields[:1]:
            field.field.widget.attrs["autofocus"] = True
        return self

    def refuse(self, refusal: Refusal) -> None:
        """What the operation refused, beside the field it is about where the form has that field."""
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, forms.ValidationError(str(refusal.detail), code=refusal.code))


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


@dataclass(frozen=True)
class KinFields:
    title: str
    fields: list[forms.BoundField]


class RegisterForm(PageForm):
    """A person who joins, and up to two people to turn to."""

    KIN = (("first", _("Next of kin")), ("second", _("A second next of kin, if there is one")))

    member_name = forms.CharField(
        label=_("Full name"), max_length=255, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    id_number = forms.CharField(
        label=_("ID number"),
        help_text=_("As on the card"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
    )
    date_of_birth = forms.DateField(label=_("Date of birth"), help_text=_("As on the card"), widget=DayInput)
    phone = forms.CharField(
        label=_("Phone"),
        help_text=_("Her own number, such as 0712 345 678"),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off", "inputmode": "tel"}),
    )
    first_name = forms.CharField(label=_("Name"), required=False, max_length=255)
    first_relationship = forms.CharField(label=_("How they are related"), required=False, max_length=60)
    first_phone = forms.CharField(label=_("Phone"), required=False, max_length=40)
    first_id_number = forms.CharField(label=_("ID number"), required=False, max_length=40)
    second_name = forms.CharField(label=_("Name"), required=False, max_length=255)
    second_relationship = forms.CharField(label=_("How they are related"), required=False, max_length=60)
    second_phone = forms.CharField(label=_("Phone"), required=False, max_length=40)
    second_id_number = forms.CharField(label=_("ID number"), required=False, max_length=40)

    @property
    def kin_fields(self) -> list[KinFields]:
        return [KinFields(str(title), [self[name] for name in self._of(place)]) for place, title in self.KIN]

    @staticmethod
    def _of(place: str) -> list[str]:
        return [f"{place}_{part}" for part in ("name", "relationship", "phone", "id_number")]

    def particulars(self) -> Particulars:
        """What was typed, as the operation takes it; an empty next of kin is none."""
        given = self.cleaned_data
        kin = [Kin(*(given[name] for name in self._of(place))) for place, _title in self.KIN]
        born: dt.date = given["date_of_birth"]
        return Particulars(
            name=given["member_name"],
            id_number=given["id_number"],
            phone=given["phone"],
            date_of_birth=born,
            kin=tuple(one for one in kin if any((one.name, one.relationship, one.phone, one.id_number))),
        )

    def refuse(self, refusal: Refusal) -> None:
        """The operation names kin by number (`next_of_kin.0.phone`); the page by place (`first_phone`)."""
        asked = refusal.field or ""
        if asked.startswith("next_of_kin."):
            given = [place for place, _title in self.KIN if any(self.cleaned_data.get(n) for n in self._of(place))]
            _head, number, part = asked.split(".")
            field = f"{given[int(number)]}_{part}"
            self.add_error(field, forms.ValidationError(str(refusal.detail), code=refusal.code))
            return
        super().refuse(refusal)
