"""A group's rules: each adoption is a new version, and the old ones stay as they were."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction

from audit.operations import record
from groups.models import BankingGroup, Constitution, LoanTerms, LoanType, WelfareEvent
from users.models import User

DEFAULT_LOAN_TERMS = (
    (LoanType.SHORT_TERM, LoanTerms.Method.FLAT, Decimal(10), 1, 3),
    (LoanType.LONG_TERM, LoanTerms.Method.REDUCING, Decimal(12), 4, 36),
    (LoanType.PROJECT, LoanTerms.Method.ANNUITY, Decimal(12), 1, 60),
)
DEFAULT_WELFARE = (
    ("BEREAVEMENT", Decimal("10000.00"), 3),
    ("HOSPITAL", Decimal("5000.00"), 3),
    ("BIRTH", Decimal("2000.00"), 3),
    ("OTHER", Decimal("2000.00"), 3),
)


@transaction.atomic
def adopt_constitution(
    *, group: BankingGroup, effective_on: dt.date, at: dt.datetime, by: User, **rules: Any
) -> Constitution:
    """The next version: the newest one's rules with `rules` changed. Loan terms and welfare events are carried over."""
    BankingGroup.objects.select_for_update(no_key=True).get(pk=group.pk)
    last = Constitution.objects.adopted().filter(group=group).order_by("-version").first()
    carried = {} if last is None else _rules_of(last)
    version = Constitution.objects.create(
        group=group,
        version=1 if last is None else (last.version or 0) + 1,
        effective_on=effective_on,
        adopted_by=by,
        adopted_at=at,
        **(carried | rules),
    )
    _carry_over(last, version)
    record(
        verb="constitution.adopted",
        at=at,
        actor_id=by.id,
        subject="constitution",
        subject_id=version.id,
        group_id=group.id,
        organisation_id=group.organisation_id,
        version=version.version,
    )
    return version


def _rules_of(constitution: Constitution) -> dict[str, Any]:
    own = {"id", "group", "status", "version", "effective_on", "proposed_by", "proposed_at", "adopted_by", "adopted_at"}
    names = [field.name for field in Constitution._meta.concrete_fields if field.name not in own]
    return {name: getattr(constitution, name) for name in names}


def _carry_over(last: Constitution | None, version: Constitution) -> None:
    if last is None:
        terms = [
            LoanTerms(loan_type=t, method=m, rate_percent=r, shortest_months=s, longest_months=g)
            for t, m, r, s, g in DEFAULT_LOAN_TERMS
        ]
        events = [WelfareEvent(event=e, maximum=m, months_of_membership=n) for e, m, n in DEFAULT_WELFARE]
    else:
        terms = [
            LoanTerms(
                loan_type=t.loan_type,
                method=t.method,
                rate_percent=t.rate_percent,
                shortest_months=t.shortest_months,
                longest_months=t.longest_months,
                rounding_unit=t.rounding_unit,
            )
            for t in last.loan_terms.all()
        ]
        events = [
            WelfareEvent(event=e.event, maximum=e.maximum, months_of_membership=e.months_of_membership)
            for e in last.welfare_events.all()
        ]
    for term in terms:
        term.constitution = version
    for event in events:
        event.constitution = version
    LoanTerms.objects.bulk_create(terms)
    WelfareEvent.objects.bulk_create(events)
