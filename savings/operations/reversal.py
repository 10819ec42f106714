"""Reversal: a mistake is taken back by a second entry, never edited, and by somebody who does not gain by it."""

import datetime as dt
from uuid import UUID

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
from savings.operations.doors import held, log, still_serves, tell
from savings.operations.dues import hold_fines_paid_by, refresh_fines
from savings.operations.followers import follower_of
from savings.operations.opening import OPENING
from savings.operations.tables import open_table
from users.models import User

_MOVES = frozenset({queries.BANKING, queries.HANDOVER})


class NotYourCashBack(Forbidden):
    detail = _(
        "Taking this back puts cash into the box or into somebody's hands. Only who gets it back can do that: the "
        "officer it came from, or the treasurer for the box."
    )


class YouHoldThisCash(Forbidden):
    detail = _("You hold this cash. Somebody else takes it back.")


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
    """The REVERSAL voucher of an act of any kind, posted today, under the meeting that is open now if there is one.

    Whoever may reverse may reverse any act that does not name her, but for cash: nobody takes away what her own hands
    hold; into an officer's hands it goes back by himself or a service admin, and by the service admin alone when he
    serves no longer; into the box by nobody who carries cash of the group, unless she is the treasurer, and what was
    moved out of it by the treasurer alone (where there is none, by an office holder who does not lose it). Opening
    balances are the service admin's. With her leaving, a member belongs to the group again, without her offices. A fine
    that it had paid is OUTSTANDING again.
    Refused: `invalid` without a reason, `maker_is_checker`, `forbidden`, `already_reversed`, `invalid_transition`,
    `member_inactive` for what would give something to who has left or ask it of her, `already_member`, whatever the
    books refuse when the money has left again, and whatever the room refuses whose paper it is
    (`savings.operations.followers`).
    """
    if not reason.strip():
        raise Invalid(_("Say why it is reversed: the reason stays with it."), field="reason")
    table = open_table(voucher.group)
    first = vouchers.locked(voucher)
    if queries.names(first.member, by):
        raise MakerIsChecker
    _must_be_hers_to_reverse(first, by)
    vouchers.must_be_reversible(first)
    fines = hold_fines_paid_by(first)
    follower = follower_of(first)
    follower.hold(first)
    member = _held(first)
    follower.before(first, by, at)
    reversal = vouchers.reverse(voucher=first, by=by, at=at, reason=reason, meeting_id=table)
    if member and first.detail == queries.LEAVING:
        _must_be_how_she_left(first, member)
        return_to_group(member=member, at=at, by=by)
    elif member and member.left_on:
        _must_give_her_nothing(first)
    refresh_fines(fines)
    follower.after(first, reversal, by, at)
    log("voucher.reversed", reversal, by, at)
    tell(reversal)
    return reversal


def _held(voucher: Voucher) -> Member | None:
    """The member's row, and before it her person's where her membership changes with the act."""
    if voucher.member and voucher.detail == queries.LEAVING:
        locked_member(voucher.member)
    return held(voucher.member) if voucher.member else None


def _must_be_hers_to_reverse(voucher: Voucher, by: User) -> None:
    """Judged by the lines of the entry, since what a member asked for herself names no place on paper."""
    here = standing(by, voucher.group)
    if voucher.detail == OPENING and not here.is_service_admin:
        raise ServiceAdminReopens
    cash = Line.objects.filter(entry__voucher=voucher, account__code__in=[CASH_BOX, OFFICER])
    came = {officer for officer, amount in cash.values_list("officer", "amount") if amount > 0}
    for officer in cash.filter(amount__lt=0).order_by("officer").values_list("officer", flat=True):
        if officer:
            _must_answer_for_his_hands(voucher, officer, by, here)
        else:
            _must_answer_for_the_box(voucher, by, here)
    if by.pk in came:
        # He took it, and it would be gone from the books while it is in his hands.
        raise YouHoldThisCash


def _must_answer_for_his_hands(voucher: Voucher, officer: UUID, by: User, here: Standing) -> None:
    """Nobody at the table puts cash into an officer's hands on paper: whoever keeps the box would be rid of what it
    lacks. His role is held, so that he does not leave meanwhile."""
    if not still_serves(officer, voucher.group):
        if not here.is_service_admin or by.pk == officer:
            raise FormerOfficersCash
    elif by.pk != officer and (voucher.detail in _MOVES or not _is_above_the_table(here)):
        raise NotYourCashBack


def _is_above_the_table(here: Standing) -> bool:
    """A service admin who neither carries the group's cash nor keeps its box."""
    keeps_the_box = here.is_treasurer and not here.in_place_of_office
    return here.is_service_admin and not (here.is_field_officer or keeps_the_box)


def _must_answer_for_the_box(voucher: Voucher, by: User, here: Standing) -> None:
    """Who carries cash could take back a cost the box has paid and record it anew from his hands: the box would then
    be short by what he keeps. What was moved out of the box goes back by whoever keeps it."""
    if here.is_field_officer and not here.is_treasurer:
        raise NotYourCashBack
    seats = queries.seats_of([voucher.group_id])[voucher.group_id]
    losers = frozenset({voucher.to_officer_id} if voucher.to_officer_id else ())
    if voucher.detail in _MOVES and by.pk not in {seat.user for seat in rules.receivers(seats, None, losers)}:
        raise NotYourCashBack


def _must_be_how_she_left(leaving: Voucher, member: Member) -> None:
    """Only the last leaving is taken back, and only while she is gone by it."""
    later = queries.unreversed().filter(
        member=member, kind=queries.WITHDRAWAL, detail=queries.LEAVING, pk__gt=leaving.pk
    )
    if member.left_on != leaving.booked_on or later.exists():
        raise MemberAgain


def _must_give_her_nothing(voucher: Voucher) -> None:
    """She was paid all she owned, and nobody would owe a fine that is open again; a mistake found later is put right
    while she is a member."""
    codes = [*rules.OWNED, rules.FINES]
    hers = Line.objects.filter(entry=voucher.entry_id, member=voucher.member, account__code__in=codes)
    if hers.exists():
        raise HasLeft
