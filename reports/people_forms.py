"""What people type about people: who somebody is, whom to turn to, her papers. Rules live in the operations."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Refusal
from core.files import Clean, clean
from core.files.cleaning import MOST_BYTES
from core.ids import new_id
from members.models import IdentityDocument, IdVerification
from members.rules import KIN_MOST, NAME_LONGEST, RELATIONSHIP_LONGEST, Kin, Particulars
from reports.forms import DayInput, PageForm

KIN_PARTS = ("name", "relationship", "phone", "id_number")
# The file fields of the registration, and what each picture shows.
PICTURES = {"id_photo": "ID_FRONT", "photo": "PHOTO", "signature": "SIGNATURE"}
ADD, REVIEW, CONFIRM, CHANGE, SEARCH = "add", "review", "confirm", "change", "search"


class PictureField(forms.FileField):
    """A picture of something in front of the phone; what is stored is never what was sent, but drawn anew."""

    def __init__(self, *, camera: bool = True, required: bool = False, **options: Any) -> None:
        taken = {"accept": "image/*", "capture": "environment"} if camera else {"accept": "image/*,application/pdf"}
        super().__init__(required=required, max_length=255, widget=forms.FileInput(attrs=taken), **options)


def cleaned_picture(form: forms.Form, name: str) -> Clean | None:
    """The picture of a field as it will be stored. Refused beside this field: no picture, too large."""
    sent: UploadedFile[bytes] | None = form.cleaned_data[name]
    return clean(sent.read(MOST_BYTES + 1), field=name) if sent else None


@dataclass(frozen=True)
class KinFields:
    title: str
    fields: list[forms.BoundField]


class PersonForm(PageForm):
    """Who somebody is, and the people to turn to: as many rows as are asked for, at most ten."""

    member_name = forms.CharField(
        label=gettext_lazy("Full name"),
        help_text=gettext_lazy("As on the card"),
        max_length=NAME_LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    id_number = forms.CharField(
        label=gettext_lazy("ID number"),
        help_text=gettext_lazy("As on the card"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
    )
    date_of_birth = forms.DateField(
        label=gettext_lazy("Date of birth"), help_text=gettext_lazy("As on the card"), widget=DayInput
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        help_text=gettext_lazy("Her own number, such as 0712 345 678"),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off", "inputmode": "tel"}),
    )
    kin_rows = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | Mapping[str, Any] | None = None,
        files: Any = None,
        *,
        initial: Mapping[str, Any] | None = None,
        rows: int | None = None,
    ) -> None:
        first = {"offline_sync_id": new_id(), **(initial or {})}
        super().__init__(data, files, initial=first)
        self.rows = rows or rows_of(data or first)
        self.initial["kin_rows"] = self.rows
        self.lost = frozenset(name for name in (files or {}) if name in self.fields)
        for place in range(self.rows):
            self.fields |= {f"kin_{place}_{part}": field for part, field in _kin_fields()}

    @classmethod
    def with_another_row(cls, data: QueryDict, files: Any = None) -> Self:
        """Everything that was typed, judged by nobody yet, and one more person to turn to."""
        rows = min(rows_of(data) + 1, KIN_MOST)
        form = cls(initial={name: data[name] for name in data if name != "kin_rows"}, rows=rows)
        form.lost = frozenset(name for name in (files or {}) if name in form.fields)
        form.fields[f"kin_{rows - 1}_name"].widget.attrs["autofocus"] = True
        return form

    @property
    def kin_fields(self) -> list[KinFields]:
        titles = [_("Next of kin"), *(_("Next of kin, number %(place)d") % {"place": n + 1} for n in range(1, 10))]
        return [KinFields(titles[place], [self[name] for name in _names(place)]) for place in range(self.rows)]

    @property
    def may_add(self) -> bool:
        return self.rows < KIN_MOST

    def kin(self) -> tuple[Kin, ...]:
        """The rows in which something stands; an empty one is nobody."""
        return tuple(Kin(*(self.cleaned_data[name] for name in _names(place))) for place in self._filled())

    def _filled(self) -> Iterator[int]:
        for place in range(self.rows):
            if any(self.cleaned_data.get(name) for name in _names(place)):
                yield place

    def particulars(self) -> Particulars:
        """What was typed, as the operation takes it."""
        given = self.cleaned_data
        born: dt.date = given["date_of_birth"]
        return Particulars(
            name=given["member_name"],
            id_number=given["id_number"],
            phone=given["phone"],
            date_of_birth=born,
            kin=self.kin(),
        )

    def refuse(self, refusal: Refusal) -> None:
        """The operation counts the kin it was given (`next_of_kin.0.phone`); the page also counts its empty rows."""
        head, _dot, rest = (refusal.field or "").partition(".")
        number, _dot, part = rest.partition(".")
        if head == "next_of_kin" and part in KIN_PARTS:
            field = f"kin_{list(self._filled())[int(number)]}_{part}"
            self.add_error(field, forms.ValidationError(str(refusal.detail), code=refusal.code))
            return
        super().refuse(refusal)


class RegisterForm(PersonForm):
    """A person who joins, with the pictures that show who she is."""

    id_photo = PictureField(
        label=gettext_lazy("Photo of the ID card"),
        help_text=gettext_lazy("The side with the number, every word readable"),
    )
    photo = PictureField(label=gettext_lazy("Photo of her face"), help_text=gettext_lazy("As on a passport"))
    signature = PictureField(
        label=gettext_lazy("Her signature"), help_text=gettext_lazy("Signed on white paper, or her thumb print")
    )

    @property
    def files_sent(self) -> int:
        """How many pictures there are to draw."""
        return sum(1 for name in PICTURES if self.cleaned_data[name])

    def papers(self) -> tuple[tuple[str, Clean], ...]:
        """Each picture with what it shows, cleaned. Refused beside its field: no picture, too large."""
        found = ((kind, cleaned_picture(self, name)) for name, kind in PICTURES.items())
        return tuple((kind, picture) for kind, picture in found if picture is not None)


class EditForm(PersonForm):
    """What is known of somebody, to be put right. An ID number that is not shown whole may be left empty."""

    def keeping(self, shown: str) -> Self:
        """The same form for a reader who sees only the end of the ID number."""
        asked = self.fields["id_number"]
        asked.required = False
        asked.help_text = _("Leave it empty to keep the number that ends in %(end)s") % {"end": shown[-3:]}
        return self


class UploadForm(PageForm):
    """One paper more: what it shows, and the file."""

    kind = forms.ChoiceField(label=gettext_lazy("What does it show?"), choices=IdentityDocument.Kind.choices)
    file = PictureField(
        label=gettext_lazy("Picture or PDF"),
        help_text=gettext_lazy("At most 8 MB. Places and times that a phone writes into its pictures are removed."),
        camera=False,
        required=True,
    )


class VerifyForm(PageForm):
    """What was compared with what."""

    document = forms.UUIDField(widget=forms.HiddenInput)
    method = forms.ChoiceField(
        label=gettext_lazy("What did you compare it with?"),
        choices=IdVerification.Method.choices,
        initial=IdVerification.Method.DOCUMENT,
        widget=forms.RadioSelect,
    )


class OfficeForm(PageForm):
    """The office somebody is to hold; the first choice is none."""

    office = forms.ChoiceField(label=gettext_lazy("Which office?"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, offices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = self.fields["office"]
        assert isinstance(asked, forms.ChoiceField)  # noqa: S101  # narrows the type, nothing else
        asked.choices = list(offices)


class JoinForm(PageForm):
    """Somebody who was found, confirmed."""

    person = forms.UUIDField(widget=forms.HiddenInput)


def rows_of(data: Mapping[str, Any] | QueryDict) -> int:
    """How many rows of kin a form has: what it says, between one and ten."""
    said = str(data.get("kin_rows") or "1")
    return min(max(int(said), 1), KIN_MOST) if said.isascii() and said.isdigit() and len(said) <= 3 else 1


def _names(place: int) -> list[str]:
    return [f"kin_{place}_{part}" for part in KIN_PARTS]


def _kin_fields() -> Iterator[tuple[str, forms.CharField]]:
    off = {"autocomplete": "off"}
    tel = {"type": "tel", "inputmode": "tel", **off}
    asked = (
        ("name", gettext_lazy("Name"), NAME_LONGEST, off),
        ("relationship", gettext_lazy("How they are related"), RELATIONSHIP_LONGEST, off),
        ("phone", gettext_lazy("Phone"), 40, tel),
        ("id_number", gettext_lazy("ID number"), 40, off),
    )
    for part, label, most, attributes in asked:
        widget = forms.TextInput(attrs=dict(attributes))
        yield part, forms.CharField(label=label, required=False, max_length=most, widget=widget)
