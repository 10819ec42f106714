"""May she borrow, and what it would cost her: rules that answer with evidence and a remedy.

Pure: no database, no clock. Amounts are shillings as Decimal. Each rule says pass or fail, what it saw, and what would
change its answer.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from core.money import CENT, ZERO, floor_to_cent, percent_of, shown
from core.periods import add_months, month_start
from loans.rules import plan
from loans.rules.plan import Instalment, Terms

SHORT_TERM, LONG_TERM, PROJECT = "SHORT_TERM", "LONG_TERM", "PROJECT"
SAVINGS_HISTORY, SAVINGS_MULTIPLE, OPEN_LOAN = "savings_history", "savings_multiple", "open_loan"
ACTIVE_MEMBER, WITNESSES, FUND = "active_member", "witnesses", "fund"
# What people are shown a loan on when only the rules are judged.
SAMPLE = Decimal("10000.00")


@dataclass(frozen=True)
class Asked:
    """What somebody asks for: shillings, type, months; without months the longest term of the type."""

    amount: Decimal
    loan_type: str = SHORT_TERM
    months: int | None = None
    grace_months: int = 0
    extra_payment: Decimal = ZERO


@dataclass(frozen=True)
class Clause:
    """What the constitution says of one type of loan."""

    loan_type: str
    method: str
    rate: Decimal
    shortest: int
    longest: int
    unit: Decimal = CENT


def must_fit(asked: Asked, clause: Clause) -> int:
    """The months of the loan. Refused, naming the field: a term the constitution does not know, grace on anything but
    a project or for the whole term, extra principal on anything but a long-term loan."""
    months = clause.longest if asked.months is None else asked.months
    if not clause.shortest <= months <= clause.longest:
        bounds = {"least": clause.shortest, "most": clause.longest}
        said = _("The constitution lends this type for %(least)d to %(most)d months. Choose a term between them.")
        raise Invalid(said % bounds, field="duration_months")
    if asked.grace_months and asked.loan_type != PROJECT:
        raise Invalid(_("Only a project loan has months of interest only. Leave them out."), field="grace_months")
    if not 0 <= asked.grace_months < months:
        raise Invalid(_("Leave at least one month to repay the principal."), field="grace_months")
    if asked.extra_payment and asked.loan_type != LONG_TERM:
        raise Invalid(_("Only a long-term loan has extra principal each month. Leave it out."), field="extra_payment")
    if not ZERO <= asked.extra_payment <= asked.amount:
        raise Invalid(_("The extra principal lies between nothing and the loan itself."), field="extra_payment")
    return months


# What it costs


@dataclass(frozen=True)
class Fees:
    """What is taken with disbursement, in shillings."""

    application: Decimal = ZERO
    appreciation: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return self.application + self.appreciation


def fee(amount: Decimal, flat: Decimal, percent: Decimal) -> Decimal:
    """An amount, or a share of the loan rounded half-up to the cent; the constitution gives one of the two."""
    return flat + percent_of(amount, percent)


@dataclass(frozen=True)
class Offer:
    """What a loan would be and cost. `effective_yearly_rate` is in percent, with fees; None where fees eat it all."""

    interest_rate: Decimal
    method: str
    schedule: tuple[Instalment, ...]
    total_interest: Decimal
    total_payable: Decimal
    fees: Fees
    effective_yearly_rate: Decimal | None

    def exceeds(self, cap: Decimal | None) -> bool:
        """Does it cost more in a year than an organisation allows? Without a cap, never."""
        return cap is not None and (self.effective_yearly_rate is None or self.effective_yearly_rate > cap)


def terms_for(asked: Asked, clause: Clause, on: dt.date) -> Terms:
    """What would be agreed, if it were paid out on a day. Refused as `must_fit` refuses."""
    return terms_as_asked(asked, must_fit(asked, clause), clause, on)


def terms_as_asked(asked: Asked, months: int, clause: Clause, on: dt.date) -> Terms:
    """The same, with the term as it was asked for, also where newer rules would not offer it any more."""
    return Terms(
        method=clause.method,
        principal=asked.amount,
        rate=clause.rate,
        months=months,
        start=on,
        unit=clause.unit,
        grace=asked.grace_months,
        extra=asked.extra_payment,
    )


def offer(terms: Terms, fees: Fees) -> Offer:
    """The schedule of these terms from their first day, and what it comes to."""
    rows = tuple(plan.schedule(terms))
    interest = plan.total_interest(rows)
    return Offer(
        interest_rate=terms.rate,
        method=terms.method,
        schedule=rows,
        total_interest=interest,
        total_payable=terms.principal + interest,
        fees=fees,
        effective_yearly_rate=plan.effective_rate(rows, terms.principal, fees.total),
    )


# Eligibility


@dataclass(frozen=True)
class RuleResult:
    """One rule's answer. A warning does not stand in the way of applying."""

    code: str
    passed: bool
    evidence: str
    remedy: str = ""
    is_warning: bool = False


@dataclass(frozen=True)
class Saved:
    """Months in a row that reached the minimum, of how many the rule asks for; `on` is the day of the question."""

    months: int
    needed: int
    minimum: Decimal
    on: dt.date
    has_this_month: bool = False

    @property
    def from_month(self) -> dt.date:
        """The first month in which she could pass, when every month from now on reaches the minimum."""
        ahead = self.needed - self.months - (0 if self.has_this_month else 1)
        return add_months(month_start(self.on), max(ahead, 0))


