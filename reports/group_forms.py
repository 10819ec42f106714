"""What people type about organisations, their staff and groups; the operations judge it."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _

from core.api.fields import EARLIEST_DAY
from core.errors import Invalid
from core.money import ZERO
from groups.models import BankingGroup, Organisation, RoleName
from groups.places import Area, counties, find
from reports.forms import AmountField, DayInput, PageForm

PLACE_STEP, REVIEW, CONFIRM = "place", "review", "confirm"
STAFF_ROLES = [(role.value, role.label) for role in (RoleName.AUDITOR, RoleName.SERVICE_ADMIN)]
NO_OLDER = MinValueValidator(EARLIEST_DAY, _("No books are that old."))
AT_WORK = [("yes", _("At work")), ("no", _("At rest"))]


class TargetField(AmountField):
    """An amount, or nothing: no target."""

    def clean(self, value: Any) -> Decimal:
        text = str(value or "").strip()
        return ZERO if not text.strip("0., ") else super().clean(text)


def _choices(areas: Iterable[Area], first: Any) -> list[tuple[str, Any]]:
    return [("", first), *((area.code, area.name) for area in sorted(areas, key=lambda area: area.name))]


class PlaceForm(PageForm):
    """A county, one of its constituencies, one of its wards: each list is known once the one before is chosen."""

    # Where scripts run, a choice fetches the lists that follow it; everywhere else a button does.
    FOLLOWED = {"hx-post": "", "hx-target": "#place", "hx-swap": "outerHTML", "hx-vals": f'{{"step": "{PLACE_STEP}"}}'}

    county = forms.ChoiceField(label=_("County"), widget=forms.Select(attrs=FOLLOWED))
    constituency = forms.ChoiceField(label=_("Constituency"), required=False, widget=forms.Select(attrs=FOLLOWED))
    ward = forms.ChoiceField(label=_("Ward"), required=False)

    def offer_places(self) -> None:
        """Fills the three lists from what is chosen so far, and marks the selects that lead to another list."""
        inside = self._chosen("county", counties())
        wards = self._chosen("constituency", inside.parts if inside else ())
        self._offer("county", counties(), _("Choose a county"))
        self._offer("constituency", inside.parts if inside else (), _("Not known yet"))
        self._offer("ward", wards.parts if wards else (), _("Not known yet"))

    def _chosen(self, name: str, areas: Sequence[Area]) -> Area | None:
        try:
            return find(str(self[name].value() or ""), tuple(areas), field=name)
        except Invalid:
            return None

    def _offer(self, name: str, areas: Iterable[Area], first: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # narrows the type, nothing else
        field.choices = _choices(areas, first)
        field.error_messages["invalid_choice"] = _("Choose from the list; it follows what you chose above.")


class GroupForm(PlaceForm):
    """The particulars of a group."""

    field_order = ("organisation", "name", "group_code", "county", "constituency", "ward", "location", "village")

    name = forms.CharField(
        label=_("Name of the group"), max_length=255, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    group_code = forms.CharField(
        label=_("Code"),
        help_text=_("Short, to be said over the phone. Leave it empty and the group is given one."),
        required=False,
        max_length=50,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    location = forms.CharField(label=_("Location"), required=False, max_length=100)
    village = forms.CharField(label=_("Village"), required=False, max_length=100)
    meeting_day = forms.ChoiceField(label=_("Meeting day"))
    meeting_venue = forms.CharField(
        label=_("Where it meets"), help_text=_("Such as: under the mango tree"), required=False, max_length=255
    )
    target_amount = TargetField(
        label=_("What it wants to save a month"), help_text=_("Leave it empty for no target."), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = self.fields["meeting_day"]
        assert isinstance(days, forms.ChoiceField)  # noqa: S101  # narrows the type, nothing else
        days.choices = [("", _("Choose a day")), *BankingGroup.Weekday.choices]
        self.offer_places()

    @property
    def particulars(self) -> dict[str, Any]:
        """The arguments of the operation."""
        apart = {"offline_sync_id", "organisation"}
        return {name: value for name, value in self.cleaned_data.items() if name not in apart}


class NewGroupForm(GroupForm):
    """A group that is founded: in which organisation, and since when."""

    organisation = forms.ChoiceField(label=_("Organisation"))
    registration_date = forms.DateField(label=_("Founded on"), widget=DayInput, validators=[NO_OLDER])

    def __init__(self, *args: Any, organisations: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # narrows the type, nothing else
        known = [(str(one.pk), one.name) for one in organisations]
        field.choices = known if len(known) == 1 else [("", _("Choose an organisation")), *known]
        self.is_one_organisation = len(known) == 1


class StatusForm(PageForm):
    """Why a group is suspended or activated."""

    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("Kept sealed with the group; service admins and the system admin can read it."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class OrganisationForm(PageForm):
    """A new organisation."""

    name = forms.CharField(label=_("Name"), max_length=255, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class SettingsForm(OrganisationForm):
    """What can be set for an organisation."""

    interest_cap_yearly_percent = forms.DecimalField(
        label=_("Dearest loan, per cent a year"),
        help_text=_("With all fees. Above it no loan and no constitution is accepted. Leave it empty for no limit."),
        required=False,
        max_digits=6,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    position_days_kept = forms.IntegerField(
        label=_("Days that positions of officers are kept"), widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    position_fresh_minutes = forms.IntegerField(
        label=_("Minutes after which a position is too old to show"),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    months_close_on_day = forms.IntegerField(
        label=_("Day on which a month is closed"),
        help_text=_(
            "From 1 to 28, of the month after it. Its books are proved first. Leave it empty to close months by hand."
        ),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    is_active = forms.ChoiceField(label=_("The organisation is"), choices=AT_WORK, widget=forms.RadioSelect)

    def clean_is_active(self) -> bool:
        return str(self.cleaned_data["is_active"]) == "yes"

    @property
    def settings(self) -> dict[str, Any]:
        """The arguments of the operation."""
        return {name: value for name, value in self.cleaned_data.items() if name != "offline_sync_id"}


class StaffForm(PageForm):
    """Somebody who is to work for an organisation."""

    name = forms.CharField(label=_("Full name"), max_length=255, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    phone = forms.CharField(
        label=_("Phone"),
        help_text=_("Her own number, such as 0712 345 678"),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off", "inputmode": "tel"}),
    )
    role = forms.ChoiceField(label=_("As what?"), choices=STAFF_ROLES, widget=forms.RadioSelect)
