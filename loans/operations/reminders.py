"""What borrowers are reminded of: what falls due in the next days, and what is overdue. Each of it is said once.

A message is known by loan, due date and kind, so a day that was missed is made up for, and a day done twice is not.
"""

import datetime as dt
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import override

from core.money import ZERO, shown
from loans.models import Loan, Status
from loans.queries import states
from loans.rules.life import State
from notifications.operations import write
from users.models import User

log = logging.getLogger(__name__)
BATCH = 200
AHEAD = 3
# After so many days without payment the borrower hears again; later than the last, no more.
LATE = (30, 7, 1)


class RemindersFailed(Exception):
    """Some borrowers could not be reminded; the others were."""


@dataclass(frozen=True)
class Reminder:
    """What is said of one due date: which kind, and how much is to be paid."""

    template: str
    kind: str
    due: dt.date
    amount: Decimal


def remind_borrowers(*, on: dt.date) -> int:
    """Each borrower who signs in hears of what is due within three days of `on`, and of what is 1, 7 and 30 days late.

    Each loan is a change of its own; one that fails is named in the log, and the run ends with `RemindersFailed`.
    Returns how many messages were written.
    """
    written, failed, last = 0, 0, None
    running = Loan.objects.filter(status=Status.DISBURSED, member__person__user__isnull=False)
    joined = running.select_related("group", "member__person__user__data_key").order_by("pk")
    while batch := list((joined.filter(pk__gt=last) if last else joined)[:BATCH]):
        last = batch[-1].pk
        told = states(batch, on)
        for loan in batch:
            try:
                written += _remind(loan, told.get(loan.pk))
            except Exception:
                log.exception("the borrower of loan %s could not be reminded", loan.pk)
                failed += 1
    if failed:
        raise RemindersFailed(f"the borrowers of {failed} loans could not be reminded")
    return written


@transaction.atomic
def _remind(loan: Loan, state: State | None) -> int:
    user = loan.member.person.user
    if user is None or state is None:
        return 0
    return sum(_tell(loan, user, each) for each in reminders(state))


def reminders(state: State) -> Iterator[Reminder]:
    """What there is to say of a loan on a day: of the oldest thing overdue, and of each due date close ahead."""
    late = [row for row in state.rows if row.due < state.on and row.unpaid > 0]
    if late:
        days = (state.on - late[0].due).days
        stage = next(each for each in LATE if days >= each)
        yield Reminder("loan_late", f"late-{stage}", late[0].due, sum((row.unpaid for row in late), ZERO))
    last = state.on + dt.timedelta(days=AHEAD)
    for row in state.rows:
        if state.on < row.due <= last and row.unpaid > 0:
            yield Reminder("loan_due", "due", row.due, row.unpaid)


def _tell(loan: Loan, user: User, reminder: Reminder) -> bool:
    with override(user.language):
        day = date_format(reminder.due)
    message = write(
        user=user,
        template=reminder.template,
        once=f"loan:{loan.pk}:{reminder.due}:{reminder.kind}",
        group_id=loan.group_id,
        group=loan.group.name,
        loan=loan.loan_number,
        amount=shown(reminder.amount),
        day=day,
    )
    return message is not None
