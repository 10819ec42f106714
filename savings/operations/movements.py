"""Cash movements: banking, hand-over, expenses, charges, external funds. Payouts come in by the same door.

A hand-over waits for its receiver and a payout for its second office holder; everything else is posted at once.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Forbidden, Invalid, NotFound
from groups.access import Standing, standing
from groups.models import BankingGroup
from ledger.models import Voucher
from ledger.places import BOX, WORDS, Place, held_by
from ledger.queries.balances import balance
from ledger.rules import BANK, CASH_BOX, MPESA, OFFICER
from ledger.vouchers import Draft, draft, settle
from members.models import Member
from savings import queries
from savings.operations.doors import hold_post, log, must_be_open, purse, tell
from savings.operations.payouts import OfficeHoldersPay, request_payout
from savings.operations.postings import legs_for
from savings.operations.tables import hold_table
from savings.rules import PAYOUTS
from users.models import User

# What each kind of movement is in the list of transactions.
KINDS: dict[str, str] = {
    "BANKING": "MOVEMENT",
    "HANDOVER": "MOVEMENT",
    "EXPENSE": "EXPENSE",
    "CHARGE": "EXPENSE",
    "EXTERNAL_IN": "MOVEMENT",
    "EXTERNAL_OUT": "MOVEMENT",
    **dict.fromkeys(PAYOUTS, "PAYOUT"),
}
_METHODS = {CASH_BOX: "CASH", OFFICER: "CASH", BANK: "BANK", MPESA: "MPESA"}


class NotYourCash(Forbidden):
    detail = _("Only the officer who holds the cash can move it.")


class CashKeepersMove(Forbidden):
    detail = _("The treasurer or a field officer of the group moves its cash.")


@dataclass(frozen=True)
class Movement:
    """What is moved, in the words of the contract: places as CASH_BOX, BANK, MPESA, OFFICER, an account, or the id of
    an officer; empty words mean the usual place."""

    kind: str
    amount: Decimal
    reason: str = ""
    source: str = ""
    to: str = ""
    member: Member | None = None
    group_campaign_id: UUID | None = None
    event: str = ""
    meeting_id: UUID | None = None


@dataclass(frozen=True)
class _Mover:
    """Who moves the cash of which group, and what she is there."""

    group: BankingGroup
    by: User
    here: Standing


def word_for(kind: str) -> str:
    """The permission a kind of movement asks for."""
    return "funds:pay" if kind in PAYOUTS else "cash:move"


@transaction.atomic
def move_cash(*, group: BankingGroup, movement: Movement, by: User, at: dt.datetime, on: dt.date) -> Voucher:
    """The voucher of a cash movement dated `on`: VERIFIED, or PENDING for a hand-over or a payout.

    Refused: `invalid` for places that do not fit the kind, `forbidden` for other people's cash or without the office,
    `not_found` for an officer who does not serve the group, `group_suspended`, `date_in_future`, `period_closed`,
    `insufficient_cash`, `insufficient_fund`, and what `request_payout` refuses.
    """
    if movement.kind not in KINDS:
        raise Invalid(_("There is no such kind of cash movement."), field="kind")
    mover = _Mover(group, by, standing(by, group))
    _must_be_hers_to_move(movement.kind, mover.here)
    _must_fit(movement)
    hold_table(group, movement.meeting_id)
    must_be_open(group, on, at)
    source, to = _PLACES[movement.kind](movement, mover)
    paper = _paper(movement, mover, source, to, at, on)
    if movement.kind in PAYOUTS:
        return request_payout(paper, movement.event)
    voucher, _new = draft(paper)
    hold_post(to, group)
    log("cash.moved", voucher, by, at)
    if movement.kind != queries.HANDOVER:
        settle(voucher=voucher, legs=legs_for(voucher), at=at, actor=by)
        tell(voucher)
    return voucher


def _paper(
    movement: Movement, mover: _Mover, source: Place | None, to: Place | None, at: dt.datetime, on: dt.date
) -> Draft:
    moves_only = movement.kind in {"BANKING", queries.HANDOVER}
    place = source or to
    return Draft(
        group=mover.group,
        kind=KINDS[movement.kind],
        detail=movement.kind,
        amount=movement.amount,
        recorded_by=mover.by,
        at=at,
        on=on,
        member=movement.member,
        method="" if moves_only or place is None else _METHODS[place.account],
        source=source,
        to=to,
        meeting_id=movement.meeting_id,
        subject_id=movement.group_campaign_id,
        reason=movement.reason,
    )


def _must_be_hers_to_move(kind: str, here: Standing) -> None:
    if kind in PAYOUTS and not here.is_office_holder:
        raise OfficeHoldersPay
    if kind not in PAYOUTS and not (here.is_treasurer or here.is_field_officer):
        raise CashKeepersMove


def _must_fit(movement: Movement) -> None:
    """Nothing is dropped without a word: what a kind has no use for is refused."""
    kind = movement.kind
    surplus = {
        "member_id": movement.member and kind not in PAYOUTS,
        "group_campaign_id": movement.group_campaign_id and kind != "CAMPAIGN_PAYOUT",
        "event": movement.event and kind != "WELFARE_PAYOUT",
        "to": movement.to and kind not in {"BANKING", "HANDOVER", "EXTERNAL_IN"},
        "from": movement.source and kind == "EXTERNAL_IN",
    }
    for field, given in surplus.items():
        if given:
            raise Invalid(_("This kind of cash movement has no use for that."), field=field)


Places = tuple[Place | None, Place | None]


def _spent(movement: Movement, mover: _Mover) -> Places:
    return _source(movement, mover, purse(mover.by, mover.here)), None


def _charged(movement: Movement, mover: _Mover) -> Places:
    return _source(movement, mover, Place(BANK)), None


def _received(movement: Movement, mover: _Mover) -> Places:
    """Outside money, with whoever took it; into the box by the treasurer alone.

    An officer could otherwise write cash "into" the box that never came, pay as much back from his hands, and be rid
    of what he holds.
    """
    usual = BOX if mover.here.is_treasurer else held_by(mover.by.pk)
    to = _own(_read(movement.to, mover, "to"), mover) or usual
    if to == BOX and not mover.here.is_treasurer:
        raise NotYourCash(_("The treasurer puts outside money into the box. What you took stays with you till then."))
    return None, to


def _banked(movement: Movement, mover: _Mover) -> Places:
    """One end is the bank or the phone: hands and box change cash by hand-over, which somebody confirms.

    Into the box only by the treasurer: an officer could otherwise put cash he holds "into" the box by way of the bank,
    and nobody would have confirmed that it is there.
    """
    source = _source(movement, mover, purse(mover.by, mover.here))
    to = _own(_read(movement.to, mover, "to"), mover) or Place(BANK)
    if source == to or not {source.account, to.account} & {BANK, MPESA}:
        raise Invalid(_("Banking moves cash to or from the bank or mobile money."), field="to")
    if to == BOX and not mover.here.is_treasurer:
        raise NotYourCash(_("The treasurer puts cash from the bank or the phone into the box."))
    return source, to


def _handed_over(movement: Movement, mover: _Mover) -> Places:
    """Who gives records it, who receives confirms it."""
    if left := _left_behind(movement, mover):
        return left, BOX
    source = _source(movement, mover, purse(mover.by, mover.here))
    to = _read(movement.to, mover, "to") or BOX
    if source == to or {source.account, to.account} & {BANK, MPESA}:
        raise Invalid(_("A hand-over is from one pair of hands, or the cash box, to another."), field="to")
    if source == BOX and not mover.here.is_treasurer:
        raise NotYourCash(_("The treasurer hands cash over from the box."))
    if to.officer == mover.by.pk:
        raise NotYourCash(_("Who gives the cash records the hand-over, not who receives it."))
    return source, to


def _left_behind(movement: Movement, mover: _Mover) -> Place | None:
    """The hands of an officer who serves the group no longer and still holds its cash: the treasurer takes it into the
    box, and another office holder confirms that it came."""
    officer = _id_in(movement.source)
    if officer is None or not mover.here.is_treasurer or queries.serves(officer, mover.group):
        return None
    if balance(mover.group, OFFICER, officer) <= 0:
        return None
    if (_read(movement.to, mover, "to") or BOX) != BOX:
        raise Invalid(_("What a former officer still holds goes to the cash box."), field="to")
    return held_by(officer)


def _source(movement: Movement, mover: _Mover, usual: Place) -> Place:
    return _own(_read(movement.source, mover, "from"), mover) or usual


def _own(place: Place | None, mover: _Mover) -> Place | None:
    """Cash in an officer's hands is hers to give and to take."""
    if place and place.officer and place.officer != mover.by.pk:
        raise NotYourCash
    return place


def _read(word: str, mover: _Mover, field: str) -> Place | None:
    """The place a word means; None where nothing is said."""
    if not word:
        return None
    account = WORDS.get(word.upper())
    if account and account != OFFICER:
        return Place(account)
    if account == OFFICER:
        if not mover.here.is_field_officer:
            raise Invalid(_("Only field officers carry cash of the group."), field=field)
        return held_by(mover.by.pk)
    return held_by(_officer(word, mover.group, field))


def _officer(word: str, group: BankingGroup, field: str) -> UUID:
    officer = _id_in(word)
    if officer is None:
        raise Invalid(_("Say CASH_BOX, BANK, MPESA or OFFICER, or give the id of an officer."), field=field)
    if not queries.serves(officer, group):
        raise NotFound
    return officer


def _id_in(word: str) -> UUID | None:
    try:
        return UUID(word)
    except ValueError:
        return None


_PLACES: dict[str, Callable[[Movement, _Mover], Places]] = {
    "BANKING": _banked,
    "HANDOVER": _handed_over,
    "EXPENSE": _spent,
    "CHARGE": _charged,
    "EXTERNAL_IN": _received,
    "EXTERNAL_OUT": _spent,
    **dict.fromkeys(PAYOUTS, _spent),
}
