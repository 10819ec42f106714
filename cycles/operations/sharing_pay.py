"""What was declared is paid: to one member, or to all who are still open, one paper each."""

import contextlib
import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid, MakerIsChecker
from cycles.models import Run
from cycles.operations.sharing import InvalidTransition, PaidAlready, locked_run
from cycles.operations.sharing_out import pay_out
from cycles.operations.sharing_parts import PAYABLE, Handing, Payment, part_for, pay_part
from cycles.queries import runs as queries
from ledger.models import Voucher
from loans.models import Loan
from members.models import Member
from savings.models import Fine
from savings.operations.doors import must_be_open
from savings.operations.tables import hold_table
from savings.queries import names
from users.models import User


class NotToYourself(MakerIsChecker):
    detail = _("This part is your own. The field officer pays the treasurer, and the treasurer the field officer.")


@transaction.atomic
def pay(*, run: Run, member: Member, how: Handing, by: User, at: dt.datetime) -> Voucher:
    """Her dividend is paid to her or kept as savings; at a share-out, all that is her own is paid with it.

    Nobody pays herself. Who left since it was declared was paid by her leaving; who left before is paid her part and
    keeps nothing. Refused: `maker_is_checker`, `not_found` for whom the run gives nothing, `invalid_transition` before
    it is declared and for what was paid, `member_inactive`, `amount_changed`, `group_suspended`, `period_closed`,
    `receipt_already_used`, `insufficient_cash`, `insufficient_fund`, `still_owes` at a share-out for a debt that no
    loan here knows of, and what `hold_table` refuses.
    """
    hold_table(run.group, how.meeting_id)
    payment = Payment(how, by, at)
    must_be_open(run.group, payment.on, at)
    if names(member, by):
        raise NotToYourself
    part = part_for(run, member)
    payment.must_follow(part.run)
    if run.kind == Run.Kind.SHARE_OUT and not how.keep:
        return pay_out(part, payment)
    return pay_part(part, payment)


def pay_all(*, run: Run, how: Handing, by: User, at: dt.datetime) -> Run:
    """Everybody who was not paid yet, by member number, each in a transaction of her own: whoever is stopped goes on
    where he was. Left out: whoever pays, and of what is kept, who has left.

    Within another transaction it is all or nothing: hold everybody first (`hold_everybody`). Refused as `pay`, and
    `invalid` for a receipt number, since that pays one.
    """
    if how.receipt_number or how.expected is not None:
        raise Invalid(_("A receipt number or an amount is one member's. Name the member."), field="member_id")
    if run.status not in PAYABLE:
        raise InvalidTransition
    for part in queries.open_parts(run):
        if names(part.member, by) or (how.keep and part.member.left_on):
            continue
        with contextlib.suppress(PaidAlready):
            pay(run=run, member=part.member, how=how, by=by, at=at)
    return queries.run_by_id(run.pk)


def hold_everybody(run: Run, meeting_id: UUID | None) -> None:
    """The meeting and the rows that paying all takes, in the one order of locks, for one transaction of all.

    Paying one after the other would take the second member's row after the book, and could wait in a ring.
    """
    hold_table(run.group, meeting_id)
    open_to = [part.member_id for part in queries.open_parts(run)]
    for rows in (Fine.objects.filter(member__in=open_to), Loan.objects.filter(member__in=open_to)):
        if run.kind == Run.Kind.SHARE_OUT:
            list(rows.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk", flat=True))
    locked_run(run)
    members = Member.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=open_to)
    list(members.order_by("pk").values_list("pk", flat=True))
