"""The alarm when books do not add up: in the log of acts, in the program's log, and to the people who must look."""

import datetime as dt
import logging
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from audit.operations import record
from groups.models import BankingGroup, GroupRole, RoleName
from ledger.differences import Difference
from notifications.operations import write
from users.models import User

log = logging.getLogger(__name__)


@transaction.atomic
def books_differ(*, group: BankingGroup, found: Sequence[Difference], on: dt.date, at: dt.datetime) -> None:
    """Say aloud, by ids and counts alone, that a group's books differ; each person hears of a group once a day."""
    log.error("the books of group %s differ in %s places", group.pk, len(found))
    record(
        verb="books.differ",
        at=at,
        actor_id=None,
        group_id=group.pk,
        organisation_id=group.organisation_id,
        differences=len(found),
        on=on,
    )
    for user in service_admins(group, RoleName.SYSTEM_ADMIN):
        write(
            user=user,
            template="books_differ",
            once=f"books_differ:{group.pk}:{on}:{user.pk}",
            group_id=group.pk,
            group=group.name,
            count=len(found),
        )


def service_admins(group: BankingGroup, *besides: RoleName) -> list[User]:
    """Those who answer for the group's organisation now, and who holds one of these roles everywhere."""
    hers = Q(role=RoleName.SERVICE_ADMIN, organisation=group.organisation_id) | Q(role__in=besides)
    roles = GroupRole.objects.filter(hers, until__isnull=True)
    people = User.objects.filter(pk__in=roles.values("user"), is_active=True)
    return list(people.select_related("data_key").order_by("pk"))
