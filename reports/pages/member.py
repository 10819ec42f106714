"""One member's page: what she has in each fund, what she may withdraw, and everything she brought and took."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import gettext as _

from core.money import shown
from groups.access import standing
from groups.models import BankingGroup, RoleName
from groups.permissions import Reach
from groups.queries import offices_of
from members import operations
from members.models import Member
from members.rules import Particulars
from reports.pages import history, words
from savings.queries import summary
from users.models import User
from users.submissions import Outcome, once

ROWS_A_PAGE = 25
OPERATION = "pages.register"


@dataclass(frozen=True)
class MemberPage:
    name: str
    first_name: str
    office: str
    facts: str
    is_own: bool
    savings: Decimal
    welfare: Decimal
    ecd: Decimal
    project: Decimal
    withdrawable_words: str
    record_href: str
    history: tuple[history.ActRow, ...]
    page: int
    pages: int
    newer: int | None
    older: int | None


def page_of(member: Member, user: User, on: dt.date, number: str) -> MemberPage:
    """What her page shows to somebody who may open it."""
    has = summary(member, on)
    page = Paginator(history.vouchers_of(member), ROWS_A_PAGE).get_page(number)
    office = offices_of(member.group).get(member.person.user_id) if member.person.user_id else None
    may_record = standing(user, member.group).may("transactions:create") is Reach.ALL
    return MemberPage(
        name=member.person.name,
        first_name=words.first_name(member.person.name),
        office=str(RoleName(office).label) if office else "",
        facts=_facts(member, has.months_consistent),
        is_own=member.person.user_id == user.id,
        savings=has.balances["PERSONAL"],
        welfare=has.balances["SOCIAL"],
        ecd=has.balances["ECD"],
        project=has.balances["PROJECT"],
        withdrawable_words=shown(has.withdrawable),
        record_href=_record_href(member) if may_record and member.is_active else "",
        history=history.rows_of(page.object_list),
        page=page.number,
        pages=page.paginator.num_pages,
        newer=page.previous_page_number() if page.has_previous() else None,
        older=page.next_page_number() if page.has_next() else None,
    )


def _facts(member: Member, months: int) -> str:
    said = [
        _("Member number %(number)d") % {"number": member.number},
        _("since %(day)s") % {"day": words.full_day(member.joined_on)},
    ]
    if months:
        said.append(_("%(months)d months in a row at or above the minimum") % {"months": months})
    if member.left_on:
        said.append(_("left on %(day)s") % {"day": words.full_day(member.left_on)})
    return " · ".join(said)


def _record_href(member: Member) -> str:
    return f"{reverse('record-page', args=[member.group_id])}?member={member.pk}"


def register(
    group: BankingGroup, particulars: Particulars, *, key: str, by: User, at: dt.datetime, on: dt.date
) -> Outcome[Member]:
    """A new member, once: the same form sent again gives the first one."""

    def act() -> tuple[UUID, Member]:
        member = operations.register(group=group, particulars=particulars, at=at, on=on, by=by)
        return member.pk, member

    def load(member_id: UUID) -> Member:
        return Member.objects.select_related("person").get(pk=member_id)

    body = {"group": str(group.pk), "id_number": particulars.id_number, "name": particulars.name}
    return once(user=by, operation=OPERATION, key=key, body=body, act=act, load=load)
