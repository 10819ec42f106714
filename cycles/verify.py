"""Proving years: what was declared is what the books owe by it, agreed by both, and each closing of a year is known.

Goes along with `ledger.verify.check_books`; a few queries, however many runs a group has.
"""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, Sum

from audit.models import Act
from core.money import ZERO
from cycles.models import Allocation, ClosedYear, Run, RunApproval
from cycles.rules.sharing import CAPACITIES, DECLARED, PAYABLE
from groups.models import BankingGroup
from ledger.differences import NAMED, Difference
from ledger.models import Entry, Line, Voucher
from savings.queries import unreversed

_DECLARED = (Run.Status.DECLARED, Run.Status.PAID)
Owed = dict[UUID, dict[UUID, Decimal]]


def runs_are_what_was_declared(group: BankingGroup) -> Iterator[Difference]:
    """Every declared run: its parts are the lines of its entry, and both said yes to its figures."""
    runs = list(Run.objects.filter(group=group).select_related("voucher").order_by("kind", "fiscal_year"))
    declared = [run for run in runs if run.status in _DECLARED]
    parts, lines, agreed = _parts(declared), _lines(declared), _agreed(declared)
    for run in declared:
        where, owed = f"run {run.pk}", parts[run.pk]
        total = sum(owed.values(), ZERO)
        if total != run.distributable or owed != (lines[run.voucher_id] if run.voucher_id else {}):
            yield Difference("the parts of a run are not what was declared", where, total - run.distributable)
        if run.pk not in agreed:
            yield Difference("a run was declared without both yeses", where)
    known = {run.voucher_id for run in declared if run.voucher_id}
    papers = unreversed().filter(group=group, kind__in=Run.Kind.values, detail=DECLARED).values_list("pk", flat=True)
    for paper in sorted(known ^ set(papers))[:NAMED]:
        yield Difference("a declaration and its run do not name each other", f"voucher {paper}")


def _parts(runs: list[Run]) -> Owed:
    owed: Owed = defaultdict(dict)
    rows = Allocation.objects.filter(run__in=runs).exclude(amount=ZERO)
    for run, member, amount in rows.values_list("run", "member", "amount"):
        owed[run][member] = amount
    return owed


def _lines(runs: list[Run]) -> Owed:
    """Voucher id → member id → what its entry owes her."""
    owed: Owed = defaultdict(dict)
    lines = Line.objects.filter(entry__voucher__run__in=runs, account__code=PAYABLE)
    sums = lines.values_list("entry__voucher", "member").annotate(total=Sum("amount")).order_by()
    for paper, member, total in sums:
        owed[paper][member or UUID(int=0)] = -total
    return owed


def _agreed(runs: list[Run]) -> set[UUID]:
    """The runs to whose figures both said yes, or one alone who stood in for both, as the log of acts says."""
    said: dict[UUID, set[str]] = defaultdict(set)
    figures = {run.pk: run.computed_at for run in runs}
    for run, capacity, at in RunApproval.objects.filter(run__in=runs).values_list("run", "capacity", "figures_of"):
        if at == figures[run]:
            said[run].add(capacity)
    acts = Act.objects.filter(verb="sharing.yes", subject_id__in=list(figures), facts__for_both=True)
    alone = {run for run in acts.values_list("subject_id", flat=True) if run in said and run}
    return alone | {run for run, capacities in said.items() if capacities >= set(CAPACITIES)}


def years_are_closed_by_their_entries(group: BankingGroup) -> Iterator[Difference]:
    """Every closing entry has its closed year, and every closed year that names a paper has its entry on its last
    day."""
    kind = Entry.Kind.YEAR_CLOSE.value
    papers = Voucher.objects.filter(group=group, kind=kind, closed_year__isnull=True)
    for paper in papers.order_by("pk").values_list("pk", flat=True)[:NAMED]:
        yield Difference("a closing entry has no closed year", f"voucher {paper}")
    closed = ClosedYear.objects.filter(group=group).select_related("voucher__entry")
    for year in closed.filter(~Q(voucher=None)).order_by("fiscal_year"):
        entry = year.voucher.entry if year.voucher else None
        if entry is None or (entry.kind, entry.booked_on, entry.group_id) != (kind, year.ends_on, group.pk):
            yield Difference("a closed year has no closing entry", f"year {year.fiscal_year}")
