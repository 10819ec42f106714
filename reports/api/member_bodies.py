"""What is sent about members over HTTP: the whole registration, joining as an explicit act, what is put right."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.fields import PhoneIn, WordIn
from core.files import Clean, clean, from_data_url
from groups.models import RoleName
from members.models import IdentityDocument
from members.operations import MembershipChange
from members.rules import ID_NUMBER_LONGEST, KIN_MOST, NAME_LONGEST, RELATIONSHIP_LONGEST, Changes, Kin, Particulars

OFFICES = [RoleName.CHAIR, RoleName.SECRETARY, RoleName.TREASURER, RoleName.COMMITTEE]
ACTIVE, INACTIVE = "ACTIVE", "INACTIVE"
# The pictures of the registration: what is shown on its front is what a verifier compares with.
PICTURES = {"id_photo": IdentityDocument.Kind.ID_FRONT, "signature": IdentityDocument.Kind.SIGNATURE}


@extend_schema_field(
    {
        "type": "string",
        "nullable": True,
        "pattern": r"^(data:(image/jpeg|image/png|application/pdf);base64,[A-Za-z0-9+/=]+)?$",
        "description": _("A data-URL: JPEG, PNG or PDF, at most 8 MB. It is drawn anew, without metadata."),
    }
)
class PictureIn(serializers.CharField):
    """A picture as a data-URL; left out, empty or null is none. Looked at only when all else is right."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, allow_null=True, allow_blank=True, trim_whitespace=False, **options)


class GroupIn(serializers.Serializer[Any]):
    """Where somebody registers: judged before the rest of the body is read."""

    group_id = serializers.UUIDField()


class KinIn(serializers.Serializer[Any]):
    name = WordIn(max_length=NAME_LONGEST)
    relationship = WordIn(max_length=RELATIONSHIP_LONGEST)
    phone = WordIn(required=False, allow_blank=True, allow_null=True, max_length=40)
    id_number = WordIn(required=False, allow_blank=True, allow_null=True, max_length=ID_NUMBER_LONGEST)


class NewMemberIn(serializers.Serializer[Any]):
    """The whole registration; the path says in which group."""

    member_name = WordIn(max_length=NAME_LONGEST)
    id_number = WordIn(max_length=ID_NUMBER_LONGEST)
    phone = PhoneIn()
    date_of_birth = serializers.DateField()
    next_of_kin = serializers.ListField(child=KinIn(), required=False, max_length=KIN_MOST)
    id_photo = PictureIn()
    signature = PictureIn()
    offline_sync_id = serializers.CharField(required=False, max_length=100, help_text=_("Names the submission."))

    @property
    def particulars(self) -> Particulars:
        given = self.validated_data
        return Particulars(
            name=given["member_name"],
            id_number=given["id_number"],
            phone=given["phone"],
            date_of_birth=given["date_of_birth"],
            kin=kin_of(given.get("next_of_kin", [])),
        )

    def papers(self) -> list[tuple[str, Clean]]:
        """The pictures, drawn anew: slow, and no part of a transaction. Refused with the field that holds them."""
        return [(PICTURES[field], clean(from_data_url(text, field), field=field)) for field, text in self._sent()]

    @property
    def files(self) -> int:
        """How many pictures there are to draw."""
        return len(self._sent())

    def _sent(self) -> list[tuple[str, str]]:
        sent = ((field, self.validated_data.get(field)) for field in PICTURES)
        return [(field, text) for field, text in sent if text]


class RegisterIn(GroupIn, NewMemberIn):
    """The registration that names its group itself."""


class JoinIn(serializers.Serializer[Any]):
    """Somebody the organisation knows joins as who she is: named by her own id, or by a membership she has or had."""

    person_id = serializers.UUIDField(required=False)
    member_id = serializers.UUIDField(required=False)
    offline_sync_id = serializers.CharField(required=False, max_length=100, help_text=_("Names the submission."))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs.keys() & {"person_id", "member_id"}) != 1:
            raise serializers.ValidationError({"person_id": _("Name her by one id: person_id or member_id.")})
        return attrs

    @property
    def named(self) -> dict[str, Any]:
        return {name: self.validated_data[name] for name in ("person_id", "member_id") if name in self.validated_data}

    @staticmethod
    def is_meant(body: Mapping[str, Any]) -> bool:
        return bool(body.keys() & {"person_id", "member_id"})


class EditIn(serializers.Serializer[Any]):
    """What is put right; what is left out stays as it is. Next of kin are named anew as a whole."""

    member_name = WordIn(required=False, max_length=NAME_LONGEST)
    id_number = WordIn(required=False, max_length=ID_NUMBER_LONGEST)
    phone = PhoneIn(required=False)
    date_of_birth = serializers.DateField(required=False)
    next_of_kin = serializers.ListField(child=KinIn(), required=False, max_length=KIN_MOST)

    @property
    def changes(self) -> Changes:
        given = self.validated_data
        return Changes(
            name=given.get("member_name"),
            id_number=given.get("id_number"),
            phone=given.get("phone"),
            date_of_birth=given.get("date_of_birth"),
            kin=kin_of(given["next_of_kin"]) if "next_of_kin" in given else None,
        )


class MembershipIn(serializers.Serializer[Any]):
    """Office (null for none), status, contact: what is left out stays as it is."""

    office = serializers.ChoiceField(OFFICES, required=False, allow_null=True)
    status = serializers.ChoiceField([ACTIVE, INACTIVE], required=False)
    phone = PhoneIn(required=False)

    @property
    def change(self) -> MembershipChange:
        given = self.validated_data
        return MembershipChange(
            office=(given["office"] or "") if "office" in given else None,
            active=given["status"] == ACTIVE if "status" in given else None,
            phone=given.get("phone"),
        )


def kin_of(given: Iterable[Mapping[str, Any]]) -> tuple[Kin, ...]:
    return tuple(
        Kin(one["name"], one["relationship"], one.get("phone") or "", one.get("id_number") or "") for one in given
    )
