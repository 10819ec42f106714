"""The books against their naive twin: thousands of random steps, and every invariant after each of them.

`make test` takes a hundred walks on each engine; `make proofs` a thousand, each twice as long. The walk is
derandomised: every run of the suite takes the same steps until the machine or Hypothesis changes, and a failure prints
the shortest walk that shows it.
"""

import datetime as dt
import os
import re
from collections import Counter
from decimal import Decimal
from itertools import groupby
from typing import Any, ClassVar
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from core.errors import Refusal
from core.ids import NIL
from core.money import CENT, ZERO, from_cents
from core.periods import business_day, month_start
from groups.models import Constitution
from ledger.models import Entry
from ledger.operations import Draft, close_month, ensure_book, post, post_many, reverse
from ledger.rules import GENESIS, HEADS, PLACES, Header, Leg, entry_text, line_text, payload_text, sha256
from ledger.tests.builders import NOON, Table, make_member, make_user
from ledger.tests.twin import ACTS, Deed, Twin, Who
from ledger.verify import check_books

# How many walks, how many steps at most in each, and how many steps there must be in all.
RUNS = {"ci": (100, 50, 3_000), "proofs": (1_000, 100, 60_000)}
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "ci")

INCOMING = [
    "regular", "regular", "regular", "welfare", "ecd", "project", "campaign", "fine", "fee", "external in", "unplaced",
    "cash over",
]  # fmt: skip
OUTGOING = [
    "withdrawal", "withdrawal", "welfare payout", "ecd payout", "project payout", "campaign payout", "expense",
    "charge", "external out", "sent back", "cash short", "project loan",
]  # fmt: skip
WITHIN = ["banking", "hand-over", "campaign returned", "matched"]

amounts = st.integers(1, 400).map(lambda tens: Decimal(tens * 10)) | st.integers(1, 99_999).map(
    lambda cents: Decimal(cents).scaleb(-2)
)
places = st.sampled_from(["1010", "1010", "1010", "1020", "1030", "1040"])
days_ago = st.sampled_from([0, 0, 0, 0, 0, 1, 3, 20, 45, 75, -1])
a_few = st.integers(0, 2)


_LINES = """
SELECT e.number, e.key, e.booked_on, a.code, l.amount, l.member_id, l.officer_id, l.subject_id, l.head,
       e.kind, e.posted_at, e.actor_id, e.reverses_id, e.previous_hash, e.payload_hash, e.hash
  FROM ledger_line l JOIN ledger_entry e ON e.id = l.entry_id JOIN ledger_account a ON a.id = l.account_id
 WHERE e.group_id = %s ORDER BY e.number, l.id
"""
# The head, what is held and the days, in one statement: the book is asked twice after each step, not five times.
_KEPT = """
SELECT 'head', '', '', entries, 0 FROM ledger_book WHERE group_id = %s
 UNION ALL
SELECT 'held', a.code, CAST(b.holder AS varchar), b.amount, 0
  FROM ledger_balance b JOIN ledger_account a ON a.id = b.account_id WHERE a.group_id = %s
 UNION ALL
SELECT 'day', a.code, CAST(d.booked_on AS varchar), d.debit, d.credit
  FROM ledger_daytotal d JOIN ledger_account a ON a.id = d.account_id WHERE a.group_id = %s
"""
_HEX = re.compile(r"[0-9a-f]{32}")


def _as_id(value: object) -> object:
    """SQLite keeps ids as text; PostgreSQL knows them."""
    if isinstance(value, str) and _HEX.fullmatch(value):
        return UUID(value)
    return value


