"""Founding a group, and the question at its door: does it take money today?"""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.operations import record
from core.errors import Invalid, Refusal
from groups.models import BankingGroup, Organisation
from groups.operations.constitutions import adopt_constitution
from users.models import DataKey, User


class GroupSuspended(Refusal):
    code = "group_suspended"
    detail = _("This group is suspended: it takes no money until the service admin activates it again.")


@transaction.atomic
def create_group(*, organisation: Organisation, at: dt.datetime, by: User, **fields: Any) -> BankingGroup:
    """A new active group with the default constitution, effective from its registration date.

    Refused: a group code already taken (`invalid`).
    """
    if BankingGroup.objects.filter(group_code=fields["group_code"]).exists():
        raise Invalid(_("A group with this code exists. Choose another code."), field="group_code")
    group = BankingGroup.objects.create(organisation=organisation, data_key=DataKey.make(), **fields)
    record(
        verb="group.created",
        at=at,
        actor_id=by.id,
        subject="group",
        subject_id=group.id,
        group_id=group.id,
        organisation_id=organisation.id,
    )
    adopt_constitution(group=group, effective_on=group.registration_date, at=at, by=by)
    return group


def must_take_money(group: BankingGroup) -> None:
    """Refuses `group_suspended` unless the group is active: no money at the door of a suspended group."""
    if group.status != BankingGroup.Status.ACTIVE:
        raise GroupSuspended
