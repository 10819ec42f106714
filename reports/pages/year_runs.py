"""The pages of what a year shares out: the runs of a group, and one run with each figure explained.

Readers of the books read all of it; a plain member reads the totals and her own part.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from core.errors import NotFound
from core.money import ZERO
from core.periods import NAIROBI, month_start
from cycles.models import Run
from cycles.operations import preview
from cycles.queries import runs as queries
from cycles.queries.closing import closed_years
from cycles.queries.runs import PartView, RunView
from groups.access import group_for, standing
from groups.models import BankingGroup
from groups.permissions import Reach
from ledger.queries import first_booked_on
from reports.charts import Waterfall
from reports.loan_charts import meter
from reports.pages import words, year_words
from reports.pages.closing import year_name, years_of
from reports.pages.loan_words import Pill
from reports.pages.year_words import PoolLine
from users.models import User

Status = Run.Status


@dataclass(frozen=True)
class RunRow:
    title: str
    state: Pill
    amount: Decimal
    hers: Decimal | None
    href: str


@dataclass(frozen=True)
class RunsPage:
    rows: tuple[RunRow, ...]
    years: tuple[tuple[str, str], ...]
    may_preview: bool
    may_simulate: bool
    may_see_closing: bool


@dataclass(frozen=True)
class PartRow:
    """One member's part: what it is measured by, how it is worked out, and what became of it."""

    member_id: UUID
    number: int
    name: str
    basis: Decimal
    percentage: Decimal
    width: str
    amount: Decimal
    explained: str
    became: str
    is_open: bool
    voucher_id: UUID | None


@dataclass(frozen=True)
class Yes:
    capacity: str
    who: str
    day: str


@dataclass(frozen=True)
class Acts:
    """What this reader may do with the run now; `hurdle` says what has to happen first."""

    preview: bool
    approve: bool
    declare: bool
    pay: bool
    hurdle: str


@dataclass(frozen=True)
class RunPage:
    group_id: UUID
    slug: str
    year: int
    title: str
    kind: str
    state: Pill
    days: str
    computed: str
    is_running: bool
    sentence: str
    lines: tuple[PoolLine, ...]
    chart: Waterfall
    basis: str
    measured: Decimal
    distributable: Decimal
    left: Decimal
    is_declared: bool
    is_whole: bool
    rows: tuple[PartRow, ...]
    said: tuple[Yes, ...]
    missing: tuple[Yes, ...]
    acts: Acts


def run_for(user: User, group_id: UUID, slug: str, year: int, may: str) -> Run:
    """The run, for somebody who may speak `may` in its group. Refused: `not_found`, `forbidden`."""
    group = group_for(user, group_id, may, own=may == "reports:read")
    found = queries.run_of(group, year_words.kind_of(slug), year) if 0 < year <= year_words.LAST_YEAR else None
    if found is None:
        raise NotFound
    return found


def reads_all(user: User, group: BankingGroup) -> bool:
    return standing(user, group).may("reports:read") is Reach.ALL


def slug_of(run: Run) -> str:
    return year_words.SLUGS[run.kind]


def href(run: Run, name: str = "year-end-page") -> str:
    return reverse(name, args=[run.group_id, year_words.SLUGS[run.kind], run.fiscal_year])


# All runs


def runs_page(group: BankingGroup, user: User, on: dt.date) -> RunsPage:
    found = [run for kind in year_words.SLUGS for run in queries.shown(group, kind)]
    found.sort(key=lambda run: (-run.fiscal_year, run.kind))
    may = standing(user, group).may
    return RunsPage(
        rows=tuple(_run_row(view, user) for view in queries.views_of(found)),
        years=years_for(group, on),
        may_preview=may("dividends:preview") is Reach.ALL,
        may_simulate=may("dividends:preview") is Reach.ALL,
        may_see_closing=may("reports:read") is Reach.ALL,
    )


def years_for(group: BankingGroup, on: dt.date) -> tuple[tuple[str, str], ...]:
    """The years that have books, the running one first: its name as an address says it, and as people do."""
    since = month_start(first_booked_on(group) or on)
    return tuple((str(span.year), year_name(span)) for span in years_of(group, since, on))


