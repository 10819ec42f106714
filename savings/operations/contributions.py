"""Contributions: what a member brings, recorded by an officer and posted at once, or by herself and verified later."""

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Forbidden, Invalid
from core.periods import business_day
from groups.access import Standing, standing
from groups.queries import constitution_on
from ledger.models import Voucher
from ledger.vouchers import Draft, draft, locked, settle
from members.models import Member
from savings import queries, rules
from savings.operations.doors import (
    OnlyForHerself,
    hold_post,
    log,
    must_be_active,
    must_be_open,
    must_stay_active,
    place_picked,
    tell,
)
from savings.operations.postings import legs_for
from savings.operations.tables import Table, hold_table
from savings.operations.verification import may_verify, verify
from users.models import User


class NoSuchFund(Invalid):
    """Fines are paid with a verb of their own."""

    detail = _("There is no such kind of contribution.")


class OfficersRecordThis(Forbidden):
    detail = _("Social fund and ECD money is recorded by an officer. Bring it to the meeting or to your field officer.")


@transaction.atomic
def contribute(
    *,
    member: Member,
    kind: str,
    amount: Decimal,
    by: User,
    at: dt.datetime,
    on: dt.date,
    method: str = "CASH",
    receipt_number: str = "",
    table: Table | None = None,
) -> Voucher:
    """A contribution of `amount` shillings, REGULAR, WELFARE, ECD or PROJECT, dated `on`.

    Posted at once when an officer records it for somebody else and the constitution of today (so that an earlier date
    evades nothing) asks for no second pair of eyes, and as a line of a collection of which the whole table is the
    witness; otherwise PENDING. A receipt number that already paid for the very
    same returns that first voucher; an officer who sends the receipt of what the member recorded herself has seen it,
    and so verifies it. Refused: `member_inactive`, `group_suspended`, `date_in_future`, `period_closed`,
    `receipt_already_used`, `forbidden` (a member for another, or for the social or ECD fund), `invalid` (no such fund).
    """
    if kind not in rules.FUNDS:
        raise NoSuchFund(field="contribution_type")
    hold_table(member.group, table.meeting_id if table else None)
    must_be_open(member.group, on, at)
    must_be_active(member)
    here = standing(by, member.group)
    must_be_hers_to_record(member, kind, by, here)
    place = place_picked(method, by, here, at_the_table=table is not None)
    paper = Draft(
        group=member.group,
        kind=queries.CONTRIBUTION,
        detail=kind,
        amount=amount,
        recorded_by=by,
        at=at,
        on=on,
        member=member,
        method=method,
        to=place,
        meeting_id=table.meeting_id if table else None,
        bundle_id=table.bundle if table else None,
        receipt_number=receipt_number,
        is_short=_is_short(member, kind, amount, on),
    )
    voucher, is_new = draft(paper)
    if not is_new:
        return seen_again(voucher, method, by, at)
    hold_post(place, member.group)
    must_stay_active(member)
    log("contribution.recorded", voucher, by, at)
    if is_witnessed(table) or needs_no_other(member, by, here, at):
        settle(voucher=voucher, legs=legs_for(voucher), at=at, actor=by)
        tell(voucher)
    return voucher


def seen_again(first: Voucher, method: str, by: User, at: dt.datetime) -> Voucher:
    """The first paper of a receipt; verified now, where the member's own word was all that stood behind it."""
    waiting = locked(first)
    is_her_word = queries.names(waiting.member, waiting.recorded_by) and waiting.method == method
    return verify(voucher=waiting, by=by, at=at) if is_her_word and may_verify(waiting, by) else waiting


def is_witnessed(table: Table | None) -> bool:
    """Is this a line of a collection, in front of a whole table at which others sit?"""
    return table is not None and table.is_witnessed


def needs_no_other(member: Member, by: User, here: Standing, at: dt.datetime) -> bool:
    """Is it enough that this person records it: an officer, for somebody else, where one pair of eyes is enough?"""
    today = constitution_on(member.group, business_day(at))
    return _is_officer(here) and not queries.names(member, by) and not today.second_pair_of_eyes


def _is_officer(here: Standing) -> bool:
    return here.is_office_holder or here.is_field_officer


def must_be_hers_to_record(member: Member, kind: str, by: User, here: Standing) -> None:
    if _is_officer(here):
        return
    if not queries.names(member, by):
        raise OnlyForHerself
    if kind not in rules.BROUGHT_BY_MEMBERS:
        raise OfficersRecordThis


def _is_short(member: Member, kind: str, amount: Decimal, on: dt.date) -> bool:
    """The minimum is a month's, so what she has already brought that month counts with it."""
    if kind != "REGULAR":
        return False
    minimum = constitution_on(member.group, on).minimum_contribution
    if not rules.is_short(amount, minimum):
        return False
    return rules.is_short(queries.regular_in_month(member, on) + amount, minimum)
