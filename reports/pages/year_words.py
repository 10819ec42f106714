"""How the end of a year is said: what a run is called, how far it is, and how each figure follows from others."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import NotFound
from core.money import ZERO, percent_of, shown
from cycles.models import Allocation, Run
from cycles.queries.runs import PartView, RunView
from cycles.rules.years import FiscalYear
from groups.clauses import DIVIDEND_BASES
from reports.charts import Waterfall, waterfall
from reports.pages.closing import year_name
from reports.pages.loan_words import Pill

Kind, Status, Outcome = Run.Kind, Run.Status, Allocation.Outcome
SLUGS = {Kind.DIVIDEND.value: "dividends", Kind.SHARE_OUT.value: "share-out"}
LAST_YEAR = 9998
KINDS: dict[str, Promise] = {
    Kind.DIVIDEND.value: gettext_lazy("Dividend"),
    Kind.SHARE_OUT.value: gettext_lazy("Share-out"),
}
CAPACITIES: dict[str, Promise] = {"CHAIR": gettext_lazy("Chair"), "TREASURER": gettext_lazy("Treasurer")}


def kind_of(slug: str) -> str:
    """The kind that an address names. Refused: `not_found`."""
    for kind, known in SLUGS.items():
        if known == slug:
            return kind
    raise NotFound


def title(run: Run) -> str:
    """Dividend 2026."""
    return f"{KINDS[run.kind]} {year_name(FiscalYear(run.fiscal_year, run.starts_on, run.ends_on))}"


def state_of(status: str) -> Pill:
    if status == Status.PAID:
        return Pill("good", "tick", _("Paid"))
    if status == Status.DECLARED:
        return Pill("warn", "waiting", _("Declared, being paid"))
    if status == Status.APPROVED:
        return Pill("warn", "waiting", _("Agreed, not declared yet"))
    return Pill("", "waiting", _("Looked at, nothing moved"))


def outcome_words(view: RunView, part: PartView) -> str:
    """What became of one part, in words."""
    if view.status not in {Status.DECLARED, Status.PAID}:
        return ""
    if part.outcome == Outcome.KEPT:
        return _("kept as savings")
    return _("paid") if part.outcome == Outcome.PAID else _("not paid yet")


def basis_words(run: Run) -> str:
    """Savings on the last day, or the average of the month ends."""
    return str(DIVIDEND_BASES.get(run.basis, run.basis))


def explained(view: RunView, part: PartView) -> str:
    """31,675.00 of 373,390.00 × 199,232.00 = 16,901.02: a sum that she can do again."""
    facts = {
        "basis": shown(part.basis),
        "all": shown(view.measured),
        "pool": shown(view.run.distributable),
        "amount": shown(part.amount),
    }
    return _("%(basis)s ÷ %(all)s × %(pool)s = %(amount)s") % facts


# From the profit to what is shared


@dataclass(frozen=True)
class PoolLine:
    """One figure on the way; `is_total` of those that the others make."""

    word: str
    amount: Decimal
    is_total: bool = False


def pool_lines(run: Run) -> tuple[PoolLine, ...]:
    """From the profit to what is shared, so that every line is the sum of those above it."""
    return tuple(_dividend_lines(run) if run.kind == Kind.DIVIDEND else _share_out_lines(run))


def _dividend_lines(run: Run) -> Iterable[PoolLine]:
    yield PoolLine(_("Profit of the year, without appreciation fees"), run.profit, is_total=True)
    earned = percent_of(run.profit, run.percent) if run.profit > 0 else run.profit
    if run.profit > 0:
        word = _("Kept in the group: the rules share %(percent)s %% of it") % {"percent": plain(run.percent)}
        yield PoolLine(word, earned - run.profit)
    if run.fees:
        yield PoolLine(_("Appreciation fees, shared in full"), run.fees)
    held_back = run.distributable - earned - run.fees
    if held_back:
        yield PoolLine(_("Old losses come first: the surplus holds no more"), held_back)
    yield PoolLine(_("Shared out"), run.distributable, is_total=True)


def _share_out_lines(run: Run) -> Iterable[PoolLine]:
    yield PoolLine(_("Profit of the year, without appreciation fees"), run.profit, is_total=True)
    if run.fees:
        yield PoolLine(_("Appreciation fees, shared in full"), run.fees)
    earlier = run.distributable - run.profit - run.fees
    if earlier:
        yield PoolLine(_("Surplus and losses of other years"), earlier)
    yield PoolLine(_("Shared out: all that the surplus holds"), run.distributable, is_total=True)


def pool_chart(run: Run) -> Waterfall:
    """The same way as a drawing."""
    first, *steps, last = pool_lines(run)
    short = {first.word: _("Profit"), last.word: _("Shared")}
    named = [(_step_word(run, line), line.amount) for line in steps]
    return waterfall((short[first.word], first.amount), named, (short[last.word], last.amount))


def _step_word(run: Run, line: PoolLine) -> str:
    if line.amount == run.fees and run.fees:
        return _("Fees")
    if run.kind == Kind.SHARE_OUT:
        return _("Other years")
    return _("Losses") if line.word == _("Old losses come first: the surplus holds no more") else _("Kept")


def pool_sentence(run: Run) -> str:
    facts = {
        "profit": shown(run.profit),
        "fees": shown(run.fees),
        "pool": shown(run.distributable),
        "percent": plain(run.percent),
    }
    if run.kind == Kind.SHARE_OUT:
        return _("A share-out takes all that the retained surplus holds: %(pool)s.") % facts
    if run.profit < 0:
        return _("The year lost %(loss)s. What the fees of %(fees)s leave of it is shared: %(pool)s.") % (
            facts | {"loss": shown(ZERO - run.profit)}
        )
    if run.fees:
        return _("%(percent)s %% of the profit of %(profit)s and all of the fees of %(fees)s: %(pool)s.") % facts
    return _("%(percent)s %% of the profit of %(profit)s: %(pool)s.") % facts


def plain(percent: Decimal) -> str:
    """70, 12.5: as people write it."""
    return f"{percent.normalize():f}"
