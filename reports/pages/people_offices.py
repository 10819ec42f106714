"""Who holds which office: the page that shows it, the review of a change, and what a field officer proposes.

The review is a rehearsal: the very operation runs, who holds what is read again, and everything is rolled back.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import NotFound
from core.periods import business_day
from groups.access import standing
from groups.models import OFFICES, BankingGroup, GroupRole, RoleName
from groups.operations import end_role
from groups.permissions import GRANTS, Reach
from members import operations
from members.access import member_for
from members.models import Member, OfficeProposal
from reports.pages import words
from reports.pages.people_who import may
from users.models import User
from users.submissions import once

# What an office lets somebody do, as people say it, in the order in which it is said.
MAY_DO: dict[str, Promise] = {
    "transactions:create": gettext_lazy("record money for everybody in the group"),
    "transactions:verify": gettext_lazy("say yes or no to money that waits"),
    "cash:move": gettext_lazy("carry cash to the bank and pay the group’s costs"),
    "funds:pay": gettext_lazy("pay out of the group’s funds, with a second office holder"),
    "transactions:reverse": gettext_lazy("put a wrong entry right"),
    "members:create": gettext_lazy("register members"),
    "members:edit": gettext_lazy("change members’ particulars and keep their documents"),
    "members:identity": gettext_lazy("see whole ID numbers"),
    "members:verify-id": gettext_lazy("verify ID numbers"),
    "constitution:propose": gettext_lazy("propose rules for the constitution"),
    "reports:read": gettext_lazy("read the cash book and everybody’s balances"),
}
BECOMES: dict[str, Promise] = {
    "CHAIR": gettext_lazy("%(name)s becomes chair."),
    "SECRETARY": gettext_lazy("%(name)s becomes secretary."),
    "TREASURER": gettext_lazy("%(name)s becomes treasurer."),
    "COMMITTEE": gettext_lazy("%(name)s joins the committee."),
    "": gettext_lazy("%(name)s holds no office."),
}
STOPS: dict[str, Promise] = {
    "CHAIR": gettext_lazy("%(name)s stops being chair."),
    "SECRETARY": gettext_lazy("%(name)s stops being secretary."),
    "TREASURER": gettext_lazy("%(name)s stops being treasurer."),
    "COMMITTEE": gettext_lazy("%(name)s leaves the committee."),
}
IN_ORDER = [RoleName.CHAIR, RoleName.TREASURER, RoleName.SECRETARY, RoleName.COMMITTEE]


@dataclass(frozen=True)
class Held:
    office: str
    names: str


@dataclass(frozen=True)
class Proposed:
    id: UUID
    sentence: str
    why: str
    instead: str
    href: str


@dataclass(frozen=True)
class OfficePage:
    now: str
    held: tuple[Held, ...]
    proposals: tuple[Proposed, ...]
    assigns: bool
    proposes: bool


@dataclass(frozen=True)
class Review:
    """What would change, before it does."""

    sentences: tuple[str, ...]
    gains: tuple[str, ...]
    loses: tuple[str, ...]


def choices() -> list[tuple[str, str]]:
    return [("", _("No office")), *((office.value, str(office.label)) for office in IN_ORDER)]


def office_page(member: Member, user: User) -> OfficePage:
    """The offices of her group now, what is proposed, and whether the reader decides or proposes."""
    here, offices = standing(user, member.group), _offices(member.group)
    hers = offices.get(member.person.user_id, ("", ""))[1] if member.person.user_id else ""
    return OfficePage(
        now=str(RoleName(hers).label) if hers else "",
        held=tuple(_held(offices)),
        proposals=proposals_in(member.group),
        assigns=may(here, "offices:assign"),
        proposes=here.is_field_officer,
    )


def proposals_in(group: BankingGroup) -> tuple[Proposed, ...]:
    """What waits for the service admin, the oldest first."""
    rows = OfficeProposal.objects.filter(member__group=group, status=OfficeProposal.Status.PROPOSED)
    listed = rows.select_related("member__person", "proposed_by").order_by("proposed_at")
    held = _offices(group)
    return tuple(
        Proposed(
            id=row.pk,
            sentence=str(BECOMES[row.office]) % {"name": row.member.person.name},
            why=_("Proposed by %(name)s on %(day)s")
            % {"name": row.proposed_by.name, "day": words.full_day(business_day(row.proposed_at))},
            instead=_instead(held, row),
            href=reverse("office-proposal-page", args=[row.pk]),
        )
        for row in listed
    )


def _instead(held: "Offices", row: OfficeProposal) -> str:
    """Whose office would end with a yes; a committee has room for many."""
    names = [name for name, office in held.values() if office == row.office != RoleName.COMMITTEE]
    return str(STOPS[row.office]) % {"name": names[0]} if names else ""


def review(member: Member, office: str, *, by: User, at: dt.datetime) -> Review:
    """Rehearse the change and say whom it touches. Refused: whatever the operation refuses."""
    before, after = _rehearsed(member.group, lambda: _hand_over(member, office, by, at))
    mine = member.person.user_id
    held = before[mine][1] if mine in before else ""
    return Review(
        sentences=tuple(_changes(before, after)) or (_("Nothing changes: it is so already."),),
        gains=tuple(_words_of(office, but=held)),
        loses=tuple(_words_of(held, but=office)),
    )


def give(member: Member, office: str, *, key: str, by: User, at: dt.datetime) -> str:
    """Give the office, or end hers, once; what came of it in words."""
    _once("pages.give-office", member, office, key, by, lambda: _hand_over(member, office, by, at))
    return str(BECOMES[office]) % {"name": member.person.name}


def _hand_over(member: Member, office: str, by: User, at: dt.datetime) -> None:
    """Whoever holds the office until now makes room first; the page has shown who that is."""
    with transaction.atomic():
        _make_room(member, office, by, at)
        operations.give_office(member=member, office=office, at=at, by=by)


def _make_room(member: Member, office: str, by: User, at: dt.datetime) -> None:
    held = GroupRole.objects.filter(group=member.group, role=office, until__isnull=True)
    for role in held.exclude(role__in=["", RoleName.COMMITTEE]).exclude(user=member.person.user_id):
        end_role(role=role, at=at, by=by)


def propose(member: Member, office: str, *, key: str, by: User, at: dt.datetime) -> str:
    _once(
        "pages.propose-office",
        member,
        office,
        key,
        by,
        lambda: operations.propose_office(member=member, office=office, at=at, by=by),
    )
    return _("Your proposal is kept. The service admin decides.")


def proposal_to_decide(user: User, proposal_id: UUID, word: str) -> OfficeProposal:
    """The proposal, for somebody who may speak `word` about the member it names; strangers find nothing."""
    found = OfficeProposal.objects.filter(pk=proposal_id).first()
    if found is None:
        raise NotFound
    found.member = member_for(user, found.member_id, word)
    return found


def decide(proposal: OfficeProposal, *, yes: bool, by: User, at: dt.datetime) -> str:
    """One service admin's yes or no, and what came of it in words. With a yes, whoever holds the office makes room."""
    with transaction.atomic():
        if yes:
            _make_room(proposal.member, proposal.office, by, at)
        operations.decide_office(proposal=proposal, adopt=yes, at=at, by=by)
    if not yes:
        return _("Declined. Everything stays as it was.")
    return str(BECOMES[proposal.office]) % {"name": proposal.member.person.name}


