"""The statement of a loan, as it is printed: every figure from the telling of its life, every payment with its receipt.

What stands on the paper is worked out here, once, for the page that a browser prints and for the PDF alike.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.codes import short_code
from core.money import ZERO, shown
from core.periods import business_day
from groups.models import BankingGroup, RoleName
from groups.queries import holders_of
from ledger.models import Voucher
from loans.models import Loan, Repayment, Status
from loans.queries import standing_repayments, state_of
from loans.rules.life import Row, Split, State
from loans.rules.plan import ANNUITY, FLAT
from reports.pages import words
from reports.pages.paper_head import book_of, printed_words

PAID_OUT = frozenset({Status.DISBURSED, Status.COMPLETED, Status.WRITTEN_OFF})


@dataclass(frozen=True)
class Head:
    """What every paper about a loan begins and ends with."""

    organisation: str
    group: str
    place: str
    member: str
    member_number: int
    account_number: str
    loan_number: str
    printed: str
    entries: int
    chain_head: str
    treasurers: str
    officers: str


@dataclass(frozen=True)
class Figure:
    word: str
    amount: Decimal
    reason: str = ""


@dataclass(frozen=True)
class PlanRow:
    """One instalment and how it stands; `state` is said in words, `is_late` makes them bold."""

    number: int
    due: dt.date
    principal: Decimal
    interest: Decimal
    penalty: Decimal
    total: Decimal
    paid: Decimal
    unpaid: Decimal
    balance: Decimal
    state: str
    is_late: bool


@dataclass(frozen=True)
class PaymentRow:
    """Money that came; `split` is None where it was taken back."""

    paid_on: dt.date
    method: str
    receipt_code: str
    amount: Decimal
    split: Split | None


@dataclass(frozen=True)
class PenaltyRow:
    charged_on: dt.date
    instalment: int
    month: int
    amount: Decimal


@dataclass(frozen=True)
class Totals:
    """The feet of the tables. `penalty` is what was charged, `row_penalty` what of it is asked for."""

    principal: Decimal
    interest: Decimal
    penalty: Decimal
    row_penalty: Decimal
    asked: Decimal
    settled: Decimal
    paid: Split
    received: Decimal
    unpaid: Decimal


@dataclass(frozen=True)
class LoanStatement:
    head: Head
    status: str
    terms: str
    paid_out: str
    remarks: tuple[str, ...]
    figures: tuple[Figure, ...]
    rows: tuple[PlanRow, ...]
    payments: tuple[PaymentRow, ...]
    penalties: tuple[PenaltyRow, ...]
    totals: Totals | None

    @property
    def shows_savings(self) -> bool:
        """Did any money find no debt?"""
        return bool(self.totals and self.totals.paid.savings)


def statement_of(loan: Loan, at: dt.datetime) -> LoanStatement:
    """The loan at this instant. Before it is paid out, the paper says so and holds no figures but what was asked."""
    on = business_day(at)
    state = state_of(loan, on) if loan.status in PAID_OUT else None
    payments = tuple(_payments(_received(loan), state)) if state else ()
    return LoanStatement(
        head=head_of(loan, at),
        status=str(Status(loan.status).label),
        terms=terms_in_words(loan),
        paid_out=_paid_out(loan) if state else "",
        remarks=tuple(_remarks(loan, state)),
        figures=_figures(loan, state),
        rows=tuple(_plan_row(row, on) for row in state.rows) if state else (),
        payments=payments,
        penalties=tuple(PenaltyRow(each.on, each.instalment, each.month, each.amount) for each in state.charges)
        if state
        else (),
        totals=_totals(state, payments) if state else None,
    )


def head_of(loan: Loan, at: dt.datetime) -> Head:
    group, member = loan.group, loan.member
    entries, chain_head = book_of(group)
    return Head(
        organisation=group.organisation.name,
        group=group.name,
        place=words.place_line(group),
        member=member.person.name,
        member_number=member.number,
        account_number=member.account_number,
        loan_number=loan.loan_number,
        printed=printed_words(at),
        entries=entries,
        chain_head=chain_head,
        treasurers=_names(group, RoleName.TREASURER),
        officers=_names(group, RoleName.FIELD_OFFICER),
    )


def _names(group: BankingGroup, role: RoleName) -> str:
    return ", ".join(holders_of([group], role)[group.pk])


def terms_in_words(loan: Loan) -> str:
    """36,000.00 for 12 months at 12 % a year on the balance left, equal parts of the principal."""
    months = ngettext("%(count)d month", "%(count)d months", loan.months) % {"count": loan.months}
    facts = {"amount": shown(loan.amount), "months": months, "rate": percent(loan.rate_percent)}
    if loan.rate_percent is None:
        return _("%(amount)s for %(months)s; its terms are agreed with the last approval.") % facts
    if loan.method == FLAT:
        said = _("%(amount)s for %(months)s at %(rate)s flat, once for the whole term.") % facts
    elif loan.method == ANNUITY:
        said = _("%(amount)s for %(months)s at %(rate)s a year on the balance left, in equal instalments.") % facts
    else:
        said = (
            _("%(amount)s for %(months)s at %(rate)s a year on the balance left, in equal parts of the principal.")
            % facts
        )
    return " ".join([said, *_besides(loan)])


def _besides(loan: Loan) -> list[str]:
    said = []
    if loan.grace_months:
        text = ngettext(
            "The first month is interest only.", "The first %(count)d months are interest only.", loan.grace_months
        )
        said.append(text % {"count": loan.grace_months})
    if loan.extra_payment:
        said.append(_("%(amount)s of principal on top every month.") % {"amount": shown(loan.extra_payment)})
    return said


def percent(rate: Decimal | None) -> str:
    """12 %, 9.99 %: as people write it."""
    return f"{(rate or ZERO).normalize():f} %"


def _paid_out(loan: Loan) -> str:
    if loan.disbursed_on is None or loan.disbursement is None:
        return ""
    facts = {
        "day": words.full_day(loan.disbursed_on),
        "method": words.METHOD_WORDS.get(loan.disbursement.method, ""),
        "code": short_code(loan.disbursement.pk),
    }
    return _("Paid out on %(day)s (%(method)s), receipt %(code)s.") % facts


def _remarks(loan: Loan, state: State | None) -> list[str]:
    """What the figures alone do not say."""
    if state is None:
        return [_("Nothing has been paid out, so nothing is owed.")]
    said = []
    for change in loan.changes.filter(kind="RESCHEDULE", state="DONE").order_by("done_on", "id"):
        text = _("Rescheduled on %(day)s: what was owed then is spread over %(count)d months.")
        said.append(text % {"day": words.full_day(change.done_on or state.on), "count": change.months or 0})
    if state.written_off:
        facts = {"amount": shown(state.written_off), "back": shown(state.recovered)}
        said.append(_("Written off: %(amount)s of principal, of which %(back)s came back since.") % facts)
    elif state.days_late:
        text = ngettext("%(count)d day late.", "%(count)d days late.", state.days_late)
        said.append(text % {"count": state.days_late})
    elif state.is_settled:
        said.append(_("Repaid in full. Nothing is owed."))
    else:
        said.append(_("Nothing is late."))
    return said


def _figures(loan: Loan, state: State | None) -> tuple[Figure, ...]:
    if state is None:
        return (Figure(_("Asked for"), loan.amount), Figure(_("Principal left"), ZERO))
    to_settle = _("all interest of the term") if loan.method == FLAT else _("interest to this period only")
    overdue = sum((row.unpaid for row in state.rows if row.due < state.on), ZERO)
    reason = _("of it late: %(amount)s") % {"amount": shown(overdue)} if overdue else ""
    return (
        Figure(_("Paid out"), loan.amount),
        Figure(_("Principal left"), state.outstanding),
        Figure(_("Due today"), state.amount_due, reason),
        Figure(_("To settle today"), state.settlement, "" if state.is_settled else to_settle),
    )


def _plan_row(row: Row, on: dt.date) -> PlanRow:
    return PlanRow(
        number=row.number,
        due=row.due,
        principal=row.principal,
        interest=row.interest,
        penalty=row.penalty,
        total=row.total + row.penalty,
        paid=row.paid.total,
        unpaid=row.unpaid,
        balance=row.balance,
        state=_row_state(row, on),
        is_late=row.unpaid > 0 and row.due <= on,
    )


def _row_state(row: Row, on: dt.date) -> str:
    """Paid, late, due or to come: in words, since paper is copied in black and white."""
    if row.unpaid == 0:
        return _("paid %(day)s") % {"day": words.short_day(row.settled_on)} if row.settled_on else _("paid")
    if row.due < on:
        late = (on - row.due).days
        return ngettext("late, %(count)d day", "late, %(count)d days", late) % {"count": late}
    if row.due == on:
        return _("due today")
    return _("part paid") if row.paid.total else _("to come")


def _received(loan: Loan) -> QuerySet[Repayment]:
    """All that ever came, also what was taken back."""
    posted = loan.repayments.filter(voucher__status=Voucher.Status.VERIFIED)
    return posted.select_related("voucher").order_by("paid_on", "at", "id")


def _payments(received: QuerySet[Repayment], state: State) -> list[PaymentRow]:
    standing = set(standing_repayments().filter(pk__in=received.values("pk")).values_list("pk", flat=True))
    return [
        PaymentRow(
            paid_on=paid.paid_on,
            method=str(words.METHOD_WORDS.get(paid.voucher.method, _("Netted"))),
            receipt_code=short_code(paid.voucher_id),
            amount=paid.amount,
            split=state.splits.get(paid.pk, Split()) if paid.pk in standing else None,
        )
        for paid in received
        if paid.paid_on <= state.on
    ]


def _totals(state: State, payments: Sequence[PaymentRow]) -> Totals:
    return Totals(
        principal=sum((row.principal for row in state.rows), ZERO),
        interest=sum((row.interest for row in state.rows), ZERO),
        penalty=sum((charge.amount for charge in state.charges), ZERO),
        row_penalty=sum((row.penalty for row in state.rows), ZERO),
        asked=sum((row.total + row.penalty for row in state.rows), ZERO),
        settled=sum((row.paid.total for row in state.rows), ZERO),
        paid=state.paid,
        received=sum((paid.amount for paid in payments if paid.split is not None), ZERO),
        unpaid=sum((row.unpaid for row in state.rows), ZERO),
    )
