"""Fines: imposed by hand or by a roll call, taken back while the roll call is put right, waived by another person.

How they are paid stands in `fine_payments`.
"""

import datetime as dt
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from audit.operations import record
from core.errors import Forbidden, Invalid, MakerIsChecker, Refusal
from core.money import ZERO
from core.periods import business_day
from groups.access import standing
from groups.models import Constitution
from groups.operations import must_take_money
from groups.permissions import Reach
from groups.queries import constitution_on
from ledger.operations import DateInFuture
from members.models import Member
from notifications.operations import write
from savings import rules
from savings.fines import paid_of
from savings.models import Fine
from savings.operations.doors import held, must_be_active, must_stay_active
from savings.operations.tables import hold_table
from savings.queries import names
from users.models import User

Status = Fine.Status


class FinePaid(Refusal):
    code = "fine_paid"
    detail = _("Something of the fine for this roll call is paid. Take that payment back first, then put it right.")


class FineNotOpen(Refusal):
    code = "invalid_transition"
    status = 409
    detail = _("This fine is not open any more, so there is nothing to waive.")


class NotYourOwnFine(MakerIsChecker):
    detail = _("This fine is your own. Somebody else decides whether it is waived.")


class NotWhoImposedIt(MakerIsChecker):
    detail = _("You imposed this fine. Somebody else decides whether it is waived.")


@transaction.atomic
def impose(
    *,
    member: Member,
    amount: Decimal,
    reason: str,
    due_on: dt.date,
    by: User,
    at: dt.datetime,
    on: dt.date,
    cause: str = Fine.Cause.OTHER,
    meeting_id: UUID | None = None,
) -> Fine:
    """A fine of `amount` shillings that a person decided on, as of `on`; nothing is booked until it is paid.

    For a cause that the constitution knows it cites version and clause of that day. Refused: `forbidden`,
    `invalid` without a reason, `date_in_future`, `member_inactive`, `group_suspended`, and what `hold_table` refuses.
    """
    if standing(by, member.group).may("fines:impose") is not Reach.ALL:
        raise Forbidden
    if not reason.strip() and cause == Fine.Cause.OTHER:
        raise Invalid(_("Say what the fine is for."), field="reason")
    hold_table(member.group, meeting_id)
    must_take_money(member.group)
    if on > business_day(at):
        raise DateInFuture
    must_be_active(member)
    must_stay_active(member)
    fine = _fine(member, cause, constitution_on(member.group, on), meeting_id)
    fine.amount, fine.imposed_on, fine.due_on, fine.reason = amount, on, due_on, reason
    return _imposed(fine, by, at)


@transaction.atomic
def impose_for_roll_call(
    *, member: Member, meeting_id: UUID, cause: str, on: dt.date, by: User, at: dt.datetime
) -> Fine | None:
    """What the rules of the day ask of who came LATE or stayed ABSENT, once per member and meeting, due a week later.

    None where they ask nothing, and of who has left the group since. A fine of this roll call that stands for the
    other cause gives way to it, as `cancel_for_roll_call` would; one that was waived settles the matter. The caller
    holds the meeting. Refused: `fine_paid`.
    """
    standing_fine = _held_for_roll_call(member, meeting_id)
    if standing_fine and (standing_fine.cause == cause or standing_fine.status == Status.WAIVED):
        return standing_fine
    if standing_fine:
        _cancelled(standing_fine, by, at)
    hers = held(member)
    if twin := _of_roll_call(hers, meeting_id):
        # The same roll call was faster by another hand.
        return twin
    constitution = constitution_on(hers.group, on)
    amount = getattr(constitution, rules.FINE_RULES[cause])
    if not amount or hers.left_on is not None:
        return None
    fine = _fine(hers, cause, constitution, meeting_id)
    fine.amount, fine.imposed_on = amount, on
    fine.due_on = on + dt.timedelta(days=rules.DAYS_TO_PAY_A_FINE)
    return _imposed(fine, by, at)


@transaction.atomic
def cancel_for_roll_call(*, member: Member, meeting_id: UUID, by: User, at: dt.datetime) -> None:
    """The roll call is put right: the fine it imposed was never due. What was waived stays as it is.

    The caller holds the meeting. Refused: `fine_paid`.
    """
    fine = _held_for_roll_call(member, meeting_id)
    if fine is not None and fine.status != Status.WAIVED:
        _cancelled(fine, by, at)


