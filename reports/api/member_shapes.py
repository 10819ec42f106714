"""The shapes of members over HTTP, out."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.fields import AmountOut
from core.periods import today
from members.models import IdVerification, OfficeProposal
from members.rules import warnings
from reports.api.group_shapes import FundsOut
from reports.api.member_bodies import OFFICES
from reports.queries import MemberDetail

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
    account_number = serializers.CharField(allow_null=True, help_text=_("What she writes on a payment by phone."))
    phone = serializers.CharField(allow_null=True)
    office = serializers.ChoiceField(OFFICES, allow_null=True)
    is_active = serializers.BooleanField(source="member.is_active")
    registration_date = serializers.DateField(allow_null=True)
    id_verified = serializers.BooleanField(
        allow_null=True, help_text=_("True once somebody has compared her ID number with a document.")
    )
    balances = FundsOut(allow_null=True)
    attendance_rate = serializers.SerializerMethodField(help_text=_("Per cent, one decimal; null without meetings."))
    next_due = NextDueOut(
        allow_null=True, help_text=_("The oldest instalment of her running loans that is not paid, past or to come.")
    )
    days_late = serializers.SerializerMethodField(help_text=_("Since that instalment fell due; 0 before."))
    open_fines = serializers.IntegerField(allow_null=True, help_text=_("How many fines are outstanding."))

    def get_attendance_rate(self, row: MemberDetail) -> str | None:
        return None if row.attendance_rate is None else f"{row.attendance_rate:.1f}"

    def get_days_late(self, row: MemberDetail) -> int | None:
        if not row.is_whole:
            return None
        return max((today() - row.next_due.date).days, 0) if row.next_due else 0


class KinOut(serializers.Serializer[Any]):
    """The id names this person as she stands here: other words beside it, and it is another id."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    relationship = serializers.CharField()
    phone = serializers.CharField()
    id_number = serializers.CharField()


class VerificationOut(serializers.Serializer[Any]):
    by = serializers.UUIDField(source="by_id")
    at = serializers.DateTimeField()
    document = serializers.UUIDField(source="document_id")
    method = serializers.ChoiceField(IdVerification.Method.choices)


class MemberDetailOut(MemberOut):
    id_number = serializers.CharField(
        allow_null=True, help_text=_("Its last three digits; whole for who holds members:identity.")
    )
    date_of_birth = serializers.DateField(allow_null=True)
    next_of_kin = KinOut(many=True, allow_null=True)
    id_verification = VerificationOut(allow_null=True)
    photo_url = serializers.SerializerMethodField(help_text=_("Null unless you may look at her papers."))
    id_document_url = serializers.SerializerMethodField(help_text=_("The newest front of her ID card, likewise."))

    def get_photo_url(self, row: MemberDetail) -> str | None:
        return self._address(row, row.photo)

    def get_id_document_url(self, row: MemberDetail) -> str | None:
        return self._address(row, row.id_document)

    def _address(self, row: MemberDetail, document: UUID | None) -> str | None:
        return reverse("member-document", args=[row.member.pk, document]) if document else None


class WarningOut(serializers.Serializer[Any]):
    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class RegisteredOut(MemberDetailOut):
    """The member, with what was kept but deserves a second look at the paper."""

    warnings = serializers.SerializerMethodField()

    @extend_schema_field(WarningOut(many=True))
    def get_warnings(self, row: MemberDetail) -> Any:
        kin = tuple(one.id_number for one in self.context["kin"])
        return WarningOut(list(warnings(row.member.person.id_number, kin)), many=True).data


class EditedOut(RegisteredOut):
    """The member as she is now."""

    sign_in_moved = serializers.SerializerMethodField(
        help_text=_(
            "For the service admin; null for others. True when she now signs in with the new phone number: invite her "
            "anew."
        )
    )

    def get_sign_in_moved(self, row: MemberDetail) -> bool | None:
        moved: bool | None = self.context["sign_in_moved"]
        return moved


class ProposedOut(serializers.Serializer[Any]):
    """An office that waits for the service admin."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(OfficeProposal.Status.choices)
    member_id = serializers.UUIDField()
    office = serializers.SerializerMethodField(help_text=_("Null: her office is to end."))
    proposed_by = serializers.UUIDField(source="proposed_by_id")
    proposed_at = serializers.DateTimeField()

    @extend_schema_field(serializers.ChoiceField(OFFICES, allow_null=True))
    def get_office(self, proposal: OfficeProposal) -> str | None:
        return proposal.office or None


class InvitedOut(serializers.Serializer[Any]):
    """One word for all: whether a phone number already signs in, perhaps elsewhere, is nobody's business here."""

    status = serializers.ChoiceField(INVITATIONS)
