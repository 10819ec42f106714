"""Money for a campaign: recorded by an officer and posted at once, or by herself and verified later."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from campaigns import queries
from campaigns.models import GroupCampaign
from campaigns.operations.refusals import CampaignNotOpen
from campaigns.operations.rows import Status, complete, locked
from campaigns.rules import contribution_legs, takes_money_on
from core.errors import NotFound
from groups.access import Standing, standing
from ledger.models import Voucher
from ledger.places import Place
from ledger.rules import Leg
from ledger.vouchers import Draft, draft, settle
from members.models import Member
from savings.operations.contributions import is_witnessed, needs_no_other, seen_again
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
from savings.operations.followers import Confirmer
from savings.operations.postings import destination_of, legs_for
from savings.operations.tables import Table, hold_table
from savings.queries import names
from users.models import User


@transaction.atomic
def contribute(
    *,
    group_campaign: GroupCampaign,
    member: Member,
    amount: Decimal,
    by: User,
    at: dt.datetime,
    on: dt.date,
    method: str = "CASH",
    receipt_number: str = "",
    table: Table | None = None,
) -> Voucher:
    """A contribution of `amount` shillings to a campaign that the group accepted, dated `on` within its days.

    Posted at once and PENDING as every contribution (`savings.operations.contribute`); a receipt number that already
    paid for the very same returns that first voucher. At its target the campaign is COMPLETED; what is brought beyond
    it in the same act is taken. Refused: `campaign_not_open`, `not_found` for a member of another group,
    `member_inactive`, `group_suspended`, `date_in_future`, `period_closed`, `receipt_already_used`, `forbidden`.
    """
    group = member.group
    if group.pk != group_campaign.group_id:
        raise NotFound
    hold_table(group, table.meeting_id if table else None)
    must_be_open(group, on, at)
    must_be_active(member)
    here = standing(by, group)
    _must_be_hers_to_record(member, by, here)
    place = place_picked(method, by, here, at_the_table=table is not None)
    paper = Draft(
        group=group,
        kind=queries.CAMPAIGN,
        detail=queries.CONTRIBUTION,
        amount=amount,
        recorded_by=by,
        at=at,
        on=on,
        member=member,
        method=method,
        to=place,
        meeting_id=table.meeting_id if table else None,
        bundle_id=table.bundle if table else None,
        subject_id=group_campaign.pk,
        receipt_number=receipt_number,
    )
    voucher, is_new = draft(paper)
    if not is_new:
        return seen_again(voucher, method, by, at)
    hold_post(place, group)
    row = locked(group_campaign.pk)
    _must_take(row, on)
    must_stay_active(member)
    log("campaign.contributed", voucher, by, at)
    if is_witnessed(table) or needs_no_other(member, by, here, at):
        settle(voucher=voucher, legs=legs_for(voucher), at=at, actor=by)
        complete_when_reached(row, at, by)
        tell(voucher)
    return voucher


def _must_be_hers_to_record(member: Member, by: User, here: Standing) -> None:
    if not (here.is_office_holder or here.is_field_officer or names(member, by)):
        raise OnlyForHerself


def _must_take(row: GroupCampaign, on: dt.date) -> None:
    campaign = row.campaign
    if row.status != Status.ACCEPTED or not takes_money_on(on, campaign.starts_on, campaign.ends_on):
        raise CampaignNotOpen


def complete_when_reached(row: GroupCampaign, at: dt.datetime, by: User | None) -> bool:
    """COMPLETED when the books hold its target; stays so when something is taken back later. The caller holds it."""
    if row.status != Status.ACCEPTED or queries.money_of([row])[row.pk].contributed < row.campaign.target_amount:
        return False
    complete(row, at, by)
    return True


# What waited is verified in the savings room. It was brought while the campaign took money, so nothing is asked again.


def _campaign_of(voucher: Voucher) -> UUID:
    if voucher.subject_id is None:
        raise ValueError("a campaign contribution without its campaign cannot be posted")
    return voucher.subject_id


def _hold(voucher: Voucher) -> None:
    locked(_campaign_of(voucher))


def _legs(voucher: Voucher, hands: Place | None) -> list[Leg]:
    to = destination_of(voucher) or hands
    if to is None or voucher.member_id is None:
        raise ValueError("a campaign contribution without its place or member cannot be posted")
    return contribution_legs(voucher.amount, to, voucher.member_id, _campaign_of(voucher))


def _after(voucher: Voucher, by: User, at: dt.datetime) -> None:
    complete_when_reached(locked(_campaign_of(voucher)), at, by)


CONFIRMER = Confirmer(legs=_legs, hold=_hold, after=_after)
