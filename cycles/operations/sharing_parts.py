"""One member's part of what was declared: the paper by which it reaches her, the locks around it, and its end."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid, NotFound
from core.money import ZERO
from core.periods import business_day
from cycles.models import Allocation, Run
from cycles.operations.leaving import AmountChanged, HasLeft
from cycles.operations.sharing import FiguresChanged, InvalidTransition, PaidAlready, locked_run
from cycles.queries import runs as queries
from cycles.rules import sharing as rules
from groups.access import standing
from ledger.models import Voucher
from ledger.places import BOX, Place
from ledger.vouchers import Draft, draft, settle
from members.models import Member
from savings.operations.doors import held, log, place_picked, tell
from users.models import User

PAYABLE = (Run.Status.DECLARED, Run.Status.PAID)
Outcome = Allocation.Outcome


class StaysOut(HasLeft):
    detail = _("She has left the group, so nothing is kept for her as savings. Pay her part out to her.")


@dataclass(frozen=True)
class Handing:
    """How a part reaches her: in cash or by another way, or by staying in the group as her savings.

    Today unless another day is said. `expected` is what whoever confirms has seen that she is paid, in shillings.
    """

    method: str = "CASH"
    receipt_number: str = ""
    keep: bool = False
    meeting_id: UUID | None = None
    on: dt.date | None = None
    expected: Decimal | None = None

    @property
    def detail(self) -> str:
        return rules.KEPT if self.keep else rules.PAID


@dataclass(frozen=True)
class Payment:
    """One payment of a part: how, by whom, and when."""

    how: Handing
    by: User
    at: dt.datetime

    @property
    def on(self) -> dt.date:
        return self.how.on or business_day(self.at)

    def must_follow(self, run: Run) -> None:
        """Nobody is paid on a day before it was declared."""
        if run.voucher and self.on < run.voucher.booked_on:
            said = _("It was declared on %(day)s. It is paid on that day or later.")
            raise Invalid(said % {"day": date_format(run.voucher.booked_on)}, field="paid_on")

    def must_be_expected(self, amount: Decimal) -> None:
        if self.how.expected not in {None, amount}:
            raise AmountChanged


def part_for(run: Run, member: Member) -> Allocation:
    """Her part of a run; `not_found` for whom it gives none."""
    joined = Allocation.objects.select_related(
        "run__group__organisation",
        "run__group__data_key",
        "run__voucher",
        "member__person__data_key",
        "member__group__organisation",
    )
    part = joined.filter(run=run, member=member).first()
    if part is None:
        raise NotFound
    if part.run.status not in PAYABLE:
        raise InvalidTransition
    if part.outcome != Outcome.OPEN:
        raise PaidAlready
    return part


def paper_for(part: Allocation, payment: Payment, amount: Decimal) -> tuple[Voucher, Place]:
    """The paper of `amount` shillings that she is paid or keeps, and the place from which it is paid."""
    run, how = part.run, payment.how
    source = place_picked(how.method, payment.by, standing(payment.by, run.group), at_the_table=bool(how.meeting_id))
    source = source or BOX
    paper = Draft(
        group=run.group,
        kind=run.kind,
        detail=how.detail,
        amount=amount,
        recorded_by=payment.by,
        at=payment.at,
        on=payment.on,
        member=part.member,
        method="" if how.keep else how.method,
        source=None if how.keep else source,
        meeting_id=how.meeting_id,
        subject_id=part.pk,
        receipt_number="" if how.keep else how.receipt_number,
    )
    voucher, is_new = draft(paper)
    if not is_new:
        # Only this very part says the same with this receipt.
        raise PaidAlready
    return voucher, source


def held_part(part: Allocation) -> Allocation:
    """Her part as it is now, the run and her row held: whoever pays her at the same moment waits, or was first."""
    run = locked_run(part.run)
    if run.status not in PAYABLE:
        raise InvalidTransition
    hers = held(part.member)
    fresh = Allocation.objects.filter(run=run, member=hers).first()
    if fresh is None or fresh.amount != part.amount:
        raise FiguresChanged
    fresh.run, fresh.member = run, hers
    if queries.outcome_of(fresh, run, queries.since_in([run.group_id])) != Outcome.OPEN:
        raise PaidAlready
    return fresh


def finished(part: Allocation, voucher: Voucher, payment: Payment, amount: Decimal) -> Voucher:
    """The part is paid or kept by this posted paper; with the last open one the run is PAID. She has her receipt."""
    part.outcome, part.voucher = (Outcome.KEPT if payment.how.keep else Outcome.PAID), voucher
    part.save(update_fields=["outcome", "voucher"])
    run = part.run
    run.status = Run.Status.DECLARED if queries.has_open(run) else Run.Status.PAID
    run.save(update_fields=["status"])
    log("sharing.kept" if payment.how.keep else "sharing.paid", voucher, payment.by, payment.at, run=run.pk)
    tell(voucher, amount=amount)
    return voucher


def pay_part(part: Allocation, payment: Payment) -> Voucher:
    """What was declared for her, and no more, leaves what is payable: as cash, or into her savings."""
    if part.amount == ZERO:
        raise PaidAlready
    voucher, source = paper_for(part, payment, part.amount)
    hers = held_part(part)
    payment.must_be_expected(hers.amount)
    if payment.how.keep and hers.member.left_on:
        raise StaysOut
    legs = (
        rules.keeping_legs(hers.amount, hers.member_id)
        if payment.how.keep
        else rules.paying_legs(hers.amount, source, hers.member_id)
    )
    settle(voucher=voucher, legs=legs, at=payment.at, actor=payment.by)
    return finished(hers, voucher, payment, hers.amount)
