"""The key facts of a loan on one page, in English and in Swahili: what a borrower must know before she says yes.

Before the last approval they follow the rules in force, as if the loan were paid out today; from then on what was
agreed. The same text is built twice, once in each language, so that neither says more than the other.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.money import ZERO, shown
from core.periods import business_day
from groups.models import Constitution, LoanType
from groups.queries import constitution_on
from loans.assessment import asked_of, clause_of, fees_of
from loans.models import Loan, Status
from loans.queries import terms_of
from loans.rules.lending import Fees, terms_as_asked
from loans.rules.life import DEFAULT_AFTER_DAYS
from loans.rules.plan import ANNUITY, FLAT, Instalment, Terms, effective_rate, schedule, total_interest
from reports.pages import words
from reports.pages.loan_paper import Head, head_of, percent

LANGUAGES = ("en", "sw")
AHEAD = frozenset({Status.PENDING, Status.APPROVED})
# With more instalments than these they no longer stand on the page one by one; the statement lists them.
ROOMY, MOST_LISTED = 24, 60


@dataclass(frozen=True)
class Agreed:
    """A loan's terms with its fees and its rules for being late, as agreed or as they would be agreed today."""

    terms: Terms
    fees: Fees
    penalty_percent: Decimal
    in_duplum: bool
    constitution: Constitution


@dataclass(frozen=True)
class Line:
    word: str
    said: str


@dataclass(frozen=True)
class Part:
    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """All of it in one language; `yes` and `day` stand where she signs."""

    language: str
    heading: str
    lead: str
    figures: tuple[Line, ...]
    parts: tuple[Part, ...]
    instalments: str
    yes: str
    day: str


@dataclass(frozen=True)
class Word:
    language: str
    text: str


@dataclass(frozen=True)
class Highlight:
    """A figure for the top of the page, its word in each language."""

    words: tuple[Word, ...]
    said: str


@dataclass(frozen=True)
class KeyFacts:
    head: Head
    columns: tuple[Column, ...]
    highlights: tuple[Highlight, ...]
    rows: tuple[Instalment, ...]
    version: int | None

    @property
    def is_long(self) -> bool:
        return len(self.listed) > ROOMY

    @property
    def listed(self) -> tuple[Instalment, ...]:
        return self.rows if len(self.rows) <= MOST_LISTED else ()


def key_facts_of(loan: Loan, at: dt.datetime) -> KeyFacts:
    agreed = agreed_for(loan, business_day(at))
    rows = tuple(schedule(agreed.terms))
    return KeyFacts(
        head=head_of(loan, at),
        columns=tuple(_column(language, loan, agreed, rows) for language in LANGUAGES),
        highlights=tuple(_highlights(agreed, rows)),
        rows=rows,
        version=agreed.constitution.version,
    )


def agreed_for(loan: Loan, on: dt.date) -> Agreed:
    if loan.rate_percent is not None and loan.constitution is not None:
        return Agreed(
            terms=terms_of(loan, start=on),
            fees=Fees(loan.application_fee, loan.appreciation_fee),
            penalty_percent=loan.penalty_percent or ZERO,
            in_duplum=loan.in_duplum,
            constitution=loan.constitution,
        )
    rules = constitution_on(loan.group, on)
    return Agreed(
        terms=terms_as_asked(asked_of(loan), loan.months, clause_of(rules, loan.loan_type), on),
        fees=fees_of(rules, loan.amount),
        penalty_percent=rules.penalty_percent,
        in_duplum=rules.in_duplum,
        constitution=rules,
    )


def _highlights(agreed: Agreed, rows: Sequence[Instalment]) -> Iterator[Highlight]:
    borrowed, interest = agreed.terms.principal, total_interest(rows)
    for word, amount in (
        (gettext_lazy("You borrow"), borrowed),
        (gettext_lazy("You get in hand"), borrowed - agreed.fees.total),
        (gettext_lazy("You pay back"), borrowed + interest),
        (gettext_lazy("The loan costs you"), interest + agreed.fees.total),
    ):
        yield Highlight(tuple(Word(language, _in(language, word)) for language in LANGUAGES), shown(amount))


def _in(language: str, word: Promise) -> str:
    with translation.override(language):
        return str(word)


def _column(language: str, loan: Loan, agreed: Agreed, rows: Sequence[Instalment]) -> Column:
    with translation.override(language):
        parts = (
            Part(_("When an instalment is late"), tuple(_late(agreed))),
            Part(_("When you pay early"), tuple(_early(agreed.terms))),
            Part(_("Who decides on it"), tuple(_deciders(loan, agreed.constitution))),
            Part(_("Your rights"), tuple(_rights(loan))),
        )
        return Column(
            language=language,
            heading=_("Key facts of the loan"),
            lead=_lead(loan, agreed),
            figures=tuple(_figures(agreed, rows)),
            parts=parts,
            instalments=_("Every instalment"),
            yes=_("I have read this page, or it was read to me, before I said yes."),
            day=_("Date"),
        )


def _lead(loan: Loan, agreed: Agreed) -> str:
    facts = {
        "type": LoanType(loan.loan_type).label,
        "group": loan.group.name,
        "day": words.full_day(agreed.terms.start),
    }
    if loan.status in AHEAD:
        return _("%(type)s loan from %(group)s, as if it were paid out on %(day)s.") % facts
    return _("%(type)s loan from %(group)s, as agreed, from %(day)s.") % facts


