"""Chair and treasurer agree to what a closed year shares out, each by her own yes."""

import datetime as dt

from django.db import transaction
from django.db.models import Q

from cycles.models import Run, RunApproval
from cycles.operations.sharing import (
    AlreadyApproved,
    FiguresChanged,
    InvalidTransition,
    NotYourYes,
    locked_run,
    log,
    must_be_closed,
)
from cycles.operations.sharing_preview import is_as_computed
from cycles.queries.runs import panel_of
from users.models import User


@transaction.atomic
def approve(*, run: Run, by: User, at: dt.datetime) -> Run:
    """A yes to the figures as they were computed; the last one that is needed makes the run APPROVED.

    Two people: one fills one capacity, also where service admins stand in for offices that nobody holds; where there is
    one service admin alone, her yes is for both and the log says so. Refused: `invalid_transition`, `year_not_closed`,
    `amount_changed` where the books say something else by now, `already_approved`, `forbidden` to any other seat.
    """
    held = locked_run(run)
    if held.status != Run.Status.PREVIEW:
        raise InvalidTransition
    must_be_closed(held)
    if not is_as_computed(held, at):
        raise FiguresChanged
    panel = panel_of(held)
    if by.pk in panel.standing.values():
        raise AlreadyApproved
    capacity = panel.open_to(by.pk)
    if capacity is None:
        raise NotYourYes
    _make_room(held, by, capacity, at)
    RunApproval.objects.create(run=held, capacity=capacity, approver=by, at=at, figures_of=held.computed_at)
    log("sharing.yes", held, by, at, capacity=capacity, for_both=panel.is_one_for_both)
    if not panel_of(held).missing:
        held.status = Run.Status.APPROVED
        held.save(update_fields=["status"])
        log("sharing.approved", held, by, at)
    return held


def _make_room(run: Run, by: User, capacity: str, at: dt.datetime) -> None:
    """A yes from a seat given up since counts no more and would hold its capacity; the log of acts keeps it."""
    lapsed = Q(capacity=capacity) | Q(approver=by)
    for old in RunApproval.objects.filter(lapsed, run=run, figures_of=run.computed_at):
        log("sharing.yes_lapsed", run, by, at, capacity=old.capacity, approver=old.approver_id, said_at=old.at)
        old.delete()
