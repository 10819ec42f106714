"""Reading runs of dividends and share-outs: what they say, what became of each part, and whose yes they wait for."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from uuid import UUID

from django.db.models import Max, Prefetch, Q, QuerySet

from core.money import ZERO
from cycles.models import Allocation, Run, RunApproval
from cycles.queries.sharing import Figures
from cycles.rules import sharing as rules
from cycles.rules.explaining import explanation
from cycles.rules.sharing import Panel, Part, Seated
from cycles.rules.years import BeginsIn, FiscalYear, year_of
from groups.models import BankingGroup, Constitution
from groups.queries import in_force
from ledger.models import Entry, Voucher
from savings.queries import LEAVING, WITHDRAWAL, Missing, seats_of, unreversed
from savings.rules import Seat

Kind, Status, Outcome = Run.Kind, Run.Status, Allocation.Outcome
_AGREED = (Status.DECLARED, Status.PAID)


def shown(group: BankingGroup, kind: str) -> QuerySet[Run]:
    """The runs of one kind with what an answer shows of them, the newest year first."""
    return _joined().filter(group=group, kind=kind).order_by("-fiscal_year")


def _joined() -> QuerySet[Run]:
    parts = Allocation.objects.select_related("member__person", "voucher").order_by("member__number")
    yeses = RunApproval.objects.select_related("approver").order_by("at", "id")
    return Run.objects.select_related("group__organisation", "group__data_key", "voucher__entry").prefetch_related(
        Prefetch("allocations", parts), Prefetch("approvals", yeses)
    )


def run_by_id(run_id: UUID) -> Run:
    """One run as answers show it; for ids that this program has kept itself."""
    return _joined().get(pk=run_id)


def run_of(group: BankingGroup, kind: str, year: int) -> Run | None:
    return shown(group, kind).filter(fiscal_year=year).first()


def figures_of(run: Run) -> Figures:
    """What a run says, as it was computed."""
    rows = Allocation.objects.filter(run=run).order_by("member__number").values_list("member", "basis", "amount")
    return Figures(
        FiscalYear(run.fiscal_year, run.starts_on, run.ends_on),
        run.profit,
        run.fees,
        run.distributable,
        run.percent,
        run.basis,
        tuple(Part(*row) for row in rows),
    )


# What became of each part


def paid_with_all_she_owned(groups: Iterable[UUID]) -> dict[UUID, int]:
    """Member id → the number of the newest entry by which she was paid all she owned, her dividends with it.

    She left, or a share-out paid her; an act that was taken back does not count.
    """
    all_of_it = Q(kind=WITHDRAWAL, detail=LEAVING) | Q(kind=Kind.SHARE_OUT, detail=rules.PAID)
    papers = unreversed().filter(all_of_it, group__in=list(groups), member__isnull=False)
    rows = papers.order_by("entry__number").values_list("member", "entry__number")
    return {member: number for member, number in rows if member and number}


def opened_again(groups: Iterable[UUID]) -> dict[UUID, int]:
    """Part id → the number of the newest entry that took back a payment of this part."""
    back = Voucher.objects.filter(group__in=list(groups), reverses__kind__in=Kind.values)
    rows = back.exclude(reverses__detail=rules.DECLARED).order_by("entry__number")
    return {
        part: number for part, number in rows.values_list("reverses__subject_id", "entry__number") if part and number
    }


@dataclass(frozen=True)
class Since:
    """What the books know of parts that are open in their runs, by the numbers of entries."""

    paid: Mapping[UUID, int]
    opened: Mapping[UUID, int]

    def went_along(self, part: Allocation, declared: int) -> bool:
        """Was it paid with all she owned, after it was declared, and after a payment of it was taken back?"""
        return self.paid.get(part.member_id, 0) > max(declared, self.opened.get(part.pk, 0))


def since_in(groups: Iterable[UUID]) -> Since:
    known = list(groups)
    return Since(paid_with_all_she_owned(known), opened_again(known))


def outcome_of(part: Allocation, run: Run, since: Since) -> str:
    """What became of a part: of those still open in the run, the books know who was paid all she owned since.

    A share-out is not over for whom it gives no share: her own is still to be paid.
    """
    declared = declared_at(run)
    if declared is None or part.outcome != Outcome.OPEN:
        return part.outcome
    gives_nothing = part.amount == ZERO and run.kind == Kind.DIVIDEND
    return Outcome.PAID if gives_nothing or since.went_along(part, declared) else Outcome.OPEN


def declared_at(run: Run) -> int | None:
    """The number of the entry that declared it; where nothing was declared, of the newest one at that moment."""
    return run.voucher.entry.number if run.voucher and run.voucher.entry else run.declared_after


def newest_entry(group: BankingGroup) -> int:
    newest: int | None = Entry.objects.filter(group=group).aggregate(newest=Max("number"))["newest"]
    return newest or 0


def open_parts(run: Run) -> list[Allocation]:
    """The parts of a declared run that nobody was paid yet, by member number."""
    parts = Allocation.objects.filter(run=run).order_by("member__number")
    joined = parts.select_related("member__group__organisation", "member__person__data_key")
    since = since_in([run.group_id])
    return [part for part in joined if outcome_of(part, run, since) == Outcome.OPEN]


def has_open(run: Run) -> bool:
    """Is there a part that nobody was paid yet?"""
    since = since_in([run.group_id])
    return any(outcome_of(part, run, since) == Outcome.OPEN for part in Allocation.objects.filter(run=run))


def was_paid_from(run: Run) -> bool:
    """Was anybody paid by a run since it was declared, or kept her part, or was paid it with all she owned?"""
    since, declared = since_in([run.group_id]), declared_at(run) or 0
    parts = Allocation.objects.filter(run=run)
    return any(part.outcome != Outcome.OPEN or since.went_along(part, declared) for part in parts)


def status_now(run: Run, became: Iterable[str]) -> str:
    """A declared run is paid once no part is open: also when the last one was paid by her leaving."""
    if run.status not in _AGREED:
        return run.status
    return Status.DECLARED if Outcome.OPEN in set(became) else Status.PAID


# Who says yes


def panels(runs: Sequence[Run]) -> dict[UUID, Panel]:
    """Run id → who decides about it, and who said yes to its figures as they are. A few queries for any number."""
    seats = seats_of({run.group_id for run in runs})
    said: dict[UUID, dict[str, UUID]] = defaultdict(dict)
    figures_now = {run.pk: run.computed_at for run in runs}
    yeses = RunApproval.objects.filter(run__in=list(figures_now))
    for run, capacity, approver, figures in yeses.values_list("run", "capacity", "approver", "figures_of"):
        if figures == figures_now[run]:
            said[run][capacity] = approver
    return {run.pk: Panel(_people(seats.get(run.group_id, [])), said[run.pk]) for run in runs}


def panel_of(run: Run) -> Panel:
    return panels([run])[run.pk]


def _people(seats: Iterable[Seat]) -> tuple[Seated, ...]:
    """Chair and treasurer; the service admins in both capacities where nobody holds an office."""
    offices = [seat for seat in seats if seat.is_office]
    stand_in = not any(seat.role in OFFICE_WORDS for seat in offices)
    both = frozenset(rules.CAPACITIES)
    seated = [Seated(seat.user, seat.name, both if stand_in else both & {seat.role}) for seat in offices]
    return tuple(one for one in seated if one.capacities)


OFFICE_WORDS = frozenset({"CHAIR", "SECRETARY", "TREASURER", "COMMITTEE"})


def missing_of(run: Run, panel: Panel) -> list[Missing]:
    """The yeses a looked-at run waits for: one a capacity."""
    if run.status != Status.PREVIEW:
        return []
    return [Missing(capacity, 0, 1, tuple(panel.called(capacity).values())) for capacity in panel.missing]


# As it is shown


@dataclass(frozen=True)
class PartView:
    """One member's part as it is shown: what became of it, and by which paper."""

    member_id: UUID
    member_name: str
    member_number: int
    user_id: UUID | None
    basis: Decimal
    percentage: Decimal
    amount: Decimal
    explanation: str
    outcome: str
    voucher_id: UUID | None


