"""The forms of the pages around the door: sign in, choose a password with a code, ask for a code."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import Refusal
from users.operations.passwords import LONGEST_PASSWORD

LONGEST_PHONE = 40
LONGEST_CODE = 20


class PhoneField(forms.CharField):
    """A phone number, in whichever spelling; the operation reads it."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "username", "inputmode": "tel", "type": "tel"})
        super().__init__(label=_("Phone number"), max_length=LONGEST_PHONE, widget=widget, **options)


class NewPasswordField(forms.CharField):
    """A password somebody chooses: taken as typed, blanks included, and never shown again."""

    def __init__(self, **options: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        super().__init__(max_length=LONGEST_PASSWORD, strip=False, widget=widget, **options)


class DoorForm(forms.Form):
    """The cursor stands in the first field that is wrong, or else in the first that is empty."""

    def focused(self) -> "DoorForm":
        wrong = [name for name in self.fields if self.is_bound and name in self.errors]
        empty = [name for name in self.fields if not self[name].value()]
        for name in (wrong or empty)[:1]:
            self.fields[name].widget.attrs["autofocus"] = True
        return self

    def refuse(self, refusal: Refusal) -> None:
        """What the operation refused, beside the field it is about where the form has that field."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal.detail))


class SignInForm(DoorForm):
    phone = PhoneField()
    password = forms.CharField(
        label=_("Password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ActivateForm(DoorForm):
    """The code from a message, and the password she chooses with it."""

    phone = PhoneField(help_text=_("The number the message came to"))
    code = forms.CharField(
        label=_("Code from the message"),
        help_text=_("Eight letters and digits; small or capital makes no difference"),
        max_length=LONGEST_CODE,
        widget=forms.TextInput(
            attrs={"class": "receipt", "autocomplete": "one-time-code", "autocapitalize": "characters"}
        ),
    )
    password = NewPasswordField(
        label=_("New password"),
        help_text=_("At least ten characters, not only digits: a short sentence is easy to keep"),
    )
    again = NewPasswordField(label=_("New password, once more"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, second = given.get("password"), given.get("again")
        if first and second and first != second:
            self.add_error("again", _("The two passwords differ. Type the same one twice."))
        return given


class ForgottenForm(DoorForm):
    phone = PhoneField()