def _figures(agreed: Agreed, rows: Sequence[Instalment]) -> Iterator[Line]:
    borrowed, interest = agreed.terms.principal, total_interest(rows)
    rate = effective_rate(rows, borrowed, agreed.fees.total)
    yield Line(_("You get in hand"), _in_hand(agreed))
    yield Line(_("Interest"), _interest(agreed.terms))
    yield Line(_("You pay"), _instalments(rows))
    yield Line(_("First and last day"), f"{words.full_day(rows[0].due)} – {words.full_day(rows[-1].due)}")
    cost = _("%(cost)s: interest %(interest)s, fees %(fees)s")
    sums = {"cost": shown(interest + agreed.fees.total), "interest": shown(interest), "fees": shown(agreed.fees.total)}
    yield Line(_("The loan costs you"), cost % sums)
    unsaid = _("cannot be said: the fees take the whole loan")
    yield Line(
        _("Cost in a year"), _("%(rate)s, all included") % {"rate": percent(rate)} if rate is not None else unsaid
    )


def _in_hand(agreed: Agreed) -> str:
    hand = shown(agreed.terms.principal - agreed.fees.total)
    fees = [
        _("application fee %(amount)s") % {"amount": shown(agreed.fees.application)} if agreed.fees.application else "",
        _("appreciation fee %(amount)s") % {"amount": shown(agreed.fees.appreciation)}
        if agreed.fees.appreciation
        else "",
    ]
    said = ", ".join(filter(None, fees))
    return (
        _("%(hand)s, after %(fees)s") % {"hand": hand, "fees": said}
        if said
        else _("%(hand)s, no fees") % {"hand": hand}
    )


def _interest(terms: Terms) -> str:
    if terms.method == FLAT:
        return _("%(rate)s of the amount, once for the whole term") % {"rate": percent(terms.rate)}
    return _("%(rate)s a year, on what you still owe") % {"rate": percent(terms.rate)}


def _instalments(rows: Sequence[Instalment]) -> str:
    """12 monthly instalments of 3,226.25, the last one 3,226.20; or from 3,360.00 falling to 3,030.00."""
    runs = [(total, len(list(group))) for total, group in groupby(row.total for row in rows)]
    facts = {"count": len(rows), "first": shown(runs[0][0]), "last": shown(runs[-1][0])}
    if len(runs) == 1:
        return ngettext("1 instalment: %(first)s", "%(count)d monthly instalments of %(first)s", len(rows)) % facts
    if len(runs) == 2 and runs[-1][1] == 1:
        return _("%(count)d monthly instalments of %(first)s, the last one %(last)s") % facts
    if len(runs) == 3 and runs[-1][1] == 1:
        middle = {"early": runs[0][1], "later": runs[1][1], "middle": shown(runs[1][0])}
        return _("%(early)d × %(first)s, then %(later)d × %(middle)s, the last one %(last)s") % (facts | middle)
    return _("%(count)d monthly instalments, from %(first)s falling to %(last)s") % facts


def _late(agreed: Agreed) -> Iterator[str]:
    if not agreed.penalty_percent:
        yield _("This group charges no penalty for an instalment that is late.")
        return
    yield _(
        "For every month begun after its day, %(percent)s of what is unpaid of an instalment is added to it. "
        "A penalty never grows on a penalty."
    ) % {"percent": percent(agreed.penalty_percent)}
    if agreed.in_duplum:
        yield _(
            "There is a ceiling: once you are more than %(days)d days late, unpaid interest and penalties together "
            "never grow beyond the principal you owe that day."
        ) % {"days": DEFAULT_AFTER_DAYS}
    else:
        yield _("The rules of this group set no ceiling to interest and penalties.")


def _early(terms: Terms) -> Iterator[str]:
    if terms.method == FLAT:
        yield _(
            "You may pay early on any day. The interest is fixed for the whole term: paying early does not lower it."
        )
        return
    yield _(
        "You may pay early on any day, free of charge. To end the loan you pay the principal left and the interest of "
        "the running month only."
    )
    keeps = _("the instalment stays") if terms.method == ANNUITY else _("the monthly part of the principal stays")
    yield _("What you pay beyond what is due lowers the principal: %(keeps)s and the loan ends sooner.") % {
        "keeps": keeps
    }


def _deciders(loan: Loan, rules: Constitution) -> Iterator[str]:
    if loan.amount > rules.system_admin_above:
        who = _("the field officer, %(count)d office holders of the group and the system admin")
    elif loan.amount >= rules.committee_from:
        who = _("the field officer and %(count)d office holders of the group")
    else:
        who = _("the field officer and the chair of the group")
    yield _("This amount is decided by %(who)s.") % {"who": who % {"count": rules.committee_quorum}}
    yield _("Nobody decides alone, and neither you nor your witnesses decide. Your ID is verified first.")
    if rules.witnesses_needed:
        text = ngettext("One member stands witness.", "%(count)d members stand witness.", rules.witnesses_needed)
        yield text % {"count": rules.witnesses_needed}


def _rights(loan: Loan) -> Iterator[str]:
    cap = loan.group.organisation.interest_cap_yearly_percent
    yield _("You may withdraw, at no cost, until the money is paid out. A no comes with its reason.")
    yield _(
        "Each payment gives you a receipt with a code. Your statement is yours on any day, on paper or on the phone."
    )
    yield _("Nothing here can be changed afterwards without new approvals. A mistake is put right by a second entry.")
    yield _("When you leave the group, what you owe is taken from your savings first.")
    if cap is not None:
        facts = {"organisation": loan.group.organisation.name, "cap": percent(cap)}
        yield _("%(organisation)s allows no loan that costs more than %(cap)s a year.") % facts