class Walk(RuleBasedStateMachine):
    """One group's life, in one transaction that is rolled back when the walk ends."""

    table: ClassVar[Table]
    members: ClassVar[list[UUID]]
    officers: ClassVar[list[UUID]]
    steps: ClassVar[int] = 0
    seen: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.at = NOON
        self.made = 0
        self.verified: list[tuple[Any, ...]] = []
        self.proved = 0
        self.twin = Twin(pooled=False, today=business_day(self.at))

    def teardown(self) -> None:
        assert check_books(self.table.group) == []
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    @initialize(pooled=st.booleans())
    def adopt_a_constitution(self, pooled: bool) -> None:
        self.twin.pooled = pooled
        Constitution.objects.create(
            group=self.table.group, version=1, effective_on=dt.date(2020, 1, 1), adopted_by=self.table.tom,
            adopted_at=NOON, pool_project_fund=pooled,
        )  # fmt: skip

    # What people do

    @rule(name=st.sampled_from(INCOMING), whom=a_few, place=places, amount=amounts, ago=days_ago)
    def money_comes(self, name: str, whom: int, place: str, amount: Decimal, ago: int) -> None:
        self._do(self._deed(name, whom, place, amount, ago))

    @rule(name=st.sampled_from(INCOMING), whom=a_few, place=places, amount=amounts)
    def money_comes_today(self, name: str, whom: int, place: str, amount: Decimal) -> None:
        self._do(self._deed(name, whom, place, amount, 0))

    @rule(name=st.sampled_from(OUTGOING), whom=a_few, place=places, percent=st.integers(1, 110), ago=days_ago)
    def money_leaves(self, name: str, whom: int, place: str, percent: int, ago: int) -> None:
        """A part of what the place holds, or a little more than all of it."""
        holds = self.twin.total(place, holder=self.officers[whom % 2] if place == "1040" else None)
        self._do(self._deed(name, whom, place, max(holds * percent / 100, CENT), ago))

    @rule(name=st.sampled_from(WITHIN), whom=a_few, place=places, amount=amounts, ago=days_ago)
    def money_moves(self, name: str, whom: int, place: str, amount: Decimal, ago: int) -> None:
        self._do(self._deed(name, whom, place, amount, ago))

    @rule(name=st.sampled_from(["withdrawal", "ecd payout", "project payout"]), whom=a_few, place=places, over=a_few)
    def all_of_it_is_asked_for(self, name: str, whom: int, place: str, over: int) -> None:
        """To the cent, or up to two cents more than there is."""
        fund = {"withdrawal": "2010", "ecd payout": "2030", "project payout": "2040"}[name]
        holds = -self.twin.total(fund, holder=self.members[whom])
        self._do(self._deed(name, whom, place, max(holds, CENT) + over * CENT, 0))

    @rule(whom=a_few, part=st.integers(1, 4))
    def a_project_loan_is_given_or_written_off(self, whom: int, part: int) -> None:
        owed = self.twin.total("1130", holder=self.members[whom], subject=self._subject(whom))
        if owed > 0:
            self._do(self._deed("written off", whom, "1010", max(owed // part, CENT), 0))
        else:
            self._do(self._deed("project loan", whom, "1010", Decimal(part * 50), 0))

    @rule(names=st.lists(st.sampled_from(INCOMING + OUTGOING), min_size=2, max_size=4), whom=a_few, amount=amounts)
    def a_whole_table_at_once(self, names: list[str], whom: int, amount: Decimal) -> None:
        """All or nothing, each judged after the one before it."""
        deeds = [self._deed(name, whom, "1010", amount, 0) for name in names]
        drafts = [Draft(ACTS[deed.name].kind, deed.on, deed.key, deed.legs, ACTS[deed.name].is_fact) for deed in deeds]
        before = list(self.twin.deeds)
        expected: set[str] = set()
        for deed in deeds:
            expected = self.twin.refusals(deed)
            if expected:
                self.twin.deeds = before
                break
        code = self._code(lambda: post_many(group=self.table.group, drafts=drafts, at=self.at, actor=self.table.tom))
        self._agree(code, expected)

    @precondition(lambda self: self.twin.deeds)
    @rule(data=st.data())
    def something_is_reversed(self, data: st.DataObject) -> None:
        deed = data.draw(st.sampled_from(self.twin.deeds))
        undone = any(other.reverses == deed.key for other in self.twin.deeds)
        undoing = self.twin.undoing(deed, self._key())
        if deed.reverses:
            expected = {"is_reversal"}
        elif undone:
            expected = {"already_reversed"}
        else:
            expected = self.twin.refusals(undoing)
        entry = Entry.objects.get(key=deed.key)
        self._agree(
            self._code(lambda: reverse(entry=entry, at=self.at, actor=self.table.tom, key=undoing.key)), expected
        )

    @precondition(lambda self: self.twin.deeds and not self.twin.deeds[-1].reverses)
    @rule(data=st.data(), otherwise=st.booleans())
    def something_is_sent_again(self, data: st.DataObject, otherwise: bool) -> None:
        """The same act under its key is answered with the first entry; another act under it is refused."""
        deed = data.draw(st.sampled_from([deed for deed in self.twin.deeds if not deed.reverses]))
        legs = [Leg(x.account, x.amount * 2, x.member, x.officer, x.subject, x.head) for x in deed.legs]
        code = self._code(lambda: self._post(deed, legs if otherwise else list(deed.legs)))
        self._agree(code, {"idempotency_mismatch"} if otherwise else set())

    @rule(days=st.integers(1, 20), closes=st.sampled_from([False, False, True]))
    def days_pass(self, days: int, closes: bool) -> None:
        self.steps_on("closed" if closes else "days")
        self.at += dt.timedelta(days=days)
        self.twin.today = business_day(self.at)
        if closes:
            month = month_start(month_start(self.twin.today) - dt.timedelta(days=32))
            close_month(group=self.table.group, month=month, at=self.at, actor=self.table.tom)
            self.twin.closed.add(month)

    # What must be so after every step

    @invariant()
    def the_books_hold(self) -> None:
        self._the_lines_are_the_twins()
        self._debits_equal_credits_and_numbers_have_no_gap()
        self._balances_and_day_totals_are_sums_of_lines()
        self._the_trial_balance_is_zero_and_members_add_up()
        self._no_cash_below_zero_and_every_cash_line_has_one_head()
        self._nobody_holds_less_than_nothing()
        self._the_chain_is_intact()

    def _the_lines_are_the_twins(self) -> None:
        """What stood after the step before stands word for word, and what the twin did since follows it."""
        self.lines = self._rows(_LINES)
        done = len(self.verified)
        assert self.lines[:done] == self.verified
        naive = [
            (number, deed.key, deed.on, x.account, x.cents, x.member, x.officer, x.subject, x.head)
            for number, deed in enumerate(self.twin.deeds[self.proved :], self.proved + 1)
            for x in deed.legs
        ]
        assert [row[:9] for row in self.lines[done:]] == naive
        self.proved = len(self.twin.deeds)

    def _debits_equal_credits_and_numbers_have_no_gap(self) -> None:
        sums: dict[int, int] = {}
        for row in self.lines:
            sums[row[0]] = sums.get(row[0], 0) + row[4]
        assert not any(sums.values())
        self.words = self._rows(_KEPT)
        [head] = [row[3] for row in self.words if row[0] == "head"]
        assert list(sums) == list(range(1, head + 1))

    def _balances_and_day_totals_are_sums_of_lines(self) -> None:
        self.kept = {(row[1], UUID(str(row[2]))): from_cents(row[3]) for row in self.words if row[0] == "held"}
        assert self.kept == self.twin.balances()
        days = {
            (row[1], dt.date.fromisoformat(row[2])): (from_cents(row[3]), from_cents(row[4]))
            for row in self.words
            if row[0] == "day"
        }
        assert days == self.twin.days()

    def _the_trial_balance_is_zero_and_members_add_up(self) -> None:
        assert sum(self.kept.values(), ZERO) == 0
        control = sum(row[4] for row in self.lines if row[3] == "2010")
        members = [at for (code, holder), at in self.kept.items() if code == "2010" and holder in self.members]
        assert from_cents(control) == sum(members, ZERO)

    def _no_cash_below_zero_and_every_cash_line_has_one_head(self) -> None:
        for code, holder in self.kept:
            if code in PLACES:
                assert min(self.twin.closings_since(dt.date(2020, 1, 1), code, holder)) >= 0
                assert (code == "1040") == (holder != NIL)
        for row in self.lines:
            assert (row[3] in PLACES) == (row[8] in HEADS)

    def _nobody_holds_less_than_nothing(self) -> None:
        for (code, _holder), at in self.kept.items():
            if code in {"2010", "2030", "2040"}:
                assert at <= 0
        assert self.twin.total("2020") <= 0
        assert self.twin.total("2070") <= 0

    def _the_chain_is_intact(self) -> None:
        """What is new follows what was verified. The walk's end verifies all of it anew."""
        done = len(self.verified)
        previous = self.verified[-1][15] if self.verified else GENESIS
        for number, rows in groupby(self.lines[done:], key=lambda row: row[0]):
            lines = list(rows)
            kind, posted_at, actor, reverses, link, payload_hash, own = lines[0][9:]
            header = Header(self.table.group.pk, lines[0][1], lines[0][2], kind, actor, reverses)
            payload = payload_text(header, [line_text(x[3], x[5] or x[6], x[7], x[8], x[4]) for x in lines])
            text = entry_text(number, posted_at.replace(tzinfo=posted_at.tzinfo or dt.UTC), previous, payload)
            assert (link, payload_hash, own) == (previous, sha256(payload), sha256(text))
            previous = own
        self.verified = self.lines

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Raw rows, told alike by both engines: ids as UUID, days as dates, money in cents."""
        with connection.cursor() as cursor:
            cursor.execute(sql, [self.table.group.pk.hex] * sql.count("%s"))
            rows = cursor.fetchall()
        return rows if connection.vendor == "postgresql" else [tuple(map(_as_id, row)) for row in rows]

    # Hands

    def _key(self) -> str:
        self.made += 1
        return f"walk:{self.made}"

    def _subject(self, whom: int) -> UUID:
        return UUID(int=1000 + whom)

    def _deed(self, name: str, whom: int, place: str, amount: Decimal, ago: int) -> Deed:
        who = Who(self.members[whom], place, self.officers[whom % 2], self._subject(whom))
        legs = tuple(ACTS[name].legs(who, amount.quantize(CENT)))
        return Deed(self._key(), name, self.twin.today - dt.timedelta(days=ago), legs, who)

    def _post(self, deed: Deed, legs: list[Leg]) -> Entry:
        act = ACTS[deed.name]
        return post(
            group=self.table.group, kind=act.kind, on=deed.on, at=self.at, actor=self.table.tom, key=deed.key,
            legs=legs, is_fact=act.is_fact,
        )  # fmt: skip

    def _do(self, deed: Deed) -> None:
        expected = self.twin.refusals(deed)
        self._agree(self._code(lambda: self._post(deed, list(deed.legs))), expected)

    def _code(self, act: object) -> str:
        try:
            act()  # type: ignore[operator]
        except Refusal as refusal:
            return refusal.code
        return ""

    def _agree(self, code: str, expected: set[str]) -> None:
        """The books refuse exactly when the twin does, for a reason the twin knows."""
        self.steps_on(code or "accepted")
        assert (code in expected) if expected else code == ""

    def steps_on(self, what: str) -> None:
        type(self).steps += 1
        self.seen[what] += 1


@pytest.mark.no_cover  # Being watched, it would take twice as long; the other tests go through every line.
@pytest.mark.django_db
def test_the_books_and_their_twin_never_part() -> None:
    table = Table()
    # Made once, not by the first act of every walk: a refused act takes its new book back with it.
    ensure_book(table.group)
    Walk.table = table
    Walk.members = [table.alice.pk, table.beth.pk, make_member(table.group, "Carol", 3).pk]
    Walk.officers = [table.faith.pk, make_user("Fred").pk]
    Walk.steps, Walk.seen = 0, Counter()
    examples, steps, least = RUNS[PROFILE]
    chosen = settings(
        max_examples=examples, stateful_step_count=steps, derandomize=True, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(Walk, settings=chosen)
    print(f"{connection.vendor}: {examples} walks x {steps}, derandomised: {Walk.steps} steps, {dict(Walk.seen)}")  # noqa: T201
    assert Walk.steps >= least
    # A walk that is never refused, or never accepted, would prove little.
    assert {
        "accepted", "insufficient_cash", "insufficient_fund", "period_closed", "date_in_future", "already_reversed",
        "is_reversal", "idempotency_mismatch",
    } <= Walk.seen.keys()  # fmt: skip
