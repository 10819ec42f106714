"""What of a loan waits: for yeses, for its payment, for a write-off or rescheduling; and what of it waits for whom."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core.periods import business_day
from groups.access import groups_where
from loans import queries
from loans.approvers import sitting_of, sittings
from loans.models import Loan, LoanChange, Status
from loans.rules.approvals import Missing, Sitting
from reports.pages import loan_words, words
from savings.queries import names
from users.models import User


@dataclass(frozen=True)
class Ask:
    """One thing that waits. `is_hers`: the reader may do the next step of it; `verb` is the word for that."""

    loan: Loan
    sentence: str
    since_words: str
    amount: Decimal
    lacks: tuple[str, ...]
    is_hers: bool
    verb: str


def in_reach(user: User) -> QuerySet[Loan]:
    """Loans of the groups where she may say yes or pay out."""
    decides = groups_where(user, "loans:approve").values("pk")
    pays = groups_where(user, "loans:disburse").values("pk")
    return queries.shown().filter(Q(group__in=decides) | Q(group__in=pays))


def asks_of(loans: Sequence[Loan], user: User, on: dt.date) -> dict[UUID, Ask]:
    """Loan id → what of it waits. A constant number of queries, however many applications."""
    waiting = LoanChange.objects.filter(loan__in=loans, state=LoanChange.State.PENDING)
    changes = {change.loan_id: change for change in waiting}
    decided = sittings([loan for loan in loans if loan.status == Status.PENDING], on)
    for loan in loans:
        if loan.pk in changes:
            decided[loan.pk] = sitting_of(loan, on, amount=loan.outstanding, change=changes[loan.pk])
    pays = set(groups_where(user, "loans:disburse").values_list("pk", flat=True))
    return {loan.pk: _ask(loan, changes.get(loan.pk), decided, user, may_pay=loan.group_id in pays) for loan in loans}


def _ask(loan: Loan, change: LoanChange | None, decided: Mapping[UUID, Sitting], user: User, *, may_pay: bool) -> Ask:
    if loan.status == Status.APPROVED:
        return _to_pay_out(loan, is_hers=may_pay and not names(loan.member, user))
    sitting = decided[loan.pk]
    named = {"name": loan.member.person.name}
    asked_at, sentence = loan.applied_at, str(loan_words.ASKS[loan.loan_type]) % named
    if change is not None:
        asked_at, sentence = change.recorded_at, f"{loan_words.CHANGES[change.kind]}: {named['name']}"
    return Ask(
        loan=loan,
        sentence=sentence,
        since_words=_("since %(day)s") % {"day": words.full_day(business_day(asked_at))},
        amount=loan.amount if change is None else loan.outstanding,
        lacks=tuple(lacking_words(sitting.missing)),
        is_hers=sitting.capacity_of(user.pk) is not None,
        verb=_("Decide"),
    )


def _to_pay_out(loan: Loan, *, is_hers: bool) -> Ask:
    since = loan.approved_on or loan.applied_on
    return Ask(
        loan=loan,
        sentence=_("%(loan)s is approved: %(name)s")
        % {
            "loan": loan_words.TYPES[loan.loan_type],
            "name": loan.member.person.name,
        },
        since_words=_("approved on %(day)s") % {"day": words.full_day(since)},
        amount=loan.amount,
        lacks=(_("The treasurer or the field officer pays it out."),),
        is_hers=is_hers,
        verb=_("Pay out"),
    )


def lacking_words(missing: Iterable[Missing]) -> Iterable[str]:
    """Who is missing, and who that can be."""
    for one in missing:
        who = words.either(one.may_act) or _("nobody is free")
        yield str(loan_words.MISSING[one.capacity]) % {"have": one.have, "need": one.need, "who": who}
