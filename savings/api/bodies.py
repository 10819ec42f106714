"""From what a body says to what a verb takes: members and places fetched through access, days read off the clock."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from core.api.permissions import asked_word
from core.errors import Invalid, NotFound
from core.periods import today
from groups.models import BankingGroup
from ledger.models import Voucher
from members.access import member_for
from members.models import Member
from savings import operations
from savings.access import campaign_for, fine_of, saver_for
from savings.models import Fine
from savings.operations import Movement, Table
from savings.operations.tables import day_of
from savings.queries import WITHDRAWAL
from savings.rules import FINE, SAVING_TYPES, OpeningLine
from users.models import User

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Saving:
    """A deposit or withdrawal as both endpoints understand it."""

    member: Member
    direction: str
    kind: str
    amount: Decimal
    method: str
    receipt_number: str
    on: dt.date
    fine: Fine | None = None
    meeting_id: UUID | None = None

    def record(self, by: User, at: dt.datetime) -> Voucher:
        """The one verb that this is."""
        money: dict[str, Any] = {
            "member": self.member,
            "amount": self.amount,
            "by": by,
            "at": at,
            "on": self.on,
            "method": self.method,
            "receipt_number": self.receipt_number,
        }
        if self.direction == WITHDRAWAL:
            return operations.request_withdrawal(**money, meeting_id=self.meeting_id)
        table = Table(self.meeting_id) if self.meeting_id else None
        if self.kind == FINE:
            return operations.pay_fine(**money, fine=self.fine, table=table)
        return operations.contribute(**money, kind=self.kind, table=table)


def day_said(body: Body, day: str, group: BankingGroup) -> dt.date:
    """The day the body names; without one that of the meeting it names, and otherwise today.

    Refused: `not_found` for what is no meeting of the group.
    """
    said: dt.date | None = body.get(day)
    meeting_id = body.get("meeting_id")
    return said or (day_of(group, meeting_id) if meeting_id else today())


def refuse_unborn(body: Body, *names: str) -> None:
    """Ids of things that do not exist yet in any group: whoever sends one sends a stranger's."""
    if any(body.get(name) is not None for name in names):
        raise NotFound


def saving_of_plan(request: Request, body: Body) -> Saving:
    """`savings/record`: without a member it is her own; a mobile-money number makes it M-Pesa, else it is cash."""
    may = asked_word(request)
    member = saver_for(request.user, member_id=body.get("member_id"), group_id=body.get("group_id"), may=may)
    if member is None:
        raise Invalid(_("Say which member this is for, or in which of your groups it is your own."), field="member_id")
    receipt = body.get("mobile_money_transaction_id") or ""
    return Saving(
        member=member,
        direction=body["transaction_type"],
        kind=SAVING_TYPES[body["saving_type_code"]],
        amount=body["amount"],
        method=Voucher.Method.MPESA if receipt else Voucher.Method.CASH,
        receipt_number=receipt,
        on=day_said(body, "contribution_date", member.group),
        meeting_id=body.get("meeting_id"),
    )


def saving_of_transaction(request: Request, body: Body) -> Saving:
    """`transactions`: everything is said."""
    may = asked_word(request)
    member = member_for(request.user, body["member_id"], may)
    return Saving(
        member=member,
        direction=body["transaction_type"],
        kind=body["contribution_type"],
        amount=body["amount"],
        method=body["payment_method"],
        receipt_number=body.get("transaction_id") or "",
        on=day_said(body, "contribution_date", member.group),
        fine=_fine_of(member, body),
        meeting_id=body.get("meeting_id"),
    )


def _fine_of(member: Member, body: Body) -> Fine | None:
    """The fine that a payment names; somebody else's is a stranger's."""
    fine_id = body.get("fine_id")
    if fine_id is None:
        return None
    fine = fine_of(member, fine_id)
    if body["contribution_type"] != FINE:
        raise Invalid(_("Only a fine payment names a fine."), field="fine_id")
    return fine


def movement_of(request: Request, group: BankingGroup, body: Body) -> Movement:
    """A cash movement; members and campaigns of other groups are strangers."""
    campaign = body.get("group_campaign_id")
    return Movement(
        kind=body["kind"],
        amount=body["amount"],
        reason=body["reason"],
        source=body.get("from") or "",
        to=body.get("to") or "",
        member=_member_of(request, group, body.get("member_id")),
        group_campaign_id=campaign and campaign_for(group, campaign),
        event=body.get("event") or "",
        meeting_id=body.get("meeting_id"),
    )


def _member_of(request: Request, group: BankingGroup, member_id: UUID | None) -> Member | None:
    if member_id is None:
        return None
    member = member_for(request.user, member_id, "groups:read", own=True)
    if member.group_id != group.pk:
        raise NotFound
    return member


def opening_lines_of(body: Body) -> list[OpeningLine]:
    """Opening balances; loans and campaigns are taken over with their own rooms."""
    for line in body["lines"]:
        refuse_unborn(line, "loan_id", "group_campaign_id")
    return [
        OpeningLine(line["account"], line["amount"], member=line.get("member_id"), officer=line.get("officer_id"))
        for line in body["lines"]
    ]
