"""Where officers on duty were: taken in, looked at (which leaves an act), and forgotten.

A fix is a measurement, not an act: it leaves no row in the log. That somebody looked does.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.operations import record
from core.errors import Forbidden, Invalid
from groups.models import Organisation
from members.models import Member
from officers import rules
from officers.models import Officer, PositionFix
from users.models import User

BATCH = 2000


class NotOnDuty(Forbidden):
    detail = _("Only an active officer on duty sends where she is.")


@dataclass(frozen=True)
class Fix:
    """A position as the phone says it; without an instant it is now."""

    latitude: Decimal
    longitude: Decimal
    accuracy: Decimal
    activity_type: str
    member: Member | None = None
    battery_level: int | None = None
    recorded_at: dt.datetime | None = None


@transaction.atomic
def track(*, officer: Officer, fixes: Sequence[Fix], at: dt.datetime) -> int:
    """Keep her fixes, all or none, and say how many are new: one sent again (same instant) is stored once.

    Refused: `forbidden` unless she is active; `invalid` for an instant that has not come or is no longer kept, and for
    more than five hundred at once.
    """
    held = Officer.objects.select_for_update(of=("self",), no_key=True).select_related("organisation")
    now = held.get(pk=officer.pk)
    if now.status != Officer.Status.ACTIVE:
        raise NotOnDuty
    if not 1 <= len(fixes) <= rules.MOST_AT_ONCE:
        raise Invalid(_("Send between one and five hundred fixes at once."))
    _must_be_of_these_days(fixes, now.organisation, at)
    rows = [_row(now, fix, at) for fix in fixes]
    PositionFix.objects.bulk_create(rows, ignore_conflicts=True)
    return PositionFix.objects.filter(pk__in=[row.pk for row in rows]).count()


def _must_be_of_these_days(fixes: Sequence[Fix], organisation: Organisation, at: dt.datetime) -> None:
    latest, earliest = at + rules.AHEAD, rules.kept_since(at, organisation.position_days_kept)
    for fix in fixes:
        if fix.recorded_at is None:
            continue
        if fix.recorded_at > latest:
            raise Invalid(_("That moment has not come yet. Check the phone's clock."), field="recorded_at")
        if fix.recorded_at < earliest:
            raise Invalid(_("Positions are not kept for that long. Leave this one out."), field="recorded_at")


def _row(officer: Officer, fix: Fix, at: dt.datetime) -> PositionFix:
    return PositionFix(
        officer=officer,
        latitude=rules.degrees(fix.latitude),
        longitude=rules.degrees(fix.longitude),
        accuracy=rules.metres(fix.accuracy),
        activity_type=fix.activity_type,
        member=fix.member,
        battery_level=fix.battery_level,
        recorded_at=fix.recorded_at or at,
        received_at=at,
    )


def located(*, by: User, officers: Iterable[Officer], at: dt.datetime, on_the_map: bool = False) -> None:
    """Somebody looked where these officers are: one act for each organisation whose officers she saw.

    Her own position is hers to look at; a look at the map leaves an act even when it shows nobody.
    """
    seen: dict[UUID, list[UUID]] = {}
    for officer in officers:
        if on_the_map or officer.user_id != by.pk:
            seen.setdefault(officer.organisation_id, []).append(officer.pk)
    if on_the_map and not seen:
        record(verb="officers.located", at=at, actor_id=by.pk, subject="map", officers=[])
    for organisation, whom in seen.items():
        record(
            verb="officers.located",
            at=at,
            actor_id=by.pk,
            subject="map" if on_the_map else "officer",
            subject_id=None if len(whom) > 1 else whom[0],
            organisation_id=organisation,
            officers=whom,
        )


def forget_positions(*, organisations: Collection[Organisation], at: dt.datetime) -> int:
    """Delete the fixes older than each organisation keeps them, some at a time; how many went."""
    return sum(
        _forget(organisation, rules.kept_since(at, organisation.position_days_kept)) for organisation in organisations
    )


def _forget(organisation: Organisation, before: dt.datetime) -> int:
    old = PositionFix.objects.filter(officer__organisation=organisation, recorded_at__lt=before)
    gone = 0
    while batch := list(old.values_list("pk", flat=True)[:BATCH]):
        gone += PositionFix.objects.filter(pk__in=batch).delete()[0]
    return gone
