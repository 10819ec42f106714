"""Founding a group, setting it right, suspending and activating it, as pages: what is asked and what would change."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from core.ids import new_id
from groups import operations
from groups.access import organisation_for, organisations_where
from groups.models import BankingGroup, Organisation
from ledger.queries import cash_by_place
from members.queries import headcounts
from reports.group_forms import GroupForm, NewGroupForm, StatusForm
from reports.pages import words
from reports.queries.organisations import group_by_id, status_changes_of
from users.models import User
from users.submissions import once

PLACE = ("county", "constituency", "ward")
PLAIN = ("name", "group_code", "location", "village", "meeting_day", "meeting_venue", "target_amount")
Status = BankingGroup.Status


@dataclass(frozen=True)
class Turn:
    """What suspending or activating a group changes, before it is done: words now and after, and what stays."""

    suspends: bool
    status_now: str
    status_after: str
    members: int
    cash: Decimal


@dataclass(frozen=True)
class PastTurn:
    what: str
    when: str
    by: str
    reason: str


def organisations_to_found_in(user: User, word: str) -> list[Organisation]:
    """Where she may found groups: those at work, by name."""
    return list(organisations_where(user, word).filter(is_active=True).order_by("name", "pk"))


def blank(organisations: list[Organisation], asked: str, on: dt.date) -> NewGroupForm:
    """An empty form; the organisation is chosen where there is one, or where the address names it."""
    one = str(organisations[0].pk) if len(organisations) == 1 else asked
    first = {"offline_sync_id": new_id(), "registration_date": on, "organisation": one}
    return NewGroupForm(initial=first, organisations=organisations)


def particulars_of(group: BankingGroup) -> dict[str, Any]:
    """What the form of a group shows at first; places by their codes."""
    places = {level: getattr(group, f"{level}_code") for level in PLACE}
    target = group.target_amount or ""
    return {name: getattr(group, name) for name in PLAIN} | places | {"target_amount": target}


def found(form: NewGroupForm, *, by: User, may: str, at: dt.datetime) -> BankingGroup:
    """Found it, once: the same form sent again gives the first outcome."""
    organisation = organisation_for(by, UUID(form.cleaned_data["organisation"]), may)

    def act() -> tuple[UUID, BankingGroup]:
        group = operations.create_group(organisation=organisation, at=at, by=by, **form.particulars)
        return group.pk, group

    body = {name: str(value) for name, value in form.cleaned_data.items()}
    key = form.cleaned_data["offline_sync_id"]
    return once(user=by, operation="pages.found-group", key=key, body=body, act=act, load=group_by_id).row


def edit(group: BankingGroup, form: GroupForm, *, by: User, at: dt.datetime) -> BankingGroup:
    return operations.edit_group(group=group, at=at, by=by, **form.particulars)


def turn_of(group: BankingGroup, on: dt.date) -> Turn:
    """The turn that is open to the group now: an active one can be suspended, every other one activated."""
    suspends = group.status == Status.ACTIVE
    return Turn(
        suspends=suspends,
        status_now=str(Status(group.status).label),
        status_after=str((Status.SUSPENDED if suspends else Status.ACTIVE).label),
        members=headcounts([group])[group.pk],
        cash=sum(cash_by_place(group, on).values(), Decimal("0.00")),
    )


def past_turns(group: BankingGroup) -> Iterable[PastTurn]:
    """The turns of before, the newest first, with their reasons."""
    for change in status_changes_of(group):
        yield PastTurn(
            what=str(Status(change.status).label),
            when=words.full_day(change.at.date()),
            by=change.by.name,
            reason=change.reason,
        )


def turn(group: BankingGroup, form: StatusForm, *, suspends: bool, by: User, at: dt.datetime) -> str:
    """Suspend or activate it, once, and say what holds now."""
    reason, key = form.cleaned_data["reason"], form.cleaned_data["offline_sync_id"]
    verb = operations.suspend_group if suspends else operations.activate_group

    def act() -> tuple[UUID, BankingGroup]:
        turned = verb(group=group, reason=reason, at=at, by=by)
        return turned.pk, turned

    body = {"group": str(group.pk), "suspends": suspends, "reason": reason}
    once(user=by, operation="pages.group-status", key=key, body=body, act=act, load=group_by_id)
    said = {"name": group.name}
    return (
        _("%(name)s is suspended and takes no money.") % said
        if suspends
        else _("%(name)s is active and takes money again.") % said
    )
