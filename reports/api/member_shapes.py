"""The shapes of members over HTTP, in and out. What later rooms fill is null or 0 here."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.fields import AmountOut, PhoneIn, WordIn
from groups.models import BankingGroup, RoleName
from members.rules import ID_NUMBER_LONGEST, KIN_MOST, NAME_LONGEST, RELATIONSHIP_LONGEST, Kin, Particulars, warnings
from reports.api.group_shapes import FundsOut
from reports.queries import MemberDetail

OFFICES = [RoleName.CHAIR, RoleName.SECRETARY, RoleName.TREASURER, RoleName.COMMITTEE]
INVITATIONS = ["accepted"]


class NextDueOut(serializers.Serializer[Any]):
    date = serializers.DateField()
    amount = AmountOut()


class MemberOut(serializers.Serializer[Any]):
    """A member. A plain member reads of the others id, name, number, office and activity; the rest is null."""

    id = serializers.UUIDField(source="member.id")
    group_id = serializers.UUIDField(source="member.group_id")
    person_id = serializers.UUIDField(allow_null=True)
    member_name = serializers.CharField(source="member.person.name")
    member_number = serializers.IntegerField(source="member.number")
    phone = serializers.CharField(allow_null=True)
    office = serializers.ChoiceField(OFFICES, allow_null=True)
    is_active = serializers.BooleanField(source="member.is_active")
    registration_date = serializers.DateField(allow_null=True)
    id_verified = serializers.SerializerMethodField(help_text=_("False until an ID document has been verified."))
    balances = FundsOut(allow_null=True)
    attendance_rate = serializers.SerializerMethodField(help_text=_("Per cent, one decimal; null without meetings."))
    next_due = serializers.SerializerMethodField()
    days_late = serializers.SerializerMethodField()
    open_fines = serializers.SerializerMethodField(help_text=_("How many fines are outstanding."))

    def get_id_verified(self, row: MemberDetail) -> bool | None:
        return False if row.is_whole else None

    def get_attendance_rate(self, row: MemberDetail) -> str | None:
        return None

    @extend_schema_field(NextDueOut(allow_null=True))
    def get_next_due(self, row: MemberDetail) -> None:
        return None

    def get_days_late(self, row: MemberDetail) -> int | None:
        return 0 if row.is_whole else None

    def get_open_fines(self, row: MemberDetail) -> int | None:
        return 0 if row.is_whole else None


class KinOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    relationship = serializers.CharField()
    phone = serializers.CharField()
    id_number = serializers.CharField()


class VerificationOut(serializers.Serializer[Any]):
    by = serializers.UUIDField()
    at = serializers.DateTimeField()
    document = serializers.UUIDField()
    method = serializers.CharField()


class MemberDetailOut(MemberOut):
    id_number = serializers.CharField(
        allow_null=True, help_text=_("Its last three digits; whole for who holds members:identity.")
    )
    date_of_birth = serializers.DateField(allow_null=True)
    next_of_kin = KinOut(many=True, allow_null=True)
    id_verification = serializers.SerializerMethodField()
    photo_url = serializers.SerializerMethodField()
    id_document_url = serializers.SerializerMethodField()

    @extend_schema_field(VerificationOut(allow_null=True))
    def get_id_verification(self, row: MemberDetail) -> None:
        return None

    def get_photo_url(self, row: MemberDetail) -> str | None:
        return None

    def get_id_document_url(self, row: MemberDetail) -> str | None:
        return None


class WarningOut(serializers.Serializer[Any]):
    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class RegisteredOut(MemberDetailOut):
    """The new member, with what was kept but deserves a second look at the paper."""

    warnings = serializers.SerializerMethodField()

    @extend_schema_field(WarningOut(many=True))
    def get_warnings(self, row: MemberDetail) -> Any:
        kin = tuple(one.id_number for one in self.context["kin"])
        return WarningOut(list(warnings(row.member.person.id_number, kin)), many=True).data


class GroupIn(serializers.Serializer[Any]):
    """Where somebody registers: judged before the rest of the body is read."""

    group_id = serializers.UUIDField()


@extend_schema_field({"type": "string", "nullable": True, "maxLength": 0})
class NoPicture(serializers.Field[None, Any, None, Any]):
    """A picture the contract names and this server does not keep yet: left out or empty."""

    default_error_messages = {"no_pictures": _("Pictures cannot be kept yet. Register her without this field.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, allow_null=True, write_only=True, **options)

    def to_internal_value(self, data: Any) -> None:
        if data != "":
            self.fail("no_pictures")


class KinIn(serializers.Serializer[Any]):
    name = WordIn(max_length=NAME_LONGEST)
    relationship = WordIn(max_length=RELATIONSHIP_LONGEST)
    phone = WordIn(required=False, allow_blank=True, allow_null=True, max_length=40)
    id_number = WordIn(required=False, allow_blank=True, allow_null=True, max_length=ID_NUMBER_LONGEST)


class RegisterIn(GroupIn):
    member_name = WordIn(max_length=NAME_LONGEST)
    id_number = WordIn(max_length=ID_NUMBER_LONGEST)
    phone = PhoneIn()
    date_of_birth = serializers.DateField()
    next_of_kin = serializers.ListField(child=KinIn(), required=False, max_length=KIN_MOST)
    id_photo = NoPicture()
    signature = NoPicture()
    offline_sync_id = serializers.CharField(required=False, max_length=100, help_text=_("Names the submission."))

    @property
    def particulars(self) -> Particulars:
        given = self.validated_data
        kin = [
            Kin(one["name"], one["relationship"], one.get("phone") or "", one.get("id_number") or "")
            for one in given.get("next_of_kin", [])
        ]
        return Particulars(
            name=given["member_name"],
            id_number=given["id_number"],
            phone=given["phone"],
            date_of_birth=given["date_of_birth"],
            kin=tuple(kin),
        )


class InvitedOut(serializers.Serializer[Any]):
    """One word for all: whether a phone number already signs in, perhaps elsewhere, is nobody's business here."""

    status = serializers.ChoiceField(INVITATIONS)


class MembershipOut(serializers.Serializer[Any]):
    """One of the signed-in person's memberships."""

    group_id = serializers.UUIDField(source="group.id")
    group_name = serializers.CharField(source="group.name")
    group_code = serializers.CharField(source="group.group_code")
    group_status = serializers.CharField(source="group.status")
    member_id = serializers.UUIDField(source="id")
    member_number = serializers.IntegerField(source="number")
    office = serializers.SerializerMethodField()
    joined_on = serializers.DateField()
    is_active = serializers.BooleanField()
    meeting_day = serializers.ChoiceField(BankingGroup.Weekday.choices, source="group.meeting_day")
    meeting_venue = serializers.CharField(source="group.meeting_venue")

    @extend_schema_field(serializers.ChoiceField(OFFICES, allow_null=True))
    def get_office(self, member: Any) -> str | None:
        office: str | None = self.context["offices"].get(member.group_id)
        return office


class MembershipsOut(serializers.Serializer[Any]):
    groups = MembershipOut(many=True)
