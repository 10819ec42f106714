"""Groups whose books are read: with a constitution, papers behind their entries, and acts of every kind to post."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from core.errors import Refusal
from core.ids import new_id
from core.money import ZERO, kes
from groups.operations import adopt_constitution
from ledger import vouchers
from ledger.models import Entry, Line, Voucher
from ledger.operations import reverse
from ledger.rules import Leg, credit, debit
from ledger.tests.builders import NOON, TODAY, Table, fresh_key
from members.models import Member

LOAN, CAMPAIGN, RECEIPT = (UUID(int=number) for number in (1, 2, 3))
FIRST_DAY = TODAY - dt.timedelta(days=9)
DAYS = [FIRST_DAY + dt.timedelta(days=number) for number in range(10)]


class Books(Table):
    """A table with a constitution and a few verbs of its own."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.adopt(pool_project_fund=False, on=dt.date(2020, 1, 1))

    def adopt(self, *, on: dt.date, **rules: Any) -> None:
        adopt_constitution(group=self.group, effective_on=on, at=NOON, by=self.tom, **rules)

    def take_back(self, entry: Entry, on: dt.date = TODAY) -> Entry:
        return reverse(entry=entry, at=noon(on), actor=self.tom, key=fresh_key())

    def paper(
        self, amount: str, *, meeting: UUID | None = None, member: Member | None = None, legs: list[Leg] | None = None,
        on: dt.date = TODAY,
    ) -> Voucher:  # fmt: skip
        """A contribution with its voucher; regular savings into the cash box unless other legs are given."""
        who = member or self.alice
        written, _new = vouchers.draft(
            vouchers.Draft(
                group=self.group, kind="CONTRIBUTION", detail="REGULAR", amount=kes(amount), recorded_by=self.tom,
                at=NOON, on=on, member=who, method="CASH", meeting_id=meeting,
            )
        )  # fmt: skip
        came = legs or [debit("1010", kes(amount), head="regular_savings"), credit("2010", kes(amount), member=who.pk)]
        return vouchers.settle(voucher=written, legs=came, at=NOON, actor=self.tom)


def noon(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, 9, tzinfo=dt.UTC)


def into(place: str, head: str, code: str, amount: Decimal, **whose: Any) -> list[Leg]:
    return [debit(place, amount, head=head), credit(code, amount, **whose)]


def out_of(place: str, head: str, code: str, amount: Decimal, **whose: Any) -> list[Leg]:
    return [debit(code, amount, **whose), credit(place, amount, head=head)]


