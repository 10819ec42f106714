"""The trace that every act on a member leaves: ids, never names, numbers or free text."""

import datetime as dt
from typing import Any

from audit.operations import record
from members.models import Member
from users.models import User


def note_identity_read(*, member: Member, by: User, at: dt.datetime) -> None:
    """Leaves an act that says who was shown her whole ID number."""
    record_act("member.identity_read", member, at, by)


def record_act(verb: str, member: Member, at: dt.datetime, by: User | None, **facts: Any) -> None:
    record(
        verb=verb,
        at=at,
        actor_id=by.id if by else None,
        subject="member",
        subject_id=member.id,
        group_id=member.group_id,
        organisation_id=member.group.organisation_id,
        **facts,
    )
