"""The members of a group as its pages list them: with balances for those who may read them, by name for the others."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from core.money import ZERO
from groups.access import standing
from groups.models import BankingGroup, RoleName
from groups.permissions import Reach
from groups.queries import offices_of
from ledger.queries import member_balances
from members.models import Member
from members.papers import verified_people
from members.queries import roster
from reports.pages import words
from users.models import User

SAVINGS, WELFARE, ECD, PROJECT = "2010", "2020", "2030", "2040"


@dataclass(frozen=True)
class MemberRow:
    href: str
    number: int
    name: str
    office: str
    is_active: bool
    has_left: bool
    is_verified: bool
    savings: Decimal
    welfare: Decimal
    ecd: Decimal
    project: Decimal


@dataclass(frozen=True)
class Roster:
    caption: str
    shows_money: bool
    is_filtered: bool
    rows: tuple[MemberRow, ...]
    active: int
    savings: Decimal
    welfare: Decimal
    ecd: Decimal
    project: Decimal


@dataclass(frozen=True)
class Wanted:
    """Which of the members the address asks for: by a part of the name, and whether they are active."""

    search: str = ""
    active: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Wanted":
        search, active = " ".join(asked.get("search", "").split())[:80], asked.get("active", "")
        return cls(search, active if active in {"yes", "no"} else "")

    def of_all(self, members: QuerySet[Member]) -> QuerySet[Member]:
        if self.search:
            is_number = self.search.isascii() and self.search.isdecimal() and len(self.search) <= 6
            number = Q(number=int(self.search)) if is_number else Q(pk=None)
            members = members.filter(Q(person__name__icontains=self.search) | number)
        return members.filter(is_active=self.active == "yes") if self.active else members


EVERYBODY = Wanted()


def roster_of(group: BankingGroup, user: User, on: dt.date, wanted: Wanted = EVERYBODY) -> Roster:
    """Everybody in the group; a plain member sees of the others only number, name, office and state."""
    members = list(wanted.of_all(roster(group)))
    shows_money = standing(user, group).may("members:read") is Reach.ALL
    balances = member_balances(group, members) if shows_money else {}
    offices = offices_of(group)
    verified = verified_people(member.person_id for member in members) if shows_money else set()
    rows = tuple(
        _row(member, user, balances.get(member.id, {}), offices, verified if shows_money else None)
        for member in members
    )
    return Roster(
        caption=_("Balances on %(day)s") % {"day": words.full_day(on)} if shows_money else _("By number"),
        shows_money=shows_money,
        is_filtered=wanted != EVERYBODY,
        rows=rows,
        active=sum(row.is_active for row in rows),
        savings=sum((row.savings for row in rows), ZERO),
        welfare=sum((row.welfare for row in rows), ZERO),
        ecd=sum((row.ecd for row in rows), ZERO),
        project=sum((row.project for row in rows), ZERO),
    )


def _row(
    member: Member, user: User, held: dict[str, Decimal], offices: dict[UUID, str], verified: set[UUID] | None
) -> MemberRow:
    """`verified` is None for a reader who sees only names."""
    office = offices.get(member.person.user_id, "") if member.person.user_id else ""
    may_open = verified is not None or member.person.user_id == user.id
    return MemberRow(
        href=reverse("member-page", args=[member.id]) if may_open else "",
        number=member.number,
        name=member.person.name,
        office=str(RoleName(office).label) if office else "",
        is_active=member.is_active,
        has_left=member.left_on is not None,
        is_verified=verified is None or member.person_id in verified,
        savings=held.get(SAVINGS, ZERO),
        welfare=held.get(WELFARE, ZERO),
        ecd=held.get(ECD, ZERO),
        project=held.get(PROJECT, ZERO),
    )
