"""What people type about fines: one that the table agreed on, and why one is waived."""

from django import forms
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _

from core.api.fields import EARLIEST_DAY
from reports.forms import AmountField, DayInput, PageForm, WordsField

LONGEST = 500


class ImposeForm(PageForm):
    """A fine of one member: how much, why, and until when it is to be paid."""

    amount = AmountField(label=_("How much?"))
    reason = WordsField(
        label=_("What for?"),
        help_text=_("She reads it, and so do those who may waive it. It is kept sealed."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    due_date = forms.DateField(
        label=_("To be paid until"),
        widget=DayInput,
        validators=[MinValueValidator(EARLIEST_DAY, _("No books are that old."))],
    )


class WaiveForm(PageForm):
    """Why a fine need not be paid."""

    reason = WordsField(
        label=_("Why is it waived?"),
        help_text=_("It stays with the fine. It is kept sealed."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
