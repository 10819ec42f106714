"""Proving loans: what the journal holds under a loan's name, and what its row and its penalties say, is what is told.

Goes along with `ledger.verify.check_books`; three queries and the telling, however many loans a group has.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from core.money import ZERO
from core.periods import business_day
from groups.models import BankingGroup
from ledger.differences import NAMED, Difference
from loans.models import Loan, Penalty, Status
from loans.queries import histories, of_loans
from loans.rules import postings
from loans.rules.life import DEFAULT_AFTER_DAYS, History, State, told
from loans.rules.postings import Debt

ENDED = (Status.COMPLETED, Status.WRITTEN_OFF)
Penalties = dict[UUID, list[Penalty]]


def loans_are_what_is_told(group: BankingGroup) -> Iterator[Difference]:
    """Of every loan of the group: its accounts, its status, the figures of its row, its penalties."""
    loans = list(Loan.objects.filter(group=group).select_related("disbursement").order_by("number"))
    held, known, rows = _held(loans), histories(loans), _penalties(loans)
    found = (each for loan in loans for each in _wrong(loan, known.get(loan.pk), held[loan.pk], rows[loan.pk]))
    for count, difference in enumerate(found):
        if count < NAMED:
            yield difference


def _held(loans: list[Loan]) -> dict[UUID, dict[str, Decimal]]:
    held: dict[UUID, dict[str, Decimal]] = defaultdict(dict)
    lines = of_loans([loan.pk for loan in loans])
    sums = lines.values_list("subject_id", "account__code").annotate(total=Sum("amount")).order_by()
    for loan, account, total in sums:
        held[loan or UUID(int=0)][account] = total
    return held


def _penalties(loans: list[Loan]) -> Penalties:
    rows: Penalties = defaultdict(list)
    for penalty in Penalty.objects.filter(loan__in=loans):
        rows[penalty.loan_id].append(penalty)
    return rows


def _wrong(
    loan: Loan, history: History | None, held: dict[str, Decimal], penalties: list[Penalty]
) -> Iterator[Difference]:
    where = f"loan {loan.pk}"
    if history is None:
        yield from _off(where, {}, held)
        return
    days = _looked_at(loan, history, penalties)
    states = [told(history, day) for day in days]
    yield from _off(
        where, postings.holdings(Debt(loan.pk, loan.member_id, loan.loan_type), loan.amount, states[0]), held
    )
    left = {postings.SHELVES[loan.loan_type].principal: states[0].outstanding}
    yield from _off(where, left, {account: held.get(account, ZERO) for account in left})
    if states[0].is_settled is not (loan.status == Status.COMPLETED) and loan.status != Status.WRITTEN_OFF:
        yield Difference("a loan's status is not what is told", where)
    if not any(_says(loan) == _figures(loan, state) for state in states):
        yield Difference("a loan's row does not say what is told", where, loan.outstanding - states[0].outstanding)
    standing = {
        (row.instalment, row.month, row.charged_on, row.amount) for row in penalties if row.cancelled_at is None
    }
    if standing != {(charge.instalment, charge.month, charge.on, charge.amount) for charge in states[0].charges}:
        yield Difference("a loan's penalties are not those that fell due", where)


def _off(where: str, wanted: dict[str, Decimal], held: dict[str, Decimal]) -> Iterator[Difference]:
    for account, amount in postings.differences(wanted, held).items():
        yield Difference("the books of a loan are not what is told of it", f"{where} on {account}", ZERO - amount)


def _looked_at(loan: Loan, history: History, penalties: list[Penalty]) -> list[dt.date]:
    """The day on which the row was last written; later nights may also have found it in default.

    Read off the rows, since nothing here asks the clock.
    """
    acts = [business_day(each.at) for each in history.happenings]
    nights = [business_day(at) for row in penalties for at in (row.recorded_at, row.cancelled_at) if at]
    paid_out = [business_day(loan.disbursement.recorded_at)] if loan.disbursement else []
    last = max([history.terms.start, *acts, *nights, *paid_out])
    if loan.oldest_due_on is None:
        return [last]
    default = loan.oldest_due_on + dt.timedelta(days=DEFAULT_AFTER_DAYS + 1)
    return [last, default] if default > last else [last]


Figures = tuple[Decimal, dt.date | None, Decimal]


def _says(loan: Loan) -> Figures:
    return loan.outstanding, loan.oldest_due_on, loan.oldest_due_amount


def _figures(loan: Loan, state: State) -> Figures:
    oldest = None if loan.status in ENDED else state.oldest_unpaid
    return state.outstanding, oldest.due if oldest else None, oldest.unpaid if oldest else ZERO
