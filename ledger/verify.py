"""Proving the books: the hash chain recomputed from the rows, and every kept figure recomputed from the lines.

The chain shows that nothing in the journal was changed unless everything after it was hashed anew as well; that is
beyond any look inside the database and needs the head to be known outside it, as on every printed statement.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, Max, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from core.fields import MoneyField
from core.ids import NIL
from core.money import ZERO, to_cents
from groups.models import BankingGroup
from ledger.differences import NAMED, Difference, told
from ledger.models import Balance, Book, DayTotal, Entry, Line
from ledger.papers import PAPER_CHECKS
from ledger.rules import (
    GENESIS,
    HEADS,
    OF_A_MEMBER,
    OFFICER,
    PLACES,
    Header,
    entry_text,
    line_text,
    payload_text,
    sha256,
)

__all__ = [
    "CHECKS", "Block", "ChainReport", "Difference", "blocks", "chain_breaks_at", "check_books",
    "register", "told", "verify_chain",
]  # fmt: skip


@dataclass(frozen=True)
class Block:
    """One entry as it stands: its canonical text, recomputed, and the hashes kept beside it."""

    number: int
    text: str
    payload: str
    previous_hash: str
    payload_hash: str
    hash: str

    def follows(self, number: int, head: str) -> bool:
        """Whether this is the next entry after that head and says of itself what is so."""
        return (
            self.number == number + 1
            and self.previous_hash == head
            and self.payload_hash == sha256(self.payload)
            and self.hash == sha256(self.text)
        )


@dataclass(frozen=True)
class ChainReport:
    """How far the chain holds: whole, or broken at an entry's number."""

    intact: bool
    entries: int
    head: str
    broken_at: int | None


def blocks(group: BankingGroup, *, after: int = 0, upto: int | None = None) -> Iterator[Block]:
    """Every entry that has lines, in order, from the one after number `after` on, to the number `upto` where one is
    given; read as a stream, so that memory does not grow with the books."""
    wanted = Line.objects.filter(entry__group=group, entry__number__gt=after)
    rows = (
        (wanted if upto is None else wanted.filter(entry__number__lte=upto))
        .order_by("entry__number", "id")
        .values_list(
            "entry__number", "entry__group", "entry__key", "entry__booked_on", "entry__kind", "entry__actor",
            "entry__reverses", "entry__posted_at", "entry__previous_hash", "entry__payload_hash", "entry__hash",
            "account__code", Coalesce("member_id", "officer_id"), "subject_id", "head", "amount",
        )
    )  # fmt: skip
    for number, lines in groupby(rows.iterator(chunk_size=2000), key=lambda row: row[0]):
        yield _block(number, list(lines))


def _block(number: int, rows: list[tuple[Any, ...]]) -> Block:
    header = Header(*rows[0][1:7])
    posted_at, previous, payload_hash, own = rows[0][7:11]
    payload = payload_text(header, [_line(*row[11:]) for row in rows])
    return Block(number, entry_text(number, posted_at, previous, payload), payload, previous, payload_hash, own)


def _line(account: str, holder: UUID | None, subject: UUID | None, head: str, amount: Decimal) -> str:
    return line_text(account, holder, subject, head, to_cents(amount))


def verify_chain(group: BankingGroup) -> ChainReport:
    """Recompute every payload, hash and link, and compare the end with the book's head. Takes no lock.

    Entries that others post meanwhile are welcome as long as they continue the chain.
    """
    before = _head(group)
    number, head = 0, GENESIS
    passed = before == (number, head)
    for block in blocks(group):
        if not block.follows(number, head):
            return ChainReport(False, number, head, number + 1)
        number, head = block.number, block.hash
        passed = passed or before == (number, head)
    after = _head(group)
    if number < before[0]:
        return ChainReport(False, number, head, number + 1)
    if not passed:
        return ChainReport(False, number, head, before[0])
    if number > after[0]:
        return ChainReport(False, number, head, after[0] + 1)
    return ChainReport(True, number, head, None)


