"""Paying fines: money that a member brings for what she was fined, the oldest first unless she names one."""

import datetime as dt
from decimal import Decimal

from django.db import transaction

from core.errors import NotFound
from groups.access import standing
from ledger.models import Voucher
from ledger.places import BOX
from ledger.vouchers import Draft, draft
from members.models import Member
from savings import rules
from savings.models import Fine
from savings.operations.contributions import is_witnessed, must_be_hers_to_record, needs_no_other, seen_again
from savings.operations.doors import (
    hold_post,
    log,
    must_be_active,
    must_be_open,
    must_stay_active,
    place_picked,
    tell,
)
from savings.operations.dues import FINE_PAYMENT, hold_fines, must_be_owed, settle_fines
from savings.operations.tables import Table, hold_table
from users.models import User


@transaction.atomic
def pay_fine(
    *,
    member: Member,
    amount: Decimal,
    by: User,
    at: dt.datetime,
    on: dt.date,
    method: str = "CASH",
    receipt_number: str = "",
    fine: Fine | None = None,
    table: Table | None = None,
) -> Voucher:
    """`amount` shillings for her fines, dated `on`: for the one named, else for the oldest first; filled ones are PAID.

    Posted at once or PENDING as a contribution is; one that waits finds its fines anew when it is verified. The same
    receipt number for the same payment returns the first one. Refused: `overpayment` with `amount_due` when less is
    owed, also when nothing is; `not_found` for somebody else's fine; `member_inactive`, `group_suspended`,
    `date_in_future`, `period_closed`, `receipt_already_used`, `forbidden` (a member for another).
    """
    if fine is not None and fine.member_id != member.pk:
        raise NotFound
    hold_table(member.group, table.meeting_id if table else None)
    must_be_open(member.group, on, at)
    must_be_active(member)
    here = standing(by, member.group)
    must_be_hers_to_record(member, rules.FINE, by, here)
    place = place_picked(method, by, here, at_the_table=table is not None)
    paper = Draft(
        group=member.group,
        kind=FINE_PAYMENT,
        detail=rules.FINE,
        amount=amount,
        recorded_by=by,
        at=at,
        on=on,
        member=member,
        method=method,
        to=place,
        meeting_id=table.meeting_id if table else None,
        bundle_id=table.bundle if table else None,
        subject_id=fine.pk if fine else None,
        receipt_number=receipt_number,
    )
    voucher, is_new = draft(paper)
    if not is_new:
        return seen_again(voucher, method, by, at)
    hold_post(place, member.group)
    held = hold_fines(member)
    must_stay_active(member)
    must_be_owed(amount, held, voucher.subject_id)
    log("fine.payment_recorded", voucher, by, at)
    if is_witnessed(table) or needs_no_other(member, by, here, at):
        settle_fines(voucher=voucher, held=held, to=place or BOX, at=at, actor=by)
        tell(voucher)
    return voucher
