"""Offices: the service admin gives and ends them, a field officer proposes. An empty word means no office.

Losing an office takes effect at the next request; the role rows of `groups` say who holds what.
"""

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.errors import Forbidden, Invalid, MakerIsChecker, Refusal
from groups.access import standing
from groups.models import OFFICES, GroupRole, RoleName
from groups.operations import end_role, give_role
from groups.permissions import Reach
from members.models import Member, OfficeProposal
from members.operations.acts import record_act
from members.operations.locks import locked_member
from members.operations.refusals import MemberInactive
from members.operations.sign_ins import make_sign_in
from members.queries import is_same_human, office_of
from users import operations as users
from users.models import User

Status = OfficeProposal.Status


class AlreadyProposed(Refusal):
    code = "already_proposed"
    status = 409
    detail = _("Another office is already proposed for her. The service admin decides that proposal first.")


class AlreadyDecided(Refusal):
    code = "invalid_transition"
    status = 409
    detail = _("This proposal has been decided already.")


class HoldsOffice(Forbidden):
    detail = _("She holds an office. Only the service admin ends it; then this can be done.")


class OwnOffice(MakerIsChecker):
    detail = _("Nobody gives or proposes herself an office. Another service admin or field officer must do that.")


@transaction.atomic
def give_office(*, member: Member, office: str, at: dt.datetime, by: User) -> Member:
    """Her office from now on, "" for none; a standing proposal that says the same is adopted with it.

    Who has no sign-in gets one, and who has no password yet gets a code to choose it. Refused: an office for oneself
    (`maker_is_checker`), somebody who is not active (`member_inactive`), an office that another holds
    (`office_taken`), a word that is no office (`invalid`).
    """
    hers = locked_member(member)
    _must_be_an_office(office)
    if office:
        _give(hers, office, at, by)
    else:
        _end_roles(hers, at, by)
    for proposal in _standing(hers).filter(office=office):
        _close(proposal, Status.ADOPTED, at, by)
    return hers


@transaction.atomic
def propose_office(*, member: Member, office: str, at: dt.datetime, by: User) -> OfficeProposal:
    """What a field officer proposes for her; the same proposed again is the proposal that stands.

    Refused as `give_office` refuses, but for `office_taken`: her predecessor may still hold it. And another proposal
    that stands (`already_proposed`).
    """
    hers = locked_member(member)
    _must_be_an_office(office)
    _must_be_fit(hers, office, by)
    if office == (office_of(hers) or ""):
        raise Invalid(_("That is how it is already: there is nothing to propose."), field="office")
    if before := _standing(hers).first():
        return _the_same(before, office)
    proposal = OfficeProposal.objects.create(member=hers, office=office, proposed_by=by, proposed_at=at)
    record_act("office.proposed", hers, at, by, proposal=proposal.pk, office=office)
    return proposal


@transaction.atomic
def decide_office(*, proposal: OfficeProposal, adopt: bool, at: dt.datetime, by: User) -> OfficeProposal:
    """Adopted, she holds the office at once; declined, nothing changes. Refused: what was decided before
    (`invalid_transition`), and whatever `give_office` refuses: then the proposal stands as it was."""
    hers = locked_member(proposal.member)
    if not _standing(hers).filter(pk=proposal.pk).exists():
        raise AlreadyDecided
    if adopt:
        give_office(member=hers, office=proposal.office, at=at, by=by)
    else:
        _close(proposal, Status.DECLINED, at, by)
    proposal.refresh_from_db()
    return proposal


def end_offices(*, member: Member, at: dt.datetime, by: User) -> None:
    """For somebody who is not active any more: her offices end, and what was proposed for her is declined."""
    _end_roles(member, at, by)
    for proposal in _standing(member):
        _close(proposal, Status.DECLINED, at, by)


def must_not_end_an_office(member: Member, by: User) -> None:
    """Refuses `forbidden` where an act would end somebody's office by the way: that is for who assigns offices."""
    if office_of(member) and standing(by, member.group).may("offices:assign") is not Reach.ALL:
        raise HoldsOffice


def _give(member: Member, office: str, at: dt.datetime, by: User) -> None:
    _must_be_fit(member, office, by)
    user = make_sign_in(member=member, at=at, by=by)
    give_role(user=user, role=RoleName(office), group=member.group, at=at, by=by)
    if not user.has_usable_password():
        users.invite(user=user, by=by, at=at)


def _must_be_an_office(office: str) -> None:
    if office and office not in OFFICES:
        raise Invalid(_("This is not an office of a group."), field="office")


def _must_be_fit(member: Member, office: str, by: User) -> None:
    if office and is_same_human(member.person, by):
        raise OwnOffice(field="office")
    if not member.is_active:
        raise MemberInactive


def _standing(member: Member) -> QuerySet[OfficeProposal]:
    return OfficeProposal.objects.filter(member=member, status=Status.PROPOSED)


def _the_same(proposal: OfficeProposal, office: str) -> OfficeProposal:
    if proposal.office != office:
        raise AlreadyProposed(field="office")
    return proposal


def _close(proposal: OfficeProposal, status: OfficeProposal.Status, at: dt.datetime, by: User) -> None:
    OfficeProposal.objects.filter(pk=proposal.pk).update(status=status, decided_by=by, decided_at=at)
    verb = "office.adopted" if status == Status.ADOPTED else "office.declined"
    record_act(verb, proposal.member, at, by, proposal=proposal.pk, office=proposal.office)


def _end_roles(member: Member, at: dt.datetime, by: User) -> None:
    running = GroupRole.objects.filter(group=member.group, role__in=OFFICES, until__isnull=True)
    for role in running.filter(user__isnull=False, user=member.person.user_id):
        end_role(role=role, at=at, by=by)
