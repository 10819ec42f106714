"""What people type at the table: a meeting to be planned, the roll, notes and coins, what a member brings, the seal."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from core.api.fields import EARLIEST_DAY
from core.money import ZERO
from meetings.rules import DENOMINATIONS
from reports.forms import METHODS, AnsweredForm, DayInput, PageForm, WordsField
from reports.loan_forms import Choices, ExtraField, choose

SMALLEST_NOTE = Decimal(50)
NOTES = tuple(worth for worth in DENOMINATIONS if worth >= SMALLEST_NOTE)
COINS = tuple(worth for worth in DENOMINATIONS if worth < SMALLEST_NOTE)
MOST_PIECES = 99_999
LONGEST = 500
REVIEW, CONFIRM, CHANGE, SUM = "review", "confirm", "change", "sum"


class PlanForm(AnsweredForm):
    """When and where the group meets next."""

    meeting_date = forms.DateField(
        label=_("On which day?"),
        widget=DayInput,
        validators=[MinValueValidator(EARLIEST_DAY, _("No books are that old."))],
    )
    venue = WordsField(label=_("Where?"), required=False, max_length=255)


class RollForm(AnsweredForm):
    """Who is here: one of four marks a member; who gets none stays as she was."""

    def __init__(self, *args: Any, members: Choices, marks: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for member_id, name in members:
            self.fields[mark_name(member_id)] = forms.ChoiceField(
                label=name, choices=marks, widget=forms.RadioSelect, required=False
            )

    def marks(self) -> dict[UUID, str]:
        """Member id → mark, of those who got one."""
        said = self.cleaned_data.items()
        return {UUID(name.removeprefix("mark_")): mark for name, mark in said if name.startswith("mark_") and mark}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not any(given.values()):
            raise forms.ValidationError(_("Nobody is marked yet. Mark who is here, then save."))
        return given


def mark_name(member_id: object) -> str:
    return f"mark_{member_id}"


class PiecesField(forms.IntegerField):
    """How many of one note or coin, in the digits 0 to 9; nothing is none."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 5})
        limits = [MinValueValidator(0), MaxValueValidator(MOST_PIECES)]
        super().__init__(widget=widget, validators=limits, required=False, **options)

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip().replace(",", "")
        if text and not (text.isascii() and text.isdigit()):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text)


def piece_name(worth: Decimal) -> str:
    """The field of a note or coin, by its worth in cents."""
    return f"p{int(worth * 100)}"


PIECES = tuple(piece_name(worth) for worth in DENOMINATIONS)


class CountForm(PageForm):
    """Notes and coins as they lie on the table, and why the book says otherwise."""

    seen = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    explanation = WordsField(
        label=_("Why does it differ?"),
        help_text=_("It is kept sealed and read out with the minutes. Left empty, the minutes say that nobody knows."),
        required=False,
        max_length=LONGEST,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for worth in DENOMINATIONS:
            self.fields[piece_name(worth)] = PiecesField(label=f"{worth:,}")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not any(self.data.get(name, "").strip() for name in PIECES):
            raise forms.ValidationError(_("Nothing is counted yet. Write how many of each lie on the table."))
        return given

    @property
    def pieces(self) -> dict[Decimal, int]:
        """Worth → how many, as far as they could be read; a note or coin of which there is none is left out."""
        read = getattr(self, "cleaned_data", {})
        counted = {worth: read.get(piece_name(worth)) or 0 for worth in DENOMINATIONS}
        return {worth: count for worth, count in counted.items() if count}


class CollectForm(PageForm):
    """All that one member brings in one go: an amount for each thing that it may be for, and how it came."""

    seen = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)
    payment_method = forms.ChoiceField(label=_("How?"), choices=METHODS, widget=forms.RadioSelect)
    transaction_id = WordsField(
        label=_("Receipt number"),
        help_text=_("From the M-Pesa message or the bank slip. Leave it empty for cash."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"class": "receipt", "autocomplete": "off", "autocapitalize": "characters"}),
    )

    def __init__(self, *args: Any, asked: Sequence[tuple[str, str, str]], **kwargs: Any) -> None:
        """`asked`: name of the field, its word, and what is said under it."""
        super().__init__(*args, **kwargs)
        self.asked = [name for name, _word, _hint in asked]
        for name, word, hint in asked:
            self.fields[name] = ExtraField(label=word, help_text=hint, required=False)

    @property
    def amount_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.asked]

    def amounts(self) -> dict[str, Decimal]:
        """Name of the field → amount, of what she brings."""
        return {name: self.cleaned_data[name] for name in self.asked if self.cleaned_data[name]}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not any(name in self.errors for name in self.asked) and not any(
            given.get(name, ZERO) for name in self.asked
        ):
            raise forms.ValidationError(_("No amount is written yet. Write what she brings beside what it is for."))
        method, number = given.get("payment_method"), given.get("transaction_id", "").strip().upper()
        if method in {"MPESA", "BANK"} and not number:
            self.add_error("transaction_id", _("Write the number that stands on the message or slip."))
        given["transaction_id"] = "" if method == "CASH" else number
        return given


class SealForm(PageForm):
    """Who heard the figures read aloud and says that they are right, and what else is to stand on the minutes."""

    seen = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    confirmed_by = forms.MultipleChoiceField(
        label=_("Who heard it and says that it is right?"), widget=forms.CheckboxSelectMultiple, required=False
    )
    notes = WordsField(
        label=_("What else was said and agreed?"),
        help_text=_("It stands on the minutes. It is kept sealed."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, present: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "confirmed_by", present)

    def confirming(self) -> list[UUID]:
        return [UUID(one) for one in self.cleaned_data["confirmed_by"]]
