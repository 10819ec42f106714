"""What was agreed is declared: from then on the group owes each member her part."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.money import shown
from core.periods import business_day
from cycles.models import Allocation, Run
from cycles.operations.sharing import FiguresChanged, InvalidTransition, locked_run, log, must_be_closed
from cycles.rules import sharing as rules
from ledger.operations import InsufficientFund, hold_books
from ledger.queries import balance
from ledger.vouchers import Draft, draft, settle
from savings.operations.doors import must_be_open
from users.models import User


@transaction.atomic
def declare(*, run: Run, by: User, at: dt.datetime) -> Run:
    """One entry of today moves the pool from the retained surplus to what is payable to each member; DECLARED.

    Refused: `invalid_transition` unless it is agreed, `insufficient_fund` where the surplus no longer holds it,
    `year_not_closed`, `group_suspended`, `period_closed`.
    """
    on = business_day(at)
    must_be_open(run.group, on, at)
    if run.status != Run.Status.APPROVED:
        raise InvalidTransition
    paper = Draft(
        group=run.group,
        kind=run.kind,
        detail=rules.DECLARED,
        amount=run.distributable,
        recorded_by=by,
        at=at,
        on=on,
        subject_id=run.pk,
    )
    voucher, _new = draft(paper)
    held = locked_run(run)
    if held.status != Run.Status.APPROVED:
        raise InvalidTransition
    if held.distributable != voucher.amount:
        raise FiguresChanged
    must_be_closed(held)
    hold_books([held.group])
    _must_be_there(held)
    parts = Allocation.objects.filter(run=held).order_by("member__number").values_list("member", "amount")
    settle(voucher=voucher, legs=rules.declaring_legs(held.distributable, parts), at=at, actor=by)
    held.status, held.voucher = Run.Status.DECLARED, voucher
    held.save(update_fields=["status", "voucher"])
    log("sharing.declared", held, by, at, voucher=voucher.pk)
    return held


def _must_be_there(run: Run) -> None:
    """The books let a surplus go below zero, since losses do that; a distribution does not."""
    holds = balance(run.group, rules.SURPLUS)
    if holds < run.distributable:
        said = _("The retained surplus holds KES %(holds)s; KES %(asked)s would be shared out.")
        raise InsufficientFund(said % {"holds": shown(holds), "asked": shown(run.distributable)})
