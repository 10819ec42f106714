"""One loan's page: what is asked and by whom it is decided, what it costs, and once it runs, how it goes."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from core.periods import business_day
from groups.access import Standing, standing
from groups.permissions import Reach
from groups.queries import constitution_on
from loans.approvers import sitting_of
from loans.assessment import Asked, assess, eligibility, in_the_way
from loans.dossiers import Dossier, dossier
from loans.models import Loan, LoanChange, Status
from loans.rules import lending
from reports.pages import loan_consent, loan_cost, loan_course, loan_words, words
from reports.pages.loan_consent import Consent
from reports.pages.loan_cost import Cost, RuleRow, Score
from reports.pages.loan_course import Course
from reports.pages.loan_money import Later, paid_out_later
from reports.pages.loan_words import Pill
from savings.queries import names
from users.models import User


@dataclass(frozen=True)
class Way:
    """Something the reader may do with the loan."""

    word: str
    href: str
    is_first: bool = False
    is_grave: bool = False


@dataclass(frozen=True)
class Asking:
    """A loan that waits: judged by the rules of today."""

    rules: tuple[RuleRow, ...]
    rules_title: str
    all_rules: Pill
    constitution: str
    score: Score


@dataclass(frozen=True)
class Changing:
    """A write-off or rescheduling that waits."""

    title: str
    reason: str
    asked_words: str
    consent: Consent
    href: str


@dataclass(frozen=True)
class LoanPage:
    id: str
    number: str
    name: str
    member_href: str
    list_href: str
    title: str
    sub: str
    purpose: str
    witnesses: str
    pills: tuple[Pill, ...]
    figure_words: str
    figure: Decimal
    figure_note: str
    verdict: str
    asking: Asking | None
    consent: Consent | None
    cost: Cost | None
    later: tuple[Later, ...]
    course: Course | None
    changing: Changing | None
    ways: tuple[Way, ...]
    may_cancel: bool
    key_facts_href: str
    statement_href: str


def page_of(loan: Loan, user: User, on: dt.date) -> LoanPage:
    """What the page shows to somebody who may open it."""
    found = dossier(loan, on)
    here = standing(user, loan.group)
    reads_all = here.may("loans:read") is Reach.ALL
    asking = _asking(found, on) if loan.status == Status.PENDING else None
    consent = _consent(found, user, on, reads_all=reads_all)
    cost = _cost(found, on)
    figure_words, figure, note = _figure(found)
    return LoanPage(
        id=str(loan.pk),
        number=loan.loan_number,
        name=loan.member.person.name,
        member_href=reverse("member-page", args=[loan.member_id]),
        list_href=reverse("group-loans-page", args=[loan.group_id]) if reads_all else "",
        title=str((loan_words.ASKS if asking else loan_words.HAS)[loan.loan_type]) % {"name": loan.member.person.name},
        sub=_sub(found),
        purpose=loan.purpose or "",
        witnesses=", ".join(one.member.person.name for one in found.witnesses),
        pills=tuple(_pills(found, asking, consent)),
        figure_words=figure_words,
        figure=figure,
        figure_note=note,
        verdict=(loan.reason or "") if loan.status in {Status.REJECTED, Status.CANCELLED} else "",
        asking=asking,
        consent=consent,
        cost=cost,
        later=paid_out_later(loan, found.offer, on) if asking and consent and consent.deciding and found.offer else (),
        course=loan_course.course_of(found, on, reads_papers=reads_all or names(loan.member, user)),
        changing=_changing(found, user, on) if reads_all else None,
        ways=tuple(_ways(found, user, here, on)),
        may_cancel=_may_cancel(loan, user),
        key_facts_href=reverse("loan-key-facts-page", args=[loan.pk]) if cost or found.state else "",
        statement_href=reverse("loan-statement-page", args=[loan.pk]) if found.state else "",
    )


# Who it is and how it stands


def _sub(found: Dossier) -> str:
    loan = found.loan
    asked = {"day": words.full_day(loan.applied_on), "name": loan.recorded_by.name}
    said = _("asked for on %(day)s, recorded by %(name)s") % asked
    if names(loan.member, loan.recorded_by):
        said = _("asked for on %(day)s, by the borrower") % asked
    if loan.disbursed_on:
        said = _("paid out on %(day)s") % {"day": words.full_day(loan.disbursed_on)}
    return f"{loan.loan_number} · {said}"


def _pills(found: Dossier, asking: Asking | None, consent: Consent | None) -> Iterable[Pill]:
    lacking = sum(one.need - one.have for one in found.missing)
    yield loan_words.state_of(found.loan, found.days_late, lacking)
    if asking is not None:
        yield asking.all_rules
        yield asking.score.risk


def _figure(found: Dossier) -> tuple[str, Decimal, str]:
    loan = found.loan
    if found.state is None:
        word = _("Asks for") if loan.status == Status.PENDING else _("Asked for")
        return word, loan.amount, loan_words.months(loan.months)
    if loan.status == Status.WRITTEN_OFF:
        return (
            _("Written off"),
            found.state.written_off,
            _("of %(amount)s") % {"amount": words.round_amount(loan.amount)},
        )
    said = _("of %(amount)s in %(months)s")
    note = said % {"amount": words.round_amount(loan.amount), "months": loan_words.months(loan.months)}
    return _("Left of the loan"), found.outstanding, note


# Judged


def _asking(found: Dossier, on: dt.date) -> Asking:
    loan = found.loan
    member = loan.member
    constitution = constitution_on(loan.group, on)
    asked = Asked(loan.amount, loan.loan_type, loan.months, loan.grace_months, loan.extra_payment)
    told = eligibility(member=member, asked=asked, on=on, witnesses=[one.member for one in found.witnesses])
    others = [one.loan_number for one in in_the_way(member, constitution, loan.loan_type) if one.pk != loan.pk]
    is_one_per_type = constitution.open_loans == constitution.OpenLoans.ONE_PER_TYPE
    itself = lending.open_loan(others, is_one_per_type=is_one_per_type)
    results = [itself if rule.code == lending.OPEN_LOAN else rule for rule in told.rules]
    rows = (*loan_cost.rules_of(results), _identity(found))
    broken = loan_cost.broken(rows)
    asks = _("May %(name)s borrow this? Not by every rule") if broken else _("May %(name)s borrow this? By every rule")
    return Asking(
        rules=rows,
        rules_title=asks % {"name": words.first_name(member.person.name)},
        all_rules=loan_cost.all_rules(rows),
        constitution=_("By the rules of %(group)s, version %(version)d.")
        % {"group": loan.group.name, "version": constitution.version or 0},
        score=loan_cost.score_of(assess(member=member, on=on)),
    )


def _identity(found: Dossier) -> RuleRow:
    word = _("ID verified")
    if found.id_verified:
        return RuleRow(word, _("The number was compared with the card."), "", Pill("good", "tick", _("Yes")))
    remedy = _("Somebody compares the number with the card before the first yes.")
    return RuleRow(word, _("Nobody has compared the number with the card yet."), remedy, Pill("bad", "cross", _("No")))


def _cost(found: Dossier, on: dt.date) -> Cost | None:
    """The price of what is not paid out yet; of a loan that never was, none."""
    loan = found.loan
    if found.offer is None or found.state is not None or loan.status not in {Status.PENDING, Status.APPROVED}:
        return None
    return loan_cost.cost_of(words.first_name(loan.member.person.name), found.offer, loan.amount, on)


# Decided


def _consent(found: Dossier, user: User, on: dt.date, *, reads_all: bool) -> Consent | None:
    loan = found.loan
    if loan.status == Status.PENDING:
        return loan_consent.consent_of(sitting_of(loan, on), found.approvals, user, reads_notes=reads_all)
    if found.approvals:
        return loan_consent.given(found.approvals, reads_notes=reads_all)
    return None


def _changing(found: Dossier, user: User, on: dt.date) -> Changing | None:
    change = next((one for one in found.changes if one.state == LoanChange.State.PENDING), None)
    if change is None:
        return None
    sitting = sitting_of(found.loan, on, amount=found.outstanding, change=change)
    title = _("Write off what is left") if change.kind == LoanChange.Kind.WRITE_OFF else _("Spread what is left anew")
    if change.months:
        title = f"{title}: {loan_words.months(change.months)}"
    day = words.full_day(business_day(change.recorded_at))
    return Changing(
        title=title,
        reason=change.reason or "",
        asked_words=_("Asked for by %(name)s on %(day)s") % {"name": change.recorded_by.name, "day": day},
        consent=loan_consent.consent_of(sitting, found.approvals_of(change), user, reads_notes=True),
        href=f"{reverse('loan-change-page', args=[found.loan.pk])}?kind={change.kind}",
    )


# What may be done


def _ways(found: Dossier, user: User, here: Standing, on: dt.date) -> Iterable[Way]:
    loan = found.loan
    is_own = names(loan.member, user)

    def may(word: str) -> bool:
        return here.may(word) is Reach.ALL and not is_own

    if loan.status == Status.APPROVED and may("loans:disburse"):
        yield Way(_("Pay it out"), reverse("loan-pay-out-page", args=[loan.pk]), is_first=True)
    if loan.status in {Status.DISBURSED, Status.WRITTEN_OFF} and may("loans:repay"):
        word = _("Record a repayment") if loan.status == Status.DISBURSED else _("Record a recovery")
        yield Way(word, reverse("loan-repay-page", args=[loan.pk]), is_first=True)
    if loan.status == Status.DISBURSED and may("loans:write-off") and _is_asked(found, user, on):
        change = reverse("loan-change-page", args=[loan.pk])
        yield Way(_("Reschedule"), f"{change}?kind=RESCHEDULE")
        yield Way(_("Write off"), f"{change}?kind=WRITE_OFF", is_grave=True)


def _is_asked(found: Dossier, user: User, on: dt.date) -> bool:
    """Would her yes count towards a change, that is, towards a new loan of what is left?"""
    if any(change.state == LoanChange.State.PENDING for change in found.changes):
        return False
    afresh = replace(sitting_of(found.loan, on, amount=found.outstanding), said=())
    return afresh.capacity_of(user.pk) is not None


def _may_cancel(loan: Loan, user: User) -> bool:
    """The borrower, or who recorded it, while no money has left."""
    is_hers = names(loan.member, user) or loan.recorded_by_id == user.pk
    return is_hers and loan.status in {Status.PENDING, Status.APPROVED}
