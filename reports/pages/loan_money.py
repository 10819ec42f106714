"""Money of loans: paying one out and taking a repayment, each rehearsed before it is done.

The review runs the very verb, reads the figures, and rolls everything back: what it shows is what confirming does.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.money import ZERO, shown
from core.periods import business_day
from groups.models import BankingGroup
from groups.queries import constitution_on
from ledger.queries import account_balances, trf_sheet
from ledger.rules import PLACES
from loans import operations, queries
from loans.models import Loan, Repayment, Status
from loans.operations.books import allocated
from loans.operations.refusals import InvalidTransition
from loans.rules.lending import Offer
from loans.rules.life import Split
from loans.rules.postings import SHELVES
from reports.pages import loan_words, words
from reports.pages.loan_seen import as_seen, owed, written
from reports.pages.record import Change
from savings.queries import position_of
from savings.rules import available
from users.models import User
from users.submissions import Outcome, once

PAY_OUT, REPAY = "pages.loan-pay-out", "pages.loan-repay"
T = TypeVar("T")
Later = Change


class NothingOwed(InvalidTransition):
    detail = gettext_lazy("Nothing is owed on this loan.")


@dataclass(frozen=True)
class Paying:
    """A payment out as it was typed."""

    method: str
    receipt_number: str
    on: dt.date

    def body(self, loan: Loan) -> dict[str, Any]:
        """What makes two sendings the same."""
        receipt = self.receipt_number
        return {"loan": str(loan.pk), "method": self.method, "receipt": receipt, "on": self.on.isoformat()}


@dataclass(frozen=True)
class Bringing:
    """A repayment as it was typed."""

    amount: Decimal
    paying: Paying

    def body(self, loan: Loan) -> dict[str, Any]:
        return {**self.paying.body(loan), "amount": f"{self.amount:.2f}"}


@dataclass(frozen=True)
class Part:
    word: str
    amount: Decimal


@dataclass(frozen=True)
class Review:
    """What would happen, before it does."""

    sentence: str
    amount_words: str
    parts: tuple[Part, ...]
    total_word: str
    total: Decimal
    changes: tuple[Change, ...]
    note: str
    seen: str


@dataclass(frozen=True)
class RepayPage:
    """What stands beside the form of a repayment."""

    due: Decimal
    settlement: Decimal
    suggested: Decimal
    next_words: str


# Paying out


def must_be_approved(loan: Loan) -> None:
    """Refuses `invalid_transition` where there is nothing to pay out."""
    if loan.status != Status.APPROVED:
        raise InvalidTransition


def review_pay_out(loan: Loan, paying: Paying, *, by: User, at: dt.datetime) -> Review:
    """Rehearse the payment. Refused: whatever the verb refuses."""
    fees = loan.application_fee + loan.appreciation_fee
    done, before, after = _rehearsed(loan, at, lambda: _pay_out(loan, paying, by, at))
    parts = [
        Part(_("The loan"), loan.amount),
        Part(_("less application fee"), ZERO - loan.application_fee),
        Part(_("less appreciation fee"), ZERO - loan.appreciation_fee),
    ]
    said = _("%(name)s is paid a loan of %(amount)s, %(how)s.")
    return Review(
        sentence=said % {"name": loan.member.person.name, "amount": shown(loan.amount), "how": _how(paying.method)},
        amount_words=shown(loan.amount - fees),
        parts=tuple(part for part in parts if part.amount),
        total_word=_("In the borrower’s hand"),
        total=loan.amount - fees,
        changes=changes(loan, before, after),
        note="",
        seen=written(before, after, *_in_hand(done)),
    )


def _in_hand(loan: Loan) -> tuple[object, ...]:
    return loan.amount, loan.application_fee, loan.appreciation_fee


def pay_out(loan: Loan, paying: Paying, *, seen: str, key: str, by: User, at: dt.datetime) -> Outcome[Loan]:
    """Do it, once: the same form sent again gives the first outcome. Refused: `figures_moved`."""

    def act() -> tuple[UUID, Loan]:
        done = as_seen(seen, loan, business_day(at), lambda: _pay_out(loan, paying, by, at), _in_hand)
        return done.pk, done

    return once(user=by, operation=PAY_OUT, key=key, body=paying.body(loan), act=act, load=queries.loan_by_id)


def _pay_out(loan: Loan, paying: Paying, by: User, at: dt.datetime) -> Loan:
    return operations.disburse(
        loan=loan, method=paying.method, by=by, at=at, on=paying.on, receipt_number=paying.receipt_number
    )


def _how(method: str) -> str:
    return {"CASH": _("in cash"), "MPESA": _("by M-Pesa"), "BANK": _("by the bank")}[method]


# Repaying


def repay_page(loan: Loan, on: dt.date) -> RepayPage:
    """What is due, what would settle it, and the amount to begin with. Refused: `invalid_transition`
    where nothing is owed."""
    state = queries.state_of(loan, on)
    if state is None or state.settlement == 0:
        raise NothingOwed
    coming = next((row for row in state.rows if row.unpaid > 0), None)
    suggested = state.amount_due or (min(coming.unpaid, state.settlement) if coming else state.settlement)
    said = _("The next instalment, %(amount)s, falls due on %(day)s.")
    is_ahead = coming is not None and coming.due > on
    return RepayPage(
        due=state.amount_due,
        settlement=state.settlement,
        suggested=suggested,
        next_words=said % {"amount": shown(coming.unpaid), "day": words.full_day(coming.due)}
        if coming and is_ahead
        else "",
    )


def review_repayment(loan: Loan, bringing: Bringing, *, by: User, at: dt.datetime) -> Review:
    """Rehearse the repayment: its split, and what is left. Refused: whatever the verb refuses."""
    split, before, after = _rehearsed(loan, at, lambda: allocated(_repay(loan, bringing, by, at)))
    name, amount = loan.member.person.name, shown(bringing.amount)
    said = _("%(name)s repays %(amount)s, %(how)s.")
    return Review(
        sentence=said % {"name": name, "amount": amount, "how": _how(bringing.paying.method)},
        amount_words=amount,
        parts=tuple(_parts(split)),
        total_word=_("Brought"),
        total=split.total,
        changes=changes(loan, before, after),
        note=_("What is over goes to the borrower’s savings.") if split.savings else "",
        seen=written(before, after, *split.parts),
    )


def _parts(split: Split) -> Iterable[Part]:
    named = zip((_("Penalty"), _("Interest"), _("Principal"), _("Savings")), split.parts, strict=True)
    return (Part(word, amount) for word, amount in named if amount)


def repay(loan: Loan, bringing: Bringing, *, seen: str, key: str, by: User, at: dt.datetime) -> Outcome[Repayment]:
    """Do it, once: the same form sent again gives the first outcome. Refused: `figures_moved`."""

    def act() -> tuple[UUID, Repayment]:
        done = as_seen(seen, loan, business_day(at), lambda: _repay(loan, bringing, by, at), _went)
        return done.pk, done

    body = bringing.body(loan)
    return once(user=by, operation=REPAY, key=key, body=body, act=act, load=queries.repayment_by_id)


def _went(paid: Repayment) -> tuple[object, ...]:
    return allocated(paid).parts


def _repay(loan: Loan, bringing: Bringing, by: User, at: dt.datetime) -> Repayment:
    paying = bringing.paying
    return operations.repay(
        loan=loan,
        amount=bringing.amount,
        method=paying.method,
        by=by,
        at=at,
        on=paying.on,
        receipt_number=paying.receipt_number,
    )


# Now and after


def _rehearsed(loan: Loan, at: dt.datetime, act: Callable[[], T]) -> tuple[T, dict[str, Decimal], dict[str, Decimal]]:
    """Run the act, read the figures before and after, and undo it."""
    on = business_day(at)
    before = figures(loan, on)
    with transaction.atomic():
        done = act()
        after = figures(loan, on)
        transaction.set_rollback(True)
    return done, before, after


def figures(loan: Loan, on: dt.date) -> dict[str, Decimal]:
    """By name: cash in each place, cash for lending, loans of this type, the fund, and what she owes."""
    held = account_balances(loan.group, on)
    sheet = trf_sheet(group=loan.group, on=on, members=())
    return {
        **{place: held[code] for code, place in PLACES.items()},
        "lending": sheet.loan_fund_cash,
        "loans": held[SHELVES[loan.loan_type].principal],
        "fund": sheet.trf,
        **owed(loan, on),
    }


ALWAYS = frozenset({"lending", "loans", "fund", "left"})


def changes(loan: Loan, before: dict[str, Decimal], after: dict[str, Decimal]) -> tuple[Change, ...]:
    """What an act changed, in words; the figures of the fund also where they stayed the same."""
    name = words.first_name(loan.member.person.name)
    named = {place: str(word) for place, word in words.PLACE_WORDS.items()} | {
        "lending": _("Cash for lending"),
        "loans": str(loan_words.TYPES_OUT[loan.loan_type]),
        "fund": _("Total revolving fund (TRF)"),
        "due": _("%(name)s owes today") % {"name": name},
        "left": _("%(name)s owes, principal") % {"name": name},
        "settlement": _("To settle the loan today"),
    }
    return tuple(
        Change(named[figure], before[figure], after[figure])
        for figure in named
        if figure in ALWAYS or before[figure] != after[figure]
    )


def paid_out_later(loan: Loan, offer: Offer, on: dt.date) -> tuple[Change, ...]:
    """What payment would change, while the loan still waits: worked out, since it cannot be rehearsed yet."""
    now = figures(loan, on)
    fees, name = offer.fees.total, words.first_name(loan.member.person.name)
    lent = ZERO if _is_lent_apart(loan.group, loan.loan_type, on) else loan.amount
    position = position_of(loan.member, constitution_on(loan.group, on), on)
    owing = replace(position, outstanding=position.outstanding + loan.amount)
    cash = sum((now[place] for place in PLACES.values()), ZERO)
    return (
        Change(_("Cash, in all places"), cash, cash - loan.amount + fees),
        Change(_("Cash for lending"), now["lending"], now["lending"] - lent + fees),
        Change(str(loan_words.TYPES_OUT[loan.loan_type]), now["loans"], now["loans"] + loan.amount),
        Change(_("Total revolving fund (TRF)"), now["fund"], now["fund"] + fees),
        Change(_("%(name)s owes, principal") % {"name": name}, now["left"], now["left"] + loan.amount),
        Change(_("%(name)s can withdraw") % {"name": name}, available(position), available(owing)),
    )


def _is_lent_apart(group: BankingGroup, loan_type: str, on: dt.date) -> bool:
    """Project loans come from the project fund, unless the group pools it with the loan fund."""
    return loan_type == "PROJECT" and not constitution_on(group, on).pool_project_fund
