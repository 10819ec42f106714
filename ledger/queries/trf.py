"""The TRF sheet: the Total Revolving Fund of a group on a day, from both sides, and how it came to be.

Both sides are read from the accounts, head by head, and neither is worked out from the other: that they agree is the
proof that the sheet prints. Whether the project fund counts as lent money or as money held for others is a rule of the
constitution in force on the sheet's day; the figures brought forward follow the same rule, so that they compare.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Case, F, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.fields import MoneyField
from core.money import ZERO
from groups.models import BankingGroup
from groups.queries import constitution_on
from ledger.models import Balance, Entry, Line
from ledger.queries.balances import account_balances, held_for_others_of, in_own_sense, loan_fund_cash_of
from ledger.rules import CHART, HEADS, PLACES, Nature
from members.models import Member

# Each head of the sheet and its account.
_CASH = {"cash_box": "1010", "bank": "1020", "mobile_money": "1030", "cash_with_officers": "1040"}
_HELD = {"social_fund": "2020", "ecd_fund": "2030", "campaign_funds": "2050", "unallocated_receipts": "2090"}
_LOANS = {"short_term_loans": "1110", "long_term_loans": "1120"}
_CLAIMS = {"members_savings": "2010", "dividends_payable": "2060", "external_funds": "2070"}
_PROJECT_FUND, _PROJECT_LOANS = "2040", "1130"
_SAVINGS, _SHORT, _LONG, _WELFARE, _FINES = "2010", "1110", "1120", "2020", "4050"


@dataclass(frozen=True)
class Head:
    """One line of a side: what counts against the side is below zero, so that the lines sum to the TRF."""

    head: str
    label: Promise
    amount: Decimal


@dataclass(frozen=True)
class HeldForOthers:
    """Money in the group's cash that is not the loan fund's."""

    total: Decimal
    social: Decimal
    ecd: Decimal
    campaigns: Decimal
    unallocated: Decimal
    projects: Decimal


@dataclass(frozen=True)
class Carried:
    """The three figures at the end of a day: all cash, the loan fund's part of it, the TRF."""

    on: dt.date
    cash: Decimal
    loan_fund_cash: Decimal
    trf: Decimal


@dataclass(frozen=True)
class Flow:
    """What came in and went out under one head of the cash ledger during the period."""

    head: str
    label: Promise
    came: Decimal
    went: Decimal


@dataclass(frozen=True)
class Course:
    """One figure of a member through the period: at its start, what made it grow, what made it shrink, at its end."""

    brought_forward: Decimal = ZERO
    grown: Decimal = ZERO
    shrunk: Decimal = ZERO
    carried_forward: Decimal = ZERO


@dataclass(frozen=True)
class MemberRow:
    """One member on the sheet. Welfare: what she brought less what she was paid; fines: what she paid; both in the
    period."""

    member_id: UUID
    member_number: int
    member_name: str
    savings: Course
    short_term_loans: Course
    long_term_loans: Course
    welfare: Decimal
    fines: Decimal


@dataclass(frozen=True)
class TrfSheet:
    """The sheet of the days from `since` to `on`."""

    on: dt.date
    since: dt.date
    assets: tuple[Head, ...]
    claims: tuple[Head, ...]
    trf: Decimal
    claims_total: Decimal
    difference: Decimal
    cash: Decimal
    loan_fund_cash: Decimal
    cash_by_place: dict[str, Decimal]
    held_for_others: HeldForOthers
    brought_forward: Carried
    flows: tuple[Flow, ...]
    carried_forward: Carried
    members: tuple[MemberRow, ...]


def trf_sheet(
    *, group: BankingGroup, on: dt.date, since: dt.date | None = None, members: Iterable[Member] | None = None
) -> TrfSheet:
    """The sheet of a day, or with `since` of the days from then to `on`; `members` narrows who is listed.

    Cost follows the length of the period and its distance from the newest entry, never the length of the history.
    """
    since = since or on
    before = since - dt.timedelta(days=1)
    pooled = constitution_on(group, on).pool_project_fund
    held, earlier = account_balances(group, on), account_balances(group, before)
    others = held_for_others_of(held, pooled=pooled)
    assets, claims = _assets(held, pooled), _claims(held, pooled)
    trf, claims_total = _total(assets), _total(claims)
    carried = _carried(on, held, pooled)
    return TrfSheet(
        on=on,
        since=since,
        assets=assets,
        claims=claims,
        trf=trf,
        claims_total=claims_total,
        difference=trf - claims_total,
        cash=carried.cash,
        loan_fund_cash=carried.loan_fund_cash,
        cash_by_place={PLACES[code]: held[code] for code in PLACES},
        held_for_others=HeldForOthers(total=sum(others.values(), ZERO), **others),
        brought_forward=_carried(before, earlier, pooled),
        flows=tuple(_flows(group, since, on)),
        carried_forward=carried,
        members=tuple(_member_rows(group, since, on, members)),
    )


def both_sides(held: dict[str, Decimal], *, pooled: bool) -> tuple[Decimal, Decimal]:
    """The TRF as assets and as claims, from the accounts' balances: each side from its own accounts."""
    return _total(_assets(held, pooled)), _total(_claims(held, pooled))


def _total(side: Iterable[Head]) -> Decimal:
    return sum((head.amount for head in side), ZERO)


def _carried(on: dt.date, held: dict[str, Decimal], pooled: bool) -> Carried:
    cash = sum((held[place] for place in PLACES), ZERO)
    return Carried(on, cash, loan_fund_cash_of(held, pooled=pooled), _total(_assets(held, pooled)))


