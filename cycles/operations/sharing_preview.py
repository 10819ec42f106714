"""Looking at what a year would share out: computed from the books, kept beside them, and moving nothing."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from core.periods import business_day
from cycles.models import Allocation, Run
from cycles.operations.sharing import InvalidTransition, NothingToDistribute, locked_runs, log
from cycles.queries.runs import days_of_run, figures_of, panel_of, years_to_look_at
from cycles.queries.sharing import Figures, days_of, figures
from cycles.rules.years import FiscalYear
from groups.models import BankingGroup
from ledger.operations import DateInFuture, hold_books
from users.models import User

Status = Run.Status


@transaction.atomic
def preview(*, group: BankingGroup, year: int, kind: str, by: User | None, at: dt.datetime) -> Run:
    """The run of a group's year as the books say now, also of the year that runs; computed anew each time.

    Figures that did not change keep their moment, so that yeses given to them stand. An agreed run whose figures
    changed is only looked at again. Refused: `invalid` where no year of this name begins, `date_in_future`,
    `nothing_to_distribute`, `invalid_transition` for what is agreed and unchanged, or declared.
    """
    days = days_of(group, year)
    if days is None:
        raise Invalid(_("No year of this group's books has that name."), field="fiscal_year")
    if days.first > business_day(at):
        raise DateInFuture
    run, _is_new = _run_of(group, kind, days, by, at)
    return _computed(run, days, by, at)


def _run_of(group: BankingGroup, kind: str, days: FiscalYear, by: User | None, at: dt.datetime) -> tuple[Run, bool]:
    """The row of this year, held, and whether it was made now. A twin that makes it meanwhile is waited for."""
    empty = Run(
        group=group,
        kind=kind,
        fiscal_year=days.year,
        starts_on=days.first,
        ends_on=days.last,
        profit=0,
        fees=0,
        distributable=0,
        percent=0,
        computed_at=at,
        computed_by=by,
    )
    Run.objects.bulk_create([empty], ignore_conflicts=True)
    held = locked_runs().get(group=group, kind=kind, fiscal_year=days.year)
    return held, held.pk == empty.pk


def _computed(run: Run, days: FiscalYear, by: User | None, at: dt.datetime) -> Run:
    if run.status not in {Status.PREVIEW, Status.APPROVED}:
        raise InvalidTransition
    hold_books([run.group])
    found = figures(run.group, days, run.kind, business_day(at))
    # A share-out pays all that is a member's own, also where no surplus is shared with it.
    if not found.parts or not (found.distributable or run.kind == Run.Kind.SHARE_OUT):
        raise NothingToDistribute
    if found.shares != figures_of(run).shares:
        return _kept(run, found, by, at)
    if run.status == Status.APPROVED:
        return _looked_at_again(run, by, at)
    _keep_parts(run, found)
    return run


def _looked_at_again(run: Run, by: User | None, at: dt.datetime) -> Run:
    """Agreed and unchanged, it waits for a yes only where one was lost with its seat."""
    if not panel_of(run).missing:
        raise InvalidTransition
    run.status = Status.PREVIEW
    run.save(update_fields=["status"])
    log("sharing.reopened", run, by, at)
    return run


def _kept(run: Run, found: Figures, by: User | None, at: dt.datetime) -> Run:
    """Other figures need other yeses; what was said to earlier ones stays on record."""
    run.starts_on, run.ends_on = found.days.first, found.days.last
    run.profit, run.fees, run.distributable = found.profit, found.fees, found.distributable
    run.percent, run.basis = found.percent, found.basis
    run.status, run.computed_at, run.computed_by = Status.PREVIEW, at, by
    run.save()
    _keep_parts(run, found)
    log("sharing.previewed", run, by, at)
    return run


def _keep_parts(run: Run, found: Figures) -> None:
    Allocation.objects.filter(run=run).delete()
    Allocation.objects.bulk_create(
        Allocation(run=run, member_id=part.member, basis=part.basis, amount=part.amount) for part in found.parts
    )


def is_as_computed(run: Run, at: dt.datetime) -> bool:
    """Do the books still say what the run says, and nobody's part more or less? The caller holds the run; the book is
    held from here on. Who owns something by now, and had no part, is written down with a part of nothing."""
    hold_books([run.group])
    found, said = figures(run.group, days_of_run(run), run.kind, business_day(at)), figures_of(run)
    if found.shares != said.shares or any(part.amount for part in said.parts if not part.basis):
        return False
    if found != said:
        _keep_parts(run, found)
    return True


def preview_all(*, on: dt.date, at: dt.datetime) -> int:
    """The dividends of the year that ended last, for every active group that has not looked at them; how many there
    were. Each group is a transaction of its own: whoever is stopped begins again where he was."""
    return sum(_preview_first(group, year, at) for group, year in years_to_look_at(on))


@transaction.atomic
def _preview_once(group: BankingGroup, year: int, at: dt.datetime) -> bool:
    days = days_of(group, year)
    if days is None:
        return False
    run, is_new = _run_of(group, Run.Kind.DIVIDEND, days, None, at)
    if is_new:
        _computed(run, days, None, at)
    return is_new


def _preview_first(group: BankingGroup, year: int, at: dt.datetime) -> bool:
    """Whether this made the run: another who looks at the same moment, or nothing to share, makes none here."""
    try:
        return _preview_once(group, year, at)
    except NothingToDistribute:
        return False