def savings_history(saved: Saved) -> RuleResult:
    evidence = ngettext(
        "%(count)d month in a row reached KES %(minimum)s of regular savings. Needed: %(needed)d.",
        "%(count)d months in a row reached KES %(minimum)s of regular savings. Needed: %(needed)d.",
        saved.months,
    ) % {"count": saved.months, "minimum": shown(saved.minimum), "needed": saved.needed}
    if saved.months >= saved.needed:
        return RuleResult(SAVINGS_HISTORY, True, evidence)
    figures = {"minimum": shown(saved.minimum), "month": date_format(saved.from_month, "F Y")}
    remedy = gettext("Save at least KES %(minimum)s in each month without a gap: from %(month)s on that can be enough.")
    return RuleResult(SAVINGS_HISTORY, False, evidence, remedy % figures)


def savings_multiple(amount: Decimal, savings: Decimal, multiple: Decimal) -> RuleResult:
    """`amount` ≤ `multiple` × personal savings, compared exactly."""
    most = floor_to_cent(max(savings, ZERO) * multiple)
    figures = {"multiple": _bare(multiple), "savings": shown(savings), "most": shown(most)}
    evidence = gettext("%(multiple)s times personal savings of KES %(savings)s is KES %(most)s.") % figures
    if amount <= most:
        return RuleResult(SAVINGS_MULTIPLE, True, evidence)
    if not multiple:
        return RuleResult(SAVINGS_MULTIPLE, False, evidence, gettext("The constitution lends nothing against savings."))
    more = {"most": shown(most), "short": shown(_short_of(amount, savings, multiple))}
    either = gettext("Ask for KES %(most)s at most, or save KES %(short)s more first.")
    remedy = (either if most else gettext("Save KES %(short)s first.")) % more
    return RuleResult(SAVINGS_MULTIPLE, False, evidence, remedy)


def _short_of(amount: Decimal, savings: Decimal, multiple: Decimal) -> Decimal:
    """What is missing in her savings for this amount, up to the cent."""
    needed = -floor_to_cent(-amount / multiple)
    return needed - savings


def open_loan(standing_in_the_way: Iterable[str], *, is_one_per_type: bool) -> RuleResult:
    """`standing_in_the_way`: numbers and states of her loans that wait or run and count here."""
    loans = ", ".join(standing_in_the_way)
    if not loans:
        of_type, of_hers = gettext("No loan of this type waits or runs."), gettext("No loan of hers waits or runs.")
        return RuleResult(OPEN_LOAN, True, of_type if is_one_per_type else of_hers)
    rule = gettext("One loan of each type at a time.") if is_one_per_type else gettext("One loan at a time.")
    evidence = gettext("%(rule)s Open: %(loans)s.") % {"rule": rule, "loans": loans}
    return RuleResult(OPEN_LOAN, False, evidence, gettext("Repay it in full, or cancel it while it is not paid out."))


def active_member(*, is_active: bool, group_is_active: bool) -> RuleResult:
    if is_active and group_is_active:
        return RuleResult(ACTIVE_MEMBER, True, gettext("She is an active member of an active group."))
    if not is_active:
        said = gettext("She is not an active member."), gettext("An officer makes her membership active again.")
    else:
        said = gettext("The group is not active."), gettext("The service admin makes the group active again.")
    return RuleResult(ACTIVE_MEMBER, False, *said)


@dataclass(frozen=True)
class Witnessed:
    """Who could witness: `named` of them were named, None when nobody has been yet; `unfit` are names that cannot."""

    needed: int
    others: int
    named: int | None = None
    unfit: tuple[str, ...] = ()


def witnesses(seen: Witnessed) -> RuleResult:
    if seen.named is None:
        figures = {"others": seen.others, "needed": seen.needed}
        evidence = gettext("Other active members who could witness: %(others)d. Needed: %(needed)d.") % figures
        remedy = "" if seen.others >= seen.needed else gettext("The group needs more active members first.")
        return RuleResult(WITNESSES, seen.others >= seen.needed, evidence, remedy)
    figures = {"named": seen.named, "needed": seen.needed}
    evidence = gettext("Active members named, the borrower aside: %(named)d. Needed: %(needed)d.") % figures
    if seen.unfit:
        evidence += " " + gettext("These cannot witness: %(names)s.") % {"names": ", ".join(seen.unfit)}
    if seen.named >= seen.needed and not seen.unfit:
        return RuleResult(WITNESSES, True, evidence)
    remedy = gettext("Name different active members of the group, never the borrower, until there are %(needed)d.")
    return RuleResult(WITNESSES, False, evidence, remedy % figures)


def fund(amount: Decimal, lendable: Decimal) -> RuleResult:
    """Only a warning: what counts is what is there when it is paid out."""
    there = max(lendable, ZERO)
    evidence = gettext("The fund this is lent from holds KES %(fund)s today.") % {"fund": shown(there)}
    if amount <= there:
        return RuleResult(FUND, True, evidence, is_warning=True)
    remedy = gettext("Ask for less, or wait until KES %(short)s more has come in.") % {"short": shown(amount - there)}
    return RuleResult(FUND, False, evidence, remedy, is_warning=True)


def lendable(loan_type: str, loan_fund_cash: Decimal, project_cash: Decimal, *, pooled: bool) -> Decimal:
    """What may be lent for a type: loan-fund cash; for projects what their fund holds (2040 less 1130) less what the
    loan fund is short of, or loan-fund cash again where the two are pooled."""
    if loan_type != PROJECT or pooled:
        return loan_fund_cash
    return project_cash - max(ZERO, -loan_fund_cash)


def _bare(value: Decimal) -> str:
    """Without the noughts that say nothing: 2.50 is 2.5, 3.00 is 3."""
    text = shown(value)
    return text.rstrip("0").rstrip(".")
