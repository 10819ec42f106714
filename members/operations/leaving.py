"""The end of a membership and its return. No money moves here: what she owned is paid out by a room above."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from groups.models import GroupRole, RoleName
from groups.operations import end_role, give_role
from members.models import Member
from members.operations.acts import record_act
from members.operations.locks import locked_member
from members.operations.offices import end_offices, must_not_end_an_office
from members.operations.refusals import AlreadyMember, MemberInactive
from users.models import User


@transaction.atomic
def leave(*, member: Member, on: dt.date, at: dt.datetime, by: User) -> Member:
    """She is a member no more: her offices and her role as a member end, and proposals about her are declined.

    Refused: who has left already (`member_inactive`), a day before she joined (`invalid`), an office holder to whoever
    does not assign offices (`forbidden`).
    """
    hers = locked_member(member)
    if hers.left_on is not None:
        raise MemberInactive
    if on < hers.joined_on:
        raise Invalid(_("She had not joined yet on that day."), field="left_on")
    must_not_end_an_office(hers, by)
    hers.is_active, hers.left_on = False, on
    hers.save(update_fields=["is_active", "left_on"])
    end_offices(member=hers, at=at, by=by)
    for role in GroupRole.objects.filter(
        user=hers.person.user_id, group=hers.group, role=RoleName.MEMBER, until__isnull=True
    ):
        end_role(role=role, at=at, by=by)
    record_act("member.left", hers, at, by, on=on)
    return hers


@transaction.atomic
def return_to_group(*, member: Member, at: dt.datetime, by: User, joined_on: dt.date | None = None) -> Member:
    """She is a member again, with her old number and her role as a member; her offices stay ended.

    With `joined_on` she joins again on that day; without, her leaving is taken back and she never left. Refused: who
    has not left (`already_member`).
    """
    hers = locked_member(member)
    if hers.left_on is None:
        raise AlreadyMember
    hers.is_active, hers.left_on, hers.joined_on = True, None, joined_on or hers.joined_on
    hers.save(update_fields=["is_active", "left_on", "joined_on"])
    if hers.person.user:
        give_role(user=hers.person.user, role=RoleName.MEMBER, group=hers.group, at=at, by=by)
    record_act("member.returned", hers, at, by, joined_on=hers.joined_on)
    return hers
