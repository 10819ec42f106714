"""What may be changed about a membership: her office, whether she is active, and how she is called."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Forbidden, Invalid
from groups.access import standing
from groups.permissions import Reach
from members.models import Member, OfficeProposal
from members.operations.acts import record_act
from members.operations.editing import edit_member
from members.operations.locks import locked_member
from members.operations.offices import end_offices, give_office, must_not_end_an_office, propose_office
from members.operations.refusals import MemberInactive
from members.queries import office_of
from members.rules import Changes
from users.models import User


class OfficesAreAssigned(Forbidden):
    detail = _("The service admin gives and ends offices; a field officer proposes them.")


@dataclass(frozen=True)
class MembershipChange:
    """What is asked: None leaves a thing as it is; an empty office means none."""

    office: str | None = None
    active: bool | None = None
    phone: str | None = None


@dataclass(frozen=True)
class Changed:
    """The member as she is now, whether her sign-in moved, and what was only proposed."""

    member: Member
    sign_in_moved: bool
    proposal: OfficeProposal | None


@transaction.atomic
def change_membership(*, member: Member, change: MembershipChange, by: User, at: dt.datetime, on: dt.date) -> Changed:
    """All that is asked, or nothing of it. The service admin gives an office at once, a field officer proposes it.

    Refused: an office for everybody else (`forbidden`), nothing asked (`invalid`), and what `set_active`,
    `give_office`, `propose_office` and `edit_member` refuse.
    """
    if change == MembershipChange():
        raise Invalid(_("Say what is to be changed."))
    moved, proposal = False, None
    if change.active is not None:
        set_active(member=member, active=change.active, at=at, by=by)
    # The number before the office: whoever had the wrong one gets neither the office nor the code.
    if change.phone is not None:
        moved = edit_member(member=member, changes=Changes(phone=change.phone), by=by, at=at, on=on).sign_in_moved
    if change.office is not None:
        proposal = _assign(member, change.office, by, at)
    return Changed(locked_member(member), moved, proposal)


@transaction.atomic
def set_active(*, member: Member, active: bool, at: dt.datetime, by: User) -> Member:
    """Not active, she takes no part, and her office ends; she still reads her own book. Set twice, nothing changes.

    Refused: ending somebody's office without the word for it (`forbidden`); waking a membership that has ended
    (`member_inactive`): she joins again.
    """
    hers = locked_member(member)
    if hers.left_on is not None and active:
        raise MemberInactive(_("She has left the group. Let her join again: she gets her old number back."))
    if hers.is_active == active:
        return hers
    if not active:
        must_not_end_an_office(hers, by)
    hers.is_active = active
    hers.save(update_fields=["is_active"])
    if not active:
        end_offices(member=hers, at=at, by=by)
    record_act("member.activated" if active else "member.deactivated", hers, at, by)
    return hers


def _assign(member: Member, office: str, by: User, at: dt.datetime) -> OfficeProposal | None:
    """Saying what is so already changes nothing, whoever says it and may speak of offices at all."""
    here = standing(by, member.group)
    if here.may("offices:assign") is Reach.ALL:
        give_office(member=member, office=office, at=at, by=by)
        return None
    if not here.is_field_officer:
        raise OfficesAreAssigned
    if office == (office_of(member) or ""):
        return None
    return propose_office(member=member, office=office, at=at, by=by)
