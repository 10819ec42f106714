"""Groups whose books are read: with a constitution, papers behind their entries, and acts of every kind to post."""

import datetime as dt
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
    """A table with a constitution and a few verbs of its own; acts are of `today` unless a day is given."""

    today, now = TODAY, NOON

    def post(
        self, legs: list[Leg], *, kind: str = Entry.Kind.CONTRIBUTION, on: dt.date | None = None, key: str = "",
        at: dt.datetime | None = None, is_fact: bool = False,
    ) -> Entry:  # fmt: skip
        return super().post(legs, kind=kind, on=on or self.today, key=key, at=at or self.now, is_fact=is_fact)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.adopt(pool_project_fund=False, on=dt.date(2020, 1, 1))

    def adopt(self, *, on: dt.date, **rules: Any) -> None:
        adopt_constitution(group=self.group, effective_on=on, at=noon(on), by=self.tom, **rules)

    def does(self, act: str, amount: str, on: dt.date | None = None, member: Member | None = None) -> Entry:
        """One of `ACTS`, by Alice unless another member is named."""
        return self.post(legs_by_act(self, member or self.alice, kes(amount))[act], on=on)

    def take_back(self, entry: Entry, on: dt.date = TODAY) -> Entry:
        return reverse(entry=entry, at=noon(on), actor=self.tom, key=fresh_key())

    def paper(
        self, amount: str, *, meeting: UUID | None = None, member: Member | None = None, legs: list[Leg] | None = None,
        on: dt.date | None = None,
    ) -> Voucher:  # fmt: skip
        """A contribution with its voucher; regular savings into the cash box unless other legs are given."""
        who = member or self.alice
        written, _new = vouchers.draft(
            vouchers.Draft(
                group=self.group, kind="CONTRIBUTION", detail="REGULAR", amount=kes(amount), recorded_by=self.tom,
                at=self.now, on=on or self.today, member=who, method="CASH", meeting_id=meeting,
            )
        )  # fmt: skip
        came = legs or [debit("1010", kes(amount), head="regular_savings"), credit("2010", kes(amount), member=who.pk)]
        return vouchers.settle(voucher=written, legs=came, at=self.now, actor=self.tom)


def noon(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, 9, tzinfo=dt.UTC)


def into(place: str, head: str, code: str, amount: Decimal, **whose: Any) -> list[Leg]:
    return [debit(place, amount, head=head), credit(code, amount, **whose)]


def out_of(place: str, head: str, code: str, amount: Decimal, **whose: Any) -> list[Leg]:
    return [debit(code, amount, **whose), credit(place, amount, head=head)]


def legs_by_act(books: Books, member: Member, amount: Decimal) -> dict[str, list[Leg]]:
    """Every way of moving money, by name, for a member and an amount."""
    a, hers, faith = amount, {"member": member.pk}, {"officer": books.faith.pk}
    loan = hers | {"subject": LOAN}
    return {
        "saves": into("1010", "regular_savings", "2010", a, **hers),
        "saves by bank": into("1020", "regular_savings", "2010", a, **hers),
        "saves by phone": into("1030", "regular_savings", "2010", a, **hers),
        "saves with Faith": [debit("1040", a, head="regular_savings", **faith), credit("2010", a, **hers)],
        "hands over": [debit("1010", a, head="banking"), credit("1040", a, head="banking", **faith)],
        "banks": [debit("1020", a, head="banking"), credit("1010", a, head="banking")],
        "gives to welfare": into("1010", "welfare", "2020", a, **hers),
        "is paid by welfare": out_of("1010", "welfare_payout", "2020", a, **hers),
        "gives to ECD": into("1010", "ecd", "2030", a, **hers),
        "gives to the project": into("1010", "project", "2040", a, **hers),
        "gives to the campaign": into("1010", "campaign", "2050", a, **hers, subject=CAMPAIGN),
        "pays from nowhere": into("1030", "unallocated", "2090", a, subject=RECEIPT),
        "is funded": into("1020", "external_funding", "2070", a),
        "pays a fine": into("1010", "fine", "4050", a, **hers),
        "pays appreciation": into("1010", "appreciation_fee", "4060", a, **hers),
        "pays registration": into("1010", "other_fee", "4070", a, **hers),
        "withdraws": out_of("1010", "withdrawal", "2010", a, **hers),
        "buys a register": out_of("1010", "expense", "5010", a),
        "is charged": out_of("1020", "charges", "5020", a),
        "borrows": out_of("1010", "short_term_loan", "1110", a, **loan),
        "borrows long": out_of("1010", "long_term_loan", "1120", a, **loan),
        "borrows for a project": out_of("1010", "project_loan", "1130", a, **loan),
        "repays": [
            debit("1010", a + 1, head="short_term_loan"),
            debit("1010", a, head="short_term_interest"),
            credit("1110", a + 1, **loan),
            credit("4010", a, **hers),
        ],
        "declares": [debit("3010", a), credit("2060", a, **hers)],
    }


ACTS = (
    "banks", "borrows", "borrows for a project", "borrows long", "buys a register", "declares", "gives to ECD",
    "gives to the campaign", "gives to the project", "gives to welfare", "hands over", "is charged", "is funded",
    "is paid by welfare", "pays a fine", "pays appreciation", "pays from nowhere", "pays registration", "repays",
    "saves", "saves by bank", "saves by phone", "saves with Faith", "withdraws",
)  # fmt: skip


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
        act=st.sampled_from(ACTS) | st.sampled_from(["saves", "saves by bank", "gives to welfare"]),
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
        legs = legs_by_act(books, books.beth if step.by_beth else books.alice, step.amount)[step.act]
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
    books.paper("200.00", meeting=meeting, legs=legs_by_act(books, books.alice, kes("200.00"))["gives to welfare"])
    books.paper("300.00", meeting=meeting, member=books.beth)
    books.paper("50.00", meeting=meeting, legs=legs_by_act(books, books.alice, kes("50.00"))["saves by bank"])
    return meeting
