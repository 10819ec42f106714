"""Founding a group, setting its particulars right, suspending and activating it, and whether it takes money today."""

import datetime as dt
import re
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from audit.operations import record
from core.errors import Invalid, Refusal
from core.periods import business_day
from groups.models import BankingGroup, Organisation, StatusChange
from groups.operations.constitutions import adopt_constitution
from groups.operations.organisations import OrganisationInactive
from groups.places import place_of, plain
from users.models import DataKey, User

PLACE = ("county", "constituency", "ward")
EDITABLE = frozenset(
    {"name", "group_code", *PLACE, "location", "village", "meeting_day", "meeting_venue", "target_amount"}
)
ATTEMPTS = 20
Status = BankingGroup.Status


class GroupSuspended(Refusal):
    code = "group_suspended"
    detail = _("This group is suspended: it takes no money until the service admin activates it again.")


class StatusStands(Refusal):
    code = "invalid_transition"
    status = 409
    detail = _("The group's status is not one this can be done from. Look at the group again.")


@transaction.atomic
def create_group(*, organisation: Organisation, at: dt.datetime, by: User, **fields: Any) -> BankingGroup:
    """A new active group with the default constitution, effective from its registration date (today unless given).

    Its place is kept by the names and codes of `groups.places`; without a code it is given one. Refused: a code already
    taken, a place that does not exist, a registration date in the future (`invalid`); `organisation_inactive`.
    """
    if not organisation.is_active:
        raise OrganisationInactive
    fields.setdefault("registration_date", business_day(at))
    if fields["registration_date"] > business_day(at):
        raise Invalid(_("That day has not come yet. Use today or a day before."), field="registration_date")
    code = _code(fields.pop("group_code", ""))
    _must_be_free(code)
    group = BankingGroup(organisation=organisation, data_key=DataKey.make(), **(fields | _placed(fields)))
    _give_code(group, code)
    _record("group.created", group, at, by)
    adopt_constitution(group=group, effective_on=group.registration_date, at=at, by=by)
    return group


@transaction.atomic
def edit_group(*, group: BankingGroup, at: dt.datetime, by: User, **changes: Any) -> BankingGroup:
    """Changes what is named in `changes`, of the fields in EDITABLE; what stays as it was leaves no act.

    A part of the place that is not named stays, and has to lie in what is. Refused (`invalid`): a code already taken, a
    place that does not exist.
    """
    locked = _locked(group)
    wanted = {name: value for name, value in changes.items() if name in EDITABLE}
    if "group_code" in wanted:
        wanted["group_code"] = _code(wanted["group_code"]) or locked.group_code
    if wanted.keys() & set(PLACE):
        wanted |= _placed({name: getattr(locked, name) for name in PLACE} | wanted)
    changed = sorted(name for name, value in wanted.items() if getattr(locked, name) != value)
    for name in changed:
        setattr(locked, name, wanted[name])
    if changed:
        _save(locked)
        _record("group.edited", locked, at, by, fields=changed)
    return locked


@transaction.atomic
def suspend_group(*, group: BankingGroup, reason: str, at: dt.datetime, by: User) -> BankingGroup:
    """From now on the group takes no money; everything in it can still be read. The reason is kept sealed.

    Refused: no reason (`invalid`); a group that is not active (`invalid_transition`).
    """
    return _turn(group, Status.SUSPENDED, {Status.ACTIVE}, reason, at, by)


@transaction.atomic
def activate_group(*, group: BankingGroup, reason: str, at: dt.datetime, by: User) -> BankingGroup:
    """The group takes money again. Refused: no reason (`invalid`); a group that is active (`invalid_transition`)."""
    return _turn(group, Status.ACTIVE, {Status.SUSPENDED, Status.INACTIVE}, reason, at, by)


def must_take_money(group: BankingGroup) -> None:
    """Refuses `group_suspended` unless the group and its organisation are active: no money at a closed door."""
    if group.status != Status.ACTIVE:
        raise GroupSuspended
    if not group.organisation.is_active:
        raise GroupSuspended(
            _("The organisation of this group is at rest: its groups take no money until a system admin wakes it.")
        )


def _turn(
    group: BankingGroup, to: Status, allowed: set[Status], reason: str, at: dt.datetime, by: User
) -> BankingGroup:
    if not reason.strip():
        raise Invalid(_("Say why: the reason stays with the group."), field="reason")
    locked = _locked(group)
    if locked.status not in allowed:
        raise StatusStands
    locked.status = to
    locked.save(update_fields=["status"])
    change = StatusChange(group=locked, status=to, by=by, at=at, data_key=locked.data_key)
    change.reason = reason.strip()
    change.save(force_insert=True)
    _record("group.suspended" if to == Status.SUSPENDED else "group.activated", locked, at, by)
    return locked


def _locked(group: BankingGroup) -> BankingGroup:
    """The row as it is now, held until the act ends."""
    rows = BankingGroup.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("organisation", "data_key").get(pk=group.pk)


def _placed(fields: dict[str, Any]) -> dict[str, str]:
    return place_of(**{name: fields.get(name, "") for name in PLACE}).columns


def _code(typed: str) -> str:
    return typed.strip().upper()


def _give_code(group: BankingGroup, code: str) -> None:
    """Saves the group under the code asked for, or under the next one of its name; the unique index decides."""
    for _attempt in range(ATTEMPTS):
        group.group_code = code or _next_code(group.name)
        try:
            return _save(group, new=True)
        except Invalid:
            if code:
                raise
    raise Invalid(_("No code could be found for this name. Choose one."), field="group_code")


def _save(group: BankingGroup, *, new: bool = False) -> None:
    try:
        with transaction.atomic():
            group.save(force_insert=new)
    except IntegrityError:
        _must_be_free(group.group_code, other_than=group)
        raise


def _must_be_free(code: str, *, other_than: BankingGroup | None = None) -> None:
    same = BankingGroup.objects.filter(group_code=code)
    if (same.exclude(pk=other_than.pk) if other_than else same).exists():
        raise Invalid(_("A group with this code exists. Choose another code."), field="group_code")


def _next_code(name: str) -> str:
    """Three letters of the name and the next number, to be said over the phone: UMO-004."""
    letters = "".join(letter for letter in plain(name).upper() if "A" <= letter <= "Z")[:3].ljust(3, "X")
    taken = BankingGroup.objects.filter(group_code__startswith=f"{letters}-").values_list("group_code", flat=True)
    numbers = [int(found[1]) for code in taken if (found := re.fullmatch(r"[A-Z]{3}-(\d{1,6})", code, re.ASCII))]
    return f"{letters}-{max(numbers, default=0) + 1:03d}"


def _record(verb: str, group: BankingGroup, at: dt.datetime, by: User, **facts: Any) -> None:
    record(
        verb=verb,
        at=at,
        actor_id=by.id,
        subject="group",
        subject_id=group.id,
        group_id=group.id,
        organisation_id=group.organisation_id,
        **facts,
    )