Act = Callable[[Books, Member, Decimal], list[Leg]]
# Every way of moving money, by name: the legs for a member and an amount.
ACTS: dict[str, Act] = {
    "saves": lambda b, m, a: into("1010", "regular_savings", "2010", a, member=m.pk),
    "saves by bank": lambda b, m, a: into("1020", "regular_savings", "2010", a, member=m.pk),
    "saves by phone": lambda b, m, a: into("1030", "regular_savings", "2010", a, member=m.pk),
    "saves with Faith": lambda b, m, a: [
        debit("1040", a, head="regular_savings", officer=b.faith.pk),
        credit("2010", a, member=m.pk),
    ],
    "hands over": lambda b, m, a: [
        debit("1010", a, head="banking"),
        credit("1040", a, head="banking", officer=b.faith.pk),
    ],
    "banks": lambda b, m, a: [debit("1020", a, head="banking"), credit("1010", a, head="banking")],
    "gives to welfare": lambda b, m, a: into("1010", "welfare", "2020", a, member=m.pk),
    "is paid by welfare": lambda b, m, a: out_of("1010", "welfare_payout", "2020", a, member=m.pk),
    "gives to ECD": lambda b, m, a: into("1010", "ecd", "2030", a, member=m.pk),
    "gives to the project": lambda b, m, a: into("1010", "project", "2040", a, member=m.pk),
    "gives to the campaign": lambda b, m, a: into("1010", "campaign", "2050", a, member=m.pk, subject=CAMPAIGN),
    "pays from nowhere": lambda b, m, a: into("1030", "unallocated", "2090", a, subject=RECEIPT),
    "is funded": lambda b, m, a: into("1020", "external_funding", "2070", a),
    "pays a fine": lambda b, m, a: into("1010", "fine", "4050", a, member=m.pk),
    "pays appreciation": lambda b, m, a: into("1010", "appreciation_fee", "4060", a, member=m.pk),
    "pays registration": lambda b, m, a: into("1010", "other_fee", "4070", a, member=m.pk),
    "withdraws": lambda b, m, a: out_of("1010", "withdrawal", "2010", a, member=m.pk),
    "buys a register": lambda b, m, a: out_of("1010", "expense", "5010", a),
    "is charged": lambda b, m, a: out_of("1020", "charges", "5020", a),
    "borrows": lambda b, m, a: out_of("1010", "short_term_loan", "1110", a, member=m.pk, subject=LOAN),
    "borrows long": lambda b, m, a: out_of("1010", "long_term_loan", "1120", a, member=m.pk, subject=LOAN),
    "borrows for a project": lambda b, m, a: out_of("1010", "project_loan", "1130", a, member=m.pk, subject=LOAN),
    "repays": lambda b, m, a: [
        debit("1010", a + 1, head="short_term_loan"),
        debit("1010", a, head="short_term_interest"),
        credit("1110", a + 1, member=m.pk, subject=LOAN),
        credit("4010", a, member=m.pk),
    ],
    "declares": lambda b, m, a: [debit("3010", a), credit("2060", a, member=m.pk)],
}


@dataclass(frozen=True)
class Step:
    """What happens: who does what, on which day, and whether it is taken back, and when."""

    act: str
    amount: Decimal
    day: dt.date
    by_beth: bool
    taken_back_on: dt.date | None


histories = st.lists(
    st.builds(
        Step,
        act=st.sampled_from(sorted(ACTS)) | st.sampled_from(["saves", "saves by bank", "gives to welfare"]),
        amount=st.integers(1, 500_000).map(lambda cents: Decimal(cents) / 100),
        day=st.sampled_from(DAYS),
        by_beth=st.booleans(),
        taken_back_on=st.none() | st.sampled_from(DAYS),
    ),
    min_size=6,
    max_size=24,
)


def live(books: Books, history: list[Step]) -> int:
    """Post a history as far as the books allow it; returns how many entries came of it."""
    posted = 0
    for step in history:
        legs = ACTS[step.act](books, books.beth if step.by_beth else books.alice, step.amount)
        try:
            entry = books.post(legs, on=step.day)
            posted += 1
            if step.taken_back_on:
                books.take_back(entry, on=max(step.day, step.taken_back_on))
                posted += 1
        except Refusal:
            continue
    return posted


def sums_of_lines(books: Books, until: dt.date, since: dt.date = dt.date.min) -> dict[str, Decimal]:
    """Account → debits less credits, added up line by line: what the books say, without any kept figure."""
    found: dict[str, Decimal] = {}
    lines = Line.objects.filter(entry__group=books.group, entry__booked_on__range=(since, until))
    for code, amount in lines.values_list("account__code", "amount"):
        found[code] = found.get(code, ZERO) + amount
    return found


def papers_of_one_meeting(books: Books) -> UUID:
    """A meeting at which Alice and Beth save and Alice gives to welfare, one of them by bank."""
    meeting = new_id()
    books.paper("500.00", meeting=meeting)
    books.paper("200.00", meeting=meeting, legs=ACTS["gives to welfare"](books, books.alice, kes("200.00")))
    books.paper("300.00", meeting=meeting, member=books.beth)
    books.paper("50.00", meeting=meeting, legs=ACTS["saves by bank"](books, books.alice, kes("50.00")))
    return meeting
