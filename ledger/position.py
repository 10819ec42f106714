"""What a group holds while an act is judged: places of cash and funds, read under the book's lock, moved leg by leg.

Nothing here grows with history: balances and day totals are kept by the seal. Only an act that is dated back reads
the days since, and only a campaign's or receipt's own lines are summed.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, Sum

from core.ids import NIL
from core.money import ZERO
from groups.models import BankingGroup, Constitution
from ledger.models import Balance, DayTotal, Line
from ledger.rules import OFFICER, PLACES, Leg

Holding = tuple[str, UUID]

# Debits of these, line by line, may not outrun what the holder has there (credit balances, so above zero is short).
MEMBER_FUNDS = frozenset({"2010", "2030", "2040", "2060"})
SUBJECT_FUNDS = frozenset({"2050", "2090"})
WHOLE_FUNDS = frozenset({"2020", "2070"})
_SUMMED = [*PLACES, "1130", "2020", "2030", "2040", "2050", "2070", "2090"]


def pools_project_fund(group: BankingGroup, day: dt.date) -> bool:
    """Whether the constitution in force puts the project fund into the loan fund's purse.

    By the rule of `groups.queries.constitution_on`, which the sheets go by; read here column by column, for each act.
    """
    versions = Constitution.objects.adopted().filter(group=group).order_by("version")
    known = list(versions.values_list("effective_on", "version", "pool_project_fund"))
    in_force = max((version for version in known if version[0] <= day), default=known[0] if known else None)
    return in_force is not None and in_force[2]


@dataclass
class Position:
    """Running figures; debits above zero throughout, so a fund that holds money stands below zero."""

    totals: dict[str, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    held: dict[Holding, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    named: dict[Holding, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    days: dict[Holding, dict[dt.date, Decimal]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(lambda: ZERO))
    )
    pooled: bool = False

    def move(self, legs: Iterable[Leg], on: dt.date) -> None:
        for leg in legs:
            self.totals[leg.account] += leg.amount
            self.held[leg.account, leg.holder] += leg.amount
            if leg.subject is not None:
                self.named[leg.account, leg.subject] += leg.amount
            if leg.account in PLACES:
                self.days[leg.account, leg.holder][on] += leg.amount

    def lowest(self, place: Holding, since: dt.date) -> tuple[Decimal, dt.date | None]:
        """The least a place holds at any day's closing from `since` on, and the day if that is not the last."""
        running = lowest = self.held[place]
        when = None
        later = sorted((day for day in self.days[place] if day > since), reverse=True)
        for day, before in zip(later, [*later, since][1:], strict=True):
            running -= self.days[place][day]
            if running < lowest:
                lowest, when = running, before
        return lowest, when

    @property
    def project_cash(self) -> Decimal:
        return -self.totals["2040"] - self.totals["1130"]

    @property
    def loan_fund_cash(self) -> Decimal:
        """The TRF sheet's figure: all cash less money held for others."""
        cash = sum((self.totals[place] for place in PLACES), ZERO)
        for_others = -sum((self.totals[fund] for fund in ("2020", "2030", "2050", "2090")), ZERO)
        return cash - for_others - (ZERO if self.pooled else self.project_cash)


def read(group: BankingGroup, legs: list[Leg], *, since: dt.date, today: dt.date) -> Position:
    """The figures that these legs may run short of, with the closings since the earliest of their days."""
    position = Position(pooled=pools_project_fund(group, today))
    sums = Balance.objects.filter(account__group=group, account__code__in=_SUMMED).values_list("account__code")
    for code, total in sums.annotate(total=Sum("amount")):
        position.totals[code] = total
    _read_holdings(position, group, {(leg.account, leg.holder) for leg in legs})
    _read_named(position, group, {(leg.account, leg.subject) for leg in legs if leg.subject is not None})
    if since < today:
        _read_days(position, group, since, {leg.officer for leg in legs if leg.officer is not None})
    return position


def _read_holdings(position: Position, group: BankingGroup, wanted: set[Holding]) -> None:
    holders = {holder for code, holder in wanted if code in MEMBER_FUNDS | PLACES.keys()}
    rows = Balance.objects.filter(
        account__group=group, account__code__in={code for code, _ in wanted}, holder__in=holders
    )
    for code, holder, amount in rows.values_list("account__code", "holder", "amount"):
        position.held[code, holder] = amount


def _read_named(position: Position, group: BankingGroup, wanted: set[Holding]) -> None:
    names = {subject for code, subject in wanted if code in SUBJECT_FUNDS}
    if not names:
        return
    rows = Line.objects.filter(subject_id__in=names, account__group=group, account__code__in=SUBJECT_FUNDS)
    for code, subject, total in rows.values_list("account__code", "subject_id").annotate(total=Sum("amount")):
        position.named[code, subject or NIL] = total


def _read_days(position: Position, group: BankingGroup, since: dt.date, officers: set[UUID]) -> None:
    days = DayTotal.objects.filter(account__group=group, booked_on__gt=since, account__code__in=set(PLACES) - {OFFICER})
    for code, day, debit, credit in days.values_list("account__code", "booked_on", "debit", "credit"):
        position.days[code, NIL][day] = debit - credit
    if not officers:
        return
    # Day totals are per account; what an officer held on a past day is summed from her own lines since.
    lines = Line.objects.filter(
        Q(officer__in=officers), entry__group=group, entry__booked_on__gt=since, account__code=OFFICER
    )
    rows = lines.values_list("officer_id", "entry__booked_on").annotate(total=Sum("amount"))
    for officer, day, total in rows:
        position.days[OFFICER, officer or NIL][day] = total
