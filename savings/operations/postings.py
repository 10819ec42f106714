"""From a voucher to the lines of its entry: the posting table of this room, read off the paper."""

from ledger.models import Voucher
from ledger.places import Place
from ledger.rules import Leg
from savings import rules
from savings.operations.followers import confirmer_of
from savings.queries import CONTRIBUTION, PAYOUT, WITHDRAWAL


def source_of(voucher: Voucher) -> Place | None:
    return Place(voucher.from_place, voucher.from_officer_id) if voucher.from_place else None


def destination_of(voucher: Voucher) -> Place | None:
    return Place(voucher.to_place, voucher.to_officer_id) if voucher.to_place else None


def legs_for(voucher: Voucher, *, hands: Place | None = None) -> list[Leg]:
    """The lines a voucher posts. `hands` is the place of whoever verifies it, for cash that names no place yet."""
    if confirmer := confirmer_of(voucher):
        return confirmer.legs(voucher, hands)
    amount, member = voucher.amount, voucher.member_id
    if voucher.kind == CONTRIBUTION and member:
        return rules.contribution_legs(voucher.detail, amount, _known(destination_of(voucher) or hands), member)
    if voucher.kind == WITHDRAWAL and member:
        return rules.withdrawal_legs(amount, _known(source_of(voucher) or hands), member)
    if voucher.kind == PAYOUT:
        campaign = voucher.subject_id if voucher.detail == "CAMPAIGN_PAYOUT" else None
        return rules.payout_legs(voucher.detail, amount, _known(source_of(voucher)), member, campaign)
    return _moved(voucher)


def _moved(voucher: Voucher) -> list[Leg]:
    amount, source, to = voucher.amount, source_of(voucher), destination_of(voucher)
    match voucher.detail:
        case "EXPENSE":
            return rules.expense_legs(amount, _known(source))
        case "CHARGE":
            return rules.charge_legs(amount, _known(source))
        case "EXTERNAL_IN":
            return rules.external_in_legs(amount, _known(to))
        case "EXTERNAL_OUT":
            return rules.external_out_legs(amount, _known(source))
        case _:
            return rules.moved_legs(amount, _known(source), _known(to))


def _known(place: Place | None) -> Place:
    if place is None:
        raise ValueError("a voucher without its place cannot be posted")
    return place
