"""The doors of the books: post and reverse, and the closing of a month. Nothing else writes to the journal.

Every act holds its group's book until the transaction ends, so a group's entries come one after the other and two
groups never wait for each other. A transaction that posts to several groups holds their books first: `hold_books`.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from audit.operations import record
from core.errors import Refusal
from core.periods import business_day, month_end, month_start
from groups.models import BankingGroup
from ledger import closings, journal, position
from ledger.differences import Difference
from ledger.guards import refused_by
from ledger.journal import Sheet, ensure_book
from ledger.judgement import InsufficientCash, InsufficientFund, judge, takes_out
from ledger.models import ClosedPeriod, ClosingBalance, Entry, Line
from ledger.rules import Header, Leg, Misposted, check_legs, check_words, mirrored
from users.models import User

__all__ = [
    "AlreadyReversed", "BooksDiffer", "DateInFuture", "Draft", "IdempotencyMismatch", "InsufficientCash",
    "InsufficientFund", "IsReversal", "PeriodClosed", "PeriodNotOver", "close_month", "ensure_book", "hold_books",
    "legs_of", "post", "post_many", "reverse",
]  # fmt: skip

# Each entry of a transaction takes a slot of PostgreSQL's lock table.
MOST_AT_ONCE = 1000
# What the unique key is called by PostgreSQL, and what SQLite says.
_KEY_TAKEN = ("ledger_entry_key_", "UNIQUE constraint failed: ledger_entry.key")


class DateInFuture(Refusal):
    code = "date_in_future"
    detail = _("That day has not come yet. Use today or a day before.")


class PeriodClosed(Refusal):
    code = "period_closed"
    detail = _("That month is closed. Use a day in an open month.")


class IdempotencyMismatch(Refusal):
    code = "idempotency_mismatch"
    detail = _("This key was used before, for something else. Send the new act under a new key.")


class AlreadyReversed(Refusal):
    code = "already_reversed"
    status = 409
    detail = _("This has been reversed already.")


class IsReversal(Refusal):
    code = "is_reversal"
    detail = _("A reversal is not reversed again. Record the act anew.")


class PeriodNotOver(Refusal):
    code = "period_not_over"
    detail = _("The month is not over yet. Close it when its last day has passed.")


class BooksDiffer(Refusal):
    code = "books_differ"
    status = 409
    detail = _("The books do not add up, so nothing is closed. The system admins know; close it when they are right.")

    def __init__(self, found: Sequence[Difference]) -> None:
        super().__init__(differences=len(found))
        self.found = tuple(found)


@dataclass(frozen=True)
class Draft:
    """An entry to be. `key` is "<voucher id>:<line of the act>"; a fact may leave the loan fund short."""

    kind: str
    on: dt.date
    key: str
    legs: Sequence[Leg]
    is_fact: bool = False
    reverses: UUID | None = None

    def sheet(self, group: BankingGroup, actor: User) -> Sheet:
        """Checked and put into canonical words; raises `Misposted` for what no act may produce."""
        if self.kind not in Entry.Kind.values or (self.kind == Entry.Kind.REVERSAL) != (self.reverses is not None):
            raise Misposted(f"kind {self.kind}")
        check_words(self.key)
        check_legs(self.legs)
        return Sheet.of(Header(group.pk, self.key, self.on, self.kind, actor.pk, self.reverses), self.legs)


def post(
    *, group: BankingGroup, kind: str, on: dt.date, at: dt.datetime, actor: User, key: str, legs: Sequence[Leg],
    is_fact: bool = False,
) -> Entry:  # fmt: skip
    """Write one entry dated `on`, at the instant `at`, and return it; the same key and content return the first one.

    Refused: `date_in_future`, `period_closed`, `insufficient_cash`, `insufficient_fund` (see `ledger.judgement`),
    `idempotency_mismatch`. `is_fact` is for what has happened whether or not the loan fund can bear it: write-offs,
    counted differences, opening balances. `Misposted` is a slip of the program: unbalanced, no such account …
    """
    draft = Draft(kind, on, key, legs, is_fact)
    return post_many(group=group, drafts=[draft], at=at, actor=actor)[0]


@transaction.atomic
def post_many(*, group: BankingGroup, drafts: Sequence[Draft], at: dt.datetime, actor: User) -> list[Entry]:
    """Write several entries of one group, all or none, in the given order; at most a thousand.

    Each is judged as if it came alone after the one before it. Entries already there under their key are returned as
    they are. Refused as in `post`.
    """
    if len(drafts) > MOST_AT_ONCE:
        raise Misposted(f"more than {MOST_AT_ONCE} entries at once")
    sheets = {draft.key: draft.sheet(group, actor) for draft in drafts}
    if len(sheets) < len(drafts):
        raise IdempotencyMismatch
    if not drafts:
        return []
    head = journal.lock(group)
    known = _known(sheets)
    fresh = [draft for draft in drafts if draft.key not in known]
    if fresh:
        _refuse_wrong_days(group, fresh, business_day(at))
        _refuse_shortage(group, fresh, business_day(at))
        written = _write(head, [sheets[draft.key] for draft in fresh], group, at)
        known |= {entry.key: entry for entry in written}
    return [known[draft.key] for draft in drafts]


def _known(sheets: dict[str, Sheet]) -> dict[str, Entry]:
    """The entries that stand under these keys; refused when one says something else than what is sent now."""
    hashes = journal.payload_hashes(list(sheets))
    if any(sheets[key].payload_hash != payload_hash for key, payload_hash in hashes.items()):
        raise IdempotencyMismatch
    return {entry.key: entry for entry in Entry.objects.filter(key__in=hashes)} if hashes else {}


def _refuse_wrong_days(group: BankingGroup, drafts: Sequence[Draft], today: dt.date) -> None:
    if max(draft.on for draft in drafts) > today:
        raise DateInFuture
    # The close of a year is dated on its last day, whose month may be closed already.
    days = [draft.on for draft in drafts if draft.kind != Entry.Kind.YEAR_CLOSE]
    if days and journal.closed_since(group, month_start(min(days))):
        raise PeriodClosed


def _refuse_shortage(group: BankingGroup, drafts: Sequence[Draft], today: dt.date) -> None:
    taking = [draft for draft in drafts if takes_out(draft.legs, draft.on)]
    if not taking:
        return
    legs = [leg for draft in drafts for leg in draft.legs]
    figures = position.read(group, legs, since=min(draft.on for draft in taking), today=today)
    for draft in drafts:
        judge(figures, draft.legs, draft.on, is_fact=draft.is_fact)


def _write(head: journal.Head, sheets: Sequence[Sheet], group: BankingGroup, at: dt.datetime) -> list[Entry]:
    try:
        return journal.write(head=head, sheets=sheets, accounts=journal.account_ids(group), at=at)
    except IntegrityError as error:
        # Two groups that raced with one key hold different books; the loser meets the unique key.
        if refused_by(error).startswith(_KEY_TAKEN):
            raise IdempotencyMismatch from error
        raise


@transaction.atomic
def reverse(*, entry: Entry, at: dt.datetime, actor: User, key: str) -> Entry:
    """Undo an entry by a second one that mirrors its lines, dated on the business day of `at`.

    Refused: `already_reversed` (409; the same key by the same actor returns the first reversal), `is_reversal`, and
    whatever `post` refuses: money that has left again cannot be taken back.
    """
    if entry.kind == Entry.Kind.REVERSAL:
        raise IsReversal
    journal.lock(entry.group)
    first = Entry.objects.filter(reverses=entry).first()
    if first is not None:
        if first.key != key:
            raise AlreadyReversed
        if first.actor_id != actor.pk:
            raise IdempotencyMismatch
        return first
    draft = Draft(Entry.Kind.REVERSAL, business_day(at), key, mirrored(legs_of(entry)), reverses=entry.pk)
    return post_many(group=entry.group, drafts=[draft], at=at, actor=actor)[0]


def legs_of(entry: Entry) -> list[Leg]:
    """An entry's lines as they were given, in order."""
    lines = Line.objects.filter(entry=entry).order_by("id")
    rows = lines.values_list("account__code", "amount", "member_id", "officer_id", "subject_id", "head")
    return [Leg(*row) for row in rows]


