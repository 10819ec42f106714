"""Payouts from the social, ECD, project and campaign funds: two office holders say yes, neither the beneficiary."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from core.errors import Forbidden, Invalid, MakerIsChecker, Refusal
from core.money import shown
from groups.models import WelfareEvent
from groups.queries import constitution_on
from ledger.models import Approval, Voucher
from ledger.papers import APPROVERS_OF_A_PAYOUT
from ledger.vouchers import AlreadyVerified, Draft, draft, settle
from members.models import Member
from savings import queries, rules
from savings.operations.doors import log, must_be_active, must_stay_active
from savings.operations.postings import legs_for
from users.models import User


class WelfareLimit(Refusal):
    code = "welfare_limit"
    detail = _("The constitution does not allow this welfare payout: see its maximum and months of membership.")


class OfficeHoldersPay(Forbidden):
    detail = _("Two office holders of the group approve what its funds pay out.")


def request_payout(paper: Draft, event: str = "") -> Voucher:
    """A PENDING payout; its recorder's is the first yes, unless she is the beneficiary.

    Refused: `invalid` where a member or campaign is missing or the event is unknown; `welfare_limit`;
    `member_inactive`.
    """
    if paper.member:
        must_be_active(paper.member)
    elif paper.detail != "CAMPAIGN_PAYOUT":
        raise Invalid(_("Say which member this is paid to."), field="member_id")
    if paper.detail == "CAMPAIGN_PAYOUT" and paper.subject_id is None:
        raise Invalid(_("Say which campaign this is paid from."), field="group_campaign_id")
    if paper.detail == "WELFARE_PAYOUT" and paper.member:
        allowed = welfare_event(paper.member, paper.amount, event, paper.on)
        # Without a named event the largest one that covers it allowed it; none is written on the paper.
        paper = replace(paper, subject_id=allowed.pk if event else None)
    voucher, _new = draft(paper)
    if paper.member:
        must_stay_active(paper.member)
    if not queries.names(paper.member, paper.recorded_by):
        Approval.objects.create(voucher=voucher, approver=paper.recorded_by, at=paper.at)
    log("payout.requested", voucher, paper.recorded_by, paper.at)
    return voucher


def welfare_event(member: Member, amount: Decimal, event: str, on: dt.date) -> WelfareEvent:
    """The kind of event in the constitution that allows the payout; refuses `welfare_limit`, or an unknown event."""
    events = list(constitution_on(member.group, on).welfare_events.order_by("-maximum"))
    named = [known for known in events if not event or known.event == event]
    if event and not named:
        known = ", ".join(sorted(known.event for known in events))
        raise Invalid(_("The constitution knows these events: %(events)s.") % {"events": known}, field="event")
    belonging = [known for known in named if rules.has_belonged(member.joined_on, known.months_of_membership, on)]
    allowed = [known for known in belonging if amount <= known.maximum]
    if allowed:
        return allowed[0]
    if belonging:
        said = _("The constitution allows at most KES %(maximum)s for this.") % {"maximum": shown(belonging[0].maximum)}
        raise WelfareLimit(said, field="amount")
    raise WelfareLimit(_("She has not been a member long enough for a welfare payout."), field="member_id")


def approve_payout(voucher: Voucher, by: User, at: dt.datetime) -> Voucher:
    """One more yes; the second that counts posts the payout. The caller holds the voucher's row.

    A yes counts while its giver holds an office in the group: who has left the table does not pay from its funds.
    """
    seats = queries.seats_of([voucher.group_id])[voucher.group_id]
    said = queries.said_yes([voucher])[voucher.pk]
    if queries.names(voucher.member, by):
        raise MakerIsChecker
    if by.pk in said:
        raise AlreadyVerified(_("You have already said yes to this. Another office holder has to."))
    if by.pk not in {seat.user for seat in queries.called_to(voucher, seats, said)}:
        raise OfficeHoldersPay
    Approval.objects.create(voucher=voucher, approver=by, at=at)
    log("payout.approved", voucher, by, at)
    if len(rules.counted(seats, queries.beneficiary(voucher), said)) + 1 < APPROVERS_OF_A_PAYOUT:
        return voucher
    # Whoever recorded it for herself as beneficiary is not among those who said yes.
    return settle(voucher=voucher, legs=legs_for(voucher), at=at, actor=by, verified_by=by)
