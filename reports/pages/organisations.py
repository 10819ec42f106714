"""Organisations as pages: all of them, and one with its settings, its staff and what happens when it rests."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from groups import operations
from groups.access import organisations_where
from groups.models import GroupRole, Organisation, RoleName
from reports.group_forms import OrganisationForm, SettingsForm, StaffForm
from reports.pages import words
from reports.pages.people_who import phone_words
from reports.queries.organisations import (
    OrganisationFigures,
    organisation_by_id,
    organisation_figures,
    staff_of,
    staff_role_by_id,
)
from users.models import User
from users.submissions import once


@dataclass(frozen=True)
class OrganisationRow:
    href: str
    name: str
    is_active: bool
    groups: int
    members: int
    staff: int


@dataclass(frozen=True)
class StaffRow:
    name: str
    role: str
    phone: str
    since: str
    signs_in: bool
    end_href: str


@dataclass(frozen=True)
class OrganisationView:
    """One organisation as its page shows it."""

    id: UUID
    name: str
    is_active: bool
    groups: int
    members: int
    href: str
    staff_href: str
    found_href: str
    staff: tuple[StaffRow, ...]


def all_organisations(user: User, word: str) -> list[OrganisationRow]:
    """Those the person may manage, by name."""
    return [_row(one) for one in organisation_figures(organisations_where(user, word).order_by("name", "pk"))]


def _row(one: OrganisationFigures) -> OrganisationRow:
    return OrganisationRow(
        href=reverse("organisation-page", args=[one.organisation.pk]),
        name=one.organisation.name,
        is_active=one.organisation.is_active,
        groups=one.groups_count,
        members=one.members_count,
        staff=one.staff_count,
    )


def view_of(organisation: Organisation) -> OrganisationView:
    figures = organisation_figures([organisation])[0]
    return OrganisationView(
        id=organisation.pk,
        name=organisation.name,
        is_active=organisation.is_active,
        groups=figures.groups_count,
        members=figures.members_count,
        href=reverse("organisation-page", args=[organisation.pk]),
        staff_href=reverse("staff-page", args=[organisation.pk]),
        found_href=f"{reverse('new-group-page')}?organisation={organisation.pk}",
        staff=tuple(_staff_rows(staff_of(organisation))),
    )


def _staff_rows(roles: Iterable[GroupRole]) -> Iterable[StaffRow]:
    for role in roles:
        yield StaffRow(
            name=role.user.name,
            role=str(RoleName(role.role).label),
            phone=phone_words(role.user.phone),
            since=words.full_day(role.since.date()),
            signs_in=role.user.has_usable_password(),
            end_href=reverse("staff-end-page", args=[role.organisation_id, role.pk]),
        )


def settings_of(organisation: Organisation) -> dict[str, Any]:
    """What the settings form shows at first."""
    return {
        "name": organisation.name,
        "interest_cap_yearly_percent": organisation.interest_cap_yearly_percent,
        "position_days_kept": organisation.position_days_kept,
        "position_fresh_minutes": organisation.position_fresh_minutes,
        "months_close_on_day": organisation.months_close_on_day,
        "is_active": "yes" if organisation.is_active else "no",
    }


def found(form: OrganisationForm, *, by: User, at: dt.datetime) -> Organisation:
    """Found it, once: the same form sent again gives the first outcome."""
    name = form.cleaned_data["name"]

    def act() -> tuple[UUID, Organisation]:
        made = operations.create_organisation(name=name, at=at, by=by)
        return made.pk, made

    key = form.cleaned_data["offline_sync_id"]
    return once(
        user=by, operation="pages.organisation", key=key, body={"name": name}, act=act, load=organisation_by_id
    ).row


def rests_or_wakes(organisation: Organisation, form: SettingsForm) -> bool:
    """Would these settings put the organisation to rest or wake it? Then it is shown before it is done."""
    return bool(form.settings["is_active"] != organisation.is_active)


def take_on(organisation: Organisation, form: StaffForm, *, by: User, at: dt.datetime) -> str:
    """Take somebody on, once, and say what she has to do now."""
    who = {name: form.cleaned_data[name] for name in ("name", "phone", "role")}

    def act() -> tuple[UUID, GroupRole]:
        given = operations.appoint(organisation=organisation, at=at, by=by, **who)
        return given.pk, given

    body = who | {"organisation": str(organisation.pk)}
    key = form.cleaned_data["offline_sync_id"]
    given = once(user=by, operation="pages.staff", key=key, body=body, act=act, load=staff_role_by_id).row
    said = {"name": given.user.name, "role": str(RoleName(given.role).label)}
    if given.user.has_usable_password():
        return _("%(name)s signs in with this number already and is %(role)s from now on.") % said
    return _("%(name)s is %(role)s. A code to choose a password with is on its way to her phone.") % said


def leaving(role: GroupRole) -> dict[str, str]:
    """Who would no longer work for the organisation, in words."""
    known = {"name": role.user.name, "role": str(RoleName(role.role).label), "organisation": str(role.organisation)}
    return known | {"sentence": _("%(name)s is no longer %(role)s of %(organisation)s.") % known}