@transaction.atomic
def close_month(*, group: BankingGroup, month: dt.date, at: dt.datetime, actor: User | None) -> ClosedPeriod:
    """Close the month that holds the day `month`, and every open one before it since the first entry: none of them
    takes entries any more. Each keeps what the accounts held at its end. A month closed already stays as it was.

    `actor` is None when the calendar closes it. Refused: `period_not_over` while the month runs, and `books_differ`
    when what was posted since the last closing does not prove what the books keep.
    """
    if month_end(month) >= business_day(at):
        raise PeriodNotOver
    head = journal.lock(group)
    months = closings.months_to_close(group, month)
    if months:
        base = closings.base_before(group, months[0])
        since = closings.posted_since(group, base)
        if found := list(closings.differences(group, base, since)):
            raise BooksDiffer(found)
        periods = [
            ClosedPeriod(
                group=group, month=day, closed_by=actor, closed_at=at, entries=head.entries, head_hash=head.last_hash
            )
            for day in months
        ]
        ClosedPeriod.objects.bulk_create(periods)
        ClosingBalance.objects.bulk_create([row for period in periods for row in closings.rows_of(period, base, since)])
        _log_closing(group, periods, actor, at)
    return ClosedPeriod.objects.select_related("closed_by").get(group=group, month=month_start(month))


def _log_closing(group: BankingGroup, periods: Sequence[ClosedPeriod], actor: User | None, at: dt.datetime) -> None:
    record(
        verb="month.closed",
        at=at,
        actor_id=actor.pk if actor else None,
        subject="closed_period",
        subject_id=periods[-1].pk,
        group_id=group.pk,
        organisation_id=group.organisation_id,
        months=[f"{period.month:%Y-%m}" for period in periods],
        entries=periods[-1].entries,
    )


def hold_books(groups: Iterable[BankingGroup]) -> None:
    """Hold several groups' books, always in the same order, so that two transactions cannot wait in a ring."""
    for group in sorted(groups, key=lambda each: each.pk):
        journal.lock(group)
