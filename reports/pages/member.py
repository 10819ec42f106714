"""One member's page: what she has in each fund, what she may withdraw, and everything she brought and took."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.money import shown
from groups.access import standing
from groups.models import RoleName
from groups.permissions import Reach
from groups.queries import offices_of
from meetings.queries import rates
from members.models import Member
from reports.pages import fines as fine_pages
from reports.pages import history, loan_lists, words
from savings.fines import NO_FINES, open_by_member, open_of
from savings.queries import summary
from users.models import User

ROWS_A_PAGE = 25


@dataclass(frozen=True)
class MemberPage:
    name: str
    first_name: str
    office: str
    months_words: str
    is_own: bool
    savings: Decimal
    welfare: Decimal
    ecd: Decimal
    project: Decimal
    withdrawable_words: str
    record_href: str
    withdraw_href: str
    loans: tuple[loan_lists.LoanRow, ...]
    apply_href: str
    attendance_words: str
    fines_words: str
    fines: tuple[fine_pages.FineRow, ...]
    fine_href: str
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
        months_words=_months(has.months_consistent),
        is_own=member.person.user_id == user.id,
        savings=has.balances["PERSONAL"],
        welfare=has.balances["SOCIAL"],
        ecd=has.balances["ECD"],
        project=has.balances["PROJECT"],
        withdrawable_words=shown(has.withdrawable),
        record_href=_record_href(member) if may_record and member.is_active else "",
        withdraw_href=_withdraw_href(member, user),
        loans=loan_lists.of_member(member, on),
        apply_href=_apply_href(member, user),
        attendance_words=_attendance(member),
        fines_words=_fines_words(member),
        fines=fine_pages.rows_of(open_of(member), user),
        fine_href=_fine_href(member, user),
        history=history.rows_of(page.object_list),
        page=page.number,
        pages=page.paginator.num_pages,
        newer=page.previous_page_number() if page.has_previous() else None,
        older=page.next_page_number() if page.has_next() else None,
    )


def _months(months: int) -> str:
    if not months:
        return ""
    said = ngettext(
        "%(months)d month at or above the minimum", "%(months)d months in a row at or above the minimum", months
    )
    return said % {"months": months}


def _attendance(member: Member) -> str:
    """How often she came; empty while there was no meeting."""
    rate = rates([member])[member.pk]
    return "" if rate is None else _("%(percent)s %% of the meetings") % {"percent": f"{rate.normalize():f}"}


def _fines_words(member: Member) -> str:
    owed = open_by_member([member]).get(member.pk, NO_FINES)
    said = ngettext("%(count)d fine open, %(due)s due", "%(count)d fines open, %(due)s due", owed.count)
    return said % {"count": owed.count, "due": shown(owed.due)} if owed.count else ""


def _fine_href(member: Member, user: User) -> str:
    may = standing(user, member.group).may("fines:impose") is Reach.ALL
    return reverse("fine-impose-page", args=[member.pk]) if may and member.is_active else ""


def _apply_href(member: Member, user: User) -> str:
    may = standing(user, member.group).may("loans:apply")
    is_own = member.person.user_id == user.id
    if not member.is_active or not (may is Reach.ALL or (may and is_own)):
        return ""
    return f"{reverse('apply-loan-page', args=[member.group_id])}?member={member.pk}"


def _withdraw_href(member: Member, user: User) -> str:
    may = standing(user, member.group).may("transactions:create")
    is_own = member.person.user_id == user.id
    return reverse("withdraw-page", args=[member.pk]) if member.is_active and (may is Reach.ALL or is_own) else ""


def _record_href(member: Member) -> str:
    return f"{reverse('record-page', args=[member.group_id])}?member={member.pk}"
