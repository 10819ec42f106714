"""The shapes of organisations, their staff and places over HTTP, in and out."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.api.fields import PhoneIn, WordIn
from groups.models import RoleName
from groups.operations.organisations import BOUNDS

STAFF_ROLES = [RoleName.SERVICE_ADMIN, RoleName.AUDITOR]


def _bounds(name: str) -> dict[str, Any]:
    least, most = BOUNDS[name]
    return {"min_value": least, "max_value": most}


class OrganisationOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="organisation.id")
    name = serializers.CharField(source="organisation.name")
    is_active = serializers.BooleanField(source="organisation.is_active")
    interest_cap_yearly_percent = serializers.DecimalField(
        source="organisation.interest_cap_yearly_percent", max_digits=6, decimal_places=2, allow_null=True
    )
    position_days_kept = serializers.IntegerField(source="organisation.position_days_kept")
    position_fresh_minutes = serializers.IntegerField(source="organisation.position_fresh_minutes")
    months_close_on_day = serializers.IntegerField(source="organisation.months_close_on_day", allow_null=True)
    created_at = serializers.DateTimeField(source="organisation.created_at")
    groups_count = serializers.IntegerField()
    members_count = serializers.IntegerField(help_text=_("Members active in its groups."))
    staff_count = serializers.IntegerField(help_text=_("Service admins and auditors."))


class OrganisationChangeIn(serializers.Serializer[Any]):
    name = WordIn(max_length=255)
    is_active = serializers.BooleanField(required=False)
    interest_cap_yearly_percent = serializers.DecimalField(
        required=False,
        allow_null=True,
        max_digits=6,
        decimal_places=2,
        help_text=_("Effective yearly rate with fees above which no loan is accepted; null for none."),
        **_bounds("interest_cap_yearly_percent"),
    )
    position_days_kept = serializers.IntegerField(required=False, **_bounds("position_days_kept"))
    position_fresh_minutes = serializers.IntegerField(required=False, **_bounds("position_fresh_minutes"))
    months_close_on_day = serializers.IntegerField(
        required=False,
        allow_null=True,
        help_text=_("On this day of the following month the calendar closes a month; null: closed by hand."),
        **_bounds("months_close_on_day"),
    )


class OrganisationIn(serializers.Serializer[Any]):
    name = WordIn(max_length=255)
    offline_sync_id = serializers.CharField(required=False, max_length=100, help_text=_("Names the submission."))


class StaffOut(serializers.Serializer[Any]):
    """A role somebody holds on the staff; `id` is the role's."""

    id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    name = serializers.CharField(source="user.name")
    phone = serializers.CharField(source="user.phone")
    role = serializers.ChoiceField(STAFF_ROLES)
    since = serializers.DateTimeField()
    signs_in = serializers.BooleanField(
        source="user.has_usable_password", help_text=_("False until the code she was sent has been used.")
    )


class StaffIn(serializers.Serializer[Any]):
    name = WordIn(max_length=255, help_text=_("Used where nobody signs in with this number yet."))
    phone = PhoneIn()
    role = serializers.ChoiceField(STAFF_ROLES)
    offline_sync_id = serializers.CharField(required=False, max_length=100, help_text=_("Names the submission."))


class AreaOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()


class AreasOut(serializers.Serializer[Any]):
    """All at once: no county has more than 17 constituencies, none of these more than 10 wards."""

    count = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = AreaOut(many=True)
