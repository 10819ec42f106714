"""An officer's name, her phone and the whole list of her groups are put right."""

import datetime as dt
from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid, Refusal
from core.phones import NotAPhone, normalise_phone
from groups.access import running_roles
from groups.models import BankingGroup
from members.models import Person
from officers import queries
from officers.models import Officer
from officers.operations.assignments import IN_SERVICE, assign, unassign
from officers.operations.moves import locked, log, must_be
from users.models import OneTimeCode, User, phone_digest
from users.operations import invite


class SignsInAlready(Refusal):
    code = "signs_in_already"
    detail = _("This person signs in with the number already, so it cannot be changed here.")


class KnownElsewhere(Refusal):
    code = "known_elsewhere"
    detail = _("This person is known outside the officer's post too, so name and number are not changed here.")


class PhoneTaken(Refusal):
    code = "phone_taken"
    status = 409
    detail = _("Somebody else signs in with this number.")


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

    Her phone is changed until she has chosen a password, and a fresh code goes to the new number. Refused:
    `maker_is_checker` to herself, `invalid_transition` once she has left, `signs_in_already`, `known_elsewhere` for a
    person whose name and number are not this organisation's to change, `phone_taken`, and whatever `assign` and
    `unassign` refuse.
    """
    held = locked(officer, by)
    must_be(held, *IN_SERVICE)
    changed = []
    if name is not None and name != held.user.name:
        changed += _rename(held, name)
    if phone is not None and _digest(phone) != held.user.phone_digest:
        changed += _call(held, phone, by, at)
    if changed:
        log("officer.edited", held, by, at, changed=changed)
    if groups is not None:
        _serve(held, groups, by, at)
    return held


def _rename(officer: Officer, name: str) -> list[str]:
    if _is_known_outside(officer):
        raise KnownElsewhere(field="name")
    officer.user.name = name
    officer.user.save(update_fields=["name"])
    return ["name"]


def _call(officer: Officer, phone: str, by: User, at: dt.datetime) -> list[str]:
    """The codes that were sent to the old number end: whoever reads them there is not she."""
    user = officer.user
    if user.has_usable_password():
        raise SignsInAlready(field="phone")
    if _is_known_outside(officer) or Person.objects.filter(user=user).exists():
        raise KnownElsewhere(field="phone")
    user.phone, user.phone_digest = normalise_phone(phone), _digest(phone)
    try:
        with transaction.atomic():
            user.save(update_fields=["phone_sealed", "phone_digest"])
    except IntegrityError as error:
        raise PhoneTaken(field="phone") from error
    OneTimeCode.objects.filter(user=user, used_at__isnull=True).update(used_at=at)
    invite(user=user, by=by, at=at)
    return ["phone"]


def _digest(phone: str) -> str:
    try:
        return phone_digest(phone)
    except NotAPhone as error:
        raise Invalid(_("Write a Kenyan mobile number, such as 0712345678."), field="phone") from error


def _is_known_outside(officer: Officer) -> bool:
    """Another organisation's staff, officer or member, or the system admin: her name and number are not ours alone."""
    own = running_roles(officer.user)
    here = own.filter(organisation=officer.organisation_id) | own.filter(group__organisation=officer.organisation_id)
    posts = Officer.objects.filter(user=officer.user_id).exclude(organisation=officer.organisation_id)
    people = Person.objects.filter(user=officer.user_id).exclude(organisation=officer.organisation_id)
    return own.exclude(pk__in=here.values("pk")).exists() or posts.exists() or people.exists()


def _serve(officer: Officer, groups: Collection[BankingGroup], by: User, at: dt.datetime) -> None:
    wanted = {group.pk: group for group in groups}
    served = {group.pk: group for group in queries.groups_of(officer)}
    for pk in sorted(wanted.keys() - served.keys()):
        assign(officer=officer, group=wanted[pk], by=by, at=at)
    for pk in sorted(served.keys() - wanted.keys()):
        unassign(officer=officer, group=served[pk], by=by, at=at)
