"""Withdrawals of personal savings: always recorded first and verified by another person, within a limit."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Refusal
from core.money import shown
from core.periods import business_day
from groups.access import standing
from groups.queries import constitution_on
from ledger.models import Voucher
from ledger.vouchers import Draft, draft
from members.models import Member
from savings import queries, rules
from savings.operations.doors import (
    OnlyForHerself,
    held,
    hold_post,
    log,
    must_be_active,
    must_be_open,
    must_stay_active,
    place_picked,
)
from savings.operations.tables import hold_table
from users.models import User


class WithdrawalLimit(Refusal):
    code = "withdrawal_limit"
    detail = _("That is more than may be withdrawn now.")


@transaction.atomic
def request_withdrawal(
    *,
    member: Member,
    amount: Decimal,
    by: User,
    at: dt.datetime,
    on: dt.date,
    method: str = "CASH",
    receipt_number: str = "",
    meeting_id: UUID | None = None,
) -> Voucher:
    """A PENDING withdrawal of personal savings, whoever records it; no balance moves until another person verifies it.

    Refused: `withdrawal_limit`, `member_inactive`, `group_suspended`, `date_in_future`, `period_closed`,
    `receipt_already_used`, `forbidden` (a member for another).
    """
    hold_table(member.group, meeting_id)
    must_be_open(member.group, on, at)
    must_be_active(member)
    here = standing(by, member.group)
    if not (here.is_office_holder or here.is_field_officer or queries.names(member, by)):
        raise OnlyForHerself
    place = place_picked(method, by, here, at_the_table=meeting_id is not None)
    paper = Draft(
        group=member.group,
        kind=queries.WITHDRAWAL,
        detail="REGULAR",
        amount=amount,
        recorded_by=by,
        at=at,
        on=on,
        member=member,
        method=method,
        source=place,
        meeting_id=meeting_id,
        receipt_number=receipt_number,
    )
    voucher, is_new = draft(paper)
    if not is_new:
        return voucher
    hold_post(place, member.group)
    must_stay_active(member)
    must_be_within_limit(voucher, member, at)
    log("withdrawal.requested", voucher, by, at)
    return voucher


def must_be_within_limit(voucher: Voucher, member: Member, at: dt.datetime) -> None:
    """Refuses `withdrawal_limit`, leaving this voucher itself out of what is pending.

    Holds the member's row first: two of her withdrawals are judged one after the other, never side by side.
    """
    held(member)
    on = business_day(at)
    constitution = constitution_on(member.group, on)
    limit = rules.available(queries.position_of(member, constitution, on, without=voucher.pk))
    if voucher.amount > limit:
        said = _("At most KES %(limit)s may be withdrawn now.") % {"limit": shown(limit)}
        raise WithdrawalLimit(said, field="amount", available=f"{limit:.2f}")
