"""Reversal: a mistake is taken back by a second entry, never edited, and by somebody who does not gain by it."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Forbidden, Invalid, MakerIsChecker, Refusal
from groups.access import Standing, standing
from ledger import vouchers
from ledger.models import Line, Voucher
from ledger.rules import CASH_BOX, OFFICER
from members.models import Member
from members.operations import MemberInactive
from members.operations.leaving import return_to_group
from members.operations.locks import locked_member
from savings import queries, rules
from savings.operations.doors import held, log, tell
from savings.operations.opening import OPENING
from users.models import User

_MOVES = frozenset({queries.BANKING, queries.HANDOVER})
_HELD = frozenset({CASH_BOX, OFFICER})


class NotYourCashBack(Forbidden):
    detail = _(
        "Taking this back puts cash into the box or into somebody's hands. Only who gets it back can do that: the "
        "officer it came from, or the treasurer for the box."
    )


class FormerOfficersCash(Forbidden):
    detail = _(
        "Taking this back puts cash into the hands of an officer who serves the group no longer. The service admin "
        "asks him first, and does it."
    )


class ServiceAdminReopens(Forbidden):
    detail = _("Opening balances are brought in, and taken back, by the service admin.")


class HasLeft(MemberInactive):
    detail = _("She has left the group and was paid out. Take back her leaving first, then this.")


class MemberAgain(Refusal):
    code = "already_member"
    status = 409
    detail = _("She has joined the group again since, so this leaving stays as it is.")


@transaction.atomic
def reverse(*, voucher: Voucher, by: User, at: dt.datetime, reason: str) -> Voucher:
    """The REVERSAL voucher of an act of any kind, posted today.

    Whoever may reverse may reverse any act that does not name her, with these exceptions: cash that was moved goes back
    into the box or somebody's hands only by the one who then answers for it (the treasurer for the box; where there is
    none, an office holder who does not lose it; for an officer who serves no longer, the service admin); who carries
    cash of the group puts none back into the box or another's hands, but for what he recorded himself; and opening
    balances are the service admin's. With her leaving, a member belongs to the group again, without her offices.
    Refused: `invalid` without a reason, `maker_is_checker`, `forbidden`, `already_reversed`, `invalid_transition`,
    `member_inactive` for what would give something to who has left, `already_member`, and whatever the books refuse
    when the money has left again.
    """
    if not reason.strip():
        raise Invalid(_("Say why it is reversed: the reason stays with it."), field="reason")
    if queries.names(voucher.member, by):
        raise MakerIsChecker
    _must_be_hers_to_reverse(voucher, by)
    first = vouchers.locked(voucher)
    member = _held(first)
    reversal = vouchers.reverse(voucher=first, by=by, at=at, reason=reason)
    if member and first.detail == queries.LEAVING:
        _must_be_how_she_left(first, member)
        return_to_group(member=member, at=at, by=by)
    elif member and member.left_on:
        _must_give_her_nothing(first)
    log("voucher.reversed", reversal, by, at)
    tell(reversal)
    return reversal


def _held(voucher: Voucher) -> Member | None:
    """The member's row, and before it her person's where her membership changes with the act."""
    if voucher.member and voucher.detail == queries.LEAVING:
        locked_member(voucher.member)
    return held(voucher.member) if voucher.member else None


def _must_be_hers_to_reverse(voucher: Voucher, by: User) -> None:
    here = standing(by, voucher.group)
    if voucher.detail == OPENING and not here.is_service_admin:
        raise ServiceAdminReopens
    if voucher.detail not in _MOVES:
        _must_not_fill_other_hands(voucher, by, here)
    elif voucher.from_place in _HELD:
        _must_get_it_back(voucher, by, here)


def _must_get_it_back(voucher: Voucher, by: User, here: Standing) -> None:
    """Otherwise an officer could clear what he holds by taking back, on paper, what once came out of the box.

    Nobody at the table burdens an officer who is not there to answer: the treasurer would be rid of what the box lacks.
    """
    officer = voucher.from_officer_id
    if officer and not queries.serves(officer, voucher.group):
        if not here.is_service_admin or by.pk == officer:
            raise FormerOfficersCash
        return
    seats = queries.seats_of([voucher.group_id])[voucher.group_id]
    losers = frozenset({voucher.to_officer_id} if voucher.to_officer_id else ())
    if by.pk not in {seat.user for seat in rules.receivers(seats, officer, losers)}:
        raise NotYourCashBack


def _must_not_fill_other_hands(voucher: Voucher, by: User, here: Standing) -> None:
    """Who carries cash could take back a cost the box has paid and record it anew from his hands: the box would then
    be short by what he keeps. Read off the entry: what a member records for herself names no place on paper."""
    if not here.is_field_officer or here.is_treasurer or voucher.recorded_by_id == by.pk:
        return
    refilled = Line.objects.filter(entry=voucher.entry_id, account__code__in=_HELD, amount__lt=0)
    if refilled.exclude(officer=by).exists():
        raise NotYourCashBack


def _must_be_how_she_left(leaving: Voucher, member: Member) -> None:
    """Only the last leaving is taken back, and only while she is gone by it."""
    later = queries.unreversed().filter(
        member=member, kind=queries.WITHDRAWAL, detail=queries.LEAVING, pk__gt=leaving.pk
    )
    if member.left_on != leaving.booked_on or later.exists():
        raise MemberAgain


def _must_give_her_nothing(voucher: Voucher) -> None:
    """She was paid all she owned; a mistake found later is put right while she is a member."""
    hers = Line.objects.filter(entry=voucher.entry_id, member=voucher.member, account__code__in=rules.OWNED)
    if hers.exists():
        raise HasLeft
