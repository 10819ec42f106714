"""What of a loan waits: for yeses, for its payment, for a write-off or rescheduling; and what of it waits for whom."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core.periods import business_day
from groups.access import groups_where
from loans import queries
from loans.approvers import sittings
from loans.models import Loan, LoanApproval, LoanChange, Status
from loans.rules.approvals import Missing, Sitting, Yes
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


@dataclass(frozen=True)
class Weighed:
    """What of a loan waits: with a sitting for yeses, to it or to a change of it; without one for its payment."""

    change: LoanChange | None
    sitting: Sitting | None
    is_hers: bool


def in_reach(user: User) -> QuerySet[Loan]:
    """Loans of the groups where she may say yes or pay out."""
    decides = groups_where(user, "loans:approve").values("pk")
    pays = groups_where(user, "loans:disburse").values("pk")
    return queries.shown().filter(Q(group__in=decides) | Q(group__in=pays))


def weighed(loans: Sequence[Loan], user: User, on: dt.date) -> dict[UUID, Weighed]:
    """Loan id → what of it waits, and whether for her. A constant number of queries, however many wait."""
    waiting = LoanChange.objects.filter(loan__in=loans, state=LoanChange.State.PENDING)
    changes = {change.loan_id: change for change in waiting}
    decided = sittings([loan for loan in loans if loan.status == Status.PENDING or loan.pk in changes], on)
    said = _said_to(changes.values())
    for loan in loans:
        if change := changes.get(loan.pk):
            decided[loan.pk] = replace(decided[loan.pk], amount=loan.outstanding, said=tuple(said[change.pk]))
    pays = set(groups_where(user, "loans:disburse").values_list("pk", flat=True))
    return {
        loan.pk: Weighed(
            change=changes.get(loan.pk),
            sitting=decided.get(loan.pk),
            is_hers=_is_hers(loan, decided.get(loan.pk), user, may_pay=loan.group_id in pays),
        )
        for loan in loans
    }


def _said_to(changes: Iterable[LoanChange]) -> dict[UUID, list[Yes]]:
    """Change id → the yeses to it. One query."""
    said: dict[UUID, list[Yes]] = defaultdict(list)
    rows = LoanApproval.objects.filter(change__in=[change.pk for change in changes]).order_by("at", "id")
    for change, user, capacity in rows.values_list("change_id", "approver_id", "capacity"):
        said[change].append(Yes(user, capacity))
    return said


def _is_hers(loan: Loan, sitting: Sitting | None, user: User, *, may_pay: bool) -> bool:
    if sitting is None:
        return may_pay and not names(loan.member, user)
    return sitting.capacity_of(user.pk) is not None


def ask_of(loan: Loan, found: Weighed) -> Ask:
    """What waits, in words."""
    sitting, change = found.sitting, found.change
    if sitting is None:
        return _to_pay_out(loan, is_hers=found.is_hers)
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
        is_hers=found.is_hers,
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