def _assets(held: dict[str, Decimal], pooled: bool) -> tuple[Head, ...]:
    """Cash by place, less what is held for others, plus the loans."""
    loans = _LOANS | ({"project_loans": _PROJECT_LOANS} if pooled else {})
    cash = [Head(head, CHART[code].name, held[code]) for head, code in _CASH.items()]
    less = [Head(head, CHART[code].name, ZERO - held[code]) for head, code in _HELD.items()]
    if not pooled:
        less.append(Head("project_fund", CHART[_PROJECT_FUND].name, held[_PROJECT_LOANS] - held[_PROJECT_FUND]))
    return (*cash, *less, *(Head(head, CHART[code].name, held[code]) for head, code in loans.items()))


def _claims(held: dict[str, Decimal], pooled: bool) -> tuple[Head, ...]:
    """What members and lenders are owed out of the fund, and the profit that is the group's own."""
    claims = _CLAIMS | ({"project_fund": _PROJECT_FUND} if pooled else {})
    profit = Head("accumulated_profit", _("Accumulated profit"), _profit(held))
    return (*(Head(head, CHART[code].name, held[code]) for head, code in claims.items()), profit)


def _profit(held: dict[str, Decimal]) -> Decimal:
    """Retained surplus and the income and expenses not yet closed into it."""
    sign = {Nature.EQUITY: 1, Nature.INCOME: 1, Nature.EXPENSE: -1}
    return sum((held[code] * sign.get(line.nature, 0) for code, line in CHART.items()), ZERO)


def _flows(group: BankingGroup, since: dt.date, on: dt.date) -> Iterator[Flow]:
    """Every head that moved cash in the period, in the order of the heads' list."""
    lines = Line.objects.filter(
        account__group=group, account__code__in=list(PLACES), entry__group=group, entry__booked_on__range=(since, on)
    )
    moved = lines.values_list("head").annotate(came=_sum(amount__gt=0), went=_sum(amount__lt=0))
    by_head = {head: (came, went) for head, came, went in moved}
    for head, label in HEADS.items():
        if head in by_head:
            came, went = by_head[head]
            yield Flow(head, label, came, ZERO - went)


def _sum(**condition: Any) -> Coalesce:
    """Σ of the lines' amounts where the condition holds; nothing is zero."""
    money = MoneyField()
    chosen = Sum(Case(When(**condition, then=F("amount")), output_field=money))
    return Coalesce(chosen, Value(ZERO, output_field=money), output_field=money)


def _member_rows(
    group: BankingGroup, since: dt.date, on: dt.date, members: Iterable[Member] | None
) -> Iterator[MemberRow]:
    """The members of the period, and whoever else has a figure in it, by number."""
    chosen = members if members is not None else Member.objects.filter(group=group).select_related("person")
    listed = sorted(chosen, key=lambda member: member.number)
    courses = _courses(group, since, on, listed)
    for member in listed:
        hers = courses[member.pk]
        was_member = member.joined_on <= on and (member.left_on is None or member.left_on >= since)
        if was_member or any(course != Course() for course in hers.values()):
            yield MemberRow(
                member_id=member.pk,
                member_number=member.number,
                member_name=member.person.name,
                savings=hers[_SAVINGS],
                short_term_loans=hers[_SHORT],
                long_term_loans=hers[_LONG],
                welfare=hers[_WELFARE].grown - hers[_WELFARE].shrunk,
                fines=hers[_FINES].grown - hers[_FINES].shrunk,
            )


def _courses(group: BankingGroup, since: dt.date, on: dt.date, members: list[Member]) -> dict[UUID, dict[str, Course]]:
    """Member id → account → its course: from what she holds now, going back over the lines since the period began."""
    codes = (_SAVINGS, _SHORT, _LONG, _WELFARE, _FINES)
    ids = [member.pk for member in members]
    kept = Balance.objects.filter(account__group=group, account__code__in=codes, holder__in=ids)
    now = {(holder, code): amount for holder, code, amount in kept.values_list("holder", "account__code", "amount")}
    lines = Line.objects.filter(
        account__group=group, account__code__in=codes, entry__group=group, entry__booked_on__gte=since, member__in=ids
    ).exclude(entry__kind=Entry.Kind.YEAR_CLOSE)
    within = {"entry__booked_on__lte": on}
    moved = {
        (member, code): figures
        for member, code, *figures in lines.values_list("member_id", "account__code").annotate(
            debits=_sum(amount__gt=0, **within),
            credits=_sum(amount__lt=0, **within),
            later=_sum(entry__booked_on__gt=on),
        )
    }
    nothing = [ZERO, ZERO, ZERO]
    return {
        member: {
            code: _course(code, now.get((member, code), ZERO), *moved.get((member, code), nothing)) for code in codes
        }
        for member in ids
    }


def _course(code: str, now: Decimal, debits: Decimal, credits: Decimal, later: Decimal) -> Course:
    """In the account's own sense, from the journal's sums: `debits` above zero, `credits` below."""
    at_end = now - later
    is_asset = CHART[code].nature is Nature.ASSET
    return Course(
        brought_forward=in_own_sense(code, at_end - debits - credits),
        grown=debits if is_asset else ZERO - credits,
        shrunk=ZERO - credits if is_asset else debits,
        carried_forward=in_own_sense(code, at_end),
    )
