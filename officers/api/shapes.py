"""The bodies this room reads and the shapes it answers with, as the contract pins them."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.fields import AMOUNT, PhoneIn, WordIn
from officers import queries
from officers.models import Officer, PositionFix
from officers.rules import MOST_AT_ONCE, WIDEST_METRES

MOST_GROUPS = 500
Activity = PositionFix.Activity


# In


class OfficerIn(serializers.Serializer[Any]):
    """A new officer; without an organisation the caller's own."""

    name = WordIn(max_length=255)
    phone = PhoneIn(max_length=40)
    organisation = serializers.UUIDField(required=False, allow_null=True)
    assigned_groups = serializers.ListField(
        child=serializers.UUIDField(), required=False, allow_null=True, max_length=MOST_GROUPS
    )
    offline_sync_id = serializers.CharField(required=False, allow_null=True, max_length=100)


class OfficerEditIn(serializers.Serializer[Any]):
    """What is put right; `assigned_groups` is the whole list."""

    name = WordIn(required=False, max_length=255)
    phone = PhoneIn(
        required=False, max_length=40, help_text=_("Until she has chosen a password; a fresh code is sent there.")
    )
    assigned_groups = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=MOST_GROUPS)


class OfficerMoveIn(serializers.Serializer[Any]):
    """Why, for the organisation's own papers: sealed, and not in the log of acts."""

    reason = WordIn(required=False, allow_blank=True, allow_null=True, max_length=500)


class MeasureIn(serializers.Field[Decimal, Any, Any, Any]):
    """A number as JSON writes it, within a range; text and booleans are not numbers."""

    default_error_messages = {
        "not_a_number": _("Write a number."),
        "out_of_range": _("This number must lie between {least} and {most}."),
    }

    def __init__(self, *, least: int, most: int, **options: Any) -> None:
        super().__init__(**options)
        self.least, self.most = least, most

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, int | Decimal):
            self.fail("not_a_number")
        if not self.least <= data <= self.most:
            self.fail("out_of_range", least=self.least, most=self.most)
        return Decimal(data)


@extend_schema_field({"type": "number", "minimum": -90, "maximum": 90, "example": -1.286389})
class LatitudeIn(MeasureIn):
    def __init__(self, **options: Any) -> None:
        super().__init__(least=-90, most=90, **options)


@extend_schema_field({"type": "number", "minimum": -180, "maximum": 180, "example": 36.817223})
class LongitudeIn(MeasureIn):
    def __init__(self, **options: Any) -> None:
        super().__init__(least=-180, most=180, **options)


@extend_schema_field({"type": "number", "minimum": 0, "maximum": WIDEST_METRES})
class AccuracyIn(MeasureIn):
    def __init__(self, **options: Any) -> None:
        super().__init__(least=0, most=WIDEST_METRES, **options)


