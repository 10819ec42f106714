"""What a loan asks for and what it costs: its rules and score read out, its schedule drawn, its price in a year."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.money import shown
from loans.assessment import Assessment, Offer, RuleResult
from loans.rules.plan import Instalment
from reports.loan_charts import ScheduleChart, meter, schedule_bars
from reports.pages import loan_words, words
from reports.pages.loan_words import Pill


@dataclass(frozen=True)
class RuleRow:
    """One rule of the group: kept or not, by what, and what would change it."""

    word: str
    evidence: str
    remedy: str
    verdict: Pill

    @property
    def is_kept(self) -> bool:
        return self.verdict.tone == "good"


@dataclass(frozen=True)
class ScoreRow:
    word: str
    points: str
    width: str


@dataclass(frozen=True)
class Score:
    title: str
    risk: Pill
    rows: tuple[ScoreRow, ...]
    reasons: tuple[str, ...]
    max_amount: Decimal


@dataclass(frozen=True)
class Cost:
    """A schedule before anything was paid, and its price."""

    title: str
    caption: str
    rows: tuple[Instalment, ...]
    chart: ScheduleChart
    chart_words: str
    principal: Decimal
    interest: Decimal
    total: Decimal
    fees: Decimal
    fee_words: str
    in_hand: Decimal
    rate: str
    rate_note: str
    yearly: str


def rules_of(results: Iterable[RuleResult]) -> tuple[RuleRow, ...]:
    return tuple(_rules(results))


def _rules(results: Iterable[RuleResult]) -> Iterable[RuleRow]:
    for rule in results:
        verdict = Pill("good", "tick", _("Yes")) if rule.passed else Pill("bad", "cross", _("No"))
        if rule.is_warning and not rule.passed:
            verdict = Pill("warn", "warn", _("Not today"))
        word = str(loan_words.RULES.get(rule.code, rule.code))
        yield RuleRow(word, str(rule.evidence), "" if rule.passed else str(rule.remedy), verdict)


def broken(rows: Sequence[RuleRow]) -> int:
    return sum(row.verdict.tone == "bad" for row in rows)


def all_rules(rows: Sequence[RuleRow]) -> Pill:
    """In one word: every rule, or how many are not met."""
    count = broken(rows)
    if count:
        return Pill(
            "bad", "cross", ngettext("%(count)d rule not met", "%(count)d rules not met", count) % {"count": count}
        )
    return Pill("good", "tick", _("All rules met"))


def score_of(found: Assessment) -> Score:
    tone, word = loan_words.RISKS[found.risk]
    icon = {"good": "tick", "warn": "warn", "bad": "warn"}[tone]
    rows = []
    for name, most, said in loan_words.SCORES:
        points = found.parts[name]
        label = _("%(points)s of %(most)d") % {"points": loan_words.bare(points), "most": most}
        rows.append(ScoreRow(str(said), label, meter(points, most)))
    return Score(
        title=_("How likely is it to come back? %(score)s of 100") % {"score": loan_words.bare(found.score)},
        risk=Pill(tone, icon, str(word) % {"score": loan_words.bare(found.score)}),
        rows=tuple(rows),
        reasons=tuple(str(reason) for reason in found.reasons),
        max_amount=found.max_amount,
    )


def cost_of(name: str, offer: Offer, principal: Decimal, on: dt.date) -> Cost:
    """The offer as a borrower reads it, if it were paid out on this day."""
    rows = tuple(offer.schedule)
    fees = offer.fees.total
    said = _("%(name)s would pay back %(amount)s in %(months)s")
    return Cost(
        title=said % {"name": name, "amount": shown(offer.total_payable), "months": loan_words.months(len(rows))},
        caption=_("Schedule if it is paid out on %(day)s") % {"day": words.full_day(on)},
        rows=rows,
        chart=schedule_bars([(loan_words.due_words(row.due, len(rows)), row.principal, row.interest) for row in rows]),
        chart_words=_chart_words(rows),
        principal=principal,
        interest=offer.total_interest,
        total=offer.total_payable,
        fees=fees,
        fee_words=_fees(offer),
        in_hand=principal - fees,
        rate=loan_words.percent(offer.interest_rate),
        rate_note=str(loan_words.METHODS[offer.method]),
        yearly=loan_words.percent(offer.effective_yearly_rate),
    )


def _fees(offer: Offer) -> str:
    fees = offer.fees
    named = [(_("application %(amount)s"), fees.application), (_("appreciation %(amount)s"), fees.appreciation)]
    return ", ".join(word % {"amount": shown(amount)} for word, amount in named if amount) or _("none")


def _chart_words(rows: Sequence[Instalment]) -> str:
    """The drawing in a sentence, for who hears the page."""
    if not rows:
        return ""
    said = _("%(count)d instalments, the first %(first)s on %(day)s, the last %(last)s on %(end)s")
    first, last = rows[0], rows[-1]
    return said % {
        "count": len(rows),
        "first": shown(first.total),
        "day": words.full_day(first.due),
        "last": shown(last.total),
        "end": words.full_day(last.due),
    }
