"""What was agreed is declared: from then on the group owes each member her part."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.money import ZERO, shown
from core.periods import business_day
from cycles.models import Allocation, Run
from cycles.operations.sharing import FiguresChanged, InvalidTransition, locked_run, log, must_be_closed
from cycles.operations.sharing_preview import is_as_computed
from cycles.queries.runs import newest_entry, panel_of
from cycles.rules import sharing as rules
from ledger.models import Voucher
from ledger.operations import InsufficientFund, hold_books
from ledger.queries import balance
from ledger.vouchers import Draft, draft, settle
from savings.operations.doors import must_be_open
from users.models import User


class YesMissing(InvalidTransition):
    detail = _("The yes of somebody who no longer sits there is missing. Work the figures out again, then agree anew.")


@transaction.atomic
def declare(*, run: Run, by: User, at: dt.datetime) -> Run:
    """One entry of today moves the pool from the retained surplus to what is payable to each member; DECLARED.

    A share-out of nothing posts no entry: members are paid their own by it. Refused: `invalid_transition` unless it is
    agreed and both yeses stand, `amount_changed` where the books say something else by now, `insufficient_fund` where
    the surplus no longer holds it, `year_not_closed`, `group_suspended`, `period_closed`.
    """
    must_be_open(run.group, business_day(at), at)
    if run.status != Run.Status.APPROVED:
        raise InvalidTransition
    voucher = _paper(run, by, at) if run.distributable else None
    held = locked_run(run)
    if held.status != Run.Status.APPROVED:
        raise InvalidTransition
    if held.distributable != (voucher.amount if voucher else ZERO):
        raise FiguresChanged
    must_be_closed(held)
    if voucher:
        hold_books([held.group])
        _must_be_there(held)
    _must_be_agreed(held, at)
    if voucher:
        parts = Allocation.objects.filter(run=held).order_by("member__number").values_list("member", "amount")
        settle(voucher=voucher, legs=rules.declaring_legs(held.distributable, parts), at=at, actor=by)
    held.status, held.voucher = Run.Status.DECLARED, voucher
    held.declared_after = None if voucher else newest_entry(held.group)
    held.save(update_fields=["status", "voucher", "declared_after"])
    log("sharing.declared", held, by, at, voucher=voucher.pk if voucher else None)
    return held


def _paper(run: Run, by: User, at: dt.datetime) -> Voucher:
    paper = Draft(
        group=run.group,
        kind=run.kind,
        detail=rules.DECLARED,
        amount=run.distributable,
        recorded_by=by,
        at=at,
        on=business_day(at),
        subject_id=run.pk,
    )
    voucher, _new = draft(paper)
    return voucher


def _must_be_agreed(run: Run, at: dt.datetime) -> None:
    """The figures are those of the books, and the chair's and the treasurer's yes to them stand."""
    if panel_of(run).missing:
        raise YesMissing
    if not is_as_computed(run, at):
        raise FiguresChanged


def _must_be_there(run: Run) -> None:
    """The books let a surplus go below zero, since losses do that; a distribution does not."""
    holds = balance(run.group, rules.SURPLUS)
    if holds < run.distributable:
        said = _("The retained surplus holds KES %(holds)s; KES %(asked)s would be shared out.")
        raise InsufficientFund(said % {"holds": shown(holds), "asked": shown(run.distributable)})