@transaction.atomic
def waive(*, fine: Fine, by: User, at: dt.datetime, reason: str) -> Fine:
    """Nothing is owed on it any more; what was paid of it stays income.

    Refused: `invalid` without a reason, `forbidden`, `maker_is_checker` to who imposed it and to herself,
    `invalid_transition` for what is not outstanding.
    """
    if not reason.strip():
        raise Invalid(_("Say why it is waived: the reason stays with it."), field="reason")
    open_fine = _locked(fine)
    if standing(by, open_fine.group).may("fines:waive") is not Reach.ALL:
        raise Forbidden
    if names(open_fine.member, by):
        raise NotYourOwnFine
    if open_fine.imposed_by_id == by.pk:
        raise NotWhoImposedIt
    if open_fine.status != Status.OUTSTANDING:
        raise FineNotOpen
    paid = paid_of([open_fine.pk]).get(open_fine.pk, ZERO)
    open_fine.status, open_fine.waived_by, open_fine.waived_at = Status.WAIVED, by, at
    open_fine.verdict = reason
    open_fine.save(update_fields=["status", "waived_by", "waived_at", "verdict_sealed"])
    _log("fine.waived", open_fine, by, at, waived=open_fine.amount - paid)
    _tell(open_fine, "fine_waived")
    return open_fine


def _fine(member: Member, cause: str, constitution: Constitution, meeting_id: UUID | None) -> Fine:
    """Not yet written: whose it is and what it rests on."""
    clause = rules.FINE_RULES.get(cause, "")
    return Fine(
        group=member.group,
        member=member,
        cause=cause,
        constitution=constitution if clause else None,
        clause=clause,
        meeting_id=meeting_id,
        data_key=member.person.data_key,
    )


def _imposed(fine: Fine, by: User, at: dt.datetime) -> Fine:
    fine.imposed_by, fine.imposed_at = by, at
    fine.save(force_insert=True)
    _log("fine.imposed", fine, by, at, due_on=fine.due_on)
    _tell(fine, "fine_imposed")
    return fine


def _cancelled(fine: Fine, by: User, at: dt.datetime) -> None:
    """The caller holds the row."""
    if paid_of([fine.pk]):
        raise FinePaid
    fine.status = Status.CANCELLED
    fine.save(update_fields=["status"])
    _log("fine.cancelled", fine, by, at)
    _tell(fine, "fine_cancelled")


def _of_roll_call(member: Member, meeting_id: UUID) -> Fine | None:
    imposed = Fine.objects.filter(group=member.group_id, member=member, meeting_id=meeting_id)
    standing_now = imposed.filter(cause__in=[Fine.Cause.LATE, Fine.Cause.ABSENT]).exclude(status=Status.CANCELLED)
    return standing_now.select_related("group__organisation", "member__person__user__data_key", "data_key").first()


def _held_for_roll_call(member: Member, meeting_id: UUID) -> Fine | None:
    fine = _of_roll_call(member, meeting_id)
    locked = fine and _locked(fine)
    return locked if locked and locked.status != Status.CANCELLED else None


def _locked(fine: Fine) -> Fine:
    """The fine as it is now, its row held until the transaction ends."""
    rows = Fine.objects.select_for_update(of=("self",), no_key=True)
    joined = rows.select_related("group__organisation", "member__person__user__data_key", "data_key", "constitution")
    return joined.get(pk=fine.pk)


def _log(verb: str, fine: Fine, by: User, at: dt.datetime, **facts: object) -> None:
    """Ids, cause and amount, nothing that names a person; marked where a service admin acts for empty offices."""
    record(
        verb=verb,
        at=at,
        actor_id=by.pk,
        subject="fine",
        subject_id=fine.pk,
        group_id=fine.group_id,
        organisation_id=fine.group.organisation_id,
        in_place_of_office=standing(by, fine.group).in_place_of_office,
        member=fine.member_id,
        cause=str(fine.cause),
        amount=fine.amount,
        meeting=fine.meeting_id,
        **facts,
    )


def _tell(fine: Fine, template: str) -> None:
    """One message, if she signs in."""
    user = fine.member.person.user
    if user is None:
        return
    with override(user.language):
        cause, due = str(Fine.Cause(fine.cause).label), date_format(fine.due_on)
    write(
        user=user,
        template=template,
        once=f"{template}:{fine.pk}",
        group_id=fine.group_id,
        group=fine.group.name,
        cause=cause,
        amount=f"{fine.amount:,.2f}",
        due=due,
    )
