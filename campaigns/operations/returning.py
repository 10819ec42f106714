"""What is left of a completed campaign goes back to the savings of those who brought it."""

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from campaigns import queries
from campaigns.models import GroupCampaign
from campaigns.operations.refusals import StillRuns
from campaigns.operations.rows import Status, locked
from campaigns.operations.rows import log as log_row
from campaigns.rules import owed_back, return_legs
from core.errors import Invalid, Refusal
from core.periods import business_day
from ledger.models import Voucher
from ledger.vouchers import Draft, draft, settle
from members.models import Member
from savings.operations.doors import log, must_be_open, must_stay_active, tell
from users.models import User


class NothingToGiveBack(Refusal):
    code = "nothing_to_give_back"
    detail = _("Nothing is left of this campaign that could be given back to somebody who brought it.")


@transaction.atomic
def give_back(*, group_campaign: GroupCampaign, by: User, at: dt.datetime, reason: str) -> list[Voucher]:
    """All that is left goes to the contributors' savings, split by what each brought: one voucher each, posted at once.

    Given back again, because money came or a return was taken back, it makes up what each lacks of her part in all.

    Who has left the group was paid all she owned; her part goes to the others in the same proportions. Refused:
    `invalid` without a reason, `campaign_not_open` unless it is COMPLETED, `nothing_to_give_back`, `group_suspended`,
    `period_closed`.
    """
    if not reason.strip():
        raise Invalid(_("Say why it is given back: the reason stays with it."), field="reason")
    on = business_day(at)
    must_be_open(group_campaign.group, on, at)
    row = locked(group_campaign.pk)
    if row.status != Status.COMPLETED:
        raise StillRuns
    parts = _parts(row)
    if not parts:
        raise NothingToGiveBack
    row.reason = reason
    row.save(update_fields=["reason_sealed"])
    # Members are held by their ids' order, and all of them before the book.
    for member in sorted(parts, key=lambda each: each.pk):
        must_stay_active(member)
    log_row("campaign.given_back", row, by, at, amount=sum(parts.values(), Decimal(0)))
    return [_returned(row, member, amount, by, at) for member, amount in parts.items()]


def _parts(row: GroupCampaign) -> dict[Member, Decimal]:
    """Each contributor who is a member now, and her part, by member number."""
    brought, returned = queries.brought_by([row])[row.pk], queries.returned_by(row)
    joined = Member.objects.select_related("group__organisation", "person__data_key", "person__user__data_key")
    members = {member.pk: member for member in joined.filter(pk__in=brought, is_active=True)}
    left = queries.money_of([row])[row.pk].left
    hers = {member: amount for member, amount in brought.items() if member in members}
    shares = owed_back(left, hers, returned)
    return {members[member]: amount for member, amount in shares.items()}


def _returned(row: GroupCampaign, member: Member, amount: Decimal, by: User, at: dt.datetime) -> Voucher:
    paper = Draft(
        group=row.group,
        kind=queries.CAMPAIGN,
        detail=queries.RETURN,
        amount=amount,
        recorded_by=by,
        at=at,
        on=business_day(at),
        member=member,
        subject_id=row.pk,
        reason=row.reason,
    )
    voucher, _new = draft(paper)
    settle(voucher=voucher, legs=return_legs(amount, member.pk, row.pk), at=at, actor=by)
    log("campaign.returned", voucher, by, at)
    tell(voucher)
    return voucher