@dataclass(frozen=True)
class RunView:
    """A run as it is shown; `measured` is the divisor: the sum of what all its members are measured by."""

    run: Run
    status: str
    measured: Decimal
    parts: tuple[PartView, ...]
    missing: tuple[Missing, ...]
    approvals: tuple[RunApproval, ...]

    def narrowed_to(self, user: UUID | None) -> "RunView":
        """The totals, and of the parts her own."""
        return replace(self, parts=tuple(part for part in self.parts if part.user_id == user and user))

    @property
    def entry_number(self) -> int | None:
        """Of the entry that declared it."""
        voucher = self.run.voucher
        return voucher.entry.number if voucher and voucher.entry else None

    @property
    def open_amount(self) -> Decimal:
        """What nobody was paid yet."""
        return sum((part.amount for part in self.parts if part.outcome == Outcome.OPEN), ZERO)


def views_of(runs: Sequence[Run]) -> list[RunView]:
    """Runs from `shown` as answers and pages show them, in a constant number of queries."""
    if not runs:
        return []
    since, deciding = since_in({run.group_id for run in runs}), panels(runs)
    return [_view(run, since, deciding[run.pk]) for run in runs]


def view_of(run: Run) -> RunView:
    return views_of([run])[0]


def _view(run: Run, since: Since, panel: Panel) -> RunView:
    rows = list(run.allocations.all())
    measured = sum((part.basis for part in rows), ZERO)
    parts = tuple(_part(part, run, measured, outcome_of(part, run, since)) for part in rows)
    return RunView(
        run=run,
        status=status_now(run, (part.outcome for part in parts)),
        measured=measured,
        parts=parts,
        missing=tuple(missing_of(run, panel)),
        approvals=tuple(yes for yes in run.approvals.all() if yes.figures_of == run.computed_at),
    )


