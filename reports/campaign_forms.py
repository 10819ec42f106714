"""What people type about campaigns: a new one, whom to ask, a vote, what somebody brings. The verbs judge it."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.models import Vote
from campaigns.operations.creating import LONGEST_DESCRIPTION, LONGEST_NAME
from groups.models import Organisation
from reports.forms import AmountField, AnsweredForm, DayInput, PageForm, WordsField
from reports.group_forms import NO_OLDER
from reports.loan_forms import CHANGE, CONFIRM, REVIEW, Choices, ExtraField, MoneyForm, choose

__all__ = [
    "CHANGE", "CONFIRM", "REVIEW", "AssignForm", "BringForm", "GiveBackForm", "NewCampaignForm", "VoteForm",
]  # fmt: skip
LONGEST_REASON = 500


class NewCampaignForm(PageForm):
    """What an organisation wants to reach with its groups. Fields are named as the verb names them."""

    organisation = forms.ChoiceField(label=_("Organisation"))
    name = WordsField(
        label=_("What is it called?"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    description = WordsField(
        label=_("What is it for?"),
        help_text=_("The members read it before they vote."),
        max_length=LONGEST_DESCRIPTION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    target_amount = AmountField(
        label=_("How much shall a group bring?"), help_text=_("The target of each group that takes part.")
    )
    amount_per_member = ExtraField(
        label=_("How much of each member?"), help_text=_("Empty leaves it to her."), required=False
    )
    start_date = forms.DateField(label=_("From"), widget=DayInput, validators=[NO_OLDER])
    end_date = forms.DateField(label=_("To"), widget=DayInput, validators=[NO_OLDER])

    def __init__(self, *args: Any, organisations: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(str(one.pk), one.name) for one in organisations]
        self.is_one_organisation = len(known) == 1
        asked = [] if self.is_one_organisation else [("", str(_("Choose an organisation")))]
        choose(self, "organisation", [*asked, *known])


class AssignForm(PageForm):
    """Which group is asked, and until when it votes."""

    group = forms.ChoiceField(label=_("Which group?"))
    voting_deadline = forms.DateField(
        label=_("Until when does it vote?"),
        help_text=_("To the end of that day. Empty: two weeks."),
        required=False,
        widget=DayInput,
    )

    def __init__(self, *args: Any, groups: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "group", [("", str(_("Choose a group"))), *groups])

    @property
    def group_id(self) -> uuid.UUID:
        return uuid.UUID(self.cleaned_data["group"])


class VoteForm(AnsweredForm):
    """Yes or no; of somebody else only where the secretary takes it down at the table."""

    vote = forms.ChoiceField(
        label=_("Shall the group take part?"), choices=Vote.Choice.choices, widget=forms.RadioSelect
    )
    member = forms.ChoiceField(label=_("Whose vote?"), required=False)

    def __init__(self, *args: Any, members: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "member", members)
        # Only who takes down what others say is asked whose vote it is.
        self.takes_down = any(value for value, _name in members)

    @property
    def member_id(self) -> uuid.UUID | None:
        given = self.cleaned_data["member"]
        return uuid.UUID(given) if given else None


class BringForm(MoneyForm):
    """What a member brings to a campaign."""

    member = forms.ChoiceField(label=_("Who brings it?"))
    amount = AmountField(label=_("How much?"))
    contribution_date = forms.DateField(label=_("When?"), widget=DayInput, validators=[NO_OLDER])

    field_order = ["offline_sync_id", "member", "amount", "payment_method", "transaction_id", "contribution_date"]

    def __init__(self, *args: Any, members: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = [("", str(_("Choose a member")))] if len(members) > 1 else []
        choose(self, "member", [*asked, *members])

    @property
    def member_id(self) -> uuid.UUID:
        return uuid.UUID(self.cleaned_data["member"])


class GiveBackForm(PageForm):
    """Why what is left goes back; `seen` is what the review has shown."""

    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    reason = WordsField(
        label=_("Why?"),
        help_text=_("It stays with the campaign, sealed."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