def _run_row(view: RunView, user: User) -> RunRow:
    hers = next((part.amount for part in view.parts if part.user_id == user.pk), None)
    return RunRow(
        title=year_words.title(view.run),
        state=year_words.state_of(view.status),
        amount=view.run.distributable,
        hers=hers,
        href=href(view.run),
    )


def look(group: BankingGroup, kind: str, year: int, *, by: User, at: dt.datetime) -> Run:
    """Work the figures of a year out, also of the one that runs. Refused as `cycles.operations.preview` refuses."""
    return preview(group=group, year=year, kind=kind, by=by, at=at)


# One run


def run_page(run: Run, user: User, on: dt.date) -> RunPage:
    view, whole = queries.view_of(run), reads_all(user, run.group)
    return RunPage(
        group_id=run.group_id,
        slug=year_words.SLUGS[run.kind],
        year=run.fiscal_year,
        title=year_words.title(run),
        kind=run.kind,
        state=year_words.state_of(view.status),
        days=_("%(first)s to %(last)s") % {"first": words.full_day(run.starts_on), "last": words.full_day(run.ends_on)},
        computed=_computed(run),
        is_running=run.ends_on >= on and run.status == Status.PREVIEW,
        sentence=year_words.pool_sentence(run),
        lines=year_words.pool_lines(run),
        chart=year_words.pool_chart(run),
        basis=year_words.basis_words(run),
        measured=view.measured,
        distributable=run.distributable,
        left=view.open_amount,
        is_declared=view.status in {Status.DECLARED, Status.PAID},
        is_whole=whole,
        rows=tuple(_rows(view, lambda part: whole or part.user_id == user.pk)),
        said=tuple(_said(view)),
        missing=tuple(
            Yes(str(year_words.CAPACITIES[lack.capacity]), words.either(lack.may_act), "") for lack in view.missing
        ),
        acts=_acts(view, user),
    )


def _computed(run: Run) -> str:
    day = words.full_day(run.computed_at.astimezone(NAIROBI).date())
    if run.computed_by is None:
        return _("Worked out by the calendar on %(day)s.") % {"day": day}
    return _("Worked out by %(name)s on %(day)s.") % {"name": run.computed_by.name, "day": day}


def _rows(view: RunView, is_shown: Callable[[PartView], bool]) -> Iterable[PartRow]:
    largest = max((part.amount for part in view.parts), default=ZERO)
    for part in view.parts:
        if is_shown(part):
            yield PartRow(
                member_id=part.member_id,
                number=part.member_number,
                name=part.member_name,
                basis=part.basis,
                percentage=part.percentage,
                width=meter(part.amount, largest),
                amount=part.amount,
                explained=year_words.explained(view, part),
                became=year_words.outcome_words(view, part),
                is_open=part.outcome == "OPEN",
                voucher_id=part.voucher_id,
            )


def _said(view: RunView) -> Iterable[Yes]:
    for yes in view.approvals:
        day = words.full_day(yes.at.astimezone(NAIROBI).date())
        yield Yes(str(year_words.CAPACITIES[yes.capacity]), yes.approver.name, day)


def _acts(view: RunView, user: User) -> Acts:
    run = view.run
    may = standing(user, run.group).may
    looked, is_closed = run.status == Status.PREVIEW, _is_closed(run)
    hers = looked and queries.panel_of(run).open_to(user.pk) is not None
    return Acts(
        preview=run.status in {Status.PREVIEW, Status.APPROVED} and may("dividends:preview") is Reach.ALL,
        approve=hers and is_closed and may("dividends:approve") is Reach.ALL,
        declare=run.status == Status.APPROVED and may("dividends:declare") is Reach.ALL,
        pay=view.status == Status.DECLARED and may("dividends:pay") is Reach.ALL,
        hurdle=_("The year is not closed yet: only then can this be agreed.") if looked and not is_closed else "",
    )


def _is_closed(run: Run) -> bool:
    return closed_years(run.group).filter(fiscal_year=run.fiscal_year).exists()
