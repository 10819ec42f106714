"""Reading what decides about a loan: who may borrow and at what cost, how safe it looks, and who must still say yes.

What is asked of many loans at once costs the same few queries however many they are.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext

from core.errors import Invalid
from groups.models import BankingGroup, Constitution, LoanTerms
from groups.queries import constitution_on, constitutions_on
from ledger.queries.balances import account_balances, held_for_others_of, loan_fund_cash_of, member_balances
from loans.approvers import missing_approvals, sitting_of, sittings
from loans.attendance import attendance_of
from loans.models import OPEN, Loan, Status
from loans.queries import states, terms_of
from loans.rules import lending, scoring
from loans.rules.approvals import Missing, Sitting
from loans.rules.lending import Asked, Clause, Fees, Offer, RuleResult
from members.models import Member
from savings.queries import months_consistent, regular_in_month
from savings.rules import loan_limit

__all__ = [
    "Asked", "Assessment", "Eligibility", "Fees", "Missing", "Offer", "RuleResult", "Sitting", "agreed_offers",
    "asked_of", "assess", "clause_of", "clauses_of", "eligibility", "fees_of", "in_the_way", "lendable",
    "missing_approvals", "offer_for", "offers_of", "savings_rule", "sitting_of", "sittings", "slot_of",
]  # fmt: skip


@dataclass(frozen=True)
class Eligibility:
    """Every rule's answer, and what the loan would be; `terms` also when a rule stands against it."""

    eligible: bool
    rules: tuple[RuleResult, ...]
    terms: Offer

    @property
    def failed(self) -> tuple[RuleResult, ...]:
        """What stands in the way; warnings do not."""
        return tuple(rule for rule in self.rules if not rule.passed and not rule.is_warning)


@dataclass(frozen=True)
class Assessment:
    """How safe a loan to her looks: 0 to 100 by parts, LOW, MEDIUM or HIGH risk, the most to be lent, in words."""

    score: Decimal
    parts: dict[str, Decimal]
    risk: str
    max_amount: Decimal
    reasons: tuple[str, ...]


def eligibility(*, member: Member, asked: Asked, on: dt.date, witnesses: Sequence[Member] | None = None) -> Eligibility:
    """May she borrow this today, rule by rule, and at what cost if it were paid out on `on`.

    Without named witnesses it is asked whether enough others could witness. Refused (`invalid`): a term, grace months
    or an extra payment that the type of loan does not have.
    """
    constitution = constitution_on(member.group, on)
    terms = offer_for(constitution, asked, on)
    rules = (
        _savings_history(member, constitution, on),
        savings_rule(member, constitution, asked.amount),
        _open_loan(member, constitution, asked.loan_type),
        lending.active_member(
            is_active=member.is_active, group_is_active=member.group.status == BankingGroup.Status.ACTIVE
        ),
        _witnesses(member, constitution, witnesses),
        lending.fund(asked.amount, lendable(member.group, asked.loan_type, on, constitution)),
    )
    return Eligibility(all(rule.passed or rule.is_warning for rule in rules), rules, terms)


# What it would cost


def offer_for(constitution: Constitution, asked: Asked, on: dt.date) -> Offer:
    """The loan by these rules, as if paid out on a day. Refused (`invalid`): what the type of loan does not have."""
    clause = clause_of(constitution, asked.loan_type)
    return lending.offer(lending.terms_for(asked, clause, on), fees_of(constitution, asked.amount))


def offers_of(loans: Iterable[Loan], on: dt.date) -> dict[UUID, Offer]:
    """Loan id → what was agreed, from its own day on; of one that waits, what the rules of a day would make of it.

    A loan that was turned down before any terms were agreed has none, nor has one that the rules no longer know.
    Two queries, however many loans.
    """
    asked = list(loans)
    waiting = [loan for loan in asked if loan.rate_percent is None and loan.status == Status.PENDING]
    rules = constitutions_on({loan.group_id: loan.group for loan in waiting}.values(), on) if waiting else {}
    clauses = clauses_of(rules.values())
    offers = agreed_offers(asked, on)
    for loan in waiting:
        constitution = rules[loan.group_id]
        with suppress(Invalid):
            terms = lending.terms_for(asked_of(loan), clauses[constitution.pk, loan.loan_type], on)
            offers[loan.pk] = lending.offer(terms, fees_of(constitution, loan.amount))
    return offers


def agreed_offers(loans: Iterable[Loan], on: dt.date) -> dict[UUID, Offer]:
    """Loan id → what was agreed, from its own day on; of one not paid out yet, as if on `on`."""
    return {
        loan.pk: lending.offer(terms_of(loan, start=on), Fees(loan.application_fee, loan.appreciation_fee))
        for loan in loans
        if loan.rate_percent is not None
    }


def asked_of(loan: Loan) -> Asked:
    """What was asked for when she applied."""
    return Asked(loan.amount, loan.loan_type, loan.months, loan.grace_months, loan.extra_payment)


def clause_of(constitution: Constitution, loan_type: str) -> Clause:
    return clauses_of([constitution])[constitution.pk, loan_type]


def clauses_of(constitutions: Iterable[Constitution]) -> dict[tuple[UUID, str], Clause]:
    """(Constitution id, loan type) → what it says of that type. One query."""
    rows = LoanTerms.objects.filter(constitution__in=[each.pk for each in constitutions])
    return {(row.constitution_id, row.loan_type): _clause(row) for row in rows}


