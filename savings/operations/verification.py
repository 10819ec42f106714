"""Verifying and rejecting what waits: a second person looks, and only then does money move."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Forbidden, Invalid, MakerIsChecker
from groups.access import standing
from ledger import vouchers
from ledger.models import Voucher
from ledger.places import Place
from savings import queries
from savings.models import Fine
from savings.operations.doors import hold_post, log, must_be_open, must_stay_active, purse, tell
from savings.operations.dues import FINE_PAYMENT, hold_fines, settle_fines
from savings.operations.followers import confirmer_of
from savings.operations.payouts import approve_payout
from savings.operations.postings import destination_of, legs_for
from savings.operations.tables import hold_table
from savings.operations.withdrawals import must_be_within_limit
from users.models import User


class NotTheReceiver(Forbidden):
    detail = _("Only who receives the cash can confirm that it arrived.")


class WroteHerNumber(MakerIsChecker):
    detail = _("You wrote the phone number she signs in with. Somebody else confirms what she asks for.")


@transaction.atomic
def verify(*, voucher: Voucher, by: User, at: dt.datetime) -> Voucher:
    """One person's yes to a waiting voucher; the last one that is needed posts it.

    Contributions and withdrawals need one other person, payouts two office holders, a hand-over its receiver. Cash
    that names no place yet goes to, or comes from, the hands of who verifies. Refused: `already_verified`,
    `invalid_transition`, `maker_is_checker`, `forbidden`, `withdrawal_limit`, `member_inactive`, `group_suspended`,
    `overpayment` where less is owed on fines by now than the paper brings,
    `meeting_sealed` for what was recorded at a table that has risen since, and whatever the books refuse.
    """
    hold_table(voucher.group, voucher.meeting_id)
    waiting = vouchers.locked(voucher)
    vouchers.must_be_pending(waiting)
    must_be_open(waiting.group, waiting.booked_on, at)
    hold_post(_receiving(waiting, by), waiting.group)
    confirmer = confirmer_of(waiting)
    if confirmer:
        confirmer.hold(waiting)
    held = hold_fines(waiting.member) if waiting.member and waiting.kind == FINE_PAYMENT else []
    if waiting.member:
        must_stay_active(waiting.member)
    if waiting.kind == queries.PAYOUT:
        verified = approve_payout(waiting, by, at)
    else:
        _must_be_another(waiting, by)
        _must_not_have_let_her_in(waiting, by)
        _must_be_called_to(waiting, by)
        verified = _post(waiting, held, by, at)
        log("voucher.verified", verified, by, at)
        if confirmer:
            confirmer.after(verified, by, at)
    tell(verified)
    return verified


def _receiving(waiting: Voucher, by: User) -> Place | None:
    """Whose cash changes with this yes: where a hand-over goes, and otherwise what is at hand of who verifies."""
    if waiting.detail == queries.HANDOVER:
        return Place(waiting.to_place, waiting.to_officer_id)
    return purse(by, standing(by, waiting.group))


def _post(waiting: Voucher, held: Sequence[Fine], by: User, at: dt.datetime) -> Voucher:
    if waiting.kind == queries.WITHDRAWAL and waiting.member:
        must_be_within_limit(waiting, waiting.member, at)
    hands = purse(by, standing(by, waiting.group))
    if waiting.kind == FINE_PAYMENT:
        to = destination_of(waiting) or hands
        return settle_fines(voucher=waiting, held=held, to=to, at=at, actor=by, verified_by=by)
    return vouchers.settle(voucher=waiting, legs=legs_for(waiting, hands=hands), at=at, actor=by, verified_by=by)


def may_verify(waiting: Voucher, by: User) -> bool:
    """Whether `verify` would take this person's yes to a contribution that waits."""
    seats = queries.seats_of([waiting.group_id])[waiting.group_id]
    called = {seat.user for seat in queries.called_to(waiting, seats)}
    return waiting.status == Voucher.Status.PENDING and by.pk in called and not _is_her_own(waiting, by)


def _is_her_own(waiting: Voucher, by: User) -> bool:
    return waiting.recorded_by_id == by.pk or queries.names(waiting.member, by)


def _must_be_another(waiting: Voucher, by: User) -> None:
    """Nobody checks what she recorded, nor what names herself."""
    if _is_her_own(waiting, by):
        raise MakerIsChecker


def _must_not_have_let_her_in(waiting: Voucher, by: User) -> None:
    """Otherwise one officer writes a number of his own as hers, asks for her money in her name, and pays it himself."""
    if by.pk == queries.wrote_her_number(waiting):
        raise WroteHerNumber


def _must_be_called_to(waiting: Voucher, by: User) -> None:
    """A hand-over is its receiver's to confirm; everything else any office holder's or field officer's."""
    seats = queries.seats_of([waiting.group_id])[waiting.group_id]
    if by.pk not in {seat.user for seat in queries.called_to(waiting, seats)}:
        raise NotTheReceiver if waiting.detail == queries.HANDOVER else Forbidden


@transaction.atomic
def reject(*, voucher: Voucher, by: User, at: dt.datetime, reason: str) -> Voucher:
    """A waiting voucher is turned down; it stays, with the reason, and its receipt number is free again.

    A hand-over is its receiver's to turn down, or its giver's to take back; of everything else nobody turns down what
    she recorded or what names her. Allowed in a suspended group too: it moves no money. Refused: `invalid` without a
    reason, `already_verified`, `invalid_transition`, `maker_is_checker`, `forbidden`.
    """
    if not reason.strip():
        raise Invalid(_("Say why it is rejected: the reason stays with it."), field="reason")
    waiting = vouchers.locked(voucher)
    vouchers.must_be_pending(waiting)
    _must_be_hers_to_reject(waiting, by)
    rejected = vouchers.reject(voucher=waiting, by=by, at=at, reason=reason)
    log("voucher.rejected", rejected, by, at)
    return rejected


def _must_be_hers_to_reject(waiting: Voucher, by: User) -> None:
    seats = queries.seats_of([waiting.group_id])[waiting.group_id]
    if waiting.detail != queries.HANDOVER:
        _must_be_another(waiting, by)
    if by.pk not in {seat.user for seat in seats}:
        raise Forbidden
    called = {seat.user for seat in queries.called_to(waiting, seats)}
    if waiting.detail == queries.HANDOVER and by.pk not in called | queries.givers(waiting):
        raise NotTheReceiver(_("Who receives the cash turns it down, or who gives it takes it back."))
