"""What people type when money leaves or moves without being anybody's contribution; the operations judge it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import Refusal
from reports.forms import METHODS, AmountField, PageForm, WordsField

CHANGE, CONFIRM = "change", "confirm"
LONGEST = 500
Offered = Sequence[tuple[str, str]]


class WhyField(WordsField):
    """The reason of an act, kept sealed on its paper."""

    def __init__(self, label: Any) -> None:
        super().__init__(
            label=label,
            max_length=LONGEST,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text=_("It stays with the paper and is kept sealed."),
        )


@dataclass(frozen=True)
class Choices:
    """What one kind of movement asks besides an amount and a reason; None where it does not ask."""

    source: Offered | None = None
    to: Offered | None = None
    member_id: Offered | None = None
    event: Offered | None = None
    group_campaign_id: Offered | None = None


class MovementForm(PageForm):
    """Money that is spent, paid out, received from outside, or carried to another place."""

    kind = forms.CharField(widget=forms.HiddenInput)
    meeting = forms.CharField(widget=forms.HiddenInput, required=False)
    group_campaign_id = forms.ChoiceField(label=_("From which campaign?"), widget=forms.RadioSelect)
    member_id = forms.ChoiceField(label=_("To whom?"))
    event = forms.ChoiceField(label=_("What happened?"))
    amount = AmountField(label=_("How much?"))
    source = forms.ChoiceField(label=_("From where?"), widget=forms.RadioSelect)
    to = forms.ChoiceField(label=_("Where to?"), widget=forms.RadioSelect)
    reason = WhyField(_("What for?"))

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("source", "to", "member_id", "event", "group_campaign_id"):
            offered, field = getattr(choices, name), self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  # narrows the type, nothing else
            if offered is None:
                del self.fields[name]
            else:
                field.choices = offered
        # Who is paid from a campaign need not be a member.
        if choices.group_campaign_id is not None:
            self.fields["member_id"].required = False

    def refuse(self, refusal: Refusal) -> None:
        super().refuse(_beside(refusal))


class WithdrawForm(PageForm):
    """Savings a member asks for: how much, how she is paid, and whether at the table."""

    amount = AmountField(label=_("How much?"))
    payment_method = forms.ChoiceField(label=_("How is it paid?"), choices=METHODS, widget=forms.RadioSelect)
    transaction_id = forms.CharField(
        label=_("Receipt number"),
        help_text=_("From the M-Pesa message or the bank slip. Leave it empty for cash."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"class": "receipt", "autocomplete": "off", "autocapitalize": "characters"}),
    )
    meeting = forms.ChoiceField(label=_("Where?"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, most: str, meetings: Offered, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].help_text = most
        field = self.fields["meeting"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # narrows the type, nothing else
        field.choices = [("", _("Outside a meeting")), *meetings]
        if not meetings:
            field.widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        is_cash = given.get("payment_method") == "CASH"
        given["transaction_id"] = "" if is_cash else given.get("transaction_id", "").strip().upper()
        return given

    def refuse(self, refusal: Refusal) -> None:
        super().refuse(_beside(refusal))


class ReverseForm(PageForm):
    """Why a paper is taken back, with the figures that were shown for it."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = WhyField(_("Why is it taken back?"))

    def show(self, *, seen: str) -> None:
        """These figures stand on the page now, whatever was typed under others."""
        self.initial["seen"] = seen
        if self.is_bound:
            self.data = {**{name: self.data.get(name, "") for name in self.fields}, "seen": seen}


# What the operations call it → what the page asks.
_FIELDS = {"from": "source"}
_ABOUT_THE_AMOUNT = frozenset({"insufficient_cash", "insufficient_fund"})


def _beside(refusal: Refusal) -> Refusal:
    """The refusal with the name under which the page asks for what is wrong."""
    if refusal.code in _ABOUT_THE_AMOUNT and not refusal.field:
        refusal.field = "amount"
    refusal.field = _FIELDS.get(refusal.field or "", refusal.field)
    return refusal