def _clause(row: LoanTerms) -> Clause:
    return Clause(
        loan_type=row.loan_type,
        method=row.method,
        rate=row.rate_percent,
        shortest=row.shortest_months,
        longest=row.longest_months,
        unit=row.rounding_unit,
    )


def fees_of(constitution: Constitution, amount: Decimal) -> Fees:
    """What is taken with disbursement of a loan of this amount."""
    c = constitution
    return Fees(
        application=lending.fee(amount, c.application_fee, c.application_fee_percent),
        appreciation=lending.fee(amount, c.appreciation_fee, c.appreciation_fee_percent),
    )


# The rules


def _savings_history(member: Member, constitution: Constitution, on: dt.date) -> RuleResult:
    saved = lending.Saved(
        months=months_consistent(member, on),
        needed=constitution.savings_history_months,
        minimum=constitution.minimum_contribution,
        on=on,
        has_this_month=regular_in_month(member, on) >= constitution.minimum_contribution,
    )
    return lending.savings_history(saved)


def savings_rule(member: Member, constitution: Constitution, amount: Decimal) -> RuleResult:
    """Do her personal savings, as they are now, carry a loan of this amount?"""
    return lending.savings_multiple(amount, _savings(member), constitution.savings_multiple)


def _savings(member: Member) -> Decimal:
    return member_balances(member.group, [member])[member.pk]["2010"]


def _open_loan(member: Member, constitution: Constitution, loan_type: str) -> RuleResult:
    loans = [
        gettext("%(loan)s (%(state)s)") % {"loan": loan.loan_number, "state": Status(loan.status).label}
        for loan in in_the_way(member, constitution, loan_type)
    ]
    return lending.open_loan(loans, is_one_per_type=_is_one_per_type(constitution))


def in_the_way(member: Member, constitution: Constitution, loan_type: str) -> list[Loan]:
    """Her loans that wait or run and leave no room for another by these rules, also those from before they changed."""
    hers = Loan.objects.filter(member=member, status__in=OPEN, is_reopened=False).order_by("number")
    return list(hers.filter(loan_type=loan_type) if _is_one_per_type(constitution) else hers)


def _is_one_per_type(constitution: Constitution) -> bool:
    return constitution.open_loans == Constitution.OpenLoans.ONE_PER_TYPE


def slot_of(constitution: Constitution, loan_type: str) -> str:
    """What the unique index counts open loans by."""
    return loan_type if _is_one_per_type(constitution) else "LOAN"


def _witnesses(member: Member, constitution: Constitution, named: Sequence[Member] | None) -> RuleResult:
    others = Member.objects.filter(group=member.group_id, is_active=True).exclude(pk=member.pk).count()
    needed = constitution.witnesses_needed
    if named is None:
        return lending.witnesses(lending.Witnessed(needed, others))
    fit = {one.pk for one in named if _may_witness(one, member)}
    unfit = tuple(dict.fromkeys(one.person.name for one in named if one.pk not in fit))
    return lending.witnesses(lending.Witnessed(needed, others, len(fit), unfit))


def _may_witness(one: Member, borrower: Member) -> bool:
    return one.is_active and one.group_id == borrower.group_id and one.pk != borrower.pk


def lendable(group: BankingGroup, loan_type: str, on: dt.date, constitution: Constitution) -> Decimal:
    """What the fund that this type is lent from holds at the close of a day; below zero where it is short."""
    pooled = constitution.pool_project_fund
    held = account_balances(group, on)
    project_cash = held_for_others_of(held, pooled=False)["projects"]
    return lending.lendable(loan_type, loan_fund_cash_of(held, pooled=pooled), project_cash, pooled=pooled)


# How safe it looks


def assess(*, member: Member, on: dt.date) -> Assessment:
    """Her score by the formula of `scoring.score`, and the most that could be lent to her now."""
    constitution = constitution_on(member.group, on)
    fallen_due, on_time = _kept_days(member, on)
    record = scoring.Record(
        months_saved=months_consistent(member, on),
        months_member=scoring.months_of_membership(member.joined_on, on),
        fallen_due=fallen_due,
        on_time=on_time,
        attendance_percent=attendance_of(member),
    )
    made = scoring.score(record)
    fund = lendable(member.group, lending.SHORT_TERM, on, constitution)
    most = loan_limit(_savings(member), constitution.savings_multiple, fund)
    return Assessment(made.score, made.parts, made.risk, most, tuple(scoring.reasons(record, made, most)))


def _kept_days(member: Member, on: dt.date) -> tuple[int, int]:
    """Over all her loans in the group: instalments that have fallen due, and those of them settled by their day.

    One that falls due on the day itself counts once it is settled: until the day is over it can still be kept.
    """
    loans = Loan.objects.filter(member=member, disbursed_on__isnull=False).exclude(status=Status.CANCELLED)
    rows = [row for state in states(loans, on).values() for row in state.rows if row.total + row.penalty > 0]
    due = [row for row in rows if row.due < on or (row.due == on and row.settled_on is not None)]
    return len(due), sum(row.settled_on is not None and row.settled_on <= row.due for row in due)
