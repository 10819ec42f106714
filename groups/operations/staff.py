"""The staff of an organisation: its service admins and auditors. Field officers belong to groups, not here."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from core.phones import NotAPhone
from groups.models import ORGANISATION_ROLES, GroupRole, Organisation, RoleName
from groups.operations.organisations import OrganisationInactive
from groups.operations.roles import give_role
from notifications.operations import write
from users import operations as users
from users.models import User


@transaction.atomic
def appoint(
    *, organisation: Organisation, name: str, phone: str, role: RoleName, at: dt.datetime, by: User
) -> GroupRole:
    """Somebody works for the organisation from now on, as its service admin or auditor.

    Whoever signs in with this phone number already has the role at once and is told so by message; everybody else is
    sent a code to choose a password with. The name is only used for a sign-in that is new. Refused: another role, no
    Kenyan mobile number, a sign-in that was closed (`invalid`); `organisation_inactive`.
    """
    if role not in ORGANISATION_ROLES:
        raise Invalid(_("Choose one of the roles offered."), field="role")
    if not organisation.is_active:
        raise OrganisationInactive
    user = _sign_in(name, phone)
    given = give_role(user=user, role=role, organisation=organisation, at=at, by=by)
    if not user.has_usable_password():
        users.invite(user=user, by=by, at=at)
    else:
        # Once for each time she is given a role: its row carries the message's name.
        write(
            user=user,
            template="role_given",
            once=f"role:{given.pk}",
            organisation=organisation.name,
            role=RoleName(given.role).label,
        )
    return given


def _sign_in(name: str, phone: str) -> User:
    try:
        return users.open_sign_in(name=name, phone=phone)
    except NotAPhone as error:
        raise Invalid(_("Write a Kenyan mobile number, such as 0712345678."), field="phone") from error
