"""Taking a paper back: what it was, what a second entry would change, under which meeting that would stand.

The page is a rehearsal: the very verb runs, the figures are read, and everything is rolled back. What it refuses is
said in the place of the form.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core.money import ZERO, shown
from core.periods import business_day
from groups.access import standing
from groups.permissions import Reach
from ledger.models import Line, Voucher
from ledger.queries import account_balances, cash_by_place, member_balances, trf_sheet
from ledger.rules import CHART, PLACES
from ledger.vouchers import REVERSAL
from loans.models import Loan
from loans.queries import states
from meetings.models import Meeting
from meetings.queries import meeting_by_id
from members.models import Member
from reports.pages import words
from reports.pages.fines import owed_by
from reports.pages.loan_seen import FiguresMoved
from reports.pages.meeting_head import title_of
from reports.pages.record import Change
from savings import operations, queries
from savings.rules import FINES, FUNDS, LOAN_ACCOUNTS, OWNED
from users.models import User
from users.submissions import Outcome, once

OPERATION = "pages.reverse"
# Told in other figures: loans by their own, income by the fund.
_TOLD_ELSEWHERE = frozenset({*PLACES, *LOAN_ACCOUNTS})
_INCOME = "4"
Figures = dict[str, tuple[str, Decimal]]


@dataclass(frozen=True)
class Review:
    """What would happen, before it does."""

    amount_words: str
    notes: tuple[str, ...]
    changes: tuple[Change, ...]
    seen: str


def may_reverse(voucher: Voucher, user: User) -> bool:
    """Whether the way to the page is shown; the verb has the last word."""
    stands = voucher.status == Voucher.Status.VERIFIED and voucher.kind != REVERSAL and not _is_reversed(voucher)
    if not stands or queries.names(voucher.member, user):
        return False
    return standing(user, voucher.group).may("transactions:reverse") is Reach.ALL


def _is_reversed(voucher: Voucher) -> bool:
    return bool(getattr(voucher, "is_reversed", None) or voucher.reversals.exists())


def review(voucher: Voucher, *, by: User, at: dt.datetime) -> Review:
    """Rehearse it. Refused: whatever the verb refuses."""
    with transaction.atomic():
        before = _figures(voucher, at)
        reversal = operations.reverse(voucher=voucher, by=by, at=at, reason="-")
        after = _figures(voucher, at)
        transaction.set_rollback(True)
    return Review(
        amount_words=shown(voucher.amount),
        notes=tuple(_notes(voucher, reversal)),
        changes=tuple(Change(word, was, after[name][1]) for name, (word, was) in before.items()),
        seen=_moved(before, after),
    )


def take_back(voucher: Voucher, reason: str, *, seen: str, key: str, by: User, at: dt.datetime) -> Outcome[Voucher]:
    """Do it, once. Refused: `figures_moved` where it would move anything but what was seen."""

    def act() -> tuple[UUID, Voucher]:
        before = _figures(voucher, at)
        reversal = operations.reverse(voucher=voucher, by=by, at=at, reason=reason)
        if _moved(before, _figures(voucher, at)) != seen:
            raise FiguresMoved
        return reversal.pk, reversal

    body = {"voucher": str(voucher.pk), "reason": reason, "seen": seen}
    return once(user=by, operation=OPERATION, key=key, body=body, act=act, load=queries.voucher_by_id)


def _moved(before: Figures, after: Figures) -> str:
    """By how much each figure moves, but for those of the whole group's fund: others may record meanwhile."""
    return " ".join(f"{name}:{after[name][1] - was:.2f}" for name, (_word, was) in before.items() if name != "fund")


def _notes(voucher: Voucher, reversal: Voucher) -> Iterable[str]:
    if reversal.meeting_id:
        yield _("It will stand under %(meeting)s, which is open now.") % {
            "meeting": title_of(meeting_by_id(reversal.meeting_id))
        }
    else:
        yield _("No meeting is open, so it stands under none.")
    sealed = Meeting.objects.filter(pk=voucher.meeting_id, status=Meeting.Status.SEALED) if voucher.meeting_id else None
    if sealed is not None and sealed.exists():
        yield _("The meeting at which it was done is sealed and stays as it is.")
    if voucher.receipt_number:
        yield _("Its receipt number can be used again afterwards.")


def _figures(voucher: Voucher, at: dt.datetime) -> Figures:
    """Name → its word and what it is now: the cash, the fund, and what the lines of this very paper touch."""
    group, on = voucher.group, business_day(at)
    lines = list(Line.objects.filter(entry=voucher.entry_id).values_list("account__code", "officer"))
    codes = {code for code, _officer in lines}
    held = cash_by_place(group)
    figures: Figures = {
        place: (str(words.PLACE_WORDS[place]), held[place]) for code, place in PLACES.items() if code in codes
    }
    figures["fund"] = (_("Total revolving fund (TRF)"), trf_sheet(group=group, on=on, members=()).trf)
    if voucher.member:
        figures |= _hers(voucher.member, codes)
    figures |= _groups_own(voucher, codes)
    return figures | _loans(voucher, on)


def _hers(member: Member, codes: Iterable[str]) -> Figures:
    about = {"name": words.first_name(member.person.name)}
    has = member_balances(member.group, [member])[member.pk]
    told = _("%(name)s: %(fund)s")
    figures = {code: (told % {**about, "fund": _fund(code)}, has[code]) for code in OWNED if code in set(codes)}
    if FINES in codes:
        figures[FINES] = (_("%(name)s owes on fines") % about, owed_by(member))
    return figures


def _fund(code: str) -> str:
    """Savings, ECD, Project; dividends as the books call them."""
    kind = next((kind for kind, fund in FUNDS.items() if fund.account == code), "")
    return str(words.FUND_WORDS[kind] if kind else CHART[code].name)


def _groups_own(voucher: Voucher, codes: Iterable[str]) -> Figures:
    """Funds of the whole group, and costs; of nobody's paper also what is otherwise a member's."""
    hers = set(OWNED) if voucher.member else set()
    asked = sorted(code for code in codes if code not in _TOLD_ELSEWHERE | hers and not code.startswith(_INCOME))
    held = account_balances(voucher.group, codes=asked) if asked else {}
    return {code: (str(CHART[code].name), held[code]) for code in asked}


def _loans(voucher: Voucher, on: dt.date) -> Figures:
    """What is owed on each loan that this paper paid out or paid back."""
    loans = Loan.objects.filter(Q(disbursement=voucher) | Q(repayments__voucher=voucher)).distinct().order_by("pk")
    told = states(loans, on)
    figures: Figures = {}
    for loan in loans:
        state, about = told.get(loan.pk), {"number": loan.loan_number}
        left, settle = (state.outstanding, state.settlement) if state else (ZERO, ZERO)
        figures[f"{loan.pk} left"] = (_("Loan %(number)s: principal owed") % about, left)
        figures[f"{loan.pk} settle"] = (_("Loan %(number)s: to settle it today") % about, settle)
    return figures


def done_words(reversal: Voucher) -> str:
    first: Mapping[str, str] = {"amount": shown(reversal.amount), "code": reversal.code}
    return _("Taken back: %(amount)s. Both papers stay in the book; this one is %(code)s.") % first