def _once(operation: str, member: Member, office: str, key: str, by: User, act: Callable[[], object]) -> None:
    def acted() -> tuple[UUID, None]:
        act()
        return member.pk, None

    body = {"member": str(member.pk), "office": office}
    once(user=by, operation=operation, key=key, body=body, act=acted, load=lambda _member: None)


Offices = dict[UUID, tuple[str, str]]


def _offices(group: BankingGroup) -> Offices:
    """User id → name and office, for the office holders of now."""
    rows = GroupRole.objects.filter(group=group, role__in=OFFICES, until__isnull=True).select_related("user")
    return {row.user_id: (row.user.name, row.role) for row in rows.order_by("since")}


def _rehearsed(group: BankingGroup, act: Callable[[], object]) -> tuple[Offices, Offices]:
    before = _offices(group)
    with transaction.atomic():
        act()
        after = _offices(group)
        transaction.set_rollback(True)
    return before, after


def _changes(before: Offices, after: Offices) -> Iterable[str]:
    """Whose office ends, then whose begins."""
    for person, (name, office) in before.items():
        if after.get(person, ("", ""))[1] != office:
            yield str(STOPS[office]) % {"name": name}
    for person, (name, office) in after.items():
        if before.get(person, ("", ""))[1] != office:
            yield str(BECOMES[office]) % {"name": name}


def _words_of(office: str, *, but: str) -> Iterable[str]:
    """What the one office lets somebody do and the other does not."""
    for word, said in MAY_DO.items():
        if GRANTS[word].get(office) is Reach.ALL and GRANTS[word].get(but) is not Reach.ALL:
            yield str(said)


def _held(offices: Offices) -> Iterable[Held]:
    for office in IN_ORDER:
        names = [name for name, held in offices.values() if held == office]
        yield Held(str(office.label), ", ".join(names))
