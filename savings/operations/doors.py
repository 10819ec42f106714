"""What every act at the door is asked first, and the traces it leaves: the audit row and the word to the member."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from audit.operations import record
from core.codes import short_code
from core.errors import Forbidden
from core.periods import business_day, month_start
from groups.access import Standing, standing
from groups.models import BankingGroup, GroupRole, RoleName
from groups.operations import must_take_money
from ledger.models import ClosedPeriod, Voucher
from ledger.operations import DateInFuture, PeriodClosed
from ledger.places import BOX, Hands, Place, held_by, place_of
from members.models import Member
from members.operations import MemberInactive
from notifications.operations import write
from users.models import User

WHAT = {
    "CONTRIBUTION": _("Contribution"),
    "WITHDRAWAL": _("Withdrawal"),
    "WITHDRAWAL.LEAVING": _("Payment on leaving"),
    "PAYOUT": _("Payout"),
    "REVERSAL": _("Reversal"),
    "DISBURSEMENT": _("Loan paid out"),
    "REPAYMENT": _("Loan repayment"),
    "FEE": _("Fee"),
    "FINE_PAYMENT": _("Fine payment"),
    "CAMPAIGN": _("Campaign contribution"),
    "CAMPAIGN.RETURN": _("Campaign money given back"),
    "DIVIDEND": _("Dividend"),
    "DIVIDEND.KEPT": _("Dividend kept as savings"),
    "SHARE_OUT": _("Share-out"),
    "SHARE_OUT.KEPT": _("Dividend kept as savings"),
}


class OnlyForHerself(Forbidden):
    detail = _("You can record your own money only. An officer records for other members.")


class ServesNoLonger(Forbidden):
    detail = _("This officer does not serve the group any more, so no cash goes through these hands.")


def must_be_open(group: BankingGroup, on: dt.date, at: dt.datetime) -> None:
    """Refuses `group_suspended`, `date_in_future` and `period_closed`, also for what is only recorded so far."""
    must_take_money(group)
    if on > business_day(at):
        raise DateInFuture
    if ClosedPeriod.objects.filter(group=group, month__gte=month_start(on)).exists():
        raise PeriodClosed


def must_be_active(member: Member) -> None:
    if not member.is_active:
        raise MemberInactive


def must_stay_active(member: Member) -> None:
    """As `must_be_active`, on the row as it is now, held until the act ends: who lets her leave waits, or was first.

    Taken after her paper is written and before the book, in the order of locks that `ledger.vouchers` names.
    """
    must_be_active(held(member))


def held(member: Member) -> Member:
    """Her row, held until the transaction ends: of two acts about her one comes after the other."""
    rows = Member.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("group__organisation", "person__data_key").get(pk=member.pk)


def purse(by: User, here: Standing) -> Place:
    """The cash at hand of somebody who acts: a field officer's own, for everybody else the box."""
    return held_by(by.pk) if here.is_field_officer and not here.is_office_holder else BOX


def place_picked(method: str, by: User, here: Standing, *, at_the_table: bool) -> Place | None:
    """Where the money of a paper comes or goes; None for cash whose taker is only known when it is verified."""
    if method == Voucher.Method.CASH and not (at_the_table or here.is_office_holder or here.is_field_officer):
        return None
    return place_of(method, Hands(by.pk, here.is_office_holder), at_the_table=at_the_table)


def hold_post(place: Place | None, group: BankingGroup) -> None:
    """Holds the role of an officer whose hands a paper names, until the act ends; refuses who serves no longer.

    Whoever ends the role waits for us and then sees the cash; whoever ended it first is seen here (`forbidden`). So
    nobody leaves a group with its cash on the way into her hands.
    """
    if place is not None and place.officer is not None and not still_serves(place.officer, group):
        raise ServesNoLonger


def still_serves(officer: UUID, group: BankingGroup) -> bool:
    """Whether she carries cash of the group; her role is then held until the transaction ends.

    Taken after the paper's row and before any member's row and the book, in every act.
    """
    running = GroupRole.objects.filter(role=RoleName.FIELD_OFFICER, until__isnull=True)
    hers = running.select_for_update(of=("self",), no_key=True).filter(user=officer, group=group)
    return bool(list(hers.values_list("pk", flat=True)))


def log(verb: str, voucher: Voucher, by: User, at: dt.datetime, **facts: object) -> None:
    """The audit row of an act on a voucher: ids, kind and amount, what else it did, nothing that names a person.

    Says when a service admin acted for offices that nobody holds; opening the books is her own right everywhere.
    """
    record(
        verb=verb,
        at=at,
        actor_id=by.pk,
        subject="voucher",
        subject_id=voucher.pk,
        group_id=voucher.group_id,
        organisation_id=voucher.group.organisation_id,
        in_place_of_office=voucher.detail != "OPENING" and standing(by, voucher.group).in_place_of_office,
        kind=voucher.kind,
        detail=voucher.detail,
        amount=voucher.amount,
        booked_on=voucher.booked_on,
        **facts,
    )


def tell(voucher: Voucher, *, amount: Decimal | None = None) -> None:
    """Her receipt, when money was posted for a member who signs in; `amount` says so where less was paid to her."""
    user = voucher.member.person.user if voucher.member else None
    if user is not None and voucher.status == Voucher.Status.VERIFIED:
        send_receipt(voucher, user, once=f"voucher:{voucher.pk}", amount=amount)


def send_receipt(voucher: Voucher, user: User, *, once: str, amount: Decimal | None = None) -> None:
    """The receipt of a posted paper, to somebody whom it concerns."""
    with override(user.language):
        finer = WHAT.get(f"{voucher.kind}.{voucher.detail}") or WHAT.get(voucher.kind)
        what, day = str(finer or voucher.kind), date_format(voucher.booked_on)
    write(
        user=user,
        template="transaction_receipt",
        once=once,
        group_id=voucher.group_id,
        group=voucher.group.name,
        what=what,
        amount=f"{voucher.amount if amount is None else amount:,.2f}",
        day=day,
        code=short_code(voucher.pk),
    )
