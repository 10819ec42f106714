"""Whatever the order in which payments arrive, and whatever is taken back: the end is that of the history in the order
of its dates, on every account, for every member, of the loan and each of its instalments."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from core.errors import Refusal
from core.money import kes, percent_of
from core.tests.lasting import lasting
from ledger.queries import account_balances, member_balances
from loans.models import Loan, Repayment
from loans.tests.lending import FIRST, Lending, months_on

pytestmark = pytest.mark.django_db
LAST = months_on(7)
CHANGED_ON = months_on(3) + dt.timedelta(days=2)


@dataclass(frozen=True)
class Event:
    """A payment of so many percent of what settles the loan when it arrives: paid on a day of the loan's life, typed so
    many days later, and perhaps taken back so many days after that."""

    day: int
    delay: int
    percent: int
    taken_back_after: int | None
    method: str

    @property
    def on(self) -> dt.date:
        return FIRST + dt.timedelta(days=self.day)

    @property
    def typed_on(self) -> dt.date:
        return min(self.on + dt.timedelta(days=self.delay), LAST)

    @property
    def taken_back_on(self) -> dt.date:
        return min(self.typed_on + dt.timedelta(days=self.taken_back_after or 0), LAST)


events = st.builds(
    Event,
    day=st.integers(0, 190),
    delay=st.integers(0, 60),
    percent=st.integers(2, 45),
    taken_back_after=st.none() | st.none() | st.integers(0, 40),
    method=st.sampled_from(["CASH", "MPESA", "BANK"]),
)
KINDS = [("SHORT_TERM", 3), ("LONG_TERM", 6), ("PROJECT", 5)]
Paid = tuple[Event, Decimal]


class Arrivals:
    """A loan told as its papers come in; `paid` is what stands at the end."""

    def __init__(self, lending: Lending, loan: Loan) -> None:
        self.lending, self.loan = lending, loan
        self.paid: list[Paid] = []
        self.repayments: dict[Event, Repayment] = {}

    def live(self, history: list[Event], change: str) -> None:
        steps: list[tuple[dt.date, int, Callable[[], None]]] = [(CHANGED_ON, -1, lambda: self.change(change))]
        for place, event in enumerate(history):
            steps.append((event.typed_on, place, lambda event=event: self.arrive(event)))  # type: ignore[misc]  # bound per turn
            if event.taken_back_after is not None:
                steps.append((event.taken_back_on, 100 + place, lambda event=event: self.take_back(event)))  # type: ignore[misc]  # bound per turn
        for count, (day, _place, step) in enumerate(sorted(steps, key=lambda each: each[:2])):
            self.lending.moves_to(day)
            self.lending.waits(count)
            step()
            assert self.lending.is_sound

    def change(self, change: str) -> None:
        if change and self.lending.loan(self.loan).status == "DISBURSED":
            changed(self.lending, self.loan, change)

    def arrive(self, event: Event) -> None:
        amount = percent_of(self.lending.told(self.loan).settlement, Decimal(event.percent))
        try:
            self.repayments[event] = repaid(self.lending, self.loan, event, amount)
        except Refusal:
            return
        self.paid.append((event, amount))

    def take_back(self, event: Event) -> None:
        if event not in self.repayments:
            return
        try:
            self.lending.takes_back(self.repayments[event])
        except Refusal:
            return
        self.paid = [each for each in self.paid if each[0] != event]


def repaid(lending: Lending, loan: Loan, event: Event, amount: Decimal) -> Repayment:
    return lending.repays(lending.loan(loan), str(amount), method=event.method, on=event.on)


def changed(lending: Lending, loan: Loan, change: str) -> None:
    owed = lending.told(loan).outstanding
    if change == "spread" and owed:
        lending.reschedules(loan, 4, "joseph", "mary")
    if change == "lost" and owed:
        lending.writes_off(loan, "joseph", "mary")


def in_order_of_dates(lending: Lending, loan: Loan, paid: list[Paid], change: str) -> None:
    """The same, typed by somebody who had every paper on its day."""
    steps: list[tuple[dt.date, Callable[[], Any]]] = [(CHANGED_ON, lambda: changed(lending, loan, change))]
    steps += [(event.on, lambda event=event, sum_=amount: repaid(lending, loan, event, sum_)) for event, amount in paid]  # type: ignore[misc]  # bound per turn
    for count, (day, step) in enumerate(sorted(steps, key=lambda each: each[0])):
        lending.moves_to(day)
        lending.waits(count)
        step()


def end(lending: Lending, loan: Loan) -> dict[str, Any]:
    """Everything anybody could read of it on the last day."""
    lending.moves_to(LAST)
    lending.night()
    state = lending.told(loan)
    row = lending.loan(loan)
    return {
        "accounts": account_balances(lending.umoja),
        "members": member_balances(lending.umoja, lending.members.values()),
        "loan": (row.status, row.outstanding, row.oldest_due_on, row.oldest_due_amount, row.ended_on),
        "instalments": state.rows,
        "penalties": lending.penalties(loan),
        "told": (state.outstanding, state.amount_due, state.settlement, state.written_off, state.recovered),
        "splits": sorted(split.parts for split in state.splits.values()),
        "sound": lending.is_sound,
    }


@pytest.fixture
@lasting
def lending(db: None) -> Lending:
    return Lending()


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    kind=st.sampled_from(KINDS),
    history=st.lists(events, min_size=2, max_size=6, unique_by=lambda event: event.day),
    change=st.sampled_from(["", "", "spread", "lost"]),
)
def test_the_order_of_arrival_leaves_no_trace(
    lending: Lending, kind: tuple[str, int], history: list[Event], change: str
) -> None:
    with transaction.atomic():
        lending.moves_to(FIRST)
        loan = lending.lent("alice", "30000", kind[1], kind=kind[0])
        with transaction.atomic():
            came = Arrivals(lending, loan)
            came.live(history, change)
            arrived = end(lending, loan)
            transaction.set_rollback(True)
        with transaction.atomic():
            try:
                in_order_of_dates(lending, loan, came.paid, change)
            except Refusal:
                # A payment that exceeds what settled the loan on its own day: such a history is another one.
                transaction.set_rollback(True)
                assume(False)
            dated = end(lending, loan)
            transaction.set_rollback(True)
        transaction.set_rollback(True)
    assert arrived == dated
    assert arrived["sound"]


def test_one_such_history_by_hand(lending: Lending) -> None:
    """Four payments in the worst order, one of them taken back."""
    loan = lending.lent()
    history = [
        Event(100, 0, 20, None, "CASH"),
        Event(31, 75, 30, None, "MPESA"),
        Event(5, 105, 10, None, "BANK"),
        Event(60, 20, 25, 35, "CASH"),
    ]
    with transaction.atomic():
        came = Arrivals(lending, loan)
        came.live(history, "")
        assert [event.day for event, _amount in came.paid] == [100, 31, 5]
        arrived = end(lending, loan)
        transaction.set_rollback(True)
    in_order_of_dates(lending, loan, came.paid, "")
    assert arrived == end(lending, loan)
    assert arrived["told"][0] < kes("30000")
