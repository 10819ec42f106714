"""A collection: what one member brings to the table, a paper and an entry for each line, all or nothing.

The rows of every line are held before the first line is posted, in the order that all acts keep: the meeting, the
receipt number, fines, loans, campaigns, the member, the book.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypedDict
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from campaigns import operations as campaigns
from campaigns.models import GroupCampaign
from core.errors import Forbidden, Invalid, MakerIsChecker, NotFound
from core.ids import new_id
from core.money import MAX_AMOUNT, ZERO
from core.periods import business_day
from groups.access import standing
from groups.permissions import Reach
from groups.queries import constitution_on
from ledger.models import Voucher
from ledger.places import Hands, place_of
from ledger.vouchers import CLAIMING, Draft, ReceiptAlreadyUsed, draft, hold_receipt, settle
from loans import operations as loans
from loans.models import Loan, Status
from loans.operations.locks import locked as locked_loan
from meetings import rules
from meetings.models import Meeting
from meetings.operations.holding import hold_open, is_watched
from meetings.operations.holding import log as log_meeting
from members.models import Member
from savings import operations as savings
from savings.models import Fine
from savings.operations import Table
from savings.operations.doors import held, log, must_be_active, must_be_open, tell
from savings.operations.dues import hold_fines
from savings.queries import names, unreversed
from savings.rules import FUNDS
from users.models import User

FINE, CAMPAIGN, LOAN_REPAYMENT = "FINE", "CAMPAIGN", "LOAN_REPAYMENT"
KINDS = (*FUNDS, FINE, rules.FEE, CAMPAIGN, LOAN_REPAYMENT)
# What a paper is called among the lines of a collection; a contribution by its fund.
_WORDS = {"FINE_PAYMENT": FINE, "REPAYMENT": LOAN_REPAYMENT}


class WhichLoan(Invalid):
    detail = _("Say which loan this is for: she has none that runs, or several.")


@dataclass(frozen=True)
class Brought:
    """One line: REGULAR, WELFARE, ECD, PROJECT, FINE, FEE, CAMPAIGN or LOAN_REPAYMENT, and what it is for.

    A fine that is not named is the oldest; a loan, her only one that runs.
    """

    kind: str
    amount: Decimal
    loan: Loan | None = None
    fine: Fine | None = None
    campaign: GroupCampaign | None = None

    @property
    def about(self) -> UUID | None:
        named = self.loan or self.fine or self.campaign
        return named.pk if named else None


@dataclass(frozen=True)
class _Collection:
    """Who brought it to which table, how it came, who takes it down, and whether anybody else looks on."""

    meeting: Meeting
    member: Member
    lines: Sequence[Brought]
    method: str
    receipt_number: str
    by: User
    at: dt.datetime
    bundle: UUID
    is_witnessed: bool


class _Paid(TypedDict):
    """What the verbs of all lines are told."""

    amount: Decimal
    by: User
    at: dt.datetime
    on: dt.date
    method: str
    receipt_number: str
    table: Table


@transaction.atomic
def collect(
    *,
    meeting: Meeting,
    member: Member,
    lines: Sequence[Brought],
    method: str,
    receipt_number: str = "",
    by: User,
    at: dt.datetime,
) -> list[Voucher]:
    """The papers of what one member brings, in the order of its lines, posted on the meeting's day.

    Where the meeting is not of today, or the roll marks nobody else as here, the table is no witness: then each line
    is judged as if it came alone, and what needs another person's yes is PENDING.
    One receipt number pays for all lines; sent again with the same lines it returns the first papers. Refused:
    `forbidden` to who may record her own money only, `invalid` for lines that do not fit together, `not_found` for a
    member, loan, fine or campaign of somebody else, `meeting_sealed`, `meeting_not_open`, `receipt_already_used`, and
    whatever the verb of a line refuses: then nothing of it is posted.
    """
    if standing(by, meeting.group).may("transactions:create") is not Reach.ALL:
        raise Forbidden
    if member.group_id != meeting.group_id:
        raise NotFound
    _must_fit(lines, member)
    table = hold_open(meeting.group, meeting.pk)
    must_be_open(table.group, table.meeting_date, at)
    must_be_active(member)
    is_witnessed = table.meeting_date == business_day(at) and is_watched(table, by)
    sent = _Collection(table, member, lines, method, receipt_number, by, at, new_id(), is_witnessed)
    if first := _sent_before(sent):
        return first
    brought = replace(sent, lines=[_named(line, member) for line in lines])
    _hold_rows(brought)
    papers = [_taken(line, brought) for line in brought.lines]
    log_meeting("collection.recorded", table, by, at, bundle=brought.bundle, lines=len(papers))
    return papers


def _must_fit(lines: Sequence[Brought], member: Member) -> None:
    if not lines:
        raise Invalid(_("Say what she brings: at least one line."), field="lines")
    for line in lines:
        _must_be_a_line(line, member)
    if len({(line.kind, line.about) for line in lines}) < len(lines):
        raise Invalid(_("Each kind of payment stands in one line."), field="lines")
    if sum((line.amount for line in lines), ZERO) > MAX_AMOUNT:
        raise Invalid(_("That is more than 999,999,999.99 together."), field="lines")


def _must_be_a_line(line: Brought, member: Member) -> None:
    surplus = {
        LOAN_REPAYMENT: line.loan is None,
        FINE: line.fine is None,
        CAMPAIGN: line.campaign is None,
    }
    if line.kind not in KINDS or line.amount <= 0:
        raise Invalid(_("Each line says what it is for, and how much."), field="lines")
    if any(not missing for kind, missing in surplus.items() if kind != line.kind):
        raise Invalid(_("A line of this kind does not name this."), field="lines")
    if line.kind == CAMPAIGN and line.campaign is None:
        raise Invalid(_("Say which campaign this is for."), field="lines")
    strangers = (
        line.loan and line.loan.member_id != member.pk,
        line.fine and line.fine.member_id != member.pk,
        line.campaign and line.campaign.group_id != member.group_id,
    )
    if any(strangers):
        raise NotFound


def _named(line: Brought, member: Member) -> Brought:
    """A repayment that names no loan is for the only one she has running."""
    if line.kind != LOAN_REPAYMENT or line.loan is not None:
        return line
    running = list(
        Loan.objects.filter(member=member, status=Status.DISBURSED).select_related("group__organisation")[:2]
    )
    if len(running) != 1:
        raise WhichLoan(field="lines")
    return Brought(line.kind, line.amount, loan=running[0])


def _sent_before(brought: _Collection) -> list[Voucher]:
    """The papers of this very collection, when its receipt number has paid for them already; its number is held.

    Refused: a number that paid for other lines (`receipt_already_used`).
    """
    if brought.method not in CLAIMING or not brought.receipt_number:
        return []
    first = hold_receipt(brought.meeting.group, brought.receipt_number)
    if first is None or first.bundle_id is None:
        return []
    papers = list(
        Voucher.objects.filter(bundle_id=first.bundle_id).select_related("group__organisation").order_by("id")
    )
    named = {line.about for line in brought.lines}
    said = Counter((_word(paper), paper.amount, _about(paper, named)) for paper in papers)
    asked = Counter((line.kind, line.amount, line.about) for line in brought.lines)
    if said != asked or first.member_id != brought.member.pk:
        raise ReceiptAlreadyUsed(field="transaction_id")
    return papers


def _about(paper: Voucher, named: set[UUID | None]) -> UUID | None:
    """What the line of a paper named: a repayment may have named no loan, and that loan may not run any more."""
    is_silent = _word(paper) == LOAN_REPAYMENT and paper.subject_id not in named
    return None if is_silent else paper.subject_id


def _word(paper: Voucher) -> str:
    return paper.detail if paper.kind == "CONTRIBUTION" else _WORDS.get(paper.kind, paper.kind)


def _hold_rows(brought: _Collection) -> None:
    """In the order that all acts keep: otherwise a second line would ask for a row while the first holds the book."""
    if any(line.kind == FINE for line in brought.lines):
        hold_fines(brought.member)
    for loan in sorted((line.loan for line in brought.lines if line.loan), key=lambda loan: loan.pk):
        locked_loan(loan)
    for campaign in sorted(line.campaign.pk for line in brought.lines if line.campaign):
        campaigns.locked(campaign)
    held(brought.member)


def _taken(line: Brought, brought: _Collection) -> Voucher:
    """One line, by the verb of its room."""
    member = brought.member
    paid = _Paid(
        amount=line.amount,
        by=brought.by,
        at=brought.at,
        on=brought.meeting.meeting_date,
        method=brought.method,
        receipt_number=brought.receipt_number,
        table=Table(brought.meeting.pk, brought.bundle, brought.is_witnessed),
    )
    if line.kind == FINE:
        return savings.pay_fine(member=member, fine=line.fine, **paid)
    if line.kind == LOAN_REPAYMENT and line.loan:
        return loans.repay(loan=line.loan, **paid).voucher
    if line.kind == CAMPAIGN and line.campaign:
        return campaigns.contribute(group_campaign=line.campaign, member=member, **paid)
    if line.kind == rules.FEE:
        return _fee(line.amount, brought)
    return savings.contribute(member=member, kind=line.kind, **paid)


def _fee(amount: Decimal, brought: _Collection) -> Voucher:
    """A fee without a loan: the one for joining, where it is what the rules ask and was not paid before.

    Nobody verifies a fee later, so one's own needs the witness of the table.
    """
    member, by, at = brought.member, brought.by, brought.at
    if names(member, by) and not brought.is_witnessed:
        raise MakerIsChecker
    place = place_of(brought.method, Hands(by.pk, True), at_the_table=True)
    paper = Draft(
        group=brought.meeting.group,
        kind=rules.FEE,
        detail=_which_fee(amount, brought),
        amount=amount,
        recorded_by=by,
        at=at,
        on=brought.meeting.meeting_date,
        member=member,
        method=brought.method,
        to=place,
        meeting_id=brought.meeting.pk,
        bundle_id=brought.bundle,
        receipt_number=brought.receipt_number,
    )
    # A fee comes with a receipt number nowhere else, so this one is never the first of another door.
    voucher, _new = draft(paper)
    settle(voucher=voucher, legs=rules.fee_legs(amount, place, member.pk), at=at, actor=by)
    log("fee.taken", voucher, by, at)
    tell(voucher)
    return voucher


def _which_fee(amount: Decimal, brought: _Collection) -> str:
    asked = constitution_on(brought.meeting.group, brought.meeting.meeting_date).registration_fee
    paid = unreversed().filter(member=brought.member, kind=rules.FEE, detail=rules.REGISTRATION)
    return rules.REGISTRATION if amount == asked and not paid.exists() else rules.OTHER_FEE
