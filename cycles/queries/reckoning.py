"""What a share-out would pay each member, before anybody votes: with the figures of the books, or with others."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from core.money import ZERO, percent_of
from cycles.models import Allocation, Run
from cycles.queries.runs import PartView, RunView
from cycles.queries.sharing import figures, parts_of_all
from cycles.rules import sharing as rules
from cycles.rules.explaining import explanation
from cycles.rules.sharing import Part, Reckoning
from cycles.rules.years import FiscalYear
from groups.models import BankingGroup
from ledger.queries import member_balances
from loans.models import Loan
from loans.operations.netting import owed_by
from loans.operations.repaying import TAKES_MONEY
from members.models import Member
from savings.fines import NO_FINES, open_by_member


@dataclass(frozen=True)
class Row:
    """One member of a simulation: what she is measured by, and what she would be paid."""

    member_id: UUID
    member_name: str
    member_number: int
    user_id: UUID | None
    basis: Decimal
    percentage: Decimal
    reckoning: Reckoning


@dataclass(frozen=True)
class Simulation:
    """A share-out that nobody agreed on: `surplus` × `percent` is shared, and all else is as it is today."""

    days: FiscalYear
    basis: str
    profit: Decimal
    fees: Decimal
    surplus: Decimal
    percent: Decimal
    distributable: Decimal
    measured: Decimal
    rows: tuple[Row, ...]
    shown: tuple[Row, ...]

    def narrowed_to(self, user: UUID | None) -> "Simulation":
        """The totals, and of the rows her own."""
        return replace(self, shown=tuple(row for row in self.rows if row.user_id == user and user))

    @property
    def total(self) -> Reckoning:
        """Column by column; what one member owes is not paid by what another has, so cash is summed apart."""
        names = Reckoning.__dataclass_fields__
        return Reckoning(*(sum((getattr(row.reckoning, name) for row in self.rows), ZERO) for name in names))

    @property
    def cash(self) -> Decimal:
        return sum((row.reckoning.cash for row in self.rows), ZERO)


def simulate(
    group: BankingGroup,
    days: FiscalYear,
    on: dt.date,
    *,
    surplus: Decimal | None = None,
    percent: Decimal = rules.HUNDRED,
) -> Simulation:
    """What each member would be paid on a day; a number of queries that does not grow with the members."""
    found = figures(group, days, Run.Kind.SHARE_OUT, on)
    holds = found.distributable if surplus is None else surplus
    pool = percent_of(holds, percent)
    parts = parts_of_all(group, days, pool, found.basis, on)
    measured = sum((part.basis for part in parts), ZERO)
    rows = _rows(group, parts, measured, on)
    return Simulation(
        days=days,
        basis=found.basis,
        profit=found.profit,
        fees=found.fees,
        surplus=holds,
        percent=percent,
        distributable=pool,
        measured=measured,
        rows=rows,
        shown=rows,
    )


def _rows(group: BankingGroup, parts: Iterable[Part], measured: Decimal, on: dt.date) -> tuple[Row, ...]:
    shares = {part.member: part for part in parts}
    members = list(Member.objects.filter(pk__in=list(shares)).select_related("person").order_by("number"))
    held, fines, loans = member_balances(group, members), open_by_member(members), _loans(members, on)
    return tuple(
        Row(
            member_id=member.pk,
            member_name=member.person.name,
            member_number=member.number,
            user_id=member.person.user_id,
            basis=shares[member.pk].basis,
            percentage=rules.percentage(shares[member.pk].basis, measured),
            reckoning=Reckoning(
                savings=held[member.pk]["2010"],
                ecd=held[member.pk]["2030"],
                project=held[member.pk]["2040"],
                dividends=held[member.pk]["2060"],
                share=shares[member.pk].amount,
                fines=fines.get(member.pk, NO_FINES).due,
                loans=loans[member.pk],
            ),
        )
        for member in members
    )


def _loans(members: Iterable[Member], on: dt.date) -> dict[UUID, Decimal]:
    """Member id → what settles all her loans on a day."""
    owed: dict[UUID, Decimal] = defaultdict(lambda: ZERO)
    for each in owed_by(list(Loan.objects.filter(member__in=list(members), status__in=TAKES_MONEY)), on):
        owed[each.loan.member_id] += each.amount
    return owed


def imagined(group: BankingGroup, simulation: Simulation, at: dt.datetime) -> RunView:
    """The run that would be made of it: nobody looked at it yet, and nothing of it is kept."""
    run = Run(
        group=group,
        kind=Run.Kind.SHARE_OUT,
        fiscal_year=simulation.days.year,
        starts_on=simulation.days.first,
        ends_on=simulation.days.last,
        profit=simulation.profit,
        fees=simulation.fees,
        distributable=simulation.distributable,
        percent=simulation.percent,
        basis=simulation.basis,
        computed_at=at,
    )
    run.pk = None
    parts = tuple(_part(row, simulation) for row in simulation.rows)
    return RunView(run, run.status, simulation.measured, parts, missing=(), approvals=())


def _part(row: Row, simulation: Simulation) -> PartView:
    amount = row.reckoning.share
    return PartView(
        member_id=row.member_id,
        member_name=row.member_name,
        member_number=row.member_number,
        user_id=row.user_id,
        basis=row.basis,
        percentage=row.percentage,
        amount=amount,
        explanation=explanation(
            basis=row.basis,
            measured=simulation.measured,
            pool=simulation.distributable,
            amount=amount,
            by=simulation.basis,
        ),
        outcome=Allocation.Outcome.OPEN,
        voucher_id=None,
    )
