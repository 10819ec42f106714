"""An officer's name, her phone and the whole list of her groups are put right."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid, Refusal
from core.phones import NotAPhone
from groups.models import BankingGroup, GroupRole, RoleName
from members.models import Person
from officers import queries
from officers.models import Officer
from officers.operations.assignments import IN_SERVICE, assign, unassign
from officers.operations.moves import locked, log, must_be
from users.models import User, phone_digest
from users.operations import invite, move_number


class KnownElsewhere(Refusal):
    """One answer for who signs in already and for who is somebody else's too: which of the two, it does not tell."""

    code = "known_elsewhere"
    detail = _(
        "This number cannot be changed here. If it is wrong, let the officer go and register the right number anew."
    )


@transaction.atomic
def edit(
    *,
    officer: Officer,
    by: User,
    at: dt.datetime,
    name: str | None = None,
    phone: str | None = None,
    groups: Collection[BankingGroup] | None = None,
) -> Officer:
    """Put right what is given. `groups` is the whole list: others are taken from her.

    The name is the one the organisation calls her by; her sign-in takes it over only where it serves nothing else. Her
    phone is changed until she has chosen a password, and a fresh code goes to the new number. Refused:
    `maker_is_checker` to herself, `invalid_transition` once she has left, `known_elsewhere` for a sign-in that is not
    this organisation's to move, `phone_taken`, and whatever `assign` and `unassign` refuse.
    """
    held = locked(officer, by)
    must_be(held, *IN_SERVICE)
    if name is not None or phone is not None:
        held.user = _held_sign_in(held)
    changed = []
    if name is not None and name != held.name:
        changed += _rename(held, name)
    if phone is not None and _digest(phone) != held.user.phone_digest:
        changed += _call(held, phone, by, at)
    if changed:
        log("officer.edited", held, by, at, changed=changed)
    if groups is not None:
        _serve(held, groups, by, at)
    return held


def _held_sign_in(officer: Officer) -> User:
    """Her sign-in as it is now, its row held: whoever is just choosing a password with it, or is being taken on by its
    number, has done so before we judge or waits until we are done.
    """
    return User.objects.select_for_update(of=("self",)).select_related("data_key").get(pk=officer.user_id)


def _rename(officer: Officer, name: str) -> list[str]:
    officer.name = name
    officer.save(update_fields=["name"])
    if not _is_known_otherwise(officer):
        officer.user.name = name
        officer.user.save(update_fields=["name"])
    return ["name"]


def _call(officer: Officer, phone: str, by: User, at: dt.datetime) -> list[str]:
    """The codes that were sent to the old number end: whoever reads them there is not she."""
    is_ours = not _is_known_otherwise(officer)
    if not is_ours or not move_number(user=officer.user, phone=phone, by=by, at=at, only_new=True):
        raise KnownElsewhere(field="phone")
    officer.user.refresh_from_db()
    invite(user=officer.user, by=by, at=at)
    return ["phone"]


def _digest(phone: str) -> str:
    try:
        return phone_digest(phone)
    except NotAPhone as error:
        raise Invalid(_("Write a Kenyan mobile number, such as 0712345678."), field="phone") from error


def _is_known_otherwise(officer: Officer) -> bool:
    """Is this sign-in, or was it ever, anything but a field officer's of this organisation? Another role (staff of this
    very organisation too), a member's or another organisation's sign-in is not moved by whoever runs the officers.
    """
    user, where = officer.user_id, officer.organisation_id
    roles = GroupRole.objects.filter(user=user).exclude(role=RoleName.FIELD_OFFICER, group__organisation=where)
    posts = Officer.objects.filter(user=user).exclude(organisation=where)
    return roles.exists() or posts.exists() or Person.objects.filter(user=user).exists()


def _serve(officer: Officer, groups: Collection[BankingGroup], by: User, at: dt.datetime) -> None:
    wanted = {group.pk: group for group in groups}
    served = {group.pk: group for group in queries.groups_of(officer)}
    for pk in sorted(wanted.keys() - served.keys()):
        assign(officer=officer, group=wanted[pk], by=by, at=at)
    for pk in sorted(served.keys() - wanted.keys()):
        unassign(officer=officer, group=served[pk], by=by, at=at)
