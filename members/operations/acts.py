"""The trace that every act on a member leaves: ids, never names, numbers or free text."""

import datetime as dt
from typing import Any

from audit.models import Act
from audit.operations import record
from groups.access import standing
from members.models import Member
from users.models import User


def note_identity_read(*, member: Member, by: User, at: dt.datetime) -> None:
    """Leaves an act that says who was shown her whole ID number."""
    record_act("member.identity_read", member, at, by)


def record_act(verb: str, member: Member, at: dt.datetime, by: User | None, **facts: Any) -> Act:
    """One row; it says so where a service admin acted for offices that nobody holds."""
    return record(
        verb=verb,
        at=at,
        actor_id=by.id if by else None,
        subject="member",
        subject_id=member.id,
        group_id=member.group_id,
        organisation_id=member.group.organisation_id,
        in_place_of_office=by is not None and standing(by, member.group).in_place_of_office,
        **facts,
    )
