"""What the verbs of sharing have in common: their refusals, the lock on a run, and the trace they leave.

Order of locks as in every act: the meeting that is named, papers, fines and loans, the run, the member, the book.
"""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from audit.operations import record
from core.errors import Forbidden, Refusal
from cycles.models import Run
from cycles.operations.leaving import AmountChanged
from cycles.queries.years import closed_year
from groups.access import standing
from ledger import vouchers
from users.models import User


class NothingToDistribute(Refusal):
    code = "nothing_to_distribute"
    detail = _("There is nothing to share out for this year: old losses come first, and only savings get a part.")


class YearNotClosed(Refusal):
    code = "year_not_closed"
    detail = _("This year is not closed yet. The service admin closes it first; then it can be agreed what is shared.")


class FiguresChanged(AmountChanged):
    detail = _("The figures have changed since they were worked out. Work them out again, look at them, then say yes.")


class InvalidTransition(vouchers.InvalidTransition):
    detail = _("This run is not at the step at which that can be done. Look at what happened to it since.")


class PaidAlready(InvalidTransition):
    detail = _("She was paid her part already, or keeps it as savings.")


class AlreadyApproved(Refusal):
    code = "already_approved"
    status = 409
    detail = _("You have already said yes to this. The next yes is somebody else's.")


class NotYourYes(Forbidden):
    detail = _("This waits for the yes of the chair and of the treasurer, each in her own seat.")


class PaymentsStand(InvalidTransition):
    detail = _("Somebody was paid by it already. Take back those payments first, then the declaration.")


def locked_runs() -> QuerySet[Run]:
    """Runs as they are now; the row of whichever is read is held until the transaction ends."""
    rows = Run.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("group__organisation", "group__data_key", "voucher__entry")


def locked_run(run: Run) -> Run:
    return locked_runs().get(pk=run.pk)


def must_be_closed(run: Run) -> None:
    """Refuses `year_not_closed`, and `amount_changed` for a year that was closed on other days than were looked at."""
    closed = closed_year(run.group, run.fiscal_year)
    if closed is None:
        raise YearNotClosed
    if (closed.starts_on, closed.ends_on) != (run.starts_on, run.ends_on):
        raise FiguresChanged


def log(verb: str, run: Run, by: User | None, at: dt.datetime, **facts: object) -> None:
    """Ids, year and amount; marked where a service admin acts for offices nobody holds."""
    record(
        verb=verb,
        at=at,
        actor_id=by.pk if by else None,
        subject="run",
        subject_id=run.pk,
        group_id=run.group_id,
        organisation_id=run.group.organisation_id,
        in_place_of_office=by is not None and standing(by, run.group).in_place_of_office,
        kind=str(run.kind),
        fiscal_year=run.fiscal_year,
        amount=run.distributable,
        **facts,
    )
