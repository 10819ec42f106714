"""What people type about officers and the cash they carry; the operations judge it."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from groups.models import BankingGroup, Organisation
from reports.forms import AmountField, PageForm

CHANGE, REVIEW, CONFIRM = "change", "review", "confirm"


def _why() -> forms.CharField:
    return forms.CharField(
        label=_("Why?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It stays with the paper and is kept sealed."),
    )


class HandOverForm(PageForm):
    """Cash from one pair of hands, or the box, to another."""

    source = forms.ChoiceField(label=_("From where?"), widget=forms.RadioSelect)
    to = forms.ChoiceField(label=_("To whom?"), widget=forms.RadioSelect)
    amount = AmountField(label=_("How much?"))
    reason = _why()

    def __init__(
        self, *args: Any, sources: Sequence[tuple[str, str]], targets: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("source", sources), ("to", targets)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  # narrows the type, nothing else
            field.choices = choices


class NameField(forms.CharField):
    """An officer's name, as the organisation writes it."""

    def __init__(self) -> None:
        super().__init__(label=_("Full name"), max_length=255, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class PhoneField(forms.CharField):
    """A phone number in any spelling; the operation reads it."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "off", "inputmode": "tel"})
        super().__init__(label=_("Phone"), max_length=40, widget=widget, **options)


class RegisterOfficerForm(PageForm):
    """Somebody an organisation sends to its groups."""

    name = NameField()
    phone = PhoneField(help_text=_("Her own number, such as 0712 345 678"))
    organisation = forms.ChoiceField(label=_("Organisation"))

    def __init__(self, *args: Any, organisations: Iterable[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(one.pk), one.name) for one in organisations]
        field = self.fields["organisation"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # narrows the type, nothing else
        field.choices = choices if len(choices) == 1 else [("", _("Choose an organisation")), *choices]
        if len(choices) == 1:
            field.widget = forms.HiddenInput()
            field.initial = choices[0][0]

    @property
    def organisation_id(self) -> uuid.UUID:
        return uuid.UUID(self.cleaned_data["organisation"])


class EditOfficerForm(PageForm):
    """What the organisation calls an officer, and the number that is hers. The same twice is the same once."""

    offline_sync_id = None  # type: ignore[assignment]  # Django's way to leave an inherited field out
    name = NameField()
    phone = PhoneField(
        help_text=_("It is changed until the officer has chosen a password; a fresh code goes to the new number.")
    )


class MoveForm(forms.Form):
    """Why an officer's state changes."""

    reason = _why()

    def refuse(self, detail: str) -> None:
        self.add_error(None, detail)

    def focused(self) -> "MoveForm":
        """The same form, with the cursor in the reason where that is what is wrong."""
        for field in self.wrong_fields[:1]:
            field.field.widget.attrs["autofocus"] = True
        return self

    @property
    def wrong_fields(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.errors]


class GroupsForm(forms.Form):
    """The whole list of groups an officer serves."""

    groups = forms.MultipleChoiceField(label=_("Groups served"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, groups: Iterable[BankingGroup], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["groups"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  # narrows the type, nothing else
        field.choices = [(str(one.pk), one.name) for one in groups]

    @property
    def chosen(self) -> list[uuid.UUID]:
        return [uuid.UUID(one) for one in self.cleaned_data["groups"]]
