"""Organisations: founded, renamed, set right, put to rest and woken again."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from audit.operations import record
from core.errors import Invalid, Refusal
from groups.models import Organisation
from users.models import User

EDITABLE = frozenset(
    {
        "name",
        "is_active",
        "interest_cap_yearly_percent",
        "position_days_kept",
        "position_fresh_minutes",
        "months_close_on_day",
    }
)
# What a setting may be, from and to; beyond it, somebody mistyped.
BOUNDS: dict[str, tuple[int, int]] = {
    "interest_cap_yearly_percent": (0, 1000),
    "position_days_kept": (1, 366),
    "position_fresh_minutes": (1, 1440),
    "months_close_on_day": (1, 28),
}


class OrganisationInactive(Refusal):
    code = "organisation_inactive"
    detail = _("This organisation is at rest: it takes no new groups or staff until a system admin wakes it.")


@transaction.atomic
def create_organisation(*, name: str, at: dt.datetime, by: User | None) -> Organisation:
    """A new organisation, without groups or staff. Refused: a name already taken (`invalid`)."""
    organisation = Organisation(name=name)
    _save(organisation, new=True)
    _record("organisation.created", organisation, at, by)
    return organisation


@transaction.atomic
def edit_organisation(*, organisation: Organisation, at: dt.datetime, by: User, **changes: Any) -> Organisation:
    """Changes what is named in `changes`, of the fields in EDITABLE; what stays as it was leaves no act.

    An organisation that is not active is at rest: no new groups and staff, and its groups take no money. Everything in
    it can still be read. Refused (`invalid`): a name already taken, a setting out of its bounds.
    """
    locked = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    changed = sorted(name for name, value in changes.items() if name in EDITABLE and getattr(locked, name) != value)
    for name in changed:
        setattr(locked, name, _within(name, changes[name]))
    if changed:
        _save(locked)
        _record("organisation.edited", locked, at, by, fields=changed, is_active=locked.is_active)
    return locked


def _within(name: str, value: Any) -> Any:
    least, most = BOUNDS.get(name, (None, None))
    if least is not None and most is not None and value is not None and not least <= Decimal(value) <= most:
        raise Invalid(_("Choose from %(least)d to %(most)d.") % {"least": least, "most": most}, field=name)
    return value


def _save(organisation: Organisation, *, new: bool = False) -> None:
    """The unique index decides about names, also between two who ask at once."""
    try:
        with transaction.atomic():
            organisation.save(force_insert=new)
    except IntegrityError as error:
        raise Invalid(_("An organisation of this name exists."), field="name") from error


def _record(verb: str, organisation: Organisation, at: dt.datetime, by: User | None, **facts: Any) -> None:
    record(
        verb=verb,
        at=at,
        actor_id=by.id if by else None,
        subject="organisation",
        subject_id=organisation.id,
        organisation_id=organisation.id,
        **facts,
    )