def _part(part: Allocation, run: Run, measured: Decimal, outcome: str) -> PartView:
    member = part.member
    return PartView(
        member_id=member.pk,
        member_name=member.person.name,
        member_number=member.number,
        user_id=member.person.user_id,
        basis=part.basis,
        percentage=rules.percentage(part.basis, measured),
        amount=part.amount,
        explanation=explanation(
            basis=part.basis, measured=measured, pool=run.distributable, amount=part.amount, by=run.basis
        ),
        outcome=outcome,
        voucher_id=part.voucher_id,
    )


def days_of_run(run: Run) -> FiscalYear:
    return FiscalYear(run.fiscal_year, run.starts_on, run.ends_on)


def years_to_look_at(on: dt.date) -> list[tuple[BankingGroup, int]]:
    """Active groups that keep books, each with the name of its year that ended last before a day, where nobody looked
    at the dividends of that year. Three queries, however many groups."""
    active = BankingGroup.objects.filter(status=BankingGroup.Status.ACTIVE, book__isnull=False)
    looked_at = set(Run.objects.filter(kind=Kind.DIVIDEND).values_list("group", "fiscal_year"))
    calendars = calendars_of(active)
    due = []
    for group in active.select_related("organisation").order_by("id"):
        running = year_of(on, calendars[group.pk])
        ended = year_of(running.first - dt.timedelta(days=1), calendars[group.pk])
        if (group.pk, ended.year) not in looked_at:
            due.append((group, ended.year))
    return due


def calendars_of(groups: QuerySet[BankingGroup]) -> dict[UUID, BeginsIn]:
    """Group id → in which month its year begins, by the version in force on any day. One query."""
    versions: dict[UUID, list[Constitution]] = defaultdict(list)
    rows = Constitution.objects.adopted().filter(group__in=groups.values("pk")).order_by("version")
    for version in rows.only("group_id", "version", "effective_on", "fiscal_year_starts_in"):
        versions[version.group_id].append(version)
    return {group: partial(_begins_in, known) for group, known in versions.items()}


def _begins_in(versions: Sequence[Constitution], day: dt.date) -> int:
    return in_force(versions, day).fiscal_year_starts_in
