"""Roles and offices: given from one moment, ended at another, never rewritten."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from audit.operations import record
from core.errors import Refusal
from groups.models import OFFICES, BankingGroup, GroupRole, Organisation, RoleName
from users.models import User


class OfficeTaken(Refusal):
    code = "office_taken"
    status = 409
    detail = _("Somebody holds this office. End it first.")


@transaction.atomic
def give_role(
    *,
    user: User,
    role: RoleName,
    at: dt.datetime,
    by: User | None,
    group: BankingGroup | None = None,
    organisation: Organisation | None = None,
) -> GroupRole:
    """A role from now on. Giving it twice changes nothing; a second office in the same group replaces the first.

    Refused: an office somebody else holds (`office_taken`).
    """
    scope = {"user": user, "group": group, "organisation": organisation, "until__isnull": True}
    held = GroupRole.objects.filter(role=role, **scope)
    if running := held.first():
        return running
    if role in OFFICES:
        for other in GroupRole.objects.filter(role__in=OFFICES, **scope):
            end_role(role=other, at=at, by=by)
    try:
        with transaction.atomic():
            given = GroupRole.objects.create(
                user=user, role=role, group=group, organisation=organisation, since=at, given_by=by
            )
    except IntegrityError as error:
        # The same role given twice at the same moment is no quarrel over an office.
        if running := held.first():
            return running
        raise OfficeTaken from error
    _record_role("role.given", given, at, by)
    return given


@transaction.atomic
def end_role(*, role: GroupRole, at: dt.datetime, by: User | None) -> None:
    """The role ends now; its row stays. The next request already goes without it. Ended twice, the first end counts."""
    if not GroupRole.objects.filter(pk=role.pk, until__isnull=True).update(until=at):
        return
    role.until = at
    _record_role("role.ended", role, at, by)


def _record_role(verb: str, role: GroupRole, at: dt.datetime, by: User | None) -> None:
    record(
        verb=verb,
        at=at,
        actor_id=by.id if by else None,
        subject="user",
        subject_id=role.user_id,
        group_id=role.group_id,
        organisation_id=role.group.organisation_id if role.group else role.organisation_id,
        role=str(role.role),
    )
