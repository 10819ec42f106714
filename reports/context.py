"""What the frame of every console page says: the sections, who is signed in, how much waits for her."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from core.periods import today
from groups.access import running_roles
from groups.models import GroupRole, RoleName
from groups.permissions import GRANTS
from reports.pages import loan_lists
from reports.pages.people import DECIDES, role_words
from reports.pages.waiting import count_for
from users.models import User

TODAY, GROUPS, LOANS, MEETINGS, WAITING = "today", "groups", "loans", "meetings", "waiting"
ORGANISATIONS, OFFICERS, CAMPAIGNS = "organisations", "officers", "campaigns"
# Everybody else finds the campaigns with her group.
STAFF = frozenset({RoleName.SYSTEM_ADMIN, RoleName.SERVICE_ADMIN, RoleName.AUDITOR})
READS_OFFICERS = frozenset(GRANTS["officers:read"])
READS_LOANS = frozenset(GRANTS["loans:read"])
PAYS_OR_DECIDES = frozenset({**GRANTS["loans:approve"], **GRANTS["loans:disburse"]})
SECTION_OF = {
    "home": TODAY,
    "waiting-page": WAITING,
    "loans-page": LOANS,
    "loan-page": LOANS,
    "loan-pay-out-page": LOANS,
    "loan-repay-page": LOANS,
    "loan-change-page": LOANS,
    "meetings-page": MEETINGS,
    "meeting-page": MEETINGS,
    "meeting-roll-page": MEETINGS,
    "meeting-count-page": MEETINGS,
    "meeting-collect-page": MEETINGS,
    "meeting-seal-page": MEETINGS,
    "cash-count-page": MEETINGS,
    "organisations-page": ORGANISATIONS,
    "organisation-page": ORGANISATIONS,
    "staff-page": ORGANISATIONS,
    "staff-end-page": ORGANISATIONS,
    "campaigns-page": CAMPAIGNS,
    "new-campaign-page": CAMPAIGNS,
    "campaign-page": CAMPAIGNS,
    "officers-page": OFFICERS,
    "register-officer-page": OFFICERS,
    "officer-page": OFFICERS,
    "officer-edit-page": OFFICERS,
    "officer-status-page": OFFICERS,
    "officer-groups-page": OFFICERS,
}


@dataclass(frozen=True)
class Section:
    name: str
    icon: str
    href: str
    is_current: bool
    is_here: bool
    tally: int = 0


@dataclass(frozen=True)
class Desk:
    """The frame around a page."""

    name: str
    role: str
    sections: tuple[Section, ...]
    thumb_sections: tuple[Section, ...]


def console(request: HttpRequest) -> dict[str, Any]:
    """The desk of whoever is signed in, worked out only by pages that show it."""
    return {"console": SimpleLazyObject(lambda: desk(request))}


def desk(request: HttpRequest) -> Desk | None:
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return None
    roles = list(running_roles(user).select_related("organisation", "group"))
    here = request.resolver_match.url_name if request.resolver_match else ""
    sections = tuple(_sections(user, roles, here or ""))
    return Desk(user.name, role_words(roles), sections, sections[:5])


def _sections(user: User, roles: list[GroupRole], here: str) -> Iterable[Section]:
    current = SECTION_OF.get(here, GROUPS if here else "")
    table = _one_table(roles)
    if current == MEETINGS and table is None:
        current = GROUPS
    yield Section(_("Today"), "today", reverse("home"), current == TODAY, here == "home")
    yield Section(_("Groups"), "groups", reverse("groups-page"), current == GROUPS, here == "groups-page")
    held = {row.role for row in roles}
    if held & READS_LOANS:
        is_there, is_here = current == LOANS, here == "loans-page"
        waits = loan_lists.count_for(user, today()) if held & PAYS_OR_DECIDES else 0
        yield Section(_("Loans"), "loans", reverse("loans-page"), is_there, is_here, waits)
    if table is not None:
        is_there, is_here = current == MEETINGS, here == "meetings-page"
        yield Section(_("Meetings"), "table", reverse("meetings-page", args=[table]), is_there, is_here)
    if held & DECIDES:
        is_here = current == WAITING
        yield Section(_("Waiting"), "waiting", reverse("waiting-page"), is_here, is_here, count_for(user))
    if held & READS_OFFICERS:
        is_there, is_here = current == OFFICERS, here == "officers-page"
        yield Section(_("Officers"), "pin", reverse("officers-page"), is_there, is_here)
    if held & STAFF:
        is_there, is_here = current == CAMPAIGNS, here == "campaigns-page"
        yield Section(_("Campaigns"), "flag", reverse("campaigns-page"), is_there, is_here)
    if RoleName.SYSTEM_ADMIN in held:
        is_there, is_here = current == ORGANISATIONS, here == "organisations-page"
        yield Section(_("Organisations"), "people", reverse("organisations-page"), is_there, is_here)
        yield Section(_("Records"), "records", reverse("admin:index"), False, False)
    if held & {RoleName.SYSTEM_ADMIN, RoleName.SERVICE_ADMIN}:
        yield Section(_("API"), "api", reverse("docs"), False, False)


def _one_table(roles: Iterable[GroupRole]) -> UUID | None:
    """The group at whose table she sits, when it is one; whoever serves several finds the meetings with each group."""
    groups = {row.group_id for row in roles if row.group_id}
    return groups.pop() if len(groups) == 1 else None
