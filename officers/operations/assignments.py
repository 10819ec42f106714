"""Groups are given to an officer and taken from her. Her role in a group stands while she is active and assigned."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from groups.models import BankingGroup, RoleName
from groups.operations import end_role, give_role
from officers import queries
from officers.models import Assignment, Officer
from officers.operations.holding import must_hold_no_cash
from officers.operations.moves import locked, log, must_be
from users.models import User

Status = Officer.Status
IN_SERVICE = (Status.REGISTERED, Status.ACTIVE, Status.SUSPENDED)


@transaction.atomic
def assign(*, officer: Officer, group: BankingGroup, by: User, at: dt.datetime) -> Assignment:
    """She serves the group from now on; assigned twice, nothing changes. While she is not active the role waits.

    Refused: `maker_is_checker` to herself, `invalid_transition` once she has left, `invalid` for a group of another
    organisation.
    """
    held = locked(officer, by)
    must_be(held, *IN_SERVICE)
    if group.organisation_id != held.organisation_id:
        raise Invalid(_("This group belongs to another organisation."), field="assigned_groups")
    given, is_new = Assignment.objects.get_or_create(
        officer=held, group=group, until=None, defaults={"since": at, "given_by": by}
    )
    if held.status == Status.ACTIVE:
        give_role(user=held.user, role=RoleName.FIELD_OFFICER, group=group, at=at, by=by)
    if is_new:
        log("officer.assigned", held, by, at, group=group.pk)
    return given


@transaction.atomic
def unassign(*, officer: Officer, group: BankingGroup, by: User, at: dt.datetime) -> None:
    """She serves the group no longer: assignment and role end. Taken twice, nothing changes.

    The role ends first: whoever is just putting cash into her hands holds that row, so what we read afterwards is all
    there is. Refused: `maker_is_checker` to herself, `invalid_transition` once she has left, `cash_not_handed_over`
    while she holds cash of this group, also when she is suspended (the treasurer takes it into the box first).
    """
    held = locked(officer, by)
    must_be(held, *IN_SERVICE)
    for role in queries.roles_of(held).filter(group=group):
        end_role(role=role, at=at, by=by)
    ended = Assignment.objects.filter(officer=held, group=group, until__isnull=True).update(until=at)
    must_hold_no_cash(held, group)
    if ended:
        log("officer.unassigned", held, by, at, group=group.pk)