def chain_breaks_at(group: BankingGroup, *, after: int, head: str) -> int | None:
    """Recompute the chain from an earlier head to the book's own; the number at which it breaks, None where it holds.

    Costs as much as there are entries since. The caller holds the book, so that nothing is added meanwhile.
    """
    number, last = after, head
    if after and not Entry.objects.filter(group=group, number=after, hash=head).exists():
        return after
    for block in blocks(group, after=after):
        if not block.follows(number, last):
            return number + 1
        number, last = block.number, block.hash
    return None if (number, last) == _head(group) else number + 1


def _head(group: BankingGroup) -> tuple[int, str]:
    """The book's own word; a group that never posted has none yet."""
    row = Book.objects.filter(group=group).values_list("entries", "last_hash").first()
    return (row[0], row[1]) if row else (0, GENESIS)


def check_books(group: BankingGroup) -> list[Difference]:
    """Every invariant of the books, each by a query of its own; an empty list is the proof."""
    return [difference for check in CHECKS for difference in check(group)]


def register(check: "Callable[[BankingGroup], Iterator[Difference]]") -> None:
    """A room above has an invariant of its own that whoever proves the books proves along."""
    if check not in CHECKS:
        CHECKS.append(check)


def entries_balance(group: BankingGroup) -> Iterator[Difference]:
    """Every entry has two lines or more, and they sum to zero."""
    sums = Entry.objects.filter(group=group).annotate(
        total=Coalesce(Sum("lines__amount"), 0, output_field=MoneyField()), n=Count("lines")
    )
    for entry in sums.filter(~Q(total=0) | Q(n__lt=2)).order_by("number")[:NAMED]:
        yield Difference("an entry is not balanced", f"entry {entry.number}", entry.total)


def numbers_have_no_gap(group: BankingGroup) -> Iterator[Difference]:
    """1, 2, 3 … up to the head."""
    found = Entry.objects.filter(group=group).aggregate(n=Count("id"), last=Max("number"))
    last = found["last"] or 0
    if not found["n"] == last == _head(group)[0]:
        yield Difference("numbers have a gap", f"{found['n']} entries, last {last}, head {_head(group)[0]}")


def lines_stay_in_the_group(group: BankingGroup) -> Iterator[Difference]:
    """Accounts and members of an entry's lines are the entry's group's own."""
    lines = Line.objects.filter(entry__group=group).exclude(
        Q(account__group=group) & (Q(member__isnull=True) | Q(member__group=group))
    )
    for number in lines.order_by("entry__number").values_list("entry__number", flat=True)[:NAMED]:
        yield Difference("a line names another group's account or member", f"entry {number}")


def cash_lines_have_one_head(group: BankingGroup) -> Iterator[Difference]:
    """A head on each line of cash and on no other; an officer on each line of 1040 and on no other."""
    lines = Line.objects.filter(entry__group=group).exclude(
        Q(account__code__in=set(PLACES) - {OFFICER}, head__in=HEADS, officer__isnull=True)
        | Q(account__code=OFFICER, head__in=HEADS, officer__isnull=False)
        | (~Q(account__code__in=PLACES) & Q(head="", officer__isnull=True))
    )
    for number in lines.order_by("entry__number").values_list("entry__number", flat=True)[:NAMED]:
        yield Difference("a line of cash without its head or officer", f"entry {number}")


def balances_are_sums_of_lines(group: BankingGroup) -> Iterator[Difference]:
    lines = Line.objects.filter(account__group=group).annotate(holder=Coalesce("member_id", "officer_id", Value(NIL)))
    sums = lines.values_list("account__code", "holder").annotate(total=Sum("amount"))
    kept = Balance.objects.filter(account__group=group).values_list("account__code", "holder", "amount")
    by_lines: dict[tuple[str, UUID], Decimal] = {(code, holder): total for code, holder, total in sums}
    by_keeping = {(code, holder): amount for code, holder, amount in kept}
    for holding in sorted(by_lines.keys() | by_keeping.keys()):
        off = by_keeping.get(holding, ZERO) - by_lines.get(holding, ZERO)
        if off or holding not in by_keeping:
            yield Difference("a balance is not the sum of its lines", f"{holding[0]} of {holding[1]}", off)


