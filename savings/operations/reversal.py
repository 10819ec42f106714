"""Reversal: a mistake is taken back by a second entry, never edited, and by somebody who does not gain by it."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Forbidden, Invalid, MakerIsChecker
from groups.access import standing
from ledger import vouchers
from ledger.models import Voucher
from ledger.rules import CASH_BOX, OFFICER
from savings import queries, rules
from savings.operations.doors import log, tell
from savings.operations.opening import OPENING
from users.models import User

_MOVES = frozenset({queries.BANKING, queries.HANDOVER})
_HELD = frozenset({CASH_BOX, OFFICER})


class NotYourCashBack(Forbidden):
    detail = _(
        "Taking this back puts cash into the box or into somebody's hands. Only who gets it back can do that: the "
        "officer it came from, or the treasurer for the box."
    )


class ServiceAdminReopens(Forbidden):
    detail = _("Opening balances are brought in, and taken back, by the service admin.")


@transaction.atomic
def reverse(*, voucher: Voucher, by: User, at: dt.datetime, reason: str) -> Voucher:
    """The REVERSAL voucher of an act of any kind, posted today.

    Whoever may reverse may reverse any act that does not name her, with two exceptions: cash that was moved goes back
    into the box or somebody's hands only by the one who then answers for it (the treasurer for the box; where there is
    none, an office holder who does not lose it), and opening balances are the service admin's. Refused: `invalid`
    without a reason, `maker_is_checker`, `forbidden`, `already_reversed`, `invalid_transition`, and whatever the books
    refuse when the money has left again.
    """
    if not reason.strip():
        raise Invalid(_("Say why it is reversed: the reason stays with it."), field="reason")
    if queries.names(voucher.member, by):
        raise MakerIsChecker
    if voucher.detail == OPENING and not standing(by, voucher.group).is_service_admin:
        raise ServiceAdminReopens
    if voucher.detail in _MOVES and voucher.from_place in _HELD:
        _must_get_it_back(voucher, by)
    reversal = vouchers.reverse(voucher=voucher, by=by, at=at, reason=reason)
    log("voucher.reversed", reversal, by, at)
    tell(reversal)
    return reversal


def _must_get_it_back(voucher: Voucher, by: User) -> None:
    """Otherwise an officer could clear what he holds by taking back, on paper, what once came out of the box."""
    seats = queries.seats_of([voucher.group_id])[voucher.group_id]
    losers = frozenset({voucher.to_officer_id} if voucher.to_officer_id else ())
    if by.pk not in {seat.user for seat in rules.receivers(seats, voucher.from_officer_id, losers)}:
        raise NotYourCashBack