@extend_schema_field({"type": "integer", "minimum": 0, "maximum": 100, "nullable": True})
class BatteryIn(MeasureIn):
    """Whole percent."""

    default_error_messages = {"not_whole": _("Write a whole number.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(least=0, most=100, **options)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Decimal):
            self.fail("not_whole")
        return int(super().to_internal_value(data))


@extend_schema_field({"type": "string", "format": "date-time", "nullable": True})
class InstantIn(serializers.Field[dt.datetime, Any, Any, Any]):
    """An instant as ISO 8601 with its offset from UTC."""

    default_error_messages = {
        "not_an_instant": _("Write an instant with its offset, such as 2026-03-04T09:30:00+03:00.")
    }

    def to_internal_value(self, data: Any) -> dt.datetime:
        try:
            instant = parse_datetime(data) if isinstance(data, str) and data.isascii() else None
            if instant is None or instant.tzinfo is None:
                self.fail("not_an_instant")
            return instant.astimezone(dt.UTC)
        except (ValueError, OverflowError):
            self.fail("not_an_instant")


class FixIn(serializers.Serializer[Any]):
    """One position. `recorded_at` is the phone's clock; without it, it is now."""

    latitude = LatitudeIn(help_text=_("Degrees; six decimals are kept."))
    longitude = LongitudeIn(help_text=_("Degrees; six decimals are kept."))
    accuracy = AccuracyIn(help_text=_("Metres around the point."))
    activity_type = serializers.ChoiceField(
        Activity.choices, help_text=_("OFF_DUTY ends the duty: she is no longer on the map.")
    )
    member_id = serializers.UUIDField(required=False, allow_null=True, help_text=_("Of a group she serves."))
    battery_level = BatteryIn(required=False, allow_null=True, help_text=_("Percent."))
    recorded_at = InstantIn(required=False, allow_null=True)


class FixesIn(serializers.ListSerializer[Any]):
    """What a phone gathered while it was offline."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=FixIn(), allow_empty=False, max_length=MOST_AT_ONCE, **options)


# Out


class LocationOut(serializers.Serializer[Any]):
    lat = serializers.FloatField()
    lng = serializers.FloatField()
    timestamp = serializers.DateTimeField()


class WeekOut(serializers.Serializer[Any]):
    """The last seven days, today among them."""

    visits = serializers.IntegerField(help_text=_("Members visited and meetings attended, each once a day."))
    entries = serializers.IntegerField(help_text=_("Papers she recorded."))
    collected = serializers.SerializerMethodField(help_text=_("What she recorded as brought, verified and standing."))

    @extend_schema_field(AMOUNT)
    def get_collected(self, week: queries.Week) -> str:
        return f"{week.collected:.2f}"


@dataclass(frozen=True)
class Shown:
    """What a page of officers is answered with: read once for all of them."""

    weeks: dict[UUID, queries.Week]
    fixes: dict[UUID, PositionFix]
    scope: Collection[UUID]


class OfficerOut(serializers.Serializer[Any]):
    """An officer. What her phone says about itself is null until it is asked."""

    id = serializers.UUIDField()
    user = serializers.UUIDField(source="user_id")
    organisation = serializers.UUIDField(source="organisation_id")
    name = serializers.CharField(help_text=_("As the organisation wrote it."))
    phone = serializers.CharField(source="user.phone")
    status = serializers.ChoiceField(Officer.Status.choices)
    is_active = serializers.SerializerMethodField()
    assigned_groups = serializers.SerializerMethodField(help_text=_("Ids of the groups she serves, in your scope."))
    last_known_location = serializers.SerializerMethodField(help_text=_("The newest position taken on duty."))
    device_info = serializers.SerializerMethodField(help_text=_("Always null so far: no phone is registered."))
    last_sync_at = serializers.SerializerMethodField(help_text=_("Always null so far: no phone is registered."))
    agrees_with_office = serializers.SerializerMethodField(help_text=_("Always null so far: no phone is registered."))
    week = serializers.SerializerMethodField()

    def get_is_active(self, officer: Officer) -> bool:
        return officer.status == Officer.Status.ACTIVE

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_assigned_groups(self, officer: Any) -> list[str]:
        scope = self.context["shown"].scope
        return [str(row.group_id) for row in officer.running if row.group_id in scope]

    @extend_schema_field(LocationOut(allow_null=True))
    def get_last_known_location(self, officer: Officer) -> Any:
        fix = self.context["shown"].fixes.get(officer.pk)
        if fix is None:
            return None
        return LocationOut({"lat": fix.latitude, "lng": fix.longitude, "timestamp": fix.recorded_at}).data

    @extend_schema_field({"type": "object", "nullable": True})
    def get_device_info(self, officer: Officer) -> None:
        return None

    @extend_schema_field({"type": "string", "format": "date-time", "nullable": True})
    def get_last_sync_at(self, officer: Officer) -> None:
        return None

    @extend_schema_field({"type": "boolean", "nullable": True})
    def get_agrees_with_office(self, officer: Officer) -> None:
        return None

    @extend_schema_field(WeekOut)
    def get_week(self, officer: Officer) -> Any:
        return WeekOut(self.context["shown"].weeks[officer.pk]).data


class FixOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    latitude = serializers.FloatField()
    longitude = serializers.FloatField()
    accuracy = serializers.FloatField()
    activity_type = serializers.ChoiceField(Activity.choices)
    member_id = serializers.UUIDField(allow_null=True)
    battery_level = serializers.IntegerField(allow_null=True)
    recorded_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()


class TrackedOut(serializers.Serializer[Any]):
    """How many fixes were new, and the newest that is kept of her."""

    stored = serializers.IntegerField()
    newest = FixOut(allow_null=True)


class PointOut(serializers.Serializer[Any]):
    type = serializers.ChoiceField(["Point"])
    coordinates = serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2)


class PropertiesOut(serializers.Serializer[Any]):
    officer_id = serializers.UUIDField()
    name = serializers.CharField()
    recorded_at = serializers.DateTimeField()
    accuracy = serializers.FloatField()
    activity_type = serializers.ChoiceField(Activity.choices)
    battery_level = serializers.IntegerField(allow_null=True)


class FeatureOut(serializers.Serializer[Any]):
    type = serializers.ChoiceField(["Feature"])
    geometry = PointOut()
    properties = PropertiesOut()


class MapOut(serializers.Serializer[Any]):
    """GeoJSON: longitude first."""

    type = serializers.ChoiceField(["FeatureCollection"])
    features = FeatureOut(many=True)


def feature(officer: Officer, fix: PositionFix) -> dict[str, Any]:
    """An officer on the map."""
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [fix.longitude, fix.latitude]},
        "properties": {
            "officer_id": officer.pk,
            "name": officer.name,
            "recorded_at": fix.recorded_at,
            "accuracy": fix.accuracy,
            "activity_type": fix.activity_type,
            "battery_level": fix.battery_level,
        },
    }