def day_totals_are_sums_of_lines(group: BankingGroup) -> Iterator[Difference]:
    lines = Line.objects.filter(account__group=group).values_list("account__code", "entry__booked_on")
    sums = lines.annotate(
        debit=Sum(Case(When(amount__gt=0, then=F("amount")), default=Value(0), output_field=MoneyField())),
        credit=Sum(Case(When(amount__lt=0, then=-F("amount")), default=Value(0), output_field=MoneyField())),
    )
    kept = DayTotal.objects.filter(account__group=group)
    nothing = (ZERO, ZERO)
    by_lines: dict[tuple[str, dt.date], tuple[Decimal, Decimal]] = {(row[0], row[1]): (row[2], row[3]) for row in sums}
    by_keeping = {
        (row[0], row[1]): (row[2], row[3]) for row in kept.values_list("account__code", "booked_on", "debit", "credit")
    }
    for day in sorted(by_lines.keys() | by_keeping.keys()):
        one, other = by_keeping.get(day, nothing), by_lines.get(day, nothing)
        if one != other:
            off = (one[0] - other[0]) + (one[1] - other[1])
            yield Difference("a day's total is not the sum of its lines", f"{day[0]} on {day[1]}", off)


def trial_balance_is_zero(group: BankingGroup) -> Iterator[Difference]:
    total = Balance.objects.filter(account__group=group).aggregate(total=Sum("amount"))["total"] or ZERO
    if total:
        yield Difference("debits and credits of the whole books differ", "trial balance", total)


def members_sum_to_control(group: BankingGroup) -> Iterator[Difference]:
    """What the members' own pages show adds up to the account: no savings or dividend is nobody's."""
    lines = Line.objects.filter(account__group=group, account__code__in=OF_A_MEMBER)
    hers = Balance.objects.filter(
        account__group=group, account__code__in=OF_A_MEMBER, holder__in=group.members.values("pk")
    )
    control = dict(lines.values_list("account__code").annotate(total=Sum("amount")))
    shown = dict(hers.values_list("account__code").annotate(total=Sum("amount")))
    for code in sorted(control.keys() | shown.keys()):
        off = control.get(code, ZERO) - shown.get(code, ZERO)
        if off:
            yield Difference("members' balances do not add up to the account", code, off)


def no_place_below_zero(group: BankingGroup) -> Iterator[Difference]:
    """Box, bank, mobile money and each officer's hands, at every day's closing."""
    moves = Line.objects.filter(entry__group=group, account__code__in=PLACES)
    days = moves.values_list("account__code", "officer_id", "entry__booked_on").annotate(total=Sum("amount"))
    ordered = days.order_by("account__code", "officer_id", "entry__booked_on")
    for (code, officer), closings in groupby(ordered.iterator(), key=lambda row: (row[0], row[1])):
        running = ZERO
        for row in closings:
            running += row[3]
            if running < 0:
                where = f"{code}{f' of {officer}' if officer else ''} on {row[2]}"
                yield Difference("cash below zero", where, running)


def chain_is_intact(group: BankingGroup) -> Iterator[Difference]:
    report = verify_chain(group)
    if not report.intact:
        yield Difference("the chain is broken", f"entry {report.broken_at}")


CHECKS: list[Callable[[BankingGroup], Iterator[Difference]]] = [
    entries_balance,
    numbers_have_no_gap,
    lines_stay_in_the_group,
    cash_lines_have_one_head,
    balances_are_sums_of_lines,
    day_totals_are_sums_of_lines,
    trial_balance_is_zero,
    members_sum_to_control,
    no_place_below_zero,
    *PAPER_CHECKS,
    chain_is_intact,
]
