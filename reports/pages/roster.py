"""The members of a group as its pages list them: with balances for those who may read them, by name for the others."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from core.money import ZERO
from groups.access import standing
from groups.models import BankingGroup, RoleName
from groups.permissions import Reach
from groups.queries import offices_of
from ledger.queries import member_balances
from members.models import Member
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
    savings: Decimal
    welfare: Decimal
    ecd: Decimal
    project: Decimal


@dataclass(frozen=True)
class Roster:
    caption: str
    shows_money: bool
    rows: tuple[MemberRow, ...]
    active: int
    savings: Decimal
    welfare: Decimal
    ecd: Decimal
    project: Decimal


def roster_of(group: BankingGroup, user: User, on: dt.date) -> Roster:
    """Everybody in the group; a plain member sees of the others only number, name, office and state."""
    members = list(roster(group))
    shows_money = standing(user, group).may("members:read") is Reach.ALL
    balances = member_balances(group, members) if shows_money else {}
    offices = offices_of(group)
    rows = tuple(_row(member, user, balances.get(member.id, {}), offices, shows_money) for member in members)
    return Roster(
        caption=_("Balances on %(day)s") % {"day": words.full_day(on)} if shows_money else _("By number"),
        shows_money=shows_money,
        rows=rows,
        active=sum(row.is_active for row in rows),
        savings=sum((row.savings for row in rows), ZERO),
        welfare=sum((row.welfare for row in rows), ZERO),
        ecd=sum((row.ecd for row in rows), ZERO),
        project=sum((row.project for row in rows), ZERO),
    )


def _row(member: Member, user: User, held: dict[str, Decimal], offices: dict[UUID, str], links: bool) -> MemberRow:
    office = offices.get(member.person.user_id, "") if member.person.user_id else ""
    may_open = links or member.person.user_id == user.id
    return MemberRow(
        href=reverse("member-page", args=[member.id]) if may_open else "",
        number=member.number,
        name=member.person.name,
        office=str(RoleName(office).label) if office else "",
        is_active=member.is_active,
        savings=held.get(SAVINGS, ZERO),
        welfare=held.get(WELFARE, ZERO),
        ecd=held.get(ECD, ZERO),
        project=held.get(PROJECT, ZERO),
    )
