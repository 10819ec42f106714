"""Reading who decides about a loan: the people who serve its group, whom it names, and what is still missing.

Five queries for any number of loans: seats, borrowers, witnesses, yeses, constitutions.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID

from django.db.models import Q

from groups.models import OFFICES, BankingGroup, Constitution, GroupRole, RoleName
from groups.queries import constitution_on, constitutions_on
from loans.models import Loan, LoanApproval, LoanChange, Status, Witness
from loans.rules.approvals import Limits, Missing, Seated, Sitting, Yes, asked_by
from savings.rules import Named

_IN_THE_GROUP = (*OFFICES, RoleName.FIELD_OFFICER)


def missing_approvals(loans: Iterable[Loan], on: dt.date) -> dict[UUID, list[Missing]]:
    """Loan id → what it waits for; nothing for those that do not wait."""
    waiting = [loan for loan in loans if loan.status == Status.PENDING]
    return {loan: sitting.missing for loan, sitting in sittings(waiting, on).items()}


def sitting_of(loan: Loan, on: dt.date, *, amount: Decimal | None = None, change: LoanChange | None = None) -> Sitting:
    """Who decides about one loan; of a change of it, by `amount`, with the yeses that were said to the change."""
    return _sittings([loan], on, {loan.pk: loan.amount if amount is None else amount}, change)[loan.pk]


def sittings(loans: Iterable[Loan], on: dt.date) -> dict[UUID, Sitting]:
    """Loan id → who decides about it, by the constitution in force on a day."""
    asked = list(loans)
    return _sittings(asked, on, {loan.pk: loan.amount for loan in asked}, None) if asked else {}


def _sittings(
    loans: Sequence[Loan], on: dt.date, amounts: dict[UUID, Decimal], change: LoanChange | None
) -> dict[UUID, Sitting]:
    groups = list({loan.group_id: loan.group for loan in loans}.values())
    people = seated(groups)
    rules = {group: _limits(constitution) for group, constitution in constitutions_on(groups, on).items()}
    named, said = _named(loans), _said(loans, change)
    return {
        loan.pk: Sitting(
            amount=amounts[loan.pk],
            limits=rules[loan.group_id],
            people=people[loan.group_id],
            named=tuple(named[loan.pk]),
            said=tuple(said[loan.pk]),
        )
        for loan in loans
    }


def _limits(constitution: Constitution) -> Limits:
    c = constitution
    return Limits(c.committee_from, c.system_admin_above, c.committee_quorum)


def asked_on(group: BankingGroup, amount: Decimal, on: dt.date) -> frozenset[str]:
    """The capacities that the constitution of a day asks for, for an amount."""
    return asked_by(amount, _limits(constitution_on(group, on)))


def seated(groups: Sequence[BankingGroup]) -> dict[UUID, tuple[Seated, ...]]:
    """Group id → everybody who serves it now, longest in service first: offices, field officers, its organisation's
    service admins, the system admins. One query."""
    here = Q(group__in=[group.pk for group in groups], role__in=_IN_THE_GROUP)
    staff = Q(organisation__in={group.organisation_id for group in groups}, role=RoleName.SERVICE_ADMIN)
    rows = GroupRole.objects.filter(here | staff | Q(role=RoleName.SYSTEM_ADMIN), until__isnull=True)
    known = list(rows.filter(user__is_active=True).select_related("user").order_by("since", "id"))
    return {group.pk: _people(group, known) for group in groups}


def _people(group: BankingGroup, rows: Iterable[GroupRole]) -> tuple[Seated, ...]:
    roles: dict[UUID, set[str]] = defaultdict(set)
    users = {}
    for row in rows:
        if row.group_id in {None, group.pk} and row.organisation_id in {None, group.organisation_id}:
            roles[row.user_id].add(row.role)
            users[row.user_id] = row.user
    return tuple(
        Seated(user, users[user].name, frozenset(held), users[user].phone_digest) for user, held in roles.items()
    )


def _named(loans: Sequence[Loan]) -> dict[UUID, list[Named]]:
    """Loan id → borrower and witnesses, whom no approval comes from. Two queries."""
    named: dict[UUID, list[Named]] = defaultdict(list)
    ids = [loan.pk for loan in loans]
    borrowers = Loan.objects.filter(pk__in=ids)
    for loan, user, phone in borrowers.values_list("id", *_HUMAN):
        named[loan].append(Named(user, phone))
    present = Witness.objects.filter(loan__in=ids)
    for loan, user, phone in present.values_list("loan_id", *_HUMAN):
        named[loan].append(Named(user, phone))
    return named


_HUMAN = ("member__person__user_id", "member__person__phone_digest")


def _said(loans: Sequence[Loan], change: LoanChange | None) -> dict[UUID, list[Yes]]:
    said: dict[UUID, list[Yes]] = defaultdict(list)
    rows = LoanApproval.objects.filter(loan__in=[loan.pk for loan in loans], change=change).order_by("at", "id")
    for loan, user, capacity in rows.values_list("loan_id", "approver_id", "capacity"):
        said[loan].append(Yes(user, capacity))
    return said
